/** Computed cells: which are to be computed, and what came of it. */
import type { SqlForm } from '../../src-shared/expression/expression.ts';
import type { Table } from '../../src-shared/model/table.ts';
import type { CellQuery, CellResult, InputRow } from './catalog.ts';
import type { Writer } from './changes.ts';
import type { Database } from './database.ts';
import { keepIssuedLinks } from './ledger.ts';
import { readInputs } from './read-rows.ts';
import { rowCondition } from './row-condition.ts';
import { markStale } from './stale-cells.ts';
import { encodeValue, isVisible, numbersOf, sqlColumn, sqlTable } from './stored-cells.ts';
import { dependentsOf, findTableOrNull } from './tree.ts';

/** Rows that have such a cell, with the cells of the inputs and of the asked columns. None where the table is gone. */
export function takeCells(database: Database, query: CellQuery, inputColumnIds: readonly number[]): InputRow[] {
  return database.read(() => {
    const table = findTableOrNull(database, query.tableId);
    if (!table) return [];
    const columnIds = liveColumns(table, query.columnIds);
    // One index search a column and state, each in the order of rows; the smallest ids of all are what is asked.
    const found = new Set<number>();
    for (const columnId of columnIds) {
      for (const state of numbersOf(query.states)) {
        const condition = cellCondition(database, table, columnId, [state], query);
        const rows = database.all<{ id: number }>(
          `SELECT t.id FROM ${sqlTable(table.id)} AS t WHERE ${condition.sql} AND t.id > ? ORDER BY t.id LIMIT ?`,
          ...condition.parameters,
          query.after ?? 0,
          query.limit,
        );
        for (const row of rows) found.add(row.id);
      }
    }
    const rowIds = [...found].sort((a, b) => a - b).slice(0, query.limit);
    return readInputs(database, table, rowIds, [...liveColumns(table, inputColumnIds), ...columnIds]);
  });
}

/** How many such cells there are. */
export function countCells(database: Database, query: Omit<CellQuery, 'limit' | 'after'>): number {
  return database.read(() => {
    const table = findTableOrNull(database, query.tableId);
    if (!table) return 0;
    return liveColumns(table, query.columnIds).reduce((sum, columnId) => sum + countOf(database, table, columnId, query), 0);
  });
}

/** Stores results, each with its state. One of an older row or expression is dropped. Gives how many were stored. */
export function writeCells(writer: Writer, tableId: number, results: readonly CellResult[]): number {
  const { database } = writer;
  let hasIssued = false;
  const written: CellResult[] = database.write(() => {
    const table = findTableOrNull(database, tableId);
    if (!table) return [];
    const columns = new Map(table.columns.map((column) => [column.id, column]));
    const kept = results.filter((result) => {
      const column = columns.get(result.columnId);
      if (column?.kind !== 'computed' || column.revision !== result.columnRevision) return false;
      const name = sqlColumn(column.id);
      const { outcome } = result;
      const value = outcome.state === 'ok' ? encodeValue(column.type, outcome.value) : null;
      const link = outcome.state === 'ok' ? outcome.link : undefined;
      const before = database.one<{ state: number }>(
        `SELECT ${name}_state AS state FROM ${sqlTable(tableId)} WHERE id = ? AND revision = ?`,
        result.rowId,
        result.rowRevision,
      );
      if (!before) return false;
      database.run(
        `UPDATE ${sqlTable(tableId)} SET ${name} = ?, ${name}_state = ?, ${name}_expires = ?, ${name}_limited_by = ? WHERE id = ?`,
        value,
        outcome.state === 'ok' ? 1 : 2,
        link?.expiresAt ?? null,
        link?.limitedBy ?? null,
        result.rowId,
      );
      if (outcome.state === 'error') {
        const { cause, message, next, details } = outcome.error;
        database.run(
          'INSERT OR REPLACE INTO cell_error (column_id, row_id, cause, message, next, details) VALUES (?, ?, ?, ?, ?, ?)',
          column.id,
          result.rowId,
          cause,
          message,
          next,
          details ? JSON.stringify(details) : null,
        );
      } else if (before.state === 2) database.run('DELETE FROM cell_error WHERE column_id = ? AND row_id = ?', column.id, result.rowId);
      return true;
    });
    const issued = kept.flatMap(({ outcome, ...cell }) =>
      outcome.state === 'ok' && outcome.link?.issued ? [{ link: outcome.link.issued, cell }] : [],
    );
    hasIssued = issued.length > 0;
    if (hasIssued) {
      const links = issued.map(({ link }) => link);
      keepIssuedLinks(database, links, { now: writer.now(), cells: issued.map(({ cell }) => cell) });
    }
    return kept;
  });
  if (hasIssued) writer.announce({ kind: 'ledger' });
  if (written.length > 0) {
    const rowIds = [...new Set(written.map((result) => result.rowId))];
    writer.announce({ kind: 'cells', tableId, rowIds, columnIds: [...new Set(written.map((result) => result.columnId))] });
  }
  return written.length;
}

/** Makes cells pending again, those with a value stale, and what depends on them in the same rows. Gives how many of the asked. */
export function invalidateCells(writer: Writer, query: Omit<CellQuery, 'limit' | 'after'>): number {
  const { database } = writer;
  const changed: number[] = [];
  const count = database.write(() => {
    const table = findTableOrNull(database, query.tableId);
    if (!table) return 0;
    // All conditions are read before anything is changed: marking one column may change what is said of the next.
    const marks = liveColumns(table, query.columnIds).map((columnId) => {
      const condition = cellCondition(database, table, columnId, numbersOf(query.states), query);
      const rowIds = database
        .all<{ id: number }>(`SELECT t.id FROM ${sqlTable(table.id)} AS t WHERE ${condition.sql}`, ...condition.parameters)
        .map((row) => row.id);
      return { columnId, rowIds };
    });
    for (const { columnId, rowIds } of marks) {
      if (rowIds.length === 0) continue;
      const columnIds = [columnId, ...dependentsOf(database, [columnId])];
      markStale(database, table.id, columnIds, { sql: 't.id IN (SELECT value FROM json_each(?))', parameters: [JSON.stringify(rowIds)] });
      changed.push(...columnIds);
    }
    return marks.reduce((sum, mark) => sum + mark.rowIds.length, 0);
  });
  if (changed.length > 0)
    writer.announce({ kind: 'cells', tableId: query.tableId, rowIds: query.rowIds ?? null, columnIds: [...new Set(changed)] });
  return count;
}

/** Columns that have pending or stale cells, in any table that a user sees. */
export function unfinishedCells(database: Database): { tableId: number; columnId: number; cells: number }[] {
  return database.read(() =>
    database
      .all<{ id: number; table_id: number }>(
        `SELECT user_column.id, table_id FROM user_column JOIN user_table ON user_table.id = table_id
         WHERE kind = 'computed' AND user_column.removed_by IS NULL AND user_table.removed_by IS NULL ORDER BY table_id, position`,
      )
      .flatMap((column) => {
        const name = sqlColumn(column.id);
        const row = database.one<{ cells: number }>(
          `SELECT count(*) AS cells FROM ${sqlTable(column.table_id)} AS t
           WHERE t.${name}_state IN (0, 3) AND t.${name}_state <> 1 AND ${isVisible(column.table_id)}`,
        );
        return row && row.cells > 0 ? [{ tableId: column.table_id, columnId: column.id, cells: row.cells }] : [];
      }),
  );
}

function liveColumns(table: Table, columnIds: readonly number[]): number[] {
  return [...new Set(columnIds)].filter((id) => table.columns.some((column) => column.id === id));
}

/** SQL that is true for the rows whose cell of this column is meant. `<> 1` in words is what lets SQLite use the partial index. */
function cellCondition(
  database: Database,
  table: Table,
  columnId: number,
  states: readonly number[],
  query: Omit<CellQuery, 'limit' | 'after'>,
): SqlForm {
  const state = `t.${sqlColumn(columnId)}_state`;
  const parts = [isVisible(table.id), states.length === 1 ? `${state} = ${states[0]}` : `${state} IN (${states.join(', ')})`];
  const parameters: (string | number | null)[] = [];
  if (!states.includes(1)) parts.push(`${state} <> 1`);
  if (query.cause !== undefined) {
    parts.push('EXISTS (SELECT 1 FROM cell_error AS e WHERE e.column_id = ? AND e.row_id = t.id AND e.cause = ?)');
    parameters.push(columnId, query.cause);
  }
  if (query.rowIds !== undefined) {
    parts.push('t.id IN (SELECT value FROM json_each(?))');
    parameters.push(JSON.stringify(query.rowIds));
  }
  if (query.where !== undefined) {
    const where = rowCondition(database, table, query.where);
    parts.push(where.sql);
    parameters.push(...where.parameters);
  }
  return { sql: parts.join(' AND '), parameters };
}

function countOf(database: Database, table: Table, columnId: number, query: Omit<CellQuery, 'limit' | 'after'>): number {
  const condition = cellCondition(database, table, columnId, numbersOf(query.states), query);
  const row = database.one<{ cells: number }>(
    `SELECT count(*) AS cells FROM ${sqlTable(table.id)} AS t WHERE ${condition.sql}`,
    ...condition.parameters,
  );
  return row?.cells ?? 0;
}
