import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorOf } from '../../src-shared/model/error.ts';
import type { Table } from '../../src-shared/model/table.ts';
import { stalls, status } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import {
  addColumn,
  type ComputeRoom,
  idOf,
  insertUrls,
  inWords,
  newFolder,
  openRoom,
  picture,
  removeFolder,
  rowsOf,
} from './compute-room.ts';

let folder: string;
let room: ComputeRoom;
let server: HttpServer;

beforeEach(async () => {
  folder = newFolder();
  server = await startHttpServer();
  room = await openRoom(folder);
});

afterEach(async () => {
  server.release();
  await room.close();
  await server.close();
  removeFolder(folder);
});

/** A table of so many pictures, of widths 10, 11, 12 … and height 5. */
async function pictures(count: number): Promise<Table> {
  const table = await room.catalog.tree.createTable('pier', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  const urls: string[] = [];
  for (let index = 0; index < count; index += 1) {
    urls.push(server.put(`/p${index}.png`, storedObject(await picture(10 + index, 5), { type: 'image/png' })));
  }
  await insertUrls(room.catalog, table, urls);
  return room.catalog.tree.getTable('pier');
}

async function column(table: Table, name: string): Promise<string[]> {
  return (await rowsOf(room, table)).map(({ cells }) => inWords(cells[name]));
}

describe('a table of remote pictures', () => {
  test('is measured with one request a picture, errors stay in their cells, and a retry asks only the failed ones', async () => {
    await pictures(30);
    server.remove('/p3.png');
    server.put('/p4.png', storedObject((await picture(14, 5)).subarray(0, 20), { type: 'image/png' }));
    await addColumn(room, 'pier', 'width', 'image.width');
    await addColumn(room, 'pier', 'height', 'image.height');
    const table = await addColumn(room, 'pier', 'area', 'width * height');
    const columnIds = ['width', 'height', 'area'].map((name) => idOf(table, name));

    const result = await room.compute.run({ table, columnIds });
    expect(result).toMatchObject({ values: 84, errors: 6 });
    expect(result.requests).toBe(server.counters.requests);
    expect(server.counters.requests).toBe(30);
    expect((await column(table, 'area')).slice(0, 6)).toEqual([
      'ok 50',
      'ok 55',
      'ok 60',
      'error input_failed',
      'error input_failed',
      'ok 75',
    ]);
    expect((await column(table, 'width')).slice(3, 5)).toEqual(['error not_found', 'error corrupt']);
    const failed = (await rowsOf(room, table))[3]?.cells.area?.error;
    expect(failed).toMatchObject({ message: 'This needs width, which has an error.', details: { column: 'width' } });

    server.put('/p3.png', storedObject(await picture(13, 5), { type: 'image/png' }));
    const again = await room.compute.recompute({ table, columnIds, errorsOnly: true, cause: 'not_found' });
    expect(again).toMatchObject({ values: 3, errors: 0, requests: 1 });
    expect((await column(table, 'area'))[3]).toBe('ok 65');
    expect(server.counters.requests).toBe(31);
  });

  test('is not asked again for a second column, nor for the same address in another row', async () => {
    const table = await pictures(2);
    await insertUrls(room.catalog, table, [server.url('/p0.png'), server.url('/p0.png')]);
    const withWidth = await addColumn(room, 'pier', 'width', 'image.width');
    await room.compute.run({ table: withWidth, columnIds: [idOf(withWidth, 'width')] });
    const withMore = await addColumn(room, 'pier', 'more', 'image.size > 0 && image.format == "png"');
    const result = await room.compute.run({ table: withMore, columnIds: [idOf(withMore, 'more')] });
    expect(result).toMatchObject({ values: 4, errors: 0, requests: 0, bytes: 0 });
    expect(server.counters.requests).toBe(2);
    expect(await column(withMore, 'more')).toEqual(['ok true', 'ok true', 'ok true', 'ok true']);
  });

  test('is not asked at all where the condition before it decides', async () => {
    await pictures(3);
    const table = await addColumn(room, 'pier', 'none', 'name(image) == "p1.png" && image.width > 0');
    await room.compute.run({ table, columnIds: [idOf(table, 'none')] });
    expect(await column(table, 'none')).toEqual(['ok false', 'ok true', 'ok false']);
    expect(server.counters.requests).toBe(1);
  });

  test('answers a HEAD for the size alone, also where the picture is damaged', async () => {
    const table = await pictures(1);
    await insertUrls(room.catalog, table, [server.put('/bad.png', storedObject('nothing', { type: 'image/png' }))]);
    await addColumn(room, 'pier', 'width', 'image.width');
    const both = await addColumn(room, 'pier', 'size', 'image.size');
    await room.compute.run({ table: both, columnIds: [idOf(both, 'width'), idOf(both, 'size')] });
    expect((await column(both, 'size'))[1]).toBe('ok 7');
    expect((await column(both, 'width'))[1]).toMatch(/^error (corrupt|unsupported)$/);
  });

  test('tries again by itself where the server was busy for a moment', async () => {
    await pictures(1);
    server.spoil('/p0.png', status(503, { times: 1 }));
    const table = await addColumn(room, 'pier', 'width', 'image.width');
    expect(await room.compute.run({ table, columnIds: [idOf(table, 'width')] })).toMatchObject({ values: 1, errors: 0 });
  });

  test('stops at the first error where that was asked', async () => {
    await pictures(3);
    server.remove('/p1.png');
    const table = await addColumn(room, 'pier', 'width', 'image.width');
    const ended = room.compute.run({ table, columnIds: [idOf(table, 'width')], stopAtError: true });
    await expect(ended.catch((thrown: unknown) => errorOf(thrown).cause)).resolves.toBe('not_found');
  });
});

describe('work that is interrupted', () => {
  test('keeps what is done when it is cancelled, and goes on without asking again', async () => {
    await pictures(30);
    server.spoil('/p25.png', stalls({ times: 1 }));
    const table = await addColumn(room, 'pier', 'width', 'image.width');
    const columnIds = [idOf(table, 'width')];
    const stop = new AbortController();
    const whenWritten = new Promise<void>((resolve) => {
      let written = 0;
      room.catalog.onChange((change) => {
        if (change.kind !== 'cells') return;
        written += change.rowIds?.length ?? 0;
        if (written >= 29) resolve();
      });
    });
    const first = room.compute.run({ table, columnIds, signal: stop.signal });
    await whenWritten;
    stop.abort();
    expect(await first).toMatchObject({ values: 29, errors: 0 });
    expect(room.jobs.list()[0]?.state).toBe('cancelled');
    expect((await column(table, 'width'))[25]).toBe('pending');

    await room.close();
    room = await openRoom(folder);
    const before = server.counters.requests;
    expect(await room.compute.run({ table, columnIds })).toMatchObject({ values: 1, errors: 0, requests: 1 });
    expect(server.counters.requests).toBe(before + 1);
  });

  test('is taken up in the background, with rows that come later', async () => {
    const table = await pictures(3);
    const whole = await addColumn(room, 'pier', 'width', 'image.width');
    const whenFilled = (count: number) =>
      new Promise<void>((resolve) => {
        const look = async () => {
          if ((await column(whole, 'width')).filter((cell) => cell.startsWith('ok')).length < count) return;
          unlisten();
          resolve();
        };
        const unlisten = room.catalog.onChange((change) => {
          if (change.kind === 'cells') void look();
        });
      });
    const three = whenFilled(3);
    room.compute.startBackground();
    await three;
    const four = whenFilled(4);
    await insertUrls(room.catalog, table, [server.put('/late.png', storedObject(await picture(99, 9)))]);
    await four;
    expect((await column(whole, 'width'))[3]).toBe('ok 99');
  });

  test('leaves a cell pending and the job failed where the mistake is ours', async () => {
    await room.close();
    room = await openRoom(folder, {
      wrapMedia: (media) => ({ ...media, probe: () => Promise.reject(new TypeError('undefined is not a function')) }),
    });
    await pictures(1);
    const table = await addColumn(room, 'pier', 'width', 'image.width');
    const ended = room.compute.run({ table, columnIds: [idOf(table, 'width')] });
    await expect(ended.catch((thrown: unknown) => errorOf(thrown).cause)).resolves.toBe('internal');
    expect(await column(table, 'width')).toEqual(['pending']);
    expect(room.jobs.list()[0]?.state).toBe('failed');
    expect(room.bugs).toHaveLength(1);
  });
});

describe('what is shown and not stored', () => {
  test('costs no more than it may', async () => {
    const table = await pictures(2);
    const [first] = await rowsOf(room, table);
    const rowIds = first ? [first.rowId] : [];
    const { signal } = new AbortController();
    const none = await room.compute.evaluate(table, ['name(image)', 'image.width'], rowIds, { maxLevel: 'none', signal });
    expect(none).toEqual({
      cells: [
        [
          { state: 'ok', value: 'p0.png' },
          { state: 'pending', value: null },
        ],
      ],
      cost: { requests: 0, bytes: 0 },
    });
    const header = await room.compute.evaluate(table, ['image.width * 2'], rowIds, { maxLevel: 'header', signal });
    expect(header.cells).toEqual([[{ state: 'ok', value: 20 }]]);
    expect(header.cost.requests).toBe(1);
    const known = await room.compute.evaluate(table, ['image.width'], rowIds, { maxLevel: 'none', signal });
    expect(known.cells).toEqual([[{ state: 'ok', value: 10 }]]);
  });
});

describe('links in a column', () => {
  test('are issued when rows come and again when little of their life is left', async () => {
    const table = await room.catalog.tree.createTable('films', [{ name: 'video', type: 'video' }], { ifNotExists: false });
    await insertUrls(room.catalog, table, ['s3://bucket/a.mp4', 'https://a.example/b.mp4']);
    const whole = await addColumn(room, 'films', 'link', 'presigned_url(video.fileurl, 3600)');
    await room.compute.run({ table: whole, columnIds: [idOf(whole, 'link')] });
    expect(room.signed.count).toBe(2);
    const rowIds = (await rowsOf(room, whole)).map(({ rowId }) => rowId);
    const refresh = () => room.compute.refreshVolatile(whole, rowIds, new AbortController().signal);
    room.clock.time += 3_200_000;
    await refresh();
    expect(room.signed.count).toBe(2);
    room.clock.time += 100_000;
    await refresh();
    expect(room.signed.count).toBe(3);
    const [object, web] = await rowsOf(room, whole);
    expect(object?.cells.link?.link).toEqual({ expiresAt: '2026-11-23T13:55:00.000Z', limitedBy: 'asked' });
    expect(web?.cells.link?.link?.expiresAt).toBeNull();
  });
});

describe('an expression', () => {
  test('is refused where the column would depend on itself', async () => {
    await room.catalog.tree.createTable('t', [{ name: 'n', type: 'int' }], { ifNotExists: false });
    await addColumn(room, 't', 'a', 'n + 1');
    const table = await addColumn(room, 't', 'b', 'a + 1');
    expect(room.compute.check(table, 'b + 1', { forColumn: 'a' }).error).toMatchObject({
      cause: 'expression',
      message: 'a would depend on itself: a needs b needs a.',
    });
    expect(room.compute.check(table, 'n + b').reads).toEqual(['n', 'b']);
  });

  test('that gives a file is no column', async () => {
    const table = await room.catalog.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
    expect(() => room.compute.plan(table, 'copy', 'image')).toThrow('A computed column holds values, not files.');
  });
});
