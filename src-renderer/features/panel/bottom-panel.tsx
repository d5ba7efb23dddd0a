/** The bottom panel under the content: jobs, errors and links that were handed out. Sized by its upper edge, remembered with the layout. */
import { X } from 'lucide-react';
import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import { focusContent } from '../../app/focus-places.ts';
import { type PanelTab, panelLimits, panelTabs } from '../../app/layout-store.ts';
import { PaneBoundary } from '../../app/pane-boundary.tsx';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Splitter } from '../../ui/splitter.tsx';
import { ErrorScopeSwitch, ErrorsPanel } from '../errors/errors-panel.tsx';
import { failedCount } from '../errors/errors-store.ts';
import { IssuedBar, IssuedPanel } from '../issued/issued-panel.tsx';
import { JobsPanel } from '../jobs/jobs-panel.tsx';
import styles from './bottom-panel.module.css';

const tabId = (tab: PanelTab) => `panel-tab-${tab}`;
const contentId = 'panel-content';
const tabs = { jobs: <JobsPanel />, errors: <ErrorsPanel />, links: <IssuedPanel /> } as const;

export function BottomPanel() {
  const session = useSession();
  const { panelHeight, panelTab } = useIn(session.layout, (state) => state);
  const panel = useRef<HTMLElement>(null);
  // The keyboard goes back to the rows when the panel takes its place away.
  useLayoutEffect(() => {
    const element = panel.current;
    return () => {
      if (element?.contains(document.activeElement)) focusContent();
    };
  }, []);
  const close = () => session.layout.setState({ panelOpen: false });
  const max = Math.max(panelLimits.min, Math.floor(window.innerHeight * panelLimits.mostOfWindow));
  const height = Math.min(panelHeight, max);
  return (
    <section ref={panel} className={styles.panel} style={{ height }} aria-label={words.bottomPanel} data-pane="panel">
      <Splitter
        label={words.heightOf(words.bottomPanel)}
        orientation="horizontal"
        value={height}
        min={panelLimits.min}
        max={max}
        initial={panelLimits.initial}
        pane="after"
        onChange={(next) => session.layout.setState({ panelHeight: next })}
        onCollapse={close}
      />
      <div className={styles.head}>
        <Tabs chosen={panelTab} onChoose={(tab) => session.layout.setState({ panelTab: tab })} />
        {panelTab === 'errors' ? <ErrorScopeSwitch /> : null}
        {panelTab === 'links' ? <IssuedBar /> : <span className={styles.space} />}
        <IconButton label={words.close} onClick={close}>
          <Icon of={X} />
        </IconButton>
      </div>
      <div id={contentId} role="tabpanel" aria-labelledby={tabId(panelTab)} className={styles.content}>
        <PaneBoundary>{tabs[panelTab]}</PaneBoundary>
      </div>
    </section>
  );
}

function Tabs({ chosen, onChoose }: { readonly chosen: PanelTab; readonly onChoose: (tab: PanelTab) => void }) {
  const session = useSession();
  const errors = useIn(session.errors, (state) => failedCount(state.groups));
  function press(event: KeyboardEvent<HTMLDivElement>): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = panelTabs[(panelTabs.indexOf(chosen) + step + panelTabs.length) % panelTabs.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onChoose(next);
    event.currentTarget.querySelector<HTMLElement>(`#${tabId(next)}`)?.focus();
  }
  return (
    <div role="tablist" aria-label={words.bottomPanel} className={styles.tabs} onKeyDown={press}>
      {panelTabs.map((tab) => (
        <button
          key={tab}
          id={tabId(tab)}
          type="button"
          role="tab"
          aria-selected={tab === chosen}
          aria-controls={contentId}
          tabIndex={tab === chosen ? 0 : -1}
          className={styles.tab}
          onClick={() => onChoose(tab)}
        >
          {{ jobs: words.jobsTab, errors: words.errorsCounted(errors), links: words.linksTab }[tab]}
        </button>
      ))}
    </div>
  );
}
