/** Editing and deleting rows. */
import type { RowSelection } from '../../src-shared/contract/table-reference.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import type { NewReference } from './catalog.ts';
import { recordChange, type Writer } from './changes.ts';
import type { SqlValue } from './database.ts';
import { counted } from './folders.ts';
import { referenceId } from './references.ts';
import { selectedRows } from './row-selection.ts';
import { forgetErrors, staleAssignments } from './stale-cells.ts';
import { columnOf, encodeValue, isNewReference, sqlColumn, sqlTable } from './stored-cells.ts';
import { dependentsOf, findTable } from './tree.ts';

/** Above so many rows nobody is told which. */
const mostNamedRows = 1000;

/** Sets cells of these columns in the selected rows. What depends on them is marked for computing in the same transaction. */
export function updateRows(
  writer: Writer,
  groupId: number | null,
  tableId: number,
  rows: RowSelection,
  set: readonly { columnId: number; value: CellValue | NewReference }[],
): { rows: number; rowIds: RowId[] | null } {
  const { database } = writer;
  const table = findTable(database, tableId);
  const columns = set.map(({ columnId, value }) => ({ column: columnOf(table, columnId), value }));
  const computed = columns.find(({ column }) => column.kind === 'computed')?.column;
  if (computed) {
    throw fail('invalid_input', {
      message: `The column "${computed.name}" is computed.`,
      next: 'Change its expression, or what it reads.',
    });
  }
  if (columns.length === 0) return { rows: 0, rowIds: [] };
  const dependents = dependentsOf(
    database,
    columns.map(({ column }) => column.id),
  );
  const names = columns.map(({ column }) => column.name).join(', ');
  const result = recordChange(
    writer,
    groupId,
    (done: { rows: number }) => `Changed ${names} in ${counted(done.rows, 'row')} of ${table.path}`,
    (recorder) => {
      const condition = selectedRows(database, table, rows);
      const count = database.one<{ rows: number }>(
        `SELECT count(*) AS rows FROM ${sqlTable(tableId)} AS t WHERE ${condition.sql}`,
        ...condition.parameters,
      );
      if (!count || count.rows === 0) return { rows: 0, rowIds: [] as RowId[] };
      const number = recorder.addStep({ kind: 'updateCells', tableId });
      const assignments: string[] = [];
      const values: SqlValue[] = [];
      for (const { column, value } of columns) {
        const name = sqlColumn(column.id);
        database.run(
          `INSERT INTO change_cell (change_id, number, row_id, column_id, value, typed)
           SELECT ?, ?, t.id, ?, t.${name}, ${column.kind === 'media' ? `t.${name}_typed` : 'NULL'}
           FROM ${sqlTable(tableId)} AS t WHERE ${condition.sql}`,
          recorder.changeId,
          number,
          column.id,
          ...condition.parameters,
        );
        assignments.push(`${name} = ?`);
        if (column.kind === 'media') {
          if (value !== null && !isNewReference(value)) throw new Error(`Column ${column.id} holds references and was given a value.`);
          assignments.push(`${name}_typed = ?`);
          values.push(value ? referenceId(database, value) : null, value && value.typed !== value.canonical ? value.typed : null);
        } else values.push(encodeValue(column.type, isNewReference(value) ? value.canonical : value));
      }
      // From here on rows are named by the change, because the condition may read what is being changed.
      const named = {
        sql: 't.id IN (SELECT row_id FROM change_cell WHERE change_id = ? AND number = ?)',
        parameters: [recorder.changeId, number],
      };
      forgetErrors(database, tableId, dependents, named);
      database.run(
        `UPDATE ${sqlTable(tableId)} AS t SET ${[...assignments, ...staleAssignments(dependents)].join(', ')} WHERE ${named.sql}`,
        ...values,
        ...named.parameters,
      );
      const rowIds = database
        .all<{ row_id: RowId }>(
          'SELECT DISTINCT row_id FROM change_cell WHERE change_id = ? AND number = ? LIMIT ?',
          recorder.changeId,
          number,
          mostNamedRows + 1,
        )
        .map((row) => row.row_id);
      return { rows: count.rows, rowIds: rowIds.length > mostNamedRows ? null : rowIds };
    },
  );
  if (result.rows > 0) {
    const columnIds = [...columns.map(({ column }) => column.id), ...dependents];
    writer.announce({ kind: 'cells', tableId, rowIds: result.rowIds, columnIds });
  }
  return result;
}

/** Moves the selected rows to the trash. */
export function deleteRows(writer: Writer, groupId: number | null, tableId: number, rows: RowSelection): { rows: number } {
  const { database } = writer;
  const table = findTable(database, tableId);
  const result = recordChange(
    writer,
    groupId,
    (done: { rows: number }) => `Removed ${counted(done.rows, 'row')} from ${table.path}`,
    (recorder) => {
      const condition = selectedRows(database, table, rows);
      const { changes } = database.run(
        `UPDATE ${sqlTable(tableId)} AS t SET removed_by = ? WHERE ${condition.sql}`,
        recorder.changeId,
        ...condition.parameters,
      );
      if (changes === 0) return { rows: 0 };
      database.run('UPDATE user_table SET row_count = row_count - ? WHERE id = ?', changes, tableId);
      recorder.addStep({ kind: 'removeRows', tableId, name: counted(changes, 'row'), from: table.path, rows: changes });
      return { rows: changes };
    },
  );
  if (result.rows > 0) writer.announce({ kind: 'rows', tableId });
  return result;
}
