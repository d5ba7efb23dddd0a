/** Deletes for good what nobody can bring back any more. Missing things are no error: another purge may have taken them along. */
import type { Column } from '../../src-shared/model/table.ts';
import type { Step } from './change-step.ts';
import type { Database } from './database.ts';
import { sqlColumn, sqlDefinitions, sqlTable } from './stored-cells.ts';

/** Deletes what an undone step had added. */
export function purgeAdded(database: Database, changeId: number, step: Step): void {
  if (step.kind === 'addFolder') purgeFolder(database, step.folderId, changeId);
  else if (step.kind === 'addTable') purgeTable(database, step.tableId);
  else if (step.kind === 'addColumn') purgeColumn(database, step.columnId);
  else if (step.kind === 'insertRows') purgeRows(database, step.tableId, changeId);
}

/** Deletes the rows that a change had removed (or, undone, had added). Gives how many. */
export function purgeRows(database: Database, tableId: number, changeId: number): number {
  if (!exists(database, tableId)) return 0;
  database.run(
    `DELETE FROM cell_error WHERE column_id IN (SELECT id FROM user_column WHERE table_id = ?)
       AND row_id IN (SELECT id FROM ${sqlTable(tableId)} WHERE removed_by = ?)`,
    tableId,
    changeId,
  );
  return database.run(`DELETE FROM ${sqlTable(tableId)} WHERE removed_by = ?`, changeId).changes;
}

/** Deletes a table with all that names it. */
export function purgeTable(database: Database, tableId: number): void {
  if (!exists(database, tableId)) return;
  const views = database.all<{ name: string }>('SELECT name FROM readable_view WHERE table_id = ?', tableId);
  for (const { name } of views) database.sqlite.exec(`DROP VIEW IF EXISTS "${name.replaceAll('"', '""')}"`);
  database.run('DELETE FROM readable_view WHERE table_id = ?', tableId);
  database.run('DELETE FROM cell_error WHERE column_id IN (SELECT id FROM user_column WHERE table_id = ?)', tableId);
  database.run('DELETE FROM column_read WHERE column_id IN (SELECT id FROM user_column WHERE table_id = ?)', tableId);
  database.run('DELETE FROM user_column WHERE table_id = ?', tableId);
  database.run('DELETE FROM user_table WHERE id = ?', tableId);
  database.run('DELETE FROM change_step WHERE table_id = ?', tableId);
  database.sqlite.exec(`DROP TABLE ${sqlTable(tableId)}`);
}

/** Deletes a column with its cells. */
export function purgeColumn(database: Database, columnId: number): void {
  const column = database.one<Pick<Column, 'id' | 'kind' | 'type'> & { table_id: number }>(
    'SELECT id, kind, type, table_id FROM user_column WHERE id = ?',
    columnId,
  );
  if (!column) return;
  const table = sqlTable(column.table_id);
  database.sqlite.exec(`DROP INDEX IF EXISTS ${table}_${sqlColumn(columnId)}`);
  for (const definition of sqlDefinitions(column)) database.sqlite.exec(`ALTER TABLE ${table} DROP COLUMN ${definition.split(' ')[0]}`);
  database.run('DELETE FROM cell_error WHERE column_id = ?', columnId);
  database.run('DELETE FROM column_read WHERE column_id = ?', columnId);
  database.run('DELETE FROM change_cell WHERE column_id = ?', columnId);
  database.run('DELETE FROM change_step WHERE column_id = ?', columnId);
  database.run('DELETE FROM user_column WHERE id = ?', columnId);
}

/** Deletes a folder and what went with it when `changeId` removed it. What lay in the trash before it then has no folder. */
export function purgeFolder(database: Database, folderId: number, changeId: number): { tables: number; folders: number; rows: number } {
  const folders = foldersBelow(database, folderId);
  let [tables, rows, dropped] = [0, 0, 0];
  for (const id of folders.toReversed()) {
    const inside = database.all<{ id: number; row_count: number }>(
      'SELECT id, row_count FROM user_table WHERE folder_id = ? AND removed_by = ?',
      id,
      changeId,
    );
    for (const table of inside) {
      purgeTable(database, table.id);
      tables += 1;
      rows += table.row_count;
    }
    if (database.one('SELECT 1 AS found FROM folder WHERE id = ? AND removed_by = ?', id, changeId)) {
      database.run('UPDATE user_table SET folder_id = NULL WHERE folder_id = ?', id);
      database.run('UPDATE folder SET parent_id = NULL WHERE parent_id = ?', id);
      database.run('DELETE FROM change_step WHERE folder_id = ?', id);
      dropped += database.run('DELETE FROM folder WHERE id = ?', id).changes;
    }
  }
  return { tables, folders: dropped, rows };
}

/** A folder and all below it, removed ones too, parents first. */
export function foldersBelow(database: Database, folderId: number): number[] {
  return database
    .all<{ id: number }>(
      `WITH RECURSIVE below(id) AS (
         SELECT id FROM folder WHERE id = ? UNION ALL SELECT folder.id FROM folder JOIN below ON folder.parent_id = below.id
       ) SELECT id FROM below`,
      folderId,
    )
    .map((row) => row.id);
}

function exists(database: Database, tableId: number): boolean {
  return database.one('SELECT 1 AS found FROM user_table WHERE id = ?', tableId) !== undefined;
}
