/**
 * Inserting many rows as one change, in chunks.
 *
 * Note: why chunks are hidden. Each chunk is a transaction, so that other writes get between. Until the last one is there
 * `user_table.hidden_from` hides the rows from the first inserted id on; ending the import sets it back, which shows a million
 * rows at once and is a single write. What a dead process left is hidden still, and is deleted when the catalog opens.
 */
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { ListedFacts, NewReference } from './catalog.ts';
import { recordChange, type Writer } from './changes.ts';
import type { Database, SqlValue } from './database.ts';
import { isAskedOtherwise, referenceId } from './references.ts';
import { columnOf, encodeValue, isNewReference, sqlColumn, sqlTable } from './stored-cells.ts';
import { findTable } from './tree.ts';

/** Nothing is hidden; the default of `hidden_from`. */
const nothingHidden = Number.MAX_SAFE_INTEGER;

/** Rows of a statement, and values bound to it. One for many rows costs a third of one for each. SQLite takes 32,766 values at most. */
const rowsOfStatement = 50;
const valuesOfStatement = 1_000;

/** The rows of a transaction, in their order. */
export interface RowChunk {
  readonly runs: readonly RowRun[];
}

/**
 * Rows with values for the same columns as they travel to the writer: one list a column, which clones far faster than an object a cell.
 * `typed` null: as `values` has it.
 */
export interface RowRun {
  readonly rowCount: number;
  readonly columns: (
    | {
        readonly columnId: number;
        readonly kind: 'references';
        readonly values: (string | null)[];
        readonly typed: (string | null)[] | null;
        /** Null: nothing was told of any. */
        readonly listed: (ListedFacts | null)[] | null;
      }
    | { readonly columnId: number; readonly kind: 'values'; readonly values: CellValue[] }
  )[];
}

/** Begins an import; only one at a time for a table. */
export function beginInsert(writer: Writer, tableId: number): void {
  findTable(writer.database, tableId);
  writer.database.write(() => writer.database.run('UPDATE user_table SET hidden_from = next_row WHERE id = ?', tableId));
}

/** Inserts a chunk, hidden. Gives how many rows it had after known ones were left out. */
export function insertChunk(writer: Writer, tableId: number, chunk: RowChunk, options: { skipKnown: boolean }): number {
  const { database } = writer;
  return database.write(() => {
    const table = findTable(database, tableId);
    const before = nextRow(database, tableId);
    const idOf = rememberedReferences(database);
    const after = chunk.runs.reduce((rowId, run) => insertRun(database, table, run, { ...options, rowId, idOf }), before);
    database.run('UPDATE user_table SET next_row = ? WHERE id = ?', after, tableId);
    return after - before;
  });
}

/** Inserts rows from the id `rowId` on. Gives the id after the last one. */
function insertRun(
  database: Database,
  table: Table,
  run: RowRun,
  { rowId: first, skipKnown, idOf }: { rowId: number; skipKnown: boolean; idOf: ReferenceIds },
): number {
  const columns = run.columns.map((column) => storedColumn(table, column, idOf));
  const names = ['id', ...columns.flatMap((column) => column.names)];
  const media = run.columns.findIndex((column) => column.kind === 'references');
  const isKnown = skipKnown && media >= 0 ? knownIn(database, table.id, run.columns[media]?.columnId ?? 0) : null;
  // Place of the first reference among the bound values; the row's id is before them all.
  const place = columns.slice(0, Math.max(media, 0)).reduce((sum, column) => sum + column.names.length, 1);
  // Whether a row is known may depend on the one before it, so that one must be there.
  const group = isKnown ? 1 : Math.max(1, Math.min(rowsOfStatement, Math.floor(valuesOfStatement / names.length)));
  const inserting = (rows: number) => {
    const row = `(${names.map(() => '?').join(', ')})`;
    const all = Array.from({ length: rows }, () => row).join(', ');
    return database.prepared(`INSERT INTO ${sqlTable(table.id)} (${names.join(', ')}) VALUES ${all}`);
  };
  const insertGroup = inserting(group);
  const insertOne = inserting(1);
  let rowId = first;
  let values: SqlValue[] = [];
  for (let index = 0; index < run.rowCount; index += 1) {
    values.push(rowId);
    for (const column of columns) column.push(index, values);
    const reference = values[place];
    if (isKnown && typeof reference === 'number' && isKnown(reference)) values = [];
    else rowId += 1;
    if (values.length === group * names.length) {
      insertGroup.run(values);
      values = [];
    }
  }
  for (let start = 0; start < values.length; start += names.length) insertOne.run(values.slice(start, start + names.length));
  return rowId;
}

/** Shows what was inserted and records it as one change. `{rows}` in the label becomes the number. */
export function finishInsert(
  writer: Writer,
  groupId: number | null,
  tableId: number,
  label: string,
): { rows: number; firstRowId: RowId | null; lastRowId: RowId | null; changeId: number | null } {
  const { database } = writer;
  findTable(database, tableId);
  const { hidden_from: first } = bounds(database, tableId);
  const rows = nextRow(database, tableId) - first;
  if (rows <= 0) {
    abortInsert(writer, tableId);
    return { rows: 0, firstRowId: null, lastRowId: null, changeId: null };
  }
  const result = recordChange(
    writer,
    groupId,
    label.replace('{rows}', `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`),
    (recorder) => {
      database.run('UPDATE user_table SET hidden_from = ?, row_count = row_count + ? WHERE id = ?', nothingHidden, rows, tableId);
      recorder.addStep({ kind: 'insertRows', tableId, firstRowId: first, lastRowId: first + rows - 1 });
      return { rows, firstRowId: first as RowId, lastRowId: (first + rows - 1) as RowId, changeId: recorder.changeId };
    },
  );
  writer.announce({ kind: 'rows', tableId });
  return result;
}

/** Deletes what an import had inserted so far. */
export function abortInsert(writer: Writer, tableId: number): void {
  const { database } = writer;
  database.write(() => {
    if (!database.one('SELECT 1 AS found FROM user_table WHERE id = ?', tableId)) return;
    const { hidden_from: first } = bounds(database, tableId);
    if (first === nothingHidden) return;
    database.run(`DELETE FROM ${sqlTable(tableId)} WHERE id >= ?`, first);
    database.run(
      'DELETE FROM cell_error WHERE row_id >= ? AND column_id IN (SELECT id FROM user_column WHERE table_id = ?)',
      first,
      tableId,
    );
    database.run('UPDATE user_table SET hidden_from = ? WHERE id = ?', nothingHidden, tableId);
  });
}

/** Deletes what imports of a process that died had left. */
export function removeLeftovers(writer: Writer): void {
  const left = writer.database.all<{ id: number }>('SELECT id FROM user_table WHERE hidden_from < ?', nothingHidden);
  for (const { id } of left) abortInsert(writer, id);
}

/** The cell's SQL columns and a function that adds their values of one row. */
function storedColumn(
  table: Table,
  column: RowRun['columns'][number],
  idOf: ReferenceIds,
): { names: string[]; push: (index: number, into: SqlValue[]) => void } {
  const name = sqlColumn(column.columnId);
  const { type, kind } = columnOf(table, column.columnId);
  if ((kind === 'media') !== (column.kind === 'references'))
    throw new Error(`Column ${column.columnId} is ${kind} and was given ${column.kind}.`);
  if (column.kind === 'values') return { names: [name], push: (index, into) => into.push(encodeValue(type, column.values[index] ?? null)) };
  const { values, typed, listed } = column;
  if (!typed) return { names: [name], push: (index, into) => into.push(idOf(values[index], null, listed?.[index])) };
  return {
    names: [name, `${name}_typed`],
    push: (index, into) => into.push(idOf(values[index], typed[index] ?? null, listed?.[index]), typed[index] ?? null),
  };
}

/** The id of an address, which is stored if it is new. */
type ReferenceIds = (canonical: string | null | undefined, typed: string | null, listed?: ListedFacts | null) => number | null;

/** Ids of references without what `database.run` does around each call, because this is what an import spends its time on. */
function rememberedReferences(database: Database): ReferenceIds {
  const insert = database.prepared('INSERT INTO reference (canonical) VALUES (?) ON CONFLICT DO NOTHING');
  const learn = database.prepared('UPDATE reference SET remote = ?, asked_at = ? WHERE id = ? AND asked_at IS NULL');
  return (canonical, typed, listed) => {
    if (canonical === null || canonical === undefined) return null;
    const added = isAskedOtherwise(canonical, typed) ? null : insert.run(canonical);
    const id =
      added?.changes === 1
        ? Number(added.lastInsertRowid)
        : referenceId(database, { canonical: canonical as CanonicalUrl, typed: typed ?? canonical });
    if (listed) learn.run(JSON.stringify(listed.remote), listed.at, id);
    return id;
  };
}

/** Whether a reference is in the column already: in a row a user sees, or in this import. */
function knownIn(database: Database, tableId: number, columnId: number): (reference: number) => boolean {
  const find = database.prepared(`SELECT 1 FROM ${sqlTable(tableId)} WHERE ${sqlColumn(columnId)} = ? AND removed_by IS NULL LIMIT 1`);
  return (reference) => find.get(reference) !== undefined;
}

function bounds(database: Database, tableId: number): { hidden_from: number; next_row: number } {
  const row = database.one<{ hidden_from: number; next_row: number }>('SELECT hidden_from, next_row FROM user_table WHERE id = ?', tableId);
  if (!row) throw new Error(`There is no table ${tableId}.`);
  return row;
}

function nextRow(database: Database, tableId: number): number {
  return bounds(database, tableId).next_row;
}

/** Rows of a batch as columns. */
export function runOf(
  columnIds: readonly number[],
  rows: readonly (CellValue | NewReference)[][],
  isMedia: (columnId: number) => boolean,
): RowRun {
  return {
    rowCount: rows.length,
    columns: columnIds.map((columnId, place) => {
      if (!isMedia(columnId)) {
        return {
          columnId,
          kind: 'values',
          values: rows.map((row) => {
            const value = row[place] ?? null;
            return isNewReference(value) ? value.canonical : value;
          }),
        };
      }
      const cells = rows.map((row) => {
        const cell = row[place] ?? null;
        return isNewReference(cell) ? cell : null;
      });
      const isTypedElsewise = cells.some((cell) => cell !== null && cell.typed !== cell.canonical);
      return {
        columnId,
        kind: 'references',
        values: cells.map((cell) => cell?.canonical ?? null),
        typed: isTypedElsewise ? cells.map((cell) => (cell && cell.typed !== cell.canonical ? cell.typed : null)) : null,
        listed: cells.some((cell) => cell?.listed) ? cells.map((cell) => cell?.listed ?? null) : null,
      };
    }),
  };
}
