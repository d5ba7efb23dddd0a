import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { insert, newFolder, open, reference, refusal, values } from './open-library.ts';

it('makes folders and tables, finds them by either form of the path, and drops them with what is in them', async () => {
  const catalog = await open(newFolder());
  await catalog.tree.createFolder('demo', { ifNotExists: false });
  await catalog.tree.createFolder('demo/sub', { ifNotExists: false });
  const table = await catalog.tree.createTable('demo.media', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  expect(table.path).toBe('demo/media');
  expect((await catalog.tree.getTable('demo.media')).id).toBe(table.id);
  expect((await catalog.tree.getTable('Demo/MEDIA')).id).toBe(table.id);
  await insert(catalog, table, [[reference('s3://b/1')], [reference('s3://b/2')]]);
  const { folders, tables } = await catalog.tree.list(null);
  expect([...folders.map((folder) => folder.path), ...tables.map((each) => `${each.path} ${each.rowCount}`)]).toEqual([
    'demo',
    'demo/sub',
    'demo/media 2',
  ]);
  expect(await refusal(catalog.tree.dropFolder('demo', { force: false }))).toBe(
    'invalid_input: The folder "demo" is not empty: it has 1 table and 1 folder. | Drop what is in it first, or drop it with force.',
  );
  expect(await catalog.tree.dropFolder('demo', { force: true })).toEqual({ dropped: true, rows: 2, tables: 1 });
  expect(await catalog.tree.dropFolder('demo', { force: true })).toEqual({ dropped: false, rows: 0, tables: 0 });
  expect(await catalog.tree.list(null)).toEqual({ folders: [], tables: [] });
});

it('answers wrong names with the rule or the nearest right name', async () => {
  const catalog = await open(newFolder());
  await catalog.tree.createTable('beach', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  const create = (path: string, column = 'image'): Promise<string> =>
    refusal(catalog.tree.createTable(path, [{ name: column, type: 'image' }], { ifNotExists: false }));
  expect([
    await create('BEACH'),
    await create(''),
    await create('a\nb'),
    await create('x'.repeat(201)),
    await create('nowhere/t'),
    await create('t', 'in'),
    await create('t', '1a'),
    await refusal(
      catalog.tree.createTable(
        't',
        [
          { name: 'a', type: 'int' },
          { name: 'A', type: 'int' },
        ],
        { ifNotExists: false },
      ),
    ),
    await refusal(catalog.tree.getTable('baech')),
    await refusal(catalog.tree.dropColumn('beach', 'imgae')),
  ]).toEqual([
    'already_exists: There is already a table "beach" here. | Choose another name for the table.',
    'invalid_input: The name of a table must not be empty. | Choose another name.',
    'invalid_input: The name of a table must have no line breaks or control characters. | Choose another name.',
    'invalid_input: The name of a table must have at most 200 characters. | Choose another name.',
    'unknown_name: There is no folder "nowhere". | Use the name of a folder that exists.',
    'invalid_input: The name of a column must not be "in", which is a word of the expression language. | Choose another name.',
    'invalid_input: The name of a column must begin with a letter or "_" and have only letters a to z, digits and "_". | Choose another name.',
    'already_exists: There is already a column "a" here. | Choose another name for the column.',
    'unknown_name: There is no table "baech". Did you mean "beach"? | Use "beach", or another name that exists.',
    'unknown_name: There is no column "imgae". Did you mean "image"? | Use "image", or another name that exists.',
  ]);
});

it('does not move a folder into itself', async () => {
  const catalog = await open(newFolder());
  const a = await catalog.tree.createFolder('a', { ifNotExists: false });
  const b = await catalog.tree.createFolder('a/b', { ifNotExists: false });
  expect(await refusal(catalog.tree.moveFolder(a.id, b.id))).toBe(
    'invalid_input: The folder "a" cannot be moved into itself. | Choose another folder.',
  );
  expect((await catalog.tree.moveFolder(b.id, null)).path).toBe('b');
});

it('keeps a readable view of each table for other SQLite tools, under its path of the day', async () => {
  const folder = newFolder();
  const catalog = await open(folder);
  await catalog.tree.createFolder('a', { ifNotExists: false });
  const table = await catalog.tree.createTable(
    'a/reference',
    [
      { name: 'image', type: 'image' },
      { name: 'tags', type: 'json' },
    ],
    { ifNotExists: false },
  );
  await insert(catalog, table, [[reference('s3://b/1', 'S3://b/1'), ['x', 'ü']]]);
  await catalog.tree.moveTable(table.id, null);
  await catalog.tree.renameColumn(table.id, 'tags', 'words', []);
  await catalog.close();
  const sqlite = new Sqlite(join(folder, 'catalog.sqlite'), { readonly: true });
  const views = sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'view'").pluck().all();
  expect(views).toEqual(['table reference']);
  expect(sqlite.prepare('SELECT * FROM "table reference"').all()).toEqual([{ 'row id': 1, image: 's3://b/1', words: '["x","ü"]' }]);
  sqlite.close();
});

it('keeps ids of references for the same address, and what was typed with each cell', async () => {
  const catalog = await open(newFolder());
  const table = await catalog.tree.createTable(
    't',
    [
      { name: 'image', type: 'image' },
      { name: 'name', type: 'string' },
    ],
    { ifNotExists: false },
  );
  const result = await insert(catalog, table, [
    [reference('https://h/a.jpg', 'HTTPS://h/a.jpg'), 'one'],
    [reference('https://h/a.jpg'), 'two'],
    [null, null],
  ]);
  expect(result).toMatchObject({ rows: 3, firstRowId: 1, lastRowId: 3 });
  const rows = await catalog.rows.get(table.id, [3, 1, 99, 2] as never);
  expect(rows.map((row) => [row.rowId, row.cells[0]?.media?.referenceId, row.cells[0]?.media?.typed, row.cells[0]?.media?.name])).toEqual([
    [3, undefined, undefined, undefined],
    [1, 1, 'HTTPS://h/a.jpg', 'a.jpg'],
    [2, 1, 'https://h/a.jpg', 'a.jpg'],
  ]);
  const again = await insert(
    catalog,
    table,
    [
      [reference('https://h/a.jpg'), 'x'],
      [reference('s3://b/n'), 'y'],
      [reference('s3://b/n'), 'z'],
    ],
    { skipKnown: true },
  );
  expect(again.rows).toBe(1);
  expect(await values(catalog, 't')).toHaveLength(4);
  expect(await catalog.rows.findReferences(null, [reference('s3://b/n').canonical, reference('s3://b/none').canonical])).toEqual([
    { canonical: 's3://b/n', tablePath: 't', rowId: 4 },
  ]);
});
