/** The content of a table: its rows as a grid or as tiles, one of them large, or what stands there when there are none; their context menu and errors. */
import { ListFilter, Table2 } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../../src-shared/model/table.ts';
import { commands, keysOf } from '../../app/commands.ts';
import { type Session, useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyPlace } from '../../ui/empty-place.tsx';
import { ContextMenu } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Gallery } from '../gallery/gallery.tsx';
import { Loupe } from '../loupe/loupe.tsx';
import { setFilter } from '../table/follow-table.ts';
import { Grid } from '../table/grid.tsx';
import { countInHand } from '../table/row-deeds.ts';
import { select } from '../table/selection.ts';
import styles from './rows-pane.module.css';

/** What the context menu offers, in its order; null is a line. */
const offered = [
  'copy',
  'copyLink',
  'linkSheet',
  null,
  'fetch',
  'keepOffline',
  'keepNoLonger',
  'checkForChanges',
  'recompute',
  null,
  'keepHere',
  'takeNew',
  null,
  'edit',
  'openInBrowser',
  'showInFolder',
  null,
  'refreshTable',
  'checkAllRows',
  'removeRows',
] as const;

/** Fills the content pane. */
export function RowsPane() {
  const session = useSession();
  const { view, table, filterText, error, selection } = useIn(session.table, (state) => state);
  const { layout, isLoupeOpen } = useIn(session.look, (state) => state);
  const isEmpty = view !== null && view.rowCount === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what can be done depends on the selection and the table, which commands read themselves.
  const entries = useMemo(() => contextEntries(session), [session, selection, table, view]);

  return (
    <div className={styles.pane}>
      {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
      <ContextMenu entries={entries} className={styles.rows}>
        {/* Under the loupe the rows stay as they were, so that the way back leads to the same place. */}
        <div className={styles.fill} inert={isLoupeOpen}>
          {layout === 'gallery' ? (
            <Gallery />
          ) : (
            <Grid onAddColumn={() => runCommand(session, 'addColumn')} onEditColumn={(column) => editColumn(session, column)} />
          )}
        </div>
        {isLoupeOpen ? <Loupe /> : null}
        {isEmpty ? (
          <div className={styles.empty}>
            {view.total === 0 ? (
              <EmptyPlace icon={Table2} text={words.emptyTable}>
                <Button look="main" onClick={() => commands.find((command) => command.id === 'import')?.run(session)}>
                  {words.importTitle}…
                </Button>
              </EmptyPlace>
            ) : (
              <EmptyPlace icon={ListFilter} text={words.noMatch(view.total)}>
                {filterText === '' ? null : <Button onClick={() => setFilter(session, '')}>{words.clearFilter}</Button>}
              </EmptyPlace>
            )}
          </div>
        ) : null}
      </ContextMenu>
    </div>
  );
}

function runCommand(session: Session, id: string): void {
  commands.find((command) => command.id === id)?.run(session);
}

/** The command edits the column that has the focus. */
function editColumn(session: Session, column: Column): void {
  const place = session.table.getState().table?.columns.indexOf(column) ?? -1;
  if (place < 0) return;
  session.table.setState((state) => ({
    selection: select(state.selection, { type: 'focused', focus: { row: state.selection.focus.row, column: place } }),
  }));
  runCommand(session, 'editExpression');
}

function contextEntries(session: Session): MenuEntry[] {
  const count = countInHand(session);
  if (count === 0) return [];
  const entries: MenuEntry[] = count > 1 ? [{ kind: 'note', label: words.onRows(count) }] : [];
  for (const id of offered) {
    if (id === null) {
      if (entries.at(-1)?.kind === 'item') entries.push({ kind: 'line' });
      continue;
    }
    const command = commands.find((one) => one.id === id);
    if (!command?.when(session)) continue;
    entries.push({ kind: 'item', label: command.title, keys: keysOf(id, session), onSelect: () => command.run(session) });
  }
  return entries.at(-1)?.kind === 'line' ? entries.slice(0, -1) : entries;
}
