/** Making, moving and dropping tables. */
import type { TableReference } from '../../src-shared/contract/table-reference.ts';
import { fail } from '../../src-shared/model/error.ts';
import { type ColumnType, isMediaType, type Table } from '../../src-shared/model/table.ts';
import type { Place } from './change-step.ts';
import type { Writer } from './changes.ts';
import { changeTree, parentPath, placeOf } from './folders.ts';
import { checkFree, checkName } from './names.ts';
import { sqlDefinitions, sqlIndexes, sqlTable } from './stored-cells.ts';
import { findTable, findTableOrNull, folderById, siblingsIn } from './tree.ts';

/** SQLite allows 2,000 columns; a computed column takes four. */
const mostColumns = 400;

/** Makes a table with its real table `t<ID>`. */
export function createTable(
  writer: Writer,
  groupId: number | null,
  path: string,
  columns: { name: string; type: ColumnType }[],
  options: { ifNotExists: boolean },
): Table {
  const { database } = writer;
  const there = findTableOrNull(database, path);
  if (there && options.ifNotExists) return there;
  const { folderId, name } = placeOf(database, path, 'table');
  const known: { name: string; kind: 'column' }[] = [];
  for (const column of columns) {
    checkFree('column', checkName('column', column.name), known);
    known.push({ name: column.name, kind: 'column' });
  }
  checkColumnCount(columns.length);
  return changeTree(writer, groupId, `Created table ${path}`, (recorder) => {
    checkFree('table', name, siblingsIn(database, folderId));
    const { id } = database.run('INSERT INTO user_table (folder_id, name) VALUES (?, ?)', folderId, name);
    const stored = columns.map((column, position) => {
      const kind: 'media' | 'plain' = isMediaType(column.type) ? 'media' : 'plain';
      const row = database.run(
        'INSERT INTO user_column (table_id, position, name, type, kind) VALUES (?, ?, ?, ?, ?)',
        id,
        position,
        column.name,
        column.type,
        kind,
      );
      return { id: row.id, kind, type: column.type };
    });
    const definitions = [
      'id INTEGER PRIMARY KEY',
      'revision INTEGER NOT NULL DEFAULT 0',
      'removed_by INTEGER',
      ...stored.flatMap(sqlDefinitions),
    ];
    database.sqlite.exec(`CREATE TABLE ${sqlTable(id)} (${definitions.join(', ')}) STRICT`);
    database.sqlite.exec(`CREATE INDEX ${sqlTable(id)}_removed ON ${sqlTable(id)}(removed_by) WHERE removed_by IS NOT NULL`);
    for (const column of stored) for (const index of sqlIndexes(id, column)) database.sqlite.exec(index);
    recorder.addStep({ kind: 'addTable', tableId: id });
    return findTable(database, id);
  });
}

/** Puts a table into the trash. */
export function dropTable(
  writer: Writer,
  groupId: number | null,
  reference: TableReference,
): { dropped: boolean; rows: number; tables: number } {
  const table = findTable(writer.database, reference);
  return changeTree(writer, groupId, `Removed table ${table.path}`, (recorder) => {
    writer.database.run('UPDATE user_table SET removed_by = ? WHERE id = ?', recorder.changeId, table.id);
    recorder.addStep({ kind: 'removeTable', tableId: table.id, name: table.name, from: parentPath(table.path), rows: table.rowCount });
    return { dropped: true, rows: table.rowCount, tables: 1 };
  });
}

/** Gives a table another name. */
export function renameTable(writer: Writer, groupId: number | null, reference: TableReference, name: string): Table {
  const table = findTable(writer.database, reference);
  return placeTable(
    writer,
    groupId,
    table,
    { name: checkName('table', name), folderId: table.folderId },
    `Renamed table ${table.path} to ${name}`,
  );
}

/** Puts a table into a folder, or into the library itself. */
export function moveTable(writer: Writer, groupId: number | null, reference: TableReference, folderId: number | null): Table {
  const table = findTable(writer.database, reference);
  const target = folderId === null ? 'the library' : folderById(writer.database, folderId).path;
  return placeTable(writer, groupId, table, { name: table.name, folderId }, `Moved table ${table.path} to ${target}`);
}

/** Fails with `invalid_input` above what SQLite can hold. */
export function checkColumnCount(count: number): void {
  if (count <= mostColumns) return;
  throw fail('invalid_input', { message: `A table must have at most ${mostColumns} columns.`, next: 'Use several tables.' });
}

function placeTable(writer: Writer, groupId: number | null, table: Table, after: Place, label: string): Table {
  const { database } = writer;
  return changeTree(writer, groupId, label, (recorder) => {
    checkFree(
      'table',
      after.name,
      siblingsIn(database, after.folderId).filter((item) => item.kind !== 'table' || item.id !== table.id),
    );
    database.run('UPDATE user_table SET name = ?, folder_id = ? WHERE id = ?', after.name, after.folderId, table.id);
    recorder.addStep({ kind: 'placeTable', tableId: table.id, before: { name: table.name, folderId: table.folderId }, after });
    return findTable(database, table.id);
  });
}
