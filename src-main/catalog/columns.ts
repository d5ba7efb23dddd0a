/** Making, changing and dropping columns. */
import type { TableReference } from '../../src-shared/contract/table-reference.ts';
import { fail } from '../../src-shared/model/error.ts';
import { type Column, type ColumnType, isMediaType, type Table } from '../../src-shared/model/table.ts';
import type { ComputedColumn } from './catalog.ts';
import type { ColumnDefinition } from './change-step.ts';
import type { Recorder, Writer } from './changes.ts';
import type { Database } from './database.ts';
import { changeTree } from './folders.ts';
import { checkFree, checkName } from './names.ts';
import { markStale } from './stale-cells.ts';
import { sqlDefinitions, sqlIndexes, sqlTable } from './stored-cells.ts';
import { checkColumnCount } from './tables.ts';
import { dependentsOf, findColumn, findTable } from './tree.ts';

/** Adds an empty column of references or plain values. */
export function addColumn(
  writer: Writer,
  groupId: number | null,
  reference: TableReference,
  column: { name: string; type: ColumnType },
): Column {
  const definition = { name: column.name, expression: null, type: column.type, level: null, isVolatile: false, reads: [] };
  return add(writer, groupId, findTable(writer.database, reference), isMediaType(column.type) ? 'media' : 'plain', definition);
}

/** Adds a computed column; all its cells are pending. */
export function addComputedColumn(writer: Writer, groupId: number | null, reference: TableReference, column: ComputedColumn): Column {
  return add(writer, groupId, findTable(writer.database, reference), 'computed', { ...column });
}

/** Gives a computed column another expression; its cells and those that depend on it are computed again. */
export function setExpression(writer: Writer, groupId: number | null, reference: TableReference, column: ComputedColumn): Column {
  const table = findTable(writer.database, reference);
  const old = findColumn(table, column.name);
  if (old.kind !== 'computed') {
    throw fail('invalid_input', { message: `The column "${old.name}" is not computed.`, next: 'Choose a computed column.' });
  }
  return changeTree(writer, groupId, `Changed the expression of ${old.name} in ${table.path}`, (recorder) => {
    edit(writer, recorder, table, old.id, { ...column, name: old.name });
    return findColumn(findTable(writer.database, table.id), old.name);
  });
}

/** Puts a column into the trash. One that others read stays: they would all fail. */
export function dropColumn(writer: Writer, groupId: number | null, reference: TableReference, name: string): void {
  const { database } = writer;
  const table = findTable(database, reference);
  const column = findColumn(table, name);
  const readers = table.columns.filter((other) => dependentsOf(database, [column.id]).includes(other.id));
  if (readers.length > 0) {
    throw fail('invalid_input', {
      message: `The column "${name}" is needed by ${readers.map((other) => `"${other.name}"`).join(', ')}.`,
      next: 'Drop or change those columns first.',
    });
  }
  changeTree(writer, groupId, `Removed column ${name} from ${table.path}`, (recorder) => {
    database.run('UPDATE user_column SET removed_by = ? WHERE id = ?', recorder.changeId, column.id);
    recorder.addStep({ kind: 'removeColumn', tableId: table.id, columnId: column.id, name, from: table.path, rows: table.rowCount });
  });
}

/** Gives a column another name, and expressions that name it their new words. Values stay as they are. */
export function renameColumn(
  writer: Writer,
  groupId: number | null,
  reference: TableReference,
  name: string,
  newName: string,
  rewritten: { columnId: number; expression: string }[],
): Column {
  const { database } = writer;
  const table = findTable(database, reference);
  const column = findColumn(table, name);
  checkName('column', newName);
  return changeTree(writer, groupId, `Renamed column ${name} of ${table.path} to ${newName}`, (recorder) => {
    checkFree(
      'column',
      newName,
      table.columns.filter((other) => other.id !== column.id).map((other) => ({ name: other.name, kind: 'column' })),
    );
    edit(writer, recorder, table, column.id, { ...definitionOf(database, column.id), name: newName });
    for (const { columnId, expression } of rewritten) {
      edit(writer, recorder, table, columnId, { ...definitionOf(database, columnId), expression }, { isSameMeaning: true });
    }
    return findColumn(findTable(database, table.id), newName);
  });
}

/**
 * Stores a definition. Where the expression means something else, the revision rises, so that results of the old one are dropped,
 * and cells are marked for computing.
 */
export function applyDefinition(
  writer: Writer,
  tableId: number,
  columnId: number,
  definition: ColumnDefinition,
  options: { isSameMeaning: boolean },
): void {
  const { database } = writer;
  database.run(
    'UPDATE user_column SET name = ?, expression = ?, type = ?, level = ?, is_volatile = ?, revision = revision + ? WHERE id = ?',
    definition.name,
    definition.expression,
    definition.type,
    definition.level,
    definition.isVolatile ? 1 : 0,
    options.isSameMeaning ? 0 : 1,
    columnId,
  );
  database.run('DELETE FROM column_read WHERE column_id = ?', columnId);
  for (const reads of new Set(definition.reads))
    database.run('INSERT INTO column_read (column_id, reads_id) VALUES (?, ?)', columnId, reads);
  if (options.isSameMeaning) return;
  const columnIds = [columnId, ...dependentsOf(database, [columnId])];
  markStale(database, tableId, columnIds, { sql: 'TRUE', parameters: [] });
  writer.announce({ kind: 'cells', tableId, rowIds: null, columnIds });
}

/** A column's definition as it stands. */
export function definitionOf(database: Database, columnId: number): ColumnDefinition {
  const row = database.one<Omit<ColumnDefinition, 'isVolatile' | 'reads'> & { is_volatile: number }>(
    'SELECT name, expression, type, level, is_volatile FROM user_column WHERE id = ?',
    columnId,
  );
  if (!row) throw new Error(`There is no column ${columnId}.`);
  const reads = database.all<{ reads_id: number }>('SELECT reads_id FROM column_read WHERE column_id = ?', columnId);
  return {
    name: row.name,
    expression: row.expression,
    type: row.type,
    level: row.level,
    isVolatile: row.is_volatile === 1,
    reads: reads.map((read) => read.reads_id),
  };
}

function add(writer: Writer, groupId: number | null, table: Table, kind: Column['kind'], definition: ColumnDefinition): Column {
  const { database } = writer;
  checkName('column', definition.name);
  checkFree(
    'column',
    definition.name,
    table.columns.map((column) => ({ name: column.name, kind: 'column' })),
  );
  checkColumnCount(table.columns.length + 1);
  return changeTree(writer, groupId, `Added column ${definition.name} to ${table.path}`, (recorder) => {
    const { id } = database.run(
      `INSERT INTO user_column (table_id, position, name, type, kind, expression, is_volatile, level)
       VALUES (?, (SELECT coalesce(max(position), -1) + 1 FROM user_column WHERE table_id = ?), ?, ?, ?, ?, ?, ?)`,
      table.id,
      table.id,
      definition.name,
      definition.type,
      kind,
      definition.expression,
      definition.isVolatile ? 1 : 0,
      definition.level,
    );
    for (const reads of new Set(definition.reads)) database.run('INSERT INTO column_read (column_id, reads_id) VALUES (?, ?)', id, reads);
    const column = { id, kind, type: definition.type };
    for (const sql of sqlDefinitions(column)) database.sqlite.exec(`ALTER TABLE ${sqlTable(table.id)} ADD COLUMN ${sql}`);
    for (const index of sqlIndexes(table.id, column)) database.sqlite.exec(index);
    recorder.addStep({ kind: 'addColumn', tableId: table.id, columnId: id });
    return findColumn(findTable(database, table.id), definition.name);
  });
}

function edit(
  writer: Writer,
  recorder: Recorder,
  table: Table,
  columnId: number,
  after: ColumnDefinition,
  options?: { isSameMeaning: boolean },
): void {
  const before = definitionOf(writer.database, columnId);
  const isSameMeaning = options?.isSameMeaning ?? before.expression === after.expression;
  applyDefinition(writer, table.id, columnId, after, { isSameMeaning });
  const { name, expression, type, level, isVolatile, reads } = after;
  recorder.addStep({
    kind: 'editColumn',
    tableId: table.id,
    columnId,
    before,
    after: { name, expression, type, level, isVolatile, reads },
    isSameMeaning,
  });
}
