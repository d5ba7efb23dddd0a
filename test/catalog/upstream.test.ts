import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Catalog, KnownFacts, UpstreamMark } from '../../src-main/catalog/catalog.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Column, RowId, Table } from '../../src-shared/model/table.ts';
import { insert, newFolder, nextChange, open, reference } from './open-library.ts';

const at = '2026-11-24T00:00:00Z';
const remote = (etag: string | null, size = 10): RemoteFacts => ({ size, type: null, etag, modified: null, storageClass: null });

/** A table of two pictures with a computed column, all of whose cells have a value; and what asks for them. */
async function computed(): Promise<{ catalog: Catalog; folder: string; table: Table; column: Column; ids: number[] }> {
  const folder = newFolder();
  const catalog = await open(folder);
  const plain = await catalog.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  await insert(catalog, plain, [[reference('https://h/1')], [reference('https://h/2')]]);
  const [image] = plain.columns;
  const column = await catalog.tree.addComputedColumn('t', {
    ...{ name: 'width', expression: 'image.width', type: 'int', level: 'header', isVolatile: false },
    reads: [image?.id ?? 0],
  });
  const table = await catalog.tree.getTable('t');
  const rows = await catalog.cells.take({ tableId: table.id, columnIds: [column.id], states: ['pending'], limit: 10 }, [image?.id ?? 0]);
  await catalog.cells.write(
    table.id,
    rows.map(({ rowId, revision }) => ({
      ...{ rowId, rowRevision: revision, columnId: column.id, columnRevision: column.revision },
      outcome: { state: 'ok', value: 7 },
    })),
  );
  const ids = (await catalog.references.ofRows(table.id, { where: 'true' }, { after: 0, limit: 10 })).map(({ id }) => id);
  return { catalog, folder, table, column, ids };
}

const facts = (referenceId: number, etag: string | null): KnownFacts => ({
  ...{ referenceId, remote: remote(etag), facts: null, error: null, askedAt: at },
});

async function states(catalog: Catalog, table: Table): Promise<string[]> {
  const rows = await catalog.rows.get(table.id, [1, 2] as RowId[]);
  return rows.map(({ cells }) => cells[1]?.state ?? 'no cell');
}

it('makes stale what was computed from a former file, in the same step in which another one becomes known', async () => {
  const { catalog, table, ids } = await computed();
  const [first = 0, second = 0] = ids;
  await catalog.references.putFacts([facts(first, '"a"'), facts(second, '"b"')]);
  await catalog.references.putFacts([facts(first, 'W/"a"'), facts(second, null)]);
  expect(await states(catalog, table)).toEqual(['ok', 'ok']);
  const canonical = reference('https://h/1').canonical;
  await catalog.upstream.put([{ canonical, checkedAt: at, state: 'changed', remote: remote('"c"') }]);
  const told = nextChange(catalog, (change) => change.kind === 'facts' && change.isOtherFile === true);
  await catalog.references.putFacts([facts(first, '"c"')]);
  expect(await told).toMatchObject({ referenceIds: [first] });
  expect(await states(catalog, table)).toEqual(['stale', 'ok']);
  // Nothing is left to decide either.
  expect(await catalog.upstream.get([canonical])).toEqual([{ canonical, checkedAt: at, state: 'same', remote: null }]);
});

it('remembers what lies upstream, and says in the row whether another file does', async () => {
  const { catalog, table, ids } = await computed();
  const canonical = reference('https://h/2').canonical;
  const isChanged = async () => (await catalog.rows.get(table.id, [1, 2] as RowId[])).map(({ cells }) => cells[0]?.media?.isChanged);
  const mark: UpstreamMark = { canonical, checkedAt: at, state: 'changed', remote: remote('"n"') };
  const told = nextChange(catalog, ({ kind }) => kind === 'facts');
  await catalog.upstream.put([mark]);
  expect(await told).toMatchObject({ referenceIds: [ids[1]] });
  expect([await catalog.upstream.get([reference('https://h/none').canonical, canonical]), await isChanged()]).toEqual([
    [mark],
    [false, true],
  ]);
  await catalog.upstream.put([{ ...mark, state: 'kept' }]);
  expect(await isChanged()).toEqual([false, false]);
});

it('counts each reference of the rows once, and says how a signed one is asked', async () => {
  const { catalog, table } = await computed();
  const signed = 'https://h/3?X-Amz-Signature=1';
  await insert(catalog, table, [[reference('https://h/1')], [reference('https://h/3', signed)]]);
  const count = (where: string) => catalog.references.countOfRows(table.id, { where });
  expect([await count('true'), await count('width == 7'), await count('false')]).toEqual([3, 2, 0]);
  const asked = ['https://h/3', 'https://h/none', 'https://h/1'].map((url) => reference(url).canonical);
  expect((await catalog.references.ofCanonicals(asked)).map(({ typed }) => typed)).toEqual([signed, 'https://h/1']);
});

it('gives the room of thumbnails back to the disk', async () => {
  const { catalog, folder } = await computed();
  const { canonical } = reference('https://h/1');
  const thumbnail = { bytes: new Uint8Array(3_000_000).fill(7), mime: 'image/webp', width: 320, height: 200 };
  await catalog.thumbnails.put(canonical, null, 320, thumbnail);
  await catalog.thumbnails.putPeaks(canonical, null, '{}');
  const before = await catalog.thumbnails.size();
  expect(before).toBeGreaterThan(3_000_000);
  expect(await catalog.thumbnails.clear()).toBeGreaterThan(2_900_000);
  expect(await catalog.thumbnails.size()).toBeLessThan(100_000);
  expect(statSync(join(folder, 'thumbnails.sqlite')).size).toBeLessThan(100_000);
  expect([await catalog.thumbnails.get(canonical, null, 320), await catalog.thumbnails.getPeaks(canonical, null)]).toEqual([null, null]);
  await catalog.thumbnails.put(canonical, null, 320, thumbnail);
  expect(await catalog.thumbnails.get(canonical, null, 320)).toMatchObject({ width: 320 });
});
