import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bytes, FetchOptions } from '../../src-main/cache/bytes.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { chunked, dropsAfter, noRanges, stalls, wrongLength } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';
import { blocksOn, type CacheRoom, createCacheRoom, never, referenceOf } from './cache-room.ts';

let server: HttpServer;
let room: CacheRoom;

beforeEach(async () => {
  server = await startHttpServer();
  room = await createCacheRoom();
});
afterEach(async () => {
  server.release();
  await room.close();
  await server.close();
});

const asked: FetchOptions = { signal: never, priority: 'asked', isExplicit: true };

async function bring(bytes: Bytes, url: string, options: Partial<FetchOptions> = {}): Promise<string> {
  const file = await bytes.fetch(referenceOf(url), { ...asked, ...options });
  file.release();
  return file.path;
}

async function errorOfFetch(bytes: Bytes, url: string, options: Partial<FetchOptions> = {}): Promise<string> {
  try {
    await bring(bytes, url, options);
    return 'no error';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.error.cause}: ${thrown.error.message}`;
  }
}

test('a fetched file lies in the folder under its own name and extension, with its bytes, and costs nothing the second time', async () => {
  const bytes = await room.open();
  const url = server.put('/pictures/a%20b.JPG', generatedObject(100_000));
  const first = await bytes.fetch(referenceOf(url), asked);
  expect(basename(first.path)).toBe('a b.JPG');
  expect(new Uint8Array(await readFile(first.path))).toEqual(generatedObject(100_000).slice(0, 100_000));
  expect({ bytes: first.bytes, cost: first.cost }).toEqual({ bytes: 100_000, cost: { requests: 1, bytes: 100_000 } });
  const second = await bytes.fetch(referenceOf(url), asked);
  expect(second.cost).toEqual({ requests: 0, bytes: 0 });
  expect(server.counters.requests).toBe(1);
  expect(bytes.heldOf(referenceOf(url))).toBe('whole');
  expect(bytes.status()).toMatchObject({ files: 1, hits: 1, misses: 1, evictions: 0 });
});

test('fifty askers of one address cause one download', async () => {
  const bytes = await room.open();
  const url = server.put('/one.bin', generatedObject(300_000));
  const files = await Promise.all(Array.from({ length: 50 }, () => bytes.fetch(referenceOf(url), asked)));
  expect(server.counters.requests).toBe(1);
  expect(new Set(files.map((file) => file.path)).size).toBe(1);
  expect(files.reduce((sum, file) => sum + file.cost.bytes, 0)).toBe(300_000);
});

test('a download goes on for the others when one asker leaves, and stops when the last has left', async () => {
  const bytes = await room.open();
  const url = server.put('/slow.bin', generatedObject(200_000), stalls({ afterBytes: 50_000, times: 1 }));
  const leaver = new AbortController();
  const left = bytes.fetch(referenceOf(url), { ...asked, signal: leaver.signal });
  const stayed = bytes.fetch(referenceOf(url), asked);
  await server.whenRequested((record) => record.rawPath === '/slow.bin');
  leaver.abort();
  await expect(left).rejects.toThrow('Stopped by you.');
  server.release();
  expect((await stayed).bytes).toBe(200_000);

  const other = await startHttpServer();
  const lonely = new AbortController();
  const gone = bytes.fetch(referenceOf(other.put('/x', generatedObject(200_000), stalls({ afterBytes: 50_000 }))), {
    ...asked,
    signal: lonely.signal,
  });
  await other.whenRequested((record) => record.rawPath === '/x');
  lonely.abort();
  await expect(gone).rejects.toThrow('Stopped by you.');
  expect((await other.whenEnded((record) => record.rawPath === '/x')).end).toBe('broken');
  await other.close();
});

test('resumes where the connection broke when the ETag still matches', async () => {
  const bytes = await room.open();
  const object = generatedObject(400_000);
  const url = server.put('/broken.bin', object, dropsAfter(150_000, { times: 1 }));
  const path = await bring(bytes, url);
  expect(new Uint8Array(await readFile(path))).toEqual(object.slice(0, 400_000));
  expect(server.requests.map((request) => request.headers.range ?? 'whole')).toEqual(['whole', expect.stringMatching(/^bytes=\d+-$/)]);
});

test('a body that stays shorter than promised is an error, and nothing of it is kept', async () => {
  const bytes = await room.open();
  const url = server.put('/short.bin', storedObject(generatedObject(50_000).slice(0, 50_000), { etag: null }), wrongLength(1000));
  expect(await errorOfFetch(bytes, url)).not.toBe('no error');
  expect(readdirSync(room.folder)).toEqual([]);
  expect(bytes.status().bytes).toBe(blocksOn(room.folder));
});

test('the limit holds in disk blocks at every instant while 200 downloads run at once', async () => {
  const limit = 3_000_000;
  const bytes = await room.open({ limit });
  const urls = Array.from({ length: 200 }, (_, index) =>
    server.put(`/f${index}.bin`, generatedObject(20_000 + ((index * 7919) % 180_000), index), ...(index % 5 === 0 ? [chunked()] : [])),
  );
  const watched = { highest: 0, looks: 0, isOver: false };
  const watcher = (async () => {
    while (!watched.isOver) {
      watched.highest = Math.max(watched.highest, blocksOn(room.folder));
      watched.looks += 1;
      await new Promise(setImmediate);
    }
  })();
  const outcomes = await Promise.all(urls.map((url) => errorOfFetch(bytes, url)));
  watched.isOver = true;
  await watcher;
  expect(new Set(outcomes)).toEqual(new Set(['no error']));
  expect(watched.looks).toBeGreaterThan(5);
  expect(watched.highest).toBeLessThanOrEqual(limit);
  const status = bytes.status();
  expect(status.bytes).toBe(blocksOn(room.folder));
  expect(status.evictions).toBe(200 - status.files);
});

test('the least recently used leaves first, also after the library was opened again', async () => {
  const size = 100_000;
  const limit = 3 * 106_496 + 40_000; // three files in blocks, with their folders, and not a fourth
  const clock = () => 1_000_000; // a clock that stands still must not blur the order
  const urls = ['a', 'b', 'c', 'd', 'e'].map((name, index) => server.put(`/${name}.bin`, generatedObject(size, index)));
  const [a = '', b = '', c = '', d = '', e = ''] = urls;
  const bytes = await room.open({ limit, clock });
  for (const url of [a, b, c]) await bring(bytes, url);
  await bring(bytes, a);
  await bytes.close();
  const again = await room.open({ limit, clock });
  const held = () => urls.map((url) => (again.heldOf(referenceOf(url)) === 'whole' ? '1' : '0')).join('');
  expect(held()).toBe('11100');
  await bring(again, d);
  expect(held()).toBe('10110');
  await bring(again, e);
  expect(held()).toBe('10011');
});

test('a file in use is not evicted; when nothing else can go, the cache is full and says what is needed', async () => {
  const bytes = await room.open({ limit: 300_000 });
  const used = await bytes.fetch(referenceOf(server.put('/used.bin', generatedObject(200_000))), asked);
  const other = server.put('/other.bin', generatedObject(150_000, 2));
  expect(await errorOfFetch(bytes, other)).toBe('cache_full: 164 kB is needed; 82.9 kB can be freed, the rest is in use or kept offline.');
  await expect(bytes.setLimit(100_000)).rejects.toThrow('217 kB is in use or kept offline, so the limit cannot be below that now.');
  used.release();
  expect(await errorOfFetch(bytes, other)).toBe('no error');
  expect(bytes.heldOf(referenceOf(server.url('/used.bin')))).toBe('none');
});

test('what is larger than a third of the limit is stored only on purpose, and what is larger than the limit never', async () => {
  const bytes = await room.open({ limit: 300_000 });
  const half = server.put('/half.bin', generatedObject(150_000));
  const huge = server.put('/huge.bin', generatedObject(400_000));
  const unknown = server.put('/unknown.bin', generatedObject(400_000), chunked());
  expect(await errorOfFetch(bytes, half, { isExplicit: false })).toBe('too_large: 150 kB is more than the limit of 100 kB for this.');
  expect(await errorOfFetch(bytes, half)).toBe('no error');
  expect(await errorOfFetch(bytes, huge)).toBe('too_large: 400 kB is more than the limit of 300 kB for this.');
  expect(await errorOfFetch(bytes, unknown)).toMatch(/^too_large: .* is more than the limit of 300 kB for this\.$/);
  expect(blocksOn(room.folder)).toBeLessThanOrEqual(300_000);
});

test('the disk keeps its floor: what would go below is refused, and held files leave before that', async () => {
  const disk = { free: 60_000_000, total: 1_000_000_000, block: 4096 };
  const bytes = await room.open({ diskSpace: async () => disk });
  await bring(bytes, server.put('/first.bin', generatedObject(100_000)));
  disk.free = 50_050_000; // the floor is 50 MB
  expect(await errorOfFetch(bytes, server.put('/second.bin', generatedObject(100_000, 2)))).toBe(
    'disk_full: The disk is full: 115 kB is needed.',
  );
  expect(bytes.status()).toMatchObject({ files: 0, evictions: 1 });
});

test('leftovers of a crash are removed, and files of others in the folder are left alone', async () => {
  const bytes = await room.open();
  const kept = await bring(bytes, server.put('/kept.bin', generatedObject(10_000)));
  const cut = await bring(bytes, server.put('/cut.bin', generatedObject(10_000, 2)));
  await bytes.close();
  await writeFile(join(room.folder, `${'a'.repeat(32)}.part`), 'half');
  await writeFile(join(room.folder, `${'b'.repeat(32)}`), 'not in the index');
  await writeFile(join(room.folder, 'notes.txt'), 'mine');
  await writeFile(cut, 'too short');
  const again = await room.open();
  expect(readdirSync(room.folder).sort()).toEqual([basename(dirname(kept)), 'notes.txt'].sort());
  expect(again.status().files).toBe(1);
  expect(room.indexed.size).toBe(1);
});

test('a copy that was deleted from outside is fetched again', async () => {
  const bytes = await room.open();
  const url = server.put('/x.bin', generatedObject(10_000));
  await writeFile(await bring(bytes, url), 'changed by somebody');
  await bring(bytes, url);
  expect(server.counters.requests).toBe(2);
});

test('clear removes all but what is in use, and tells each', async () => {
  const bytes = await room.open();
  const told: string[] = [];
  bytes.onChanged(({ held, canonical }) => told.push(`${held} ${canonical.replace(server.origin, '')}`));
  await bring(bytes, server.put('/a.bin', generatedObject(10_000)));
  const used = await bytes.fetch(referenceOf(server.put('/b.bin', generatedObject(10_000, 2))), asked);
  expect(await bytes.clear({ kind: 'all' })).toEqual({ bytes: 16_384, files: 1, left: { kept: 0, inUse: 1 } });
  expect(told).toEqual(['whole /a.bin', 'whole /b.bin', 'none /a.bin']);
  used.release();
});

test('a local file is handed out as it is and never copied', async () => {
  const bytes = await room.open();
  const path = join(room.folder, 'local.txt');
  await writeFile(path, 'here');
  const reference = referenceOf(path);
  const file = await bytes.fetch(reference, asked);
  expect(file).toMatchObject({ path, bytes: 4, cost: { requests: 0, bytes: 0 } });
  expect(bytes.heldOf(reference)).toBe('local');
  expect(bytes.status().files).toBe(0);
});

test('a range reader asks in few aligned pieces, never twice for the same, and reads a held copy without the network', async () => {
  const bytes = await room.open();
  const object = generatedObject(500_000);
  const url = server.put('/big.bin', object);
  const source = await bytes.open(referenceOf(url), { signal: never, priority: 'asked' });
  expect(await source.read(0, 10)).toEqual(object.slice(0, 10));
  expect(await source.remote()).toMatchObject({ size: 500_000, etag: object.etag });
  expect(await source.read(5, 9000)).toEqual(object.slice(5, 9000));
  const [one, two] = await Promise.all([source.read(300_000, 300_100), source.read(300_050, 300_200)]);
  expect([one, two]).toEqual([object.slice(300_000, 300_100), object.slice(300_050, 300_200)]);
  expect(await source.read(499_990, 600_000)).toEqual(object.slice(499_990, 500_000));
  expect(await source.read(700_000, 700_010)).toEqual(new Uint8Array(0));
  expect(server.requests.map((request) => `${request.method} ${request.headers.range}`)).toEqual([
    'GET bytes=0-20479',
    'GET bytes=299008-315391',
    'GET bytes=499712-499999',
  ]);
  expect(source.cost.requests).toBe(3);
  source.close();
  await bring(bytes, url);
  const before = server.counters.requests;
  const copy = await bytes.open(referenceOf(url), { signal: never, priority: 'asked' });
  expect(await copy.read(123_456, 123_556)).toEqual(object.slice(123_456, 123_556));
  expect(copy.cost).toEqual({ requests: 0, bytes: 0 });
  copy.close();
  expect(server.counters.requests).toBe(before);
});

test('a server that ignores ranges is not read to its end', async () => {
  const bytes = await room.open();
  const object = generatedObject(50_000_000);
  const source = await bytes.open(referenceOf(server.put('/whole.bin', object, noRanges())), { signal: never, priority: 'asked' });
  expect(await source.read(0, 100)).toEqual(object.slice(0, 100));
  source.close();
  const record = await server.whenEnded((request) => request.rawPath === '/whole.bin');
  expect(record.end).toBe('broken');
  expect(record.bodyBytes).toBeLessThan(20_000_000);
});

test('an empty file reads as nothing', async () => {
  const bytes = await room.open();
  const source = await bytes.open(referenceOf(server.put('/empty.bin', storedObject(''))), { signal: never, priority: 'asked' });
  expect(await source.read(0, 100)).toEqual(new Uint8Array(0));
  source.close();
});

test('a transfer that waits for room gives its place to one that waits for a place, so that neither waits for ever', async () => {
  const first = server.put('/first.bin', generatedObject(600_000), dropsAfter(200_000, { times: 1 }));
  const second = server.put('/second.bin', generatedObject(600_000));
  const bytes = await room.open(
    {
      limit: 1_000_000,
      // The broken one is tried again when the other has its place, and so waits for the room of the first.
      sleep: async () => void (await server.whenRequested(({ rawPath }) => rawPath === '/second.bin')),
    },
    { concurrency: 1, concurrencyPerHost: 1 },
  );
  const [one, other] = await Promise.all([errorOfFetch(bytes, first), errorOfFetch(bytes, second)]);
  expect(one).toBe('no error');
  // Refused where the first is still in use in the moment of its turn; it never waits for ever.
  expect(other).toMatch(/^(no error$|cache_full: )/);
});
