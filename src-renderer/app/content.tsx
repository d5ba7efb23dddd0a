/** What fills the middle: the first page, a folder, or a table. */
import { Folder, Table2 } from 'lucide-react';
import { FirstRun } from '../features/first-run/first-run.tsx';
import { RowsPane } from '../features/look/rows-pane.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { beginNew } from '../features/tree/tree-actions.ts';
import { Button } from '../ui/button.tsx';
import { EmptyPlace } from '../ui/empty-place.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './content.module.css';
import { goTo } from './place-store.ts';
import { useIn, useSession } from './session.ts';
import { words } from './words.ts';

export function Content() {
  const session = useSession();
  const place = useIn(session.place, (state) => state.place);
  const { folders, tables, isKnown } = useIn(session.tree, (state) => state);
  if (place.kind === 'settings') return <SettingsPage page={place.page} />;
  if (!isKnown) return null;
  if (place.kind === 'table') return <RowsPane key={place.tableId} />;
  if (folders.length === 0 && tables.length === 0) return <FirstRun />;
  const here = place.kind === 'folder' ? place.folderId : null;
  const inside = [
    ...folders
      .filter((folder) => folder.parentId === here)
      .map((folder) => ({ kind: 'folder' as const, id: folder.id, name: folder.name, rows: null })),
    ...tables
      .filter((table) => table.folderId === here)
      .map((table) => ({ kind: 'table' as const, id: table.id, name: table.name, rows: table.rowCount })),
  ];
  if (inside.length === 0) {
    return (
      <EmptyPlace icon={Folder} text={words.emptyFolder}>
        <Button look="main" onClick={() => beginNew(session, 'table', here)}>
          {words.newTable}
        </Button>
        <Button onClick={() => beginNew(session, 'folder', here)}>{words.newFolder}</Button>
      </EmptyPlace>
    );
  }
  return (
    <ul className={styles.list}>
      {inside.map((entry) => (
        <li key={`${entry.kind} ${entry.id}`}>
          <button
            type="button"
            className={styles.entry}
            onClick={() =>
              goTo(session.place, entry.kind === 'table' ? { kind: 'table', tableId: entry.id } : { kind: 'folder', folderId: entry.id })
            }
          >
            <Icon of={entry.kind === 'table' ? Table2 : Folder} className={styles.icon} />
            <span className={styles.name}>{entry.name}</span>
            {entry.rows === null ? null : <span className={styles.rows}>{words.rows(entry.rows)}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
