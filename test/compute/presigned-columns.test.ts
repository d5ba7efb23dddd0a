/** Links in columns: issued anew before they end, a page at a time, and never served past their end. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import { addColumn, type ComputeRoom, idOf, insertUrls, newFolder, openRoom, removeFolder, rowsOf } from './compute-room.ts';

const signal = new AbortController().signal;
let folder: string;
let room: ComputeRoom;
let tables = 0;

beforeAll(async () => {
  folder = newFolder();
  room = await openRoom(folder);
});
afterAll(async () => {
  await room.close();
  removeFolder(folder);
});

/** A table of so many films with a column of links, all issued once. */
async function films(count: number, expression: string): Promise<{ table: Table; rowIds: RowId[] }> {
  tables += 1;
  const name = `films_${tables}`;
  room.signed.count = 0;
  const created = await room.catalog.tree.createTable(name, [{ name: 'video', type: 'video' }], { ifNotExists: false });
  const urls = Array.from({ length: count }, (_, index) => `s3://bucket/${index}.mp4`);
  await insertUrls(room.catalog, created, urls);
  const table = await addColumn(room, name, 'link', expression);
  await room.compute.run({ table, columnIds: [idOf(table, 'link')] });
  expect(room.signed.count).toBe(count);
  room.signed.count = 0;
  return { table, rowIds: (await rowsOf(room, table)).map(({ rowId }) => rowId) };
}

/** How many links a read of these rows signs after so many seconds. */
async function signedAfter(seconds: number, table: Table, rowIds: RowId[]): Promise<number> {
  room.clock.time += seconds * 1000;
  room.signed.count = 0;
  await room.compute.refreshVolatile(table, rowIds, signal);
  return room.signed.count;
}

test('a page of rows signs that page only', async () => {
  const { table, rowIds } = await films(50, 'presigned_url(video, 3600)');
  expect(await signedAfter(3_500, table, rowIds.slice(10, 20))).toBe(10);
  expect(await signedAfter(0, table, rowIds.slice(15, 25))).toBe(5);
});

test.each([
  ['a tenth of the asked time', 'presigned_url(video, 3600)', 3_239, 2],
  ['60 s where a tenth is less', 'presigned_url(video, 300)', 239, 2],
  ['a tenth of a time that is worked out', 'presigned_url(video, 7 * 24 * 3600)', 544_319, 2],
])('a link is kept while %s is left', async (_, expression, keptSeconds, more) => {
  const { table, rowIds } = await films(1, expression);
  expect(await signedAfter(keptSeconds, table, rowIds)).toBe(0);
  expect(await signedAfter(more, table, rowIds)).toBe(1);
});

test('a link that is asked for less than the floor is issued anew at each read, and alive', async () => {
  const { table, rowIds } = await films(1, 'presigned_url(video, 30)');
  for (let read = 0; read < 3; read += 1) {
    expect(await signedAfter(1, table, rowIds)).toBe(1);
    const [row] = await rowsOf(room, table);
    expect(Date.parse(row?.cells.link?.link?.expiresAt ?? '')).toBe(room.clock.time + 30_000);
  }
});
