/** The URLs of presigned cells: kept out of rows, asked for only where they are handed out. */
import type { Cell, Row } from '../../src-shared/model/cell.ts';
import type { Column, RowId, Table } from '../../src-shared/model/table.ts';
import type { Library } from '../library.ts';

/** A URL to hand out, and its end. */
export interface IssuedUrl {
  readonly url: string;
  readonly link: Cell['link'];
}

/** By row and by column id. */
export type IssuedUrls = ReadonlyMap<RowId, ReadonlyMap<number, IssuedUrl>>;

/**
 * The presigned cells of these rows, issued anew first where they have ended or are about to. One that has ended all the same, because
 * nothing could be issued, is left out: no ended link is ever handed out.
 */
export async function issuedUrls(library: Library, table: Table, rowIds: readonly RowId[], signal: AbortSignal): Promise<IssuedUrls> {
  const { catalog, compute } = library;
  const columns = table.columns.filter(({ isVolatile }) => isVolatile);
  if (columns.length === 0 || rowIds.length === 0) return new Map();
  if (catalog.readOnly !== null) return urlsOfThisCall(library, table, columns, rowIds, signal);
  await compute.refreshVolatile(table, [...rowIds], signal);
  const columnIds = columns.map(({ id }) => id);
  const query = { tableId: table.id, columnIds, states: ['ok' as const], rowIds: [...rowIds], limit: rowIds.length };
  const [taken, rows] = await Promise.all([catalog.cells.take(query, columnIds), catalog.rows.get(table.id, [...rowIds])]);
  const urls = new Map(taken.map(({ rowId, cells }) => [rowId, cells]));
  const now = library.links.serverNow();
  return urlsOf(table, columns, rows, ({ rowId, cells }, column, place) => {
    const cell = urls.get(rowId)?.[column.id];
    const link = cells[place]?.link;
    return cell?.state === 'ok' && typeof cell.value === 'string' && !hasEnded(link?.expiresAt, now) ? { url: cell.value, link } : null;
  });
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
): Promise<IssuedUrls> {
  const rows = await catalog.rows.get(table.id, [...rowIds]);
  const expressions = columns.map(({ expression }) => expression ?? 'null');
  const there = rows.map(({ rowId }) => rowId);
  const { cells } = await compute.evaluate(table, expressions, there, { maxLevel: 'sign', signal });
  const evaluated = new Map(there.map((rowId, index) => [rowId, cells[index]]));
  return urlsOf(table, columns, rows, ({ rowId }, column) => {
    const cell = evaluated.get(rowId)?.[columns.indexOf(column)];
    return cell?.state === 'ok' && typeof cell.value === 'string' ? { url: cell.value, link: cell.link } : null;
  });
}

/** @param urlOf is given the row, the column and the column's place in the row's cells */
function urlsOf(
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
  urlOf: (row: Row, column: Column, place: number) => IssuedUrl | null,
): IssuedUrls {
  return new Map(
    rows.map((row) => [
      row.rowId,
      new Map(
        columns.flatMap((column): [number, IssuedUrl][] => {
          const issued = urlOf(row, column, table.columns.indexOf(column));
          return issued === null ? [] : [[column.id, issued]];
        }),
      ),
    ]),
  );
}
