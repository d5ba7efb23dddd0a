/** What goes when another file lies under an address than the one that was known. */
import type { Database } from './database.ts';
import { markStale } from './stale-cells.ts';
import { sqlColumn, sqlTable } from './stored-cells.ts';
import { dependentsOf, listTree } from './tree.ts';

/** Columns of a table whose cells became stale. */
export interface StaleColumns {
  readonly tableId: number;
  readonly columnIds: number[];
}

/**
 * Takes the present file of these references for the known one: cells of any table that were computed from the former become stale, and
 * nothing waits for a decision any more. To be called within a transaction.
 */
export function takeOtherFile(database: Database, referenceIds: readonly number[]): StaleColumns[] {
  const stale: StaleColumns[] = [];
  if (referenceIds.length === 0) return stale;
  const changed = JSON.stringify(referenceIds);
  database.run(
    `UPDATE upstream SET state = 'same', remote = NULL WHERE state <> 'same' AND canonical IN
       (SELECT r.canonical FROM json_each(?) AS asked CROSS JOIN reference AS r ON r.id = asked.value)`,
    changed,
  );
  for (const table of listTree(database, null).tables) {
    for (const column of table.columns.filter(({ kind }) => kind === 'media')) {
      const columnIds = dependentsOf(database, [column.id]);
      const isIn = `t.${sqlColumn(column.id)} IN (SELECT value FROM json_each(?))`;
      if (columnIds.length === 0 || !database.one(`SELECT 1 AS found FROM ${sqlTable(table.id)} AS t WHERE ${isIn} LIMIT 1`, changed))
        continue;
      markStale(database, table.id, columnIds, { sql: isIn, parameters: [changed] });
      stale.push({ tableId: table.id, columnIds });
    }
  }
  return stale;
}
