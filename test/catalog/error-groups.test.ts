import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Catalog, CellResult } from '../../src-main/catalog/catalog.ts';
import { type Database, openDatabase } from '../../src-main/catalog/database.ts';
import { errorGroups, failedCells } from '../../src-main/catalog/error-groups.ts';
import { migrate } from '../../src-main/catalog/migrate.ts';
import { migrations } from '../../src-main/catalog/migrations/list.ts';
import type { ErrorCause } from '../../src-shared/model/error.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import { insert, newFolder, open, reference } from './open-library.ts';

interface Failing {
  readonly table: Table;
  readonly columnIds: readonly number[];
}

/** A table with as many pictures and two computed columns, `width` and `height`. */
async function tableOf(catalog: Catalog, path: string, rows: number): Promise<Failing> {
  const made = await catalog.tree.createTable(path, [{ name: 'image', type: 'image' }], { ifNotExists: false });
  await insert(
    catalog,
    made,
    Array.from({ length: rows }, (_, index) => [reference(`s3://b/${path}/${index + 1}.jpg`)]),
  );
  const columnIds: number[] = [];
  for (const name of ['width', 'height']) {
    const column = { name, expression: `image.${name}`, type: 'int', level: 'header', isVolatile: false, reads: [] } as const;
    columnIds.push((await catalog.tree.addComputedColumn(path, { ...column, reads: [made.columns[0]?.id ?? 0] })).id);
  }
  return { table: await catalog.tree.getTable(path), columnIds };
}

async function failCells(catalog: Catalog, { table, columnIds }: Failing, column: 0 | 1, cause: ErrorCause, rows: number[]): Promise<void> {
  await catalog.cells.write(
    table.id,
    rows.map(
      (row): CellResult => ({
        rowId: row as RowId,
        rowRevision: 0,
        columnId: columnIds[column] ?? 0,
        columnRevision: 1,
        outcome: { state: 'error', error: { cause, message: `${cause} ${row}.`, next: 'Retry.', details: { status: 400 + row } } },
      }),
    ),
  );
}

/** Groups in a line each: cause, count, where. */
async function inLines(catalog: Catalog, table: string | null = null): Promise<string[]> {
  const groups = await catalog.errors.groups(table);
  return groups.map(({ cause, cells, example, tables }) => {
    const where = tables.map((one) => `${one.path}[${one.columns.join(',')}] ${one.cells}`).join('; ');
    return `${cells} ${cause}: ${where} | ${example.message} ${example.next} ${example.details?.status}`;
  });
}

it('groups failed cells by cause across the library or in one table, and counts what a user sees alone', async () => {
  const catalog = await open(newFolder());
  const beach = await tableOf(catalog, 'beach', 4);
  const party = await tableOf(catalog, 'party', 2);
  await failCells(catalog, beach, 0, 'not_found', [2, 3, 4]);
  await failCells(catalog, beach, 1, 'not_found', [3]);
  await failCells(catalog, beach, 1, 'timeout', [1]);
  await failCells(catalog, party, 0, 'timeout', [1, 2]);
  expect(await inLines(catalog)).toEqual([
    '4 not_found: beach[width,height] 4 | not_found 2. Retry. 402',
    '3 timeout: beach[height] 1; party[width] 2 | timeout 1. Retry. 401',
  ]);
  expect(await inLines(catalog, 'party')).toEqual(['2 timeout: party[width] 2 | timeout 1. Retry. 401']);

  // A row in the trash is not counted, and neither is a column or a table there; each comes back with undo.
  await catalog.rows.delete(beach.table.id, { rowIds: [3] });
  expect(await inLines(catalog, 'beach')).toEqual([
    '2 not_found: beach[width] 2 | not_found 2. Retry. 402',
    '1 timeout: beach[height] 1 | timeout 1. Retry. 401',
  ]);
  await catalog.tree.dropColumn('beach', 'height');
  await catalog.tree.dropTable('party');
  expect(await inLines(catalog)).toEqual(['2 not_found: beach[width] 2 | not_found 2. Retry. 402']);
  await catalog.history.undo(3);
  expect((await inLines(catalog)).map((line) => line.split(':')[0])).toEqual(['4 not_found', '3 timeout']);

  // A value that came takes its error with it.
  const width: CellResult = {
    rowId: 2 as RowId,
    rowRevision: 0,
    columnId: beach.columnIds[0] ?? 0,
    columnRevision: 1,
    outcome: { state: 'ok', value: 640 },
  };
  await catalog.cells.write(beach.table.id, [width]);
  expect((await inLines(catalog, 'beach'))[0]).toBe('3 not_found: beach[width,height] 3 | not_found 3. Retry. 403');
});

it('lists the cells of a cause by row, in pages, with names and details', async () => {
  const catalog = await open(newFolder());
  const beach = await tableOf(catalog, 'beach', 5);
  await failCells(catalog, beach, 0, 'not_found', [5, 1, 3]);
  await failCells(catalog, beach, 1, 'not_found', [3, 2]);
  await failCells(catalog, beach, 1, 'timeout', [1]);
  await catalog.rows.delete(beach.table.id, { rowIds: [2] });
  const inWords = async (start: number, end: number) =>
    (await catalog.errors.cells('beach', 'not_found', start, end)).map(
      (cell) => `${cell.rowId} ${cell.name} ${cell.column}: ${cell.error.message} ${cell.error.details?.status}`,
    );
  const all = [
    '1 1.jpg width: not_found 1. 401',
    '3 3.jpg width: not_found 3. 403',
    '3 3.jpg height: not_found 3. 403',
    '5 5.jpg width: not_found 5. 405',
  ];
  expect(await inWords(0, 100)).toEqual(all);
  expect([...(await inWords(0, 1)), ...(await inWords(1, 3)), ...(await inWords(3, 9))]).toEqual(all);
  await expect(catalog.errors.cells('beach', 'not_found', 0, 1_001)).rejects.toThrow('At most 1000 failed cells are read at once.');
});

it('names a row without a file by its number', async () => {
  const catalog = await open(newFolder());
  const made = await catalog.tree.createTable('numbers', [{ name: 'n', type: 'int' }], { ifNotExists: false });
  await insert(catalog, made, [[1], [2]]);
  const column = { name: 'twice', expression: 'n * 2', type: 'int', level: 'none', isVolatile: false, reads: [] } as const;
  const { id } = await catalog.tree.addComputedColumn('numbers', { ...column, reads: [made.columns[0]?.id ?? 0] });
  await failCells(catalog, { table: made, columnIds: [id] }, 0, 'expression', [2]);
  expect((await catalog.errors.cells('numbers', 'expression', 0, 10)).map(({ name }) => name)).toEqual(['row 2']);
});

/** How SQLite would go about each statement that `work` runs. */
function plansOf(database: Database, work: () => void): string[] {
  const asked: string[] = [];
  const prepare = database.sqlite.prepare.bind(database.sqlite);
  const watched = (sql: string) => {
    asked.push(sql);
    return prepare(sql);
  };
  Object.assign(database.sqlite, { prepare: watched });
  work();
  return asked
    .filter((sql) => sql.includes('cell_error'))
    .flatMap((sql) => {
      const parameters = Array.from({ length: sql.split('?').length - 1 }, () => 1);
      return prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...parameters)
        .map(({ detail }) => detail);
    });
}

it('counts and pages in the index alone, and never walks through the table of rows or sorts its million cells', async () => {
  const folder = newFolder();
  const catalog = await open(folder);
  const beach = await tableOf(catalog, 'beach', 3);
  await failCells(catalog, beach, 0, 'not_found', [1, 2]);
  await failCells(catalog, beach, 1, 'not_found', [2]);
  await catalog.close();
  const database = openDatabase(join(folder, 'catalog.sqlite'), { isReadOnly: true, newestBackup: () => null });
  const plans = plansOf(database, () => {
    errorGroups(database, 'beach');
    failedCells(database, 'beach', 'not_found', 1, 2);
  });
  database.close();
  expect(plans).toContain('SEARCH cell_error USING COVERING INDEX cell_error_cause (column_id=?)');
  expect(plans).toContain('SEARCH cell_error USING COVERING INDEX cell_error_cause (column_id=? AND cause=?)');
  expect(plans.filter((step) => /^SCAN (t\d|cell_error)/.test(step))).toEqual([]);
  expect(plans.filter((step) => step.includes('TEMP B-TREE FOR ORDER BY'))).toEqual([]);
});

it('migrates errors that are there, whatever their text, without touching them', () => {
  const folder = newFolder();
  const file = join(folder, 'catalog.sqlite');
  const database = openDatabase(file, { isReadOnly: false, newestBackup: () => null });
  const options = { backupFolder: join(folder, 'backups'), appVersion: '1', now: () => new Date(0) };
  migrate(database, migrations.slice(0, 1), options);
  const put = (row: number, cause: string, message: string, next: string | null) =>
    database.run(
      'INSERT INTO cell_error (column_id, row_id, cause, message, next, details) VALUES (?, ?, ?, ?, ?, NULL)',
      1,
      row,
      cause,
      message,
      next,
    );
  put(1, 'not_found', '🌅 “gone”', null);
  put(2, '', '', '');
  put(9_007_199_254_740_991, 'timeout', 'a\u0000b', 'Retry.');
  const before = database.all('SELECT * FROM cell_error ORDER BY column_id, row_id');
  expect(migrate(database, migrations.slice(0, 2), options)).toEqual(['0020-index-errors-by-cause']);
  expect(database.all('SELECT * FROM cell_error ORDER BY column_id, row_id')).toEqual(before);
  expect(database.all("SELECT name FROM sqlite_schema WHERE name = 'cell_error_cause'")).toHaveLength(1);
  database.close();
});
