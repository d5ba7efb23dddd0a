/** The URLs of presigned cells: kept out of rows, asked for only where they are handed out. */
import type { RowId, Table } from '../../src-shared/model/table.ts';
import type { Library } from '../library.ts';

/** URLs by row and column id of the presigned cells of these rows, issued anew first where they have ended or are about to. */
export async function issuedUrls(
  { catalog, compute }: Library,
  table: Table,
  rowIds: readonly RowId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<RowId, ReadonlyMap<number, string>>> {
  const columnIds = table.columns.filter(({ isVolatile }) => isVolatile).map(({ id }) => id);
  if (columnIds.length === 0 || rowIds.length === 0) return new Map();
  await compute.refreshVolatile(table, [...rowIds], signal);
  const rows = await catalog.cells.take(
    { tableId: table.id, columnIds, states: ['ok'], rowIds: [...rowIds], limit: rowIds.length },
    columnIds,
  );
  return new Map(
    rows.map(({ rowId, cells }) => [
      rowId,
      new Map(
        columnIds.flatMap((columnId): [number, string][] => {
          const cell = cells[columnId];
          return cell?.state === 'ok' && typeof cell.value === 'string' ? [[columnId, cell.value]] : [];
        }),
      ),
    ]),
  );
}
