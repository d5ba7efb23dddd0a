/** Marking computed cells for computing again. */
import type { SqlForm } from '../../src-shared/expression/expression.ts';
import type { Database } from './database.ts';
import { sqlColumn, sqlTable } from './stored-cells.ts';

/** SQL assignments that make cells pending, those with a value stale; the row's revision rises, so that results on their way are dropped. */
export function staleAssignments(columnIds: readonly number[]): string[] {
  const states = columnIds.map((id) => {
    const state = `${sqlColumn(id)}_state`;
    return `${state} = CASE ${state} WHEN 1 THEN 3 WHEN 2 THEN 0 ELSE ${state} END`;
  });
  return ['revision = revision + 1', ...states];
}

/** Forgets the errors of those cells. The row's alias in `condition` is `t`. */
export function forgetErrors(database: Database, tableId: number, columnIds: readonly number[], condition: SqlForm): void {
  for (const id of columnIds) {
    if (!database.one('SELECT 1 AS found FROM cell_error WHERE column_id = ? LIMIT 1', id)) continue;
    database.run(
      `DELETE FROM cell_error WHERE column_id = ? AND row_id IN (
         SELECT t.id FROM ${sqlTable(tableId)} AS t WHERE t.${sqlColumn(id)}_state = 2 AND t.${sqlColumn(id)}_state <> 1 AND (${condition.sql}))`,
      id,
      ...condition.parameters,
    );
  }
}

/** Marks the cells of these computed columns in all rows where `condition` holds. */
export function markStale(database: Database, tableId: number, columnIds: readonly number[], condition: SqlForm): void {
  if (columnIds.length === 0) return;
  forgetErrors(database, tableId, columnIds, condition);
  database.run(
    `UPDATE ${sqlTable(tableId)} AS t SET ${staleAssignments(columnIds).join(', ')} WHERE (${condition.sql})`,
    ...condition.parameters,
  );
}
