import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src-main/catalog/catalog.ts';
import { openCatalog } from '../../src-main/catalog/open-catalog.ts';
import { createImporting } from '../../src-main/importing/create-importing.ts';
import type { Importing, InsertInput } from '../../src-main/importing/importing.ts';

let folder: string;
let catalog: Catalog;
let importing: Importing;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-import-'));
  const workerUrl = new URL('../../src-main/catalog/catalog-worker.ts', import.meta.url);
  catalog = await openCatalog({ folder, workerUrl, appVersion: '0.1.0' });
  importing = createImporting({ ...noBuckets, catalog, computer: { home: folder, platform: 'posix' }, now: () => 0 });
});
afterEach(async () => {
  await catalog.close();
  rmSync(folder, { recursive: true, force: true });
});

async function insert(path: string, source: InsertInput['source'], more: Partial<InsertInput> = {}) {
  const table = await catalog.tree.getTable(path);
  return importing.insert(
    { table: path, source, onError: 'abort', compute: 'none', ...more },
    { table, signal: new AbortController().signal },
  );
}

import { noBuckets } from './kept-rows.ts';

describe('importing into a real catalog', () => {
  it('inserts 100,000 lines as one change', async () => {
    await catalog.tree.createTable('many', [{ name: 'image', type: 'image' }], { ifNotExists: false });
    writeFileSync(
      join(folder, 'list.txt'),
      Array.from({ length: 100_000 }, (_nothing, index) => `s3://bucket/${index} #.jpg`).join('\r\n'),
    );
    const { rows, rowIds, changeId } = await insert('many', { kind: 'file', path: join(folder, 'list.txt') });
    expect([rows, rowIds.length, (await catalog.tree.getTable('many')).rowCount]).toEqual([100_000, 100_000, 100_000]);
    expect((await catalog.history.list(1)).map(({ id, label }) => [id, label])).toEqual([[changeId, 'Inserted 100,000 rows into many']]);
    const preview = await importing.preview({ source: { kind: 'file', path: join(folder, 'list.txt') }, table: 'many' });
    expect(preview).toMatchObject({ all: 100_000, fresh: 0, already: 100_000, suggestedName: 'bucket' });
  });

  it('inserts nothing at all when the last of many lines is bad, and can insert afterwards', async () => {
    await catalog.tree.createTable(
      't',
      [
        { name: 'image', type: 'image' },
        { name: 'n', type: 'int' },
      ],
      { ifNotExists: false },
    );
    const lines = Array.from({ length: 5_000 }, (_nothing, index) => `s3://b/${index}.jpg`);
    const bad = await insert('t', { kind: 'texts', texts: [...lines, 'ftp://x/y'] });
    expect([bad.rows, bad.rejected.map(({ line }) => line), (await catalog.tree.getTable('t')).rowCount]).toEqual([0, [5_001], 0]);
    const good = await insert(
      't',
      { kind: 'text', text: 'image,n\ns3://b/1.jpg,5\ns3://b/1.jpg,6\n', format: 'csv' },
      { skipDuplicates: true },
    );
    expect(good.rows).toBe(1);
    const [row] = await catalog.rows.get((await catalog.tree.getTable('t')).id, good.rowIds);
    expect(row?.cells.map(({ value, media }) => media?.canonical ?? value)).toEqual(['s3://b/1.jpg', 5]);
  });

  it('keeps the order of rows that fill one column or the other, and what is known out when asked', async () => {
    const columns = [
      { name: 'image', type: 'image' as const },
      { name: 'video', type: 'video' as const },
    ];
    const { id } = await catalog.tree.createTable('mixed', columns, { ifNotExists: false });
    const texts = Array.from({ length: 333 }, (_nothing, index) => `s3://b/${index}.${index % 3 === 0 || index > 200 ? 'mp4' : 'jpg'}`);
    const first = await insert('mixed', { kind: 'texts', texts });
    const known = await insert('mixed', { kind: 'texts', texts: [...texts, 's3://b/new.mp4', 's3://b/new.mp4'] }, { skipDuplicates: true });
    expect([first.rows, known.rows]).toEqual([333, 1]);
    const rows = await catalog.rows.get(id, [...first.rowIds, ...known.rowIds]);
    const addresses = rows.map(({ cells }) => JSON.stringify(cells).match(/s3:[^"]*/)?.[0]);
    expect(addresses).toEqual([...texts, 's3://b/new.mp4']);
  });
});
