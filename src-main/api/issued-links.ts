/** The URLs of presigned cells: kept out of rows, asked for only where they are handed out. */
import type { Column, RowId, Table } from '../../src-shared/model/table.ts';
import type { Library } from '../library.ts';

/**
 * URLs by row and column id of the presigned cells of these rows, issued anew first where they have ended or are about to. One that has
 * ended all the same, because nothing could be issued, is left out: no ended link is ever handed out.
 */
export async function issuedUrls(
  library: Library,
  table: Table,
  rowIds: readonly RowId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<RowId, ReadonlyMap<number, string>>> {
  const { catalog, compute } = library;
  const columns = table.columns.filter(({ isVolatile }) => isVolatile);
  if (columns.length === 0 || rowIds.length === 0) return new Map();
  if (catalog.readOnly !== null) return urlsOfThisCall(library, table, columns, rowIds, signal);
  await compute.refreshVolatile(table, [...rowIds], signal);
  const columnIds = columns.map(({ id }) => id);
  const query = { tableId: table.id, columnIds, states: ['ok' as const], rowIds: [...rowIds], limit: rowIds.length };
  const [taken, rows] = await Promise.all([catalog.cells.take(query, columnIds), catalog.rows.get(table.id, [...rowIds])]);
  const now = library.links.serverNow();
  const ended = new Set(
    rows.flatMap(({ rowId, cells }) =>
      table.columns.flatMap(({ id }, index) => (hasEnded(cells[index]?.link?.expiresAt, now) ? [`${rowId} ${id}`] : [])),
    ),
  );
  return new Map(
    taken.map(({ rowId, cells }) => [
      rowId,
      new Map(
        columnIds.flatMap((columnId): [number, string][] => {
          const cell = cells[columnId];
          const isGood = cell?.state === 'ok' && typeof cell.value === 'string' && !ended.has(`${rowId} ${columnId}`);
          return isGood ? [[columnId, String(cell.value)]] : [];
        }),
      ),
    ]),
  );
}

/** True where a link's end, ISO 8601, is past. `now` is milliseconds since 1970 by the servers' clock. */
export function hasEnded(expiresAt: string | null | undefined, now: number): boolean {
  return typeof expiresAt === 'string' && Date.parse(expiresAt) <= now;
}

/** In a library that may not be written links are issued for the call alone. */
async function urlsOfThisCall(
  { catalog, compute }: Library,
  table: Table,
  columns: readonly Column[],
  rowIds: readonly RowId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<RowId, ReadonlyMap<number, string>>> {
  const rows = await catalog.rows.get(table.id, [...rowIds]);
  const there = rows.map(({ rowId }) => rowId);
  const { cells } = await compute.evaluate(
    table,
    columns.map(({ expression }) => expression ?? 'null'),
    there,
    { maxLevel: 'sign', signal },
  );
  return new Map(
    there.map((rowId, index) => [
      rowId,
      new Map(
        columns.flatMap(({ id }, place): [number, string][] => {
          const cell = cells[index]?.[place];
          return cell?.state === 'ok' && typeof cell.value === 'string' ? [[id, cell.value]] : [];
        }),
      ),
    ]),
  );
}
