/** Rows as they are shown and as expressions read them. */
import type { Cell, CellState, Row } from '../../src-shared/model/cell.ts';
import type { VitrineError } from '../../src-shared/model/error.ts';
import { type Column, isMediaType, type RowId, type Table } from '../../src-shared/model/table.ts';
import { kindOf, nameOf } from '../../src-shared/reference/describe-reference.ts';
import { referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';
import type { CanonicalUrl, MediaKind } from '../../src-shared/reference/reference.ts';
import type { InputCell, InputRow } from './catalog.ts';
import type { Database, SqlValue } from './database.ts';
import { columnOf, decodeValue, isVisible, sqlColumn, sqlTable, stateOf } from './stored-cells.ts';
import { findTableOrNull } from './tree.ts';

interface StoredReference {
  readonly id: number;
  readonly canonical: CanonicalUrl;
  readonly kind: MediaKind | null;
  readonly is_changed: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly duration: number | null;
}
type StoredRow = Record<string, SqlValue> & { readonly id: number; readonly revision: number };

/** What belongs to the cells of some rows, read in one go. */
interface RowsWithContext {
  readonly rows: StoredRow[];
  readonly references: Map<number, StoredReference>;
  readonly errors: Map<string, VitrineError>;
}

/** Rows in the order of `rowIds`; those that a user does not see are left out. */
export function getRows(database: Database, tableId: number, rowIds: readonly number[]): Row[] {
  return database.read(() => {
    const table = findTableOrNull(database, tableId);
    if (!table) return [];
    const context = readContext(database, table, table.columns, rowIds, { isEveryRow: false });
    return context.rows.map((row) => shownRow(table, row, context));
  });
}

/**
 * Exactly one row for each id: those that went into the trash since come as they were, those deleted for good come empty, so that
 * the places of a view that is not yet read again stay right.
 */
export function getPage(database: Database, tableId: number, rowIds: readonly number[]): Row[] {
  return database.read(() => {
    const table = findTableOrNull(database, tableId);
    if (!table) return [];
    const context = readContext(database, table, table.columns, rowIds, { isEveryRow: true });
    const byId = new Map(context.rows.map((row) => [row.id, shownRow(table, row, context)]));
    return rowIds.map(
      (rowId) => byId.get(rowId) ?? { rowId: rowId as RowId, cells: table.columns.map(() => ({ state: 'ok', value: null })) },
    );
  });
}

/** Those rows' cells of these columns, as expressions read them. To be called within a transaction. */
export function readInputs(database: Database, table: Table, rowIds: readonly number[], columnIds: readonly number[]): InputRow[] {
  const columns = [...new Set(columnIds)].map((id) => columnOf(table, id));
  const context = readContext(database, table, columns, rowIds, { isEveryRow: false });
  return context.rows.map((row) => ({
    rowId: row.id as RowId,
    revision: row.revision,
    cells: Object.fromEntries(columns.map((column) => [column.id, inputCell(column, row, context)])),
  }));
}

function readContext(
  database: Database,
  table: Table,
  columns: readonly Column[],
  rowIds: readonly number[],
  options: { isEveryRow: boolean },
): RowsWithContext {
  const fields = columns.flatMap((column) => {
    const name = `t.${sqlColumn(column.id)}`;
    if (column.kind === 'media') return [name, `${name}_typed`];
    return column.kind === 'plain' ? [name] : [name, `${name}_state`, `${name}_expires`, `${name}_limited_by`];
  });
  const rows = database.all<StoredRow>(
    `SELECT ${['t.id', 't.revision', ...fields].join(', ')} FROM json_each(?) AS asked CROSS JOIN ${sqlTable(table.id)} AS t ON t.id = asked.value
     ${options.isEveryRow ? '' : `WHERE ${isVisible(table.id)}`} ORDER BY asked.key`,
    JSON.stringify(rowIds),
  );
  const media = columns.filter((column) => column.kind === 'media').map((column) => sqlColumn(column.id));
  const referenceIds = new Set(rows.flatMap((row) => media.flatMap((name) => (typeof row[name] === 'number' ? [row[name]] : []))));
  const failed = columns.filter((column) => column.kind === 'computed');
  const failedRows = rows.filter((row) => failed.some((column) => row[`${sqlColumn(column.id)}_state`] === 2)).map((row) => row.id);
  return {
    rows,
    references: readReferences(database, [...referenceIds]),
    errors: readErrors(
      database,
      failed.map((column) => column.id),
      failedRows,
    ),
  };
}

function readReferences(database: Database, ids: readonly number[]): Map<number, StoredReference> {
  if (ids.length === 0) return new Map();
  const rows = database.all<StoredReference>(
    `SELECT r.id, r.canonical, json_extract(r.facts, '$.kind') AS kind, json_extract(r.facts, '$.width') AS width,
       json_extract(r.facts, '$.height') AS height, json_extract(r.facts, '$.duration') AS duration, u.state IS 'changed' AS is_changed
     FROM json_each(?) AS asked CROSS JOIN reference AS r ON r.id = asked.value LEFT JOIN upstream AS u ON u.canonical = r.canonical`,
    JSON.stringify(ids),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

function readErrors(database: Database, columnIds: readonly number[], rowIds: readonly number[]): Map<string, VitrineError> {
  if (rowIds.length === 0) return new Map();
  const rows = database.all<{ column_id: number; row_id: number; details: string | null } & Omit<VitrineError, 'details'>>(
    `SELECT column_id, row_id, cause, message, next, details FROM cell_error
     WHERE column_id IN (SELECT value FROM json_each(?)) AND row_id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(columnIds),
    JSON.stringify(rowIds),
  );
  return new Map(
    rows.map((row) => [
      `${row.column_id}:${row.row_id}`,
      { cause: row.cause, message: row.message, next: row.next, ...(row.details === null ? {} : { details: JSON.parse(row.details) }) },
    ]),
  );
}

function shownRow(table: Table, row: StoredRow, context: RowsWithContext): Row {
  return { rowId: row.id as RowId, cells: table.columns.map((column) => shownCell(column, row, context)) };
}

function shownCell(column: Column, row: StoredRow, context: RowsWithContext): Cell {
  const name = sqlColumn(column.id);
  if (column.kind === 'media') {
    const reference = context.references.get(Number(row[name]));
    if (!reference) return { state: 'ok', value: null };
    const parsed = referenceFromCanonical(reference.canonical);
    const typed = row[`${name}_typed`];
    const media: NonNullable<Cell['media']> = {
      referenceId: reference.id,
      typed: typeof typed === 'string' ? typed : reference.canonical,
      canonical: reference.canonical,
      scheme: parsed.scheme,
      name: nameOf(parsed),
      kind: reference.kind ?? likelyKind(column, kindOf(parsed)),
      // The cache room knows better; it is asked where rows leave the process.
      held: parsed.scheme === 'file' ? 'local' : 'none',
      isKept: false,
      isChanged: reference.is_changed === 1,
      width: reference.width,
      height: reference.height,
      duration: reference.duration,
    };
    return { state: 'ok', value: reference.canonical, media };
  }
  const state = stateOf(row[`${name}_state`]);
  const error = context.errors.get(`${column.id}:${row.id}`);
  const expires = row[`${name}_expires`];
  const limitedBy = row[`${name}_limited_by`];
  return {
    state,
    value: column.isVolatile ? null : decodeValue(column.type, row[name]),
    ...(column.isVolatile && typeof limitedBy === 'string'
      ? { link: { expiresAt: typeof expires === 'string' ? expires : null, limitedBy } }
      : {}),
    ...(state === 'error' && error ? { error } : {}),
  };
}

function likelyKind(column: Column, byName: MediaKind): MediaKind {
  return byName === 'unknown' && isMediaType(column.type) && column.type !== 'media' ? column.type : byName;
}

function inputCell(column: Column, row: StoredRow, context: RowsWithContext): InputCell {
  const name = sqlColumn(column.id);
  if (column.kind === 'media') {
    const reference = context.references.get(Number(row[name]));
    if (!reference) return { state: 'ok', value: null };
    const typed = row[`${name}_typed`];
    return {
      state: 'ok',
      value: reference.canonical,
      reference: { id: reference.id, canonical: reference.canonical, typed: typeof typed === 'string' ? typed : reference.canonical },
    };
  }
  const state: CellState = stateOf(row[`${name}_state`]);
  const error = context.errors.get(`${column.id}:${row.id}`);
  return { state, value: decodeValue(column.type, row[name]), ...(state === 'error' && error ? { error } : {}) };
}
