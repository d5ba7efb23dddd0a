/** The title bar, which is the toolbar: the way back, where we are, the filter, what can be done here, the panes. */
import { ChevronLeft, ChevronRight, Import, LayoutGrid, Link, PanelLeft, PanelRight, Settings2, Sigma, Table2, Undo2 } from 'lucide-react';
import { type LookingFetch, lookingFetches } from '../../src-shared/model/thumbnail.ts';
import { FilterField } from '../features/table/filter-field.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import type { MenuEntry } from '../ui/menu-entry.ts';
import { commands, keysOf } from './commands.ts';
import { type Density, densities, type Theme, themes } from './layout-store.ts';
import { sayError } from './notice-store.ts';
import { goTo } from './place-store.ts';
import { type Session, useIn, useSession } from './session.ts';
import styles from './toolbar.module.css';
import { words } from './words.ts';

export function Toolbar() {
  const session = useSession();
  const { past, future, place } = useIn(session.place, (state) => state);
  const undoLabel = useIn(session.activity, (state) => state.undo);
  const isEmpty = useIn(session.tree, ({ folders, tables }) => folders.length + tables.length === 0);
  const layout = useIn(session.layout, (state) => state);
  const looking = useIn(session.info, (state) => state.value?.looking.fetch ?? null);
  const run = (id: string) => commands.find((command) => command.id === id)?.run(session);
  return (
    <header className={styles.toolbar} data-pane="toolbar">
      <IconButton
        label={words.back}
        keys={keysOf('back', session)}
        disabledReason={past.length === 0 ? words.back : null}
        onClick={() => run('back')}
      >
        <Icon of={ChevronLeft} />
      </IconButton>
      <IconButton
        label={words.forward}
        keys={keysOf('forward', session)}
        disabledReason={future.length === 0 ? words.forward : null}
        onClick={() => run('forward')}
      >
        <Icon of={ChevronRight} />
      </IconButton>
      <Crumbs />
      {place.kind === 'table' ? <LayoutSwitch /> : null}
      <span className={styles.space} />
      {place.kind === 'table' ? <FilterField /> : null}
      <Button icon={<Icon of={Import} />} className={styles.worded ?? ''} onClick={() => run('import')} title={words.importTitle}>
        <span className={styles.word}>{words.importTitle}</span>
      </Button>
      {place.kind === 'table' ? (
        <>
          <Button icon={<Icon of={Sigma} />} className={styles.worded ?? ''} onClick={() => run('addColumn')} title={words.addColumn}>
            <span className={styles.word}>{words.column}</span>
          </Button>
          <LinkButton onRun={() => run('linkSheet')} />
        </>
      ) : null}
      {undoLabel ? (
        <IconButton label={`${words.undo}: ${undoLabel}`} keys={keysOf('undo', session)} onClick={() => run('undo')}>
          <Icon of={Undo2} />
        </IconButton>
      ) : null}
      <Menu
        entries={[
          ...viewMenu(session, layout.theme, layout.density, looking),
          { kind: 'line' },
          { kind: 'item', label: words.settingsItem, keys: keysOf('settings', session), onSelect: () => run('settings') },
        ]}
        trigger={
          <IconButton label={words.view}>
            <Icon of={Settings2} />
          </IconButton>
        }
      />
      {isEmpty ? null : (
        <IconButton label={words.sidebar} keys={keysOf('sidebar', session)} onClick={() => run('sidebar')}>
          <Icon of={PanelLeft} />
        </IconButton>
      )}
      {place.kind === 'table' ? (
        <IconButton label={words.inspector} keys={keysOf('inspector', session)} onClick={() => run('inspector')}>
          <Icon of={PanelRight} />
        </IconButton>
      ) : null}
    </header>
  );
}

const layouts = [
  { layout: 'table', command: 'showTable', label: words.showTable, icon: Table2 },
  { layout: 'gallery', command: 'showGallery', label: words.showGallery, icon: LayoutGrid },
] as const;

/** The same rows as a table or as tiles. */
function LayoutSwitch() {
  const session = useSession();
  const shown = useIn(session.look, (state) => state.layout);
  return (
    <div role="radiogroup" aria-label={words.layout} className={styles.layouts}>
      {layouts.map(({ layout, command, label, icon }) => (
        <label key={layout} className={styles.layout} title={`${label} ${keysOf(command, session) ?? ''}`}>
          <input
            type="radio"
            name="layout"
            className="visually-hidden"
            checked={shown === layout}
            onChange={() => commands.find(({ id }) => id === command)?.run(session)}
          />
          <Icon of={icon} />
          <span className={styles.word}>{label}</span>
        </label>
      ))}
    </div>
  );
}

/** Off while no row is chosen. */
function LinkButton({ onRun }: { readonly onRun: () => void }) {
  const session = useSession();
  const canLink = useIn(session.table, () => commands.find(({ id }) => id === 'linkSheet')?.when(session) ?? false);
  return (
    <Button
      icon={<Icon of={Link} />}
      className={styles.worded ?? ''}
      disabledReason={canLink ? null : words.selectRow}
      onClick={onRun}
      title={words.linkSheet}
    >
      <span className={styles.word}>{words.link}</span>
    </Button>
  );
}

function viewMenu(session: Session, theme: Theme, density: Density, looking: LookingFetch | null): MenuEntry[] {
  const { layout } = session;
  return [
    { kind: 'note', label: words.density },
    ...(Object.keys(densities) as Density[]).map((one) => ({
      kind: 'item' as const,
      label: words.densities[one],
      checked: one === density,
      onSelect: () => layout.setState({ density: one }),
    })),
    { kind: 'line' },
    { kind: 'note', label: words.theme },
    ...themes.map((one) => ({
      kind: 'item' as const,
      label: words.themes[one],
      checked: one === theme,
      onSelect: () => layout.setState({ theme: one }),
    })),
    { kind: 'line' },
    { kind: 'note', label: words.fetchingWhenLooking },
    ...lookingFetches.map((one) => ({
      kind: 'item' as const,
      label: words.lookingFetches[one],
      checked: one === looking,
      onSelect: () => void setLooking(session, one),
    })),
  ];
}

/** The menu shows it once it is written: the library tells every window. */
async function setLooking({ client, notices }: Session, fetch: LookingFetch): Promise<void> {
  const answer = await client.library.setLooking({ fetch });
  if (!answer.ok) sayError(notices, answer.error);
}

/** Folders down to where we are; each above it is a way there. */
function Crumbs() {
  const session = useSession();
  const { folders, tables } = useIn(session.tree, (state) => state);
  const place = useIn(session.place, (state) => state.place);
  const table = place.kind === 'table' ? tables.find((one) => one.id === place.tableId) : undefined;
  const above = [];
  let folder = folders.find((one) => one.id === (table ? table.folderId : place.kind === 'folder' ? place.folderId : null));
  while (folder) {
    above.unshift(folder);
    const { parentId } = folder;
    folder = folders.find((one) => one.id === parentId);
  }
  const last = place.kind === 'settings' ? words.settings : (table?.name ?? above.pop()?.name ?? words.library);
  return (
    <nav className={styles.crumbs} aria-label={words.library}>
      {above.map((one) => (
        <span key={one.id} className={styles.crumb}>
          <Button look="quiet" onClick={() => goTo(session.place, { kind: 'folder', folderId: one.id })}>
            {one.name}
          </Button>
          <Icon of={ChevronRight} size={12} className={styles.between} />
        </span>
      ))}
      <h1 className={styles.here}>{last}</h1>
    </nav>
  );
}
