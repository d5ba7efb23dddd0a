/** Rows dropped on another table: their references become rows there. */
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { say, sayError } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { undoAction } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import type { Dragged } from './drop-store.ts';
import { columnForAll, mediaColumns, tableOf } from './import-target.ts';

/** More would be a call larger than a host takes. */
const mostRows = 100_000;
/** What `views.page` gives at once. */
const pageSize = 1000;

/** The address by which a row is taken elsewhere: a web address as it was given, since its canonical form has lost a signature. */
export function givenAddress({ scheme, typed, canonical }: MediaCell): string {
  return scheme === 'https' || scheme === 'http' ? typed.trim() : canonical;
}

/** Copies the references of dragged rows into a table, as one change; no request goes out. */
export async function copyRows(session: Session, rows: Extract<Dragged, { kind: 'rows' }>, tableId: number): Promise<void> {
  const { client, notices, tree } = session;
  if (rows.count > mostRows) {
    sayError(notices, { cause: 'too_large', message: words.tooManyCopied(mostRows), next: words.selectFewer });
    return;
  }
  const place =
    tree
      .getState()
      .tables.find((table) => table.id === rows.tableId)
      ?.columns.findIndex(({ name }) => name === rows.column) ?? -1;
  const cells: MediaCell[] = [];
  for (const range of rows.ranges) {
    for (let start = range.start; start < range.end; start += pageSize) {
      const page = await client.views.page({ viewId: rows.viewId, start, end: Math.min(range.end, start + pageSize) });
      if (!page.ok) {
        sayError(notices, page.error);
        return;
      }
      cells.push(...page.value.rows.flatMap((row) => row.cells[place]?.media ?? []));
    }
  }
  if (cells.length === 0) return;
  const kinds = [...new Set(cells.map(({ kind }) => kind))];
  const columns = mediaColumns(tableOf(session, { kind: 'table', tableId }));
  const column = columnForAll(columns, { kinds });
  const answer = await client.rows.insert({
    table: tableId,
    source: { kind: 'texts', texts: cells.map(givenAddress) },
    ...(column ? { column: column.name } : {}),
    onError: 'ignore',
    compute: 'background',
  });
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const { rows: inserted, values, errors, rejected } = answer.value;
  say(notices, words.imported(inserted, values, errors + rejected.length), inserted > 0 ? undoAction(session) : null);
}
