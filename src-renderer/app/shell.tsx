/** The window: toolbar, sidebar, content, inspector, status bar. Panes resize, close, and become drawers where it is narrow. */
import { type ReactNode, useEffect } from 'react';
import { DropFrame } from '../features/import/drop-frame.tsx';
import { Inspector } from '../features/inspector/inspector.tsx';
import { BottomPanel } from '../features/panel/bottom-panel.tsx';
import { MfaDialog } from '../features/settings/mfa-dialog.tsx';
import { StatusBar } from '../features/status/status-bar.tsx';
import { Tree } from '../features/tree/tree.tsx';
import { Splitter } from '../ui/splitter.tsx';
import { Content } from './content.tsx';
import { drawerBelow, type Pane, paneLimits } from './layout-store.ts';
import { LibraryBands } from './library-bands.tsx';
import { PaneBoundary } from './pane-boundary.tsx';
import { useIn, useSession } from './session.ts';
import { PanelHost, SheetHost } from './sheet-host.tsx';
import styles from './shell.module.css';
import { LiveRegions, ToastPlace } from './toast-place.tsx';
import { Toolbar } from './toolbar.tsx';
import { useImportGestures } from './use-import-gestures.ts';
import { useKeyboard } from './use-keyboard.ts';
import { useTheme } from './use-theme.ts';
import { useWindowWidth } from './use-window-width.ts';
import { words } from './words.ts';

export function Shell() {
  const session = useSession();
  useTheme();
  useKeyboard();
  useImportGestures();
  const width = useWindowWidth();
  const layout = useIn(session.layout, (state) => state);
  const isEmpty = useIn(session.tree, ({ isKnown, folders, tables }) => isKnown && folders.length + tables.length === 0);
  const hasPanel = useIn(session.sheets, (state) => state.panel !== null);
  const place = useIn(session.place, (state) => state.place);

  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if (event.key === 'Escape' && session.layout.getState().drawer) session.layout.setState({ drawer: null });
    }
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [session]);

  const isShown = (pane: Pane) => (width < drawerBelow[pane] ? layout.drawer === pane : layout[`${pane}Open`]);
  const showsInspector = hasPanel || (place.kind === 'table' && isShown('inspector'));

  return (
    <div className={styles.window}>
      <PaneBoundary>
        <Toolbar />
      </PaneBoundary>
      <div className={styles.middle}>
        {isShown('sidebar') && !isEmpty ? (
          <SidePane pane="sidebar" label={words.sidebar} isDrawer={width < drawerBelow.sidebar}>
            <Tree />
          </SidePane>
        ) : null}
        <div className={styles.centre}>
          <main className={styles.content} data-pane="content" aria-label={words.content}>
            <PaneBoundary>
              <LibraryBands />
              <Content />
            </PaneBoundary>
            <ToastPlace />
          </main>
          {layout.panelOpen ? <BottomPanel /> : null}
        </div>
        {showsInspector ? (
          <SidePane pane="inspector" label={words.inspector} isDrawer={width < drawerBelow.inspector}>
            <PanelHost otherwise={<Inspector />} />
          </SidePane>
        ) : null}
      </div>
      <PaneBoundary>
        <StatusBar />
      </PaneBoundary>
      <SheetHost />
      <MfaDialog />
      <DropFrame />
      <LiveRegions />
    </div>
  );
}

interface SidePaneProps {
  readonly pane: Pane;
  readonly label: string;
  readonly isDrawer: boolean;
  readonly children: ReactNode;
}

function SidePane({ pane, label, isDrawer, children }: SidePaneProps) {
  const session = useSession();
  const width = useIn(session.layout, (state) => state[`${pane}Width`]);
  const isLeft = pane === 'sidebar';
  const splitter = isDrawer ? null : (
    <Splitter
      label={words.widthOf(label)}
      value={width}
      {...paneLimits[pane]}
      pane={isLeft ? 'before' : 'after'}
      onChange={(next) => session.layout.setState({ [`${pane}Width`]: next })}
      onCollapse={() => session.layout.setState({ [`${pane}Open`]: false })}
    />
  );
  return (
    <aside
      className={[styles.side, isDrawer ? (isLeft ? styles.drawerLeft : styles.drawerRight) : ''].join(' ')}
      style={{ width }}
      aria-label={label}
      data-pane={pane}
    >
      {isLeft ? null : splitter}
      <div className={styles.sideContent}>
        <PaneBoundary>{children}</PaneBoundary>
      </div>
      {isLeft ? splitter : null}
    </aside>
  );
}
