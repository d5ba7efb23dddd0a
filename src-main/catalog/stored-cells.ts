/** How a cell lies in a user table: names of its SQL columns, its state's number, its value's SQL form. */
import type { CellState, CellValue } from '../../src-shared/model/cell.ts';
import type { Column, ColumnType, Table } from '../../src-shared/model/table.ts';
import type { NewReference } from './catalog.ts';
import type { SqlValue } from './database.ts';

/** Numbers of the states in `c<ID>_state`. A pending and a failed cell have a NULL value, an ok and a stale one have theirs. */
export const stateNumbers = { pending: 0, ok: 1, error: 2, stale: 3 } as const;
const stateNames = ['pending', 'ok', 'error', 'stale'] as const;

/** The state behind a number; NULL is a cell that has none and is always ok. */
export function stateOf(number: SqlValue | undefined): CellState {
  return typeof number === 'number' ? (stateNames[number] ?? 'pending') : 'ok';
}

/** Numbers of the states that are stored; `running` never is. */
export function numbersOf(states: readonly CellState[]): number[] {
  return states.flatMap((state) => (state === 'running' ? [] : [stateNumbers[state]]));
}

/** Name of the real table behind a user table. */
export function sqlTable(tableId: number): string {
  return `t${tableId}`;
}

/** Name of the SQL column with a column's values. Its companions add `_typed`, `_state`, `_expires`, `_limited_by`. */
export function sqlColumn(columnId: number): string {
  return `c${columnId}`;
}

const sqlTypes: Record<ColumnType, string> = {
  image: 'INTEGER',
  video: 'INTEGER',
  audio: 'INTEGER',
  media: 'INTEGER',
  string: 'TEXT',
  int: 'INTEGER',
  float: 'REAL',
  bool: 'INTEGER',
  timestamp: 'TEXT',
  json: 'TEXT',
};

/** Definitions of a column's SQL columns, as in CREATE TABLE and ADD COLUMN. */
export function sqlDefinitions(column: Pick<Column, 'id' | 'kind' | 'type'>): string[] {
  const name = sqlColumn(column.id);
  if (column.kind === 'media') return [`${name} INTEGER`, `${name}_typed TEXT`];
  if (column.kind === 'plain') return [`${name} ${sqlTypes[column.type]}`];
  return [`${name} ANY`, `${name}_state INTEGER NOT NULL DEFAULT 0`, `${name}_expires TEXT`, `${name}_limited_by TEXT`];
}

/**
 * Indexes of a column: media by reference, to find what is known already; computed those cells only that are not ok, so that
 * unfinished work is found at once among a million finished cells.
 */
export function sqlIndexes(tableId: number, column: Pick<Column, 'id' | 'kind'>): string[] {
  const name = sqlColumn(column.id);
  if (column.kind === 'media') return [`CREATE INDEX ${sqlTable(tableId)}_${name} ON ${sqlTable(tableId)}(${name})`];
  if (column.kind === 'plain') return [];
  return [`CREATE INDEX ${sqlTable(tableId)}_${name} ON ${sqlTable(tableId)}(${name}_state) WHERE ${name}_state <> 1`];
}

/** SQL that is true for the rows a user sees: not in the trash, not of an import that has not ended. The row's alias is `t`. */
export function isVisible(tableId: number): string {
  return `t.removed_by IS NULL AND t.id < (SELECT hidden_from FROM user_table WHERE id = ${tableId})`;
}

/** The value's SQL form. */
export function encodeValue(type: ColumnType, value: CellValue): SqlValue {
  if (value === null) return null;
  if (type === 'json' || typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value;
}

/** The value behind its SQL form; null where it does not fit the type (a stale value of an expression's former type). */
export function decodeValue(type: ColumnType, stored: SqlValue | undefined): CellValue {
  if (stored === null || stored === undefined || stored instanceof Uint8Array) return null;
  if (type === 'bool') return stored === 1 ? true : stored === 0 ? false : null;
  if (type !== 'json') return stored;
  if (typeof stored !== 'string') return stored;
  try {
    return JSON.parse(stored);
  } catch {
    return null;
  }
}

/** True for a cell of a media column that is to be stored. */
export function isNewReference(value: CellValue | NewReference): value is NewReference {
  return typeof value === 'object' && value !== null && 'canonical' in value && 'typed' in value;
}

/** The column of this id; ids come from this table, so a missing one is a bug. */
export function columnOf(table: Table, columnId: number): Column {
  const column = table.columns.find((candidate) => candidate.id === columnId);
  if (!column) throw new Error(`Table ${table.id} has no column ${columnId}.`);
  return column;
}
