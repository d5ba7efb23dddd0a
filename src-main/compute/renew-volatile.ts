/** Issues links of volatile cells anew when somebody reads them: those near their end, and those that a login has come for since. */
import type { Cell, CellState, Row } from '../../src-shared/model/cell.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import { placeOf } from '../../src-shared/reference/keyed-address.ts';
import { isKeyed } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import { planColumns } from './column-plan.ts';
import { type RunQuery, type RunRooms, runCells } from './run-cells.ts';
import { isUnsigned, mayBeHealed, mustRenew } from './volatile-cells.ts';

/**
 * Renews what must be renewed of these rows and of no others. Of the cells that wait for a login one is tried for all of its kind (the
 * same error, the same bucket): where there is still none, a thousand others need not find that out.
 * @param now milliseconds since 1970 by the servers' clock
 */
export async function renewVolatile(rooms: RunRooms, table: Table, rowIds: RowId[], now: number, signal: AbortSignal): Promise<void> {
  const { catalog } = rooms;
  const ids = table.columns.filter(({ isVolatile, kind }) => isVolatile && kind === 'computed').map(({ id }) => id);
  if (ids.length === 0 || rowIds.length === 0 || catalog.readOnly !== null) return;
  const plan = planColumns(table, ids).filter(({ column }) => ids.includes(column.id));
  const rows = await catalog.rows.get(table.id, rowIds);

  for (const { column, checked } of plan) {
    const place = table.columns.findIndex(({ id }) => id === column.id);
    const cellOf = ({ cells }: Row): Cell => cells[place] ?? { state: 'pending', value: null };
    const renew = async (some: readonly Row[], states: readonly CellState[], { mustSign }: { mustSign: boolean }): Promise<void> => {
      if (some.length === 0) return;
      const query: RunQuery = { table, columnIds: [column.id], states, rowIds: idsOf(some), again: false, priority: 'visible', mustSign };
      await runCells(rooms, query, { step: () => {} }, signal);
    };
    /** Tries the first of each group, and the others where that one no longer waits. */
    const tryOneForAll = async (
      groups: Iterable<readonly Row[]>,
      state: CellState,
      isWaiting: (cell: Cell) => boolean,
      mustSign: boolean,
    ) => {
      for (const [first, ...others] of groups) {
        if (!first) continue;
        await renew([first], [state], { mustSign });
        const [tried] = await catalog.rows.get(table.id, [first.rowId]);
        if (tried && !isWaiting(cellOf(tried))) await renew(others, [state], { mustSign });
      }
    };

    const old = Map.groupBy(
      rows.filter((row) => mustRenew(cellOf(row), checked, now)),
      (row) => typeof cellOf(row).link?.expiresAt === 'string',
    );
    for (const [wasSigned, some] of old) await renew(some, ['pending', 'running', 'ok', 'stale'], { mustSign: wasSigned });
    const failed = rows.filter((row) => mayBeHealed(cellOf(row)));
    await tryOneForAll(Map.groupBy(failed, (row) => cellOf(row).error?.message).values(), 'error', mayBeHealed, true);
    const plain = rows.filter((row) => isUnsigned(cellOf(row)) && bucketOf(row) !== null);
    await tryOneForAll(Map.groupBy(plain, bucketOf).values(), 'ok', isUnsigned, false);
  }
}

function idsOf(rows: readonly Row[]): RowId[] {
  return rows.map(({ rowId }) => rowId);
}

/** The bucket of a row's first object; null where it holds none, so that nothing of it is ever signed. */
function bucketOf({ cells }: Row): string | null {
  for (const { media } of cells) {
    const reference = media ? storedReference(media) : null;
    if (reference && isKeyed(reference)) return `${reference.scheme}://${placeOf(reference).bucket}`;
  }
  return null;
}
