import { expect, it } from 'vitest';
import type { Catalog, CellResult } from '../../src-main/catalog/catalog.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import { insert, newFolder, open, reference } from './open-library.ts';

const everyState = ['pending', 'stale', 'error', 'ok'] as const;

async function tableWithColumns(catalog: Catalog, rows: number): Promise<{ table: Table; width: number; area: number; image: number }> {
  const made = await catalog.tree.createTable(
    't',
    [
      { name: 'image', type: 'image' },
      { name: 'n', type: 'int' },
    ],
    { ifNotExists: false },
  );
  await insert(
    catalog,
    made,
    Array.from({ length: rows }, (_, index) => [reference(`s3://b/${index}`), index]),
  );
  const image = made.columns[0]?.id ?? 0;
  const width = await catalog.tree.addComputedColumn('t', {
    name: 'width',
    expression: 'image.width',
    type: 'int',
    level: 'header',
    isVolatile: false,
    reads: [image],
  });
  const area = await catalog.tree.addComputedColumn('t', {
    name: 'area',
    expression: 'width * n',
    type: 'int',
    level: 'none',
    isVolatile: false,
    reads: [width.id, made.columns[1]?.id ?? 0],
  });
  return { table: await catalog.tree.getTable('t'), width: width.id, area: area.id, image };
}

function result(rowId: number, columnId: number, value: CellValue, revisions = { row: 0, column: 1 }): CellResult {
  return { rowId: rowId as RowId, rowRevision: revisions.row, columnId, columnRevision: revisions.column, outcome: { state: 'ok', value } };
}

async function states(catalog: Catalog): Promise<string[]> {
  const rows = await catalog.rows.get((await catalog.tree.getTable('t')).id, [1, 2, 3] as RowId[]);
  return rows.map((row) =>
    row.cells
      .slice(2)
      .map((cell) => `${cell.state}:${cell.error?.cause ?? JSON.stringify(cell.value)}`)
      .join(' '),
  );
}

it('hands out what is to be computed, stores what came of it and finds what is left', async () => {
  const catalog = await open(newFolder());
  const { table, width, area, image } = await tableWithColumns(catalog, 3);
  const taken = await catalog.cells.take({ tableId: table.id, columnIds: [width], states: ['pending', 'stale'], limit: 2 }, [image]);
  expect(taken.map((row) => [row.rowId, row.revision, row.cells[image]?.reference?.canonical, row.cells[width]?.state])).toEqual([
    [1, 0, 's3://b/0', 'pending'],
    [2, 0, 's3://b/1', 'pending'],
  ]);
  const error = { cause: 'not_found', message: 'There is no file at this address.', next: null, details: { status: 404 } } as const;
  const failed: CellResult = { rowId: 2 as RowId, rowRevision: 0, columnId: width, columnRevision: 1, outcome: { state: 'error', error } };
  expect(await catalog.cells.write(table.id, [result(1, width, 10), failed, result(1, area, 20)])).toBe(3);
  expect(await states(catalog)).toEqual(['ok:10 ok:20', 'error:not_found pending:null', 'pending:null pending:null']);
  expect(await catalog.cells.unfinished()).toEqual([
    { tableId: table.id, columnId: width, cells: 1 },
    { tableId: table.id, columnId: area, cells: 2 },
  ]);
  const count = (query: object): Promise<number> =>
    catalog.cells.count({ tableId: table.id, columnIds: [width], states: [...everyState], ...query });
  expect([
    await count({}),
    await count({ cause: 'not_found' }),
    await count({ cause: 'timeout' }),
    await count({ where: 'n >= 1' }),
  ]).toEqual([3, 1, 0, 2]);
  expect(await catalog.cells.invalidate({ tableId: table.id, columnIds: [width], states: ['error'], cause: 'not_found' })).toBe(1);
  expect(await catalog.cells.invalidate({ tableId: table.id, columnIds: [width], states: ['ok'] })).toBe(1);
  expect(await states(catalog)).toEqual(['stale:10 stale:20', 'pending:null pending:null', 'pending:null pending:null']);
});

it('drops results of an older row, of an older expression and of what is gone', async () => {
  const catalog = await open(newFolder());
  const { table, width, area, image } = await tableWithColumns(catalog, 3);
  await catalog.cells.write(
    table.id,
    [1, 2, 3].flatMap((row) => [result(row, width, row), result(row, area, row)]),
  );
  await catalog.rows.update(table.id, { rowIds: [1] }, [{ columnId: image, value: reference('s3://b/other') }]);
  expect(await states(catalog)).toEqual(['stale:1 stale:1', 'ok:2 ok:2', 'ok:3 ok:3']);
  expect(await catalog.cells.write(table.id, [result(1, width, 100)])).toBe(0);
  expect(await catalog.cells.write(table.id, [result(1, width, 101, { row: 1, column: 1 })])).toBe(1);
  await catalog.tree.setExpression('t', {
    name: 'width',
    expression: 'image.height',
    type: 'int',
    level: 'header',
    isVolatile: false,
    reads: [image],
  });
  expect(await states(catalog)).toEqual(['stale:101 stale:1', 'stale:2 stale:2', 'stale:3 stale:3']);
  expect(await catalog.cells.write(table.id, [result(2, width, 102, { row: 1, column: 1 })])).toBe(0);
  expect(
    await catalog.cells.write(table.id, [result(2, width, 102, { row: 1, column: 2 }), result(9, width, 1, { row: 0, column: 2 })]),
  ).toBe(1);
  expect(await states(catalog)).toEqual(
    ['stale:101 stale:1', 'stale:102 stale:2', 'stale:3 stale:3'].map((line, row) => (row === 1 ? 'ok:102 stale:2' : line)),
  );
  await catalog.history.undo(1);
  expect((await catalog.tree.getTable('t')).columns[2]?.expression).toBe('image.width');
  expect(await catalog.cells.write(table.id, [result(3, width, 103, { row: 1, column: 2 })])).toBe(0);
});

it('keeps the end of a link and never shows its address', async () => {
  const catalog = await open(newFolder());
  const { table, image } = await tableWithColumns(catalog, 1);
  const link = await catalog.tree.addComputedColumn('t', {
    name: 'link',
    expression: 'presigned_url(image.fileurl, 60)',
    type: 'string',
    level: 'sign',
    isVolatile: true,
    reads: [image],
  });
  const outcome = { state: 'ok', value: 'https://signed', link: { expiresAt: '2026-01-01T00:00:00.000Z', limitedBy: 'asked' } } as const;
  await catalog.cells.write(table.id, [{ rowId: 1 as RowId, rowRevision: 0, columnId: link.id, columnRevision: 1, outcome }]);
  const [row] = await catalog.rows.get(table.id, [1] as RowId[]);
  expect(row?.cells.at(-1)).toEqual({ state: 'ok', value: null, link: { expiresAt: '2026-01-01T00:00:00.000Z', limitedBy: 'asked' } });
  const [taken] = await catalog.cells.take({ tableId: table.id, columnIds: [link.id], states: ['ok'], limit: 1 }, []);
  expect(taken?.cells[link.id]?.value).toBe('https://signed');
});

it('remembers facts of files, the cache, thumbnails and small things', async () => {
  const folder = newFolder();
  let catalog = await open(folder);
  await tableWithColumns(catalog, 1);
  const facts = {
    referenceId: 1,
    remote: { size: 5, type: null, etag: '"e"', modified: null, storageClass: null },
    facts: null,
    error: null,
    askedAt: '2026-01-01T00:00:00.000Z',
  };
  const canonical = reference('s3://b/0').canonical;
  const entry = {
    ...{
      id: 'ab',
      canonical,
      folder: '',
      file: 'ab/f.png',
      etag: null,
      modified: null,
      type: 'image/png',
      size: 5,
      sha256: null,
      md5: null,
    },
    ...{ ranges: [[0, 2] as const], diskBytes: 4096, since: 1, lastUsed: 2, checkedAt: 1 },
  };
  const thumbnail = { bytes: new Uint8Array([1, 2, 3]), mime: 'image/webp', width: 1, height: 2 };
  await catalog.references.putFacts([facts]);
  await catalog.cacheIndex.put([entry]);
  await catalog.thumbnails.put(canonical, null, 256, thumbnail);
  await catalog.memory.set('key', { a: [1, null] });
  await catalog.close();
  catalog = await open(folder);
  expect(await catalog.references.factsOf([1, 2])).toEqual([facts]);
  expect(await catalog.cacheIndex.load()).toEqual([entry]);
  expect(await catalog.thumbnails.get(canonical, null, 256)).toEqual(thumbnail);
  expect(await catalog.thumbnails.get(canonical, '"other"', 256)).toBeNull();
  expect(await catalog.memory.get('key')).toEqual({ a: [1, null] });
  const ids = Array.from({ length: 2001 }, (_, index) => `ac${String(index).padStart(4, '0')}`);
  await catalog.cacheIndex.put(ids.map((id) => ({ ...entry, id })));
  expect((await catalog.cacheIndex.load()).map(({ id }) => id)).toEqual(['ab', ...ids]);
  await catalog.cacheIndex.remove(['ab', ...ids]);
  expect(await catalog.cacheIndex.load()).toEqual([]);
});
