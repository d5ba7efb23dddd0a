/** Failed cells by cause, counted and listed: of the rows, columns and tables that a user sees. */
import type { ErrorGroup, FailedCell } from '../../src-shared/contract/errors.ts';
import type { TableReference } from '../../src-shared/contract/table-reference.ts';
import { type ErrorCause, fail, type VitrineError } from '../../src-shared/model/error.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import { nameOf } from '../../src-shared/reference/describe-reference.ts';
import { referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { Database } from './database.ts';
import { sqlColumn, sqlTable } from './stored-cells.ts';
import { findTable, listTree } from './tree.ts';

/** What is read at once. */
const mostCells = 1_000;

interface ErrorRow {
  readonly cause: ErrorCause;
  readonly message: string;
  readonly next: string | null;
  readonly details: string | null;
}

/** The groups of one table, or of all; the largest first. */
export function errorGroups(database: Database, reference: TableReference | null): ErrorGroup[] {
  return database.read(() => {
    const tables = reference === null ? listTree(database, null).tables : [findTable(database, reference)];
    const groups = new Map<ErrorCause, ErrorGroup>();
    for (const table of tables) {
      for (const { cause, cells, columns } of causesIn(database, table)) {
        const known = groups.get(cause);
        const here = { tableId: table.id, path: table.path, columns, cells };
        if (known) groups.set(cause, { ...known, cells: known.cells + cells, tables: [...known.tables, here] });
        else {
          const example = firstError(database, table, cause);
          if (example) groups.set(cause, { cause, cells, example, tables: [here] });
        }
      }
    }
    return [...groups.values()].sort((a, b) => b.cells - a.cells || a.cause.localeCompare(b.cause, 'en'));
  });
}

/** Cells `start` to `end` (exclusive) of one cause in one table, by row. Fails with `invalid_input` where that is too many. */
export function failedCells(database: Database, reference: TableReference, cause: ErrorCause, start: number, end: number): FailedCell[] {
  if (start < 0 || end < start || end - start > mostCells) {
    throw fail('invalid_input', { message: `At most ${mostCells} failed cells are read at once.`, next: 'Ask for fewer.' });
  }
  return database.read(() => {
    const table = findTable(database, reference);
    const columns = computedColumns(table);
    if (columns.length === 0) return [];
    const found = database.all<{ row_id: number; column_id: number } & ErrorRow>(
      `SELECT place.row_id, place.column_id, e.cause, e.message, e.next, e.details
       FROM (${keysOf(table)} ORDER BY row_id, column_id LIMIT ? OFFSET ?) AS place
       CROSS JOIN cell_error AS e ON e.column_id = place.column_id AND e.row_id = place.row_id ORDER BY place.row_id, place.column_id`,
      ...columns.map(() => cause),
      end - start,
      start,
    );
    const names = namesOf(
      database,
      table,
      found.map((row) => row.row_id),
    );
    const columnNames = new Map(columns.map((column) => [column.id, column.name]));
    return found.map((row) => ({
      tableId: table.id,
      rowId: row.row_id as RowId,
      column: columnNames.get(row.column_id) ?? '',
      name: names.get(row.row_id) ?? `row ${row.row_id}`,
      error: errorFrom(row),
    }));
  });
}

function computedColumns(table: Table) {
  return table.columns.filter((column) => column.kind === 'computed');
}

/**
 * Counted in the index alone; what a user does not see is counted by itself and taken away, since it is little and looking at each
 * row would read the whole table.
 */
function causesIn(database: Database, table: Table): { cause: ErrorCause; cells: number; columns: string[] }[] {
  const columns = computedColumns(table);
  if (columns.length === 0) return [];
  const causes = new Map<ErrorCause, { cells: number; columns: string[] }>();
  for (const column of columns) {
    const counted = database.all<{ cause: ErrorCause; cells: number }>(
      'SELECT cause, count(*) AS cells FROM cell_error WHERE column_id = ? GROUP BY cause',
      column.id,
    );
    if (counted.length === 0) continue;
    const hidden = new Map(
      database
        .all<{ cause: ErrorCause; cells: number }>(
          `SELECT e.cause, count(*) AS cells FROM (${unseenRows(table.id)}) AS unseen
           CROSS JOIN cell_error AS e ON e.column_id = ? AND e.row_id = unseen.id GROUP BY e.cause`,
          column.id,
        )
        .map((row) => [row.cause, row.cells]),
    );
    for (const { cause, cells } of counted) {
      const seen = cells - (hidden.get(cause) ?? 0);
      if (seen <= 0) continue;
      const known = causes.get(cause) ?? { cells: 0, columns: [] };
      causes.set(cause, { cells: known.cells + seen, columns: [...known.columns, column.name] });
    }
  }
  return [...causes].map(([cause, rest]) => ({ cause, ...rest }));
}

/** Rows in the trash, and those of an import that has not ended. `> 0` and UNION ALL are what lets SQLite search the index of removed rows. */
function unseenRows(tableId: number): string {
  return `SELECT id FROM ${sqlTable(tableId)} WHERE removed_by > 0
    UNION ALL SELECT id FROM ${sqlTable(tableId)}
    WHERE id >= (SELECT hidden_from FROM user_table WHERE id = ${tableId}) AND removed_by IS NULL`;
}

/** Row and column of each failed cell of one cause, a search of the index a column; SQLite merges them in the order of rows. Takes the cause once a column. */
function keysOf(table: Table): string {
  return computedColumns(table)
    .map(
      (column) => `SELECT row_id, column_id FROM cell_error WHERE column_id = ${column.id} AND cause = ?
        AND row_id NOT IN (${unseenRows(table.id)})`,
    )
    .join(' UNION ALL ');
}

function firstError(database: Database, table: Table, cause: ErrorCause): VitrineError | null {
  const [first] = failedCells(database, table.id, cause, 0, 1);
  return first?.error ?? null;
}

function errorFrom({ cause, message, next, details }: ErrorRow): VitrineError {
  return { cause, message, next, ...(details === null ? {} : { details: JSON.parse(details) }) };
}

/** Names of the files in the first media column that holds one, by row. */
function namesOf(database: Database, table: Table, rowIds: readonly number[]): Map<number, string> {
  const media = table.columns.filter((column) => column.kind === 'media').map((column) => `t.${sqlColumn(column.id)}`);
  if (media.length === 0 || rowIds.length === 0) return new Map();
  const first = media.length === 1 ? media[0] : `coalesce(${media.join(', ')})`;
  const rows = database.all<{ id: number; canonical: CanonicalUrl }>(
    `SELECT t.id, r.canonical FROM json_each(?) AS asked CROSS JOIN ${sqlTable(table.id)} AS t ON t.id = asked.value
     CROSS JOIN reference AS r ON r.id = ${first}`,
    JSON.stringify([...new Set(rowIds)]),
  );
  return new Map(rows.map((row) => [row.id, nameOf(referenceFromCanonical(row.canonical))]));
}
