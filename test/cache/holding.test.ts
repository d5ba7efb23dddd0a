import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bytes, FetchOptions } from '../../src-main/cache/bytes.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { chunked, dropsAfter, gzip, htmlWith200, noRanges, stalls, status, wrongContentRange, wrongLength } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';
import { type CacheRoom, createCacheRoom, never, referenceOf } from './cache-room.ts';

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
const visible = { signal: never, priority: 'visible' } as const;
const background = { signal: never, priority: 'background' } as const;

/** What was asked of the server, in order. */
const log = () => server.requests.map(({ headers }) => `${headers.range ?? 'whole'}${headers['if-match'] ? ' if-match' : ''}`);

async function errorOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.error.cause}: ${thrown.error.message} ${thrown.error.next}`;
  }
}

async function whole(bytes: Bytes, url: string): Promise<{ content: Uint8Array; restarted: string | null; bytes: number }> {
  const file = await bytes.fetch(referenceOf(url), asked);
  const content = new Uint8Array(await readFile(file.path));
  file.release();
  return { content, restarted: file.restarted, bytes: file.cost.bytes };
}

/** Compares at once what a matcher would compare byte by byte. */
function expectSame(got: Uint8Array, wanted: Uint8Array): void {
  expect(Buffer.compare(got, wanted)).toBe(0);
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

test('a fetch asks only for what nobody has read before, and brings the file in one piece', async () => {
  const bytes = await room.open();
  const object = generatedObject(400_000);
  const url = server.put('/gaps.bin', object);
  const source = await bytes.open(referenceOf(url), visible);
  await source.read(0, 100);
  await source.read(200_000, 200_100);
  const got = await whole(bytes, url);
  expectSame(got.content, object.slice(0, 400_000));
  expect(log()).toEqual(['bytes=0-20479', 'bytes=196608-212991 if-match', 'bytes=20480-196607 if-match', 'bytes=212992- if-match']);
  expect(server.counters.bodyBytes).toBe(400_000);
  expect(await source.read(123, 456)).toEqual(object.slice(123, 456));
  source.close();
});

test('what was probed in memory is written out when somebody fetches the file, and not asked for again', async () => {
  const bytes = await room.open();
  const object = generatedObject(15_000);
  const url = server.put('/small.bin', object);
  const source = await bytes.open(referenceOf(url), background);
  expect(await source.read(0, 15_000)).toEqual(object.slice(0, 15_000));
  source.close();
  expect(bytes.rangesOf(referenceOf(url))).toEqual({ size: 15_000, ranges: [[0, 15_000]] });
  expect(bytes.status().files).toBe(0);
  const got = await whole(bytes, url);
  expect(got).toMatchObject({ bytes: 0, restarted: null });
  expectSame(got.content, object.slice(0, 15_000));
  expect(server.counters.requests).toBe(1);
});

test('readers in the background leave nothing on the disk, and share what each of them reads', async () => {
  const bytes = await room.open();
  const object = generatedObject(500_000);
  const url = server.put('/shared.bin', object);
  const [one, two] = await Promise.all([bytes.open(referenceOf(url), background), bytes.open(referenceOf(url), background)]);
  const [first, second] = await Promise.all([one.read(0, 5000), two.read(4000, 9000)]);
  expect([first, second]).toEqual([object.slice(0, 5000), object.slice(4000, 9000)]);
  one.close();
  expect(await two.read(0, 9000)).toEqual(object.slice(0, 9000));
  two.close();
  expect(server.counters.requests).toBe(1);
  expect((await bytes.details()).parts).toBe(0);
});

test('a file that was looked at from end to end is held whole without being asked for', async () => {
  const bytes = await room.open();
  const object = generatedObject(60_000);
  const url = server.put('/looked.bin', object);
  const held = new Promise<void>((resolve) => {
    bytes.onChanged((change) => change.held === 'whole' && resolve());
  });
  const source = await bytes.open(referenceOf(url), visible);
  await source.read(0, 30_000);
  await source.read(30_000, 60_000);
  await held;
  source.close();
  expectSame((await whole(bytes, url)).content, object.slice(0, 60_000));
  expect(server.counters.bodyBytes).toBe(60_000);
});

test('a fetch that was stopped goes on where it was, also after the library was opened again', async () => {
  const object = generatedObject(6_000_000);
  const url = server.put('/stopped.bin', object, stalls({ afterBytes: 5_000_000, times: 1 }));
  const bytes = await room.open();
  const stop = new AbortController();
  const stopped = errorOf(bytes.fetch(referenceOf(url), { ...asked, signal: stop.signal }));
  const reached = Promise.withResolvers<void>();
  bytes.onTransfers((list) => (list[0]?.bytes ?? 0) >= 5_000_000 && reached.resolve());
  await reached.promise;
  stop.abort();
  expect(await stopped).toBe('cancelled: Stopped by you. Resume it when you want it.');
  await bytes.close();
  const again = await room.open();
  expect(again.rangesOf(referenceOf(url))).toEqual({ size: 6_000_000, ranges: [[0, 5_000_000]] });
  const got = await whole(again, url);
  expect(got).toMatchObject({ bytes: 1_000_000, restarted: null });
  expectSame(got.content, object.slice(0, 6_000_000));
  expect(log()).toEqual(['whole', 'bytes=5000000- if-match']);
});

test('a broken transfer of an object without a strong validator begins anew and says so', async () => {
  const bytes = await room.open();
  const object = generatedObject(300_000, 1, { etag: 'W/"weak"' });
  const got = await whole(bytes, server.put('/weak.bin', object, dropsAfter(100_000, { times: 1 })));
  expect(got.restarted).toBe('not_resumable');
  expectSame(got.content, object.slice(0, 300_000));
  expect(log()).toEqual(['whole', 'whole']);
});

test('an object that changes in the middle is brought anew, and never mixed of two states', async () => {
  const bytes = await room.open();
  const after = generatedObject(250_000, 7);
  const url = server.put('/changing.bin', generatedObject(300_000, 1), stalls({ afterBytes: 100_000 }), dropsAfter(150_000));
  const fetched = whole(bytes, url);
  const reached = Promise.withResolvers<void>();
  bytes.onTransfers((list) => (list[0]?.bytes ?? 0) >= 100_000 && reached.resolve());
  await reached.promise;
  server.put('/changing.bin', after);
  server.release(); // the former answer is broken off at its next fault
  const got = await fetched;
  expect(got.restarted).toBe('changed');
  expectSame(got.content, after.slice(0, 250_000));
});

test('a reader that has read of a former state is told that the file changed, and the next one reads the new', async () => {
  const bytes = await room.open();
  const after = generatedObject(200_000, 7);
  const url = server.put('/turned.bin', generatedObject(200_000, 1));
  const source = await bytes.open(referenceOf(url), visible);
  await source.read(0, 100);
  server.put('/turned.bin', storedObject(after.slice(0, 200_000)));
  expect(await errorOf(source.read(150_000, 150_100))).toBe('input_failed: The file changed while it was read. Try again.');
  source.close();
  const next = await bytes.open(referenceOf(url), visible);
  expect(await next.read(0, 100)).toEqual(after.slice(0, 100));
  next.close();
});

test('a server that ignores ranges is read on, forward only, in one answer', async () => {
  const bytes = await room.open();
  const object = generatedObject(900_000);
  const url = server.put('/all.bin', object, noRanges());
  const source = await bytes.open(referenceOf(url), visible);
  expect(await source.read(0, 100)).toEqual(object.slice(0, 100));
  source.close();
  expectSame((await whole(bytes, url)).content, object.slice(0, 900_000));
});

test.each([
  ['chunks of unknown length', chunked()],
  ['a compressed answer', gzip()],
])('%s come whole, with their length found at the end', async (_, fault) => {
  const bytes = await room.open();
  const object = generatedObject(700_000);
  const got = await whole(bytes, server.put('/unknown.bin', object, fault));
  expectSame(got.content, object.slice(0, 700_000));
});

test('a web page instead of the file is refused and not kept', async () => {
  const bytes = await room.open();
  const url = server.put('/page.jpg', generatedObject(100_000), htmlWith200());
  const failure = 'unsupported: A web page came instead of a picture. Open the address in a browser to see why.';
  expect(await errorOf(bytes.fetch(referenceOf(url), asked))).toBe(failure);
  const source = await bytes.open(referenceOf(url), visible);
  expect(await errorOf(source.read(0, 100))).toBe(failure);
  source.close();
  expect(bytes.rangesOf(referenceOf(url)).ranges).toEqual([]);
});

test('an answer with other bytes than those asked for is not believed', async () => {
  const bytes = await room.open();
  const url = server.put('/wrong.bin', generatedObject(100_000), wrongContentRange());
  const source = await bytes.open(referenceOf(url), visible);
  expect(await errorOf(source.read(0, 100))).toMatch(/^server_error: 127\.0\.0\.1:\d+ sent other bytes than it was asked for\./);
  source.close();
});

test('a body that ends before its promised length goes on where it ended', async () => {
  const bytes = await room.open();
  const object = generatedObject(80_000);
  const got = await whole(bytes, server.put('/short.bin', object, wrongLength(500, { times: 1 })));
  expectSame(got.content, object.slice(0, 80_000));
});

test('a host that throttles is asked again, and the transfer goes on', async () => {
  const bytes = await room.open();
  const object = generatedObject(80_000);
  const got = await whole(bytes, server.put('/busy.bin', object, status(429, { retryAfter: '5', times: 2 })));
  expectSame(got.content, object.slice(0, 80_000));
  expect(server.counters.requests).toBe(3);
});

test('a stream hands on every byte in order, from what is here and from upstream, and keeps it', async () => {
  const bytes = await room.open();
  const object = generatedObject(5_000_000);
  const url = server.put('/film.bin', object);
  const source = await bytes.open(referenceOf(url), visible);
  await source.read(2_000_000, 2_100_000);
  source.close();
  const answer = await bytes.stream(referenceOf(url), { range: { start: 1_000_000, end: null }, signal: never });
  expect({ start: answer.start, size: answer.size }).toEqual({ start: 1_000_000, size: 5_000_000 });
  expectSame(await collect(answer.body), object.slice(1_000_000, 5_000_000));
  const before = server.counters.bodyBytes;
  expect(before).toBeLessThan(4_100_000);
  const again = await bytes.stream(referenceOf(url), { range: { start: 3_000_000, end: 3_500_000 }, signal: never });
  expectSame(await collect(again.body), object.slice(3_000_000, 3_500_000));
  expect(server.counters.bodyBytes).toBe(before);
});

test('a file above the streaming threshold is read without evicting anything, and passes through where there is no room', async () => {
  const bytes = await room.open({ limit: 600_000 });
  const small = server.put('/small.bin', generatedObject(150_000));
  await whole(bytes, small);
  const object = generatedObject(3_000_000, 3);
  const answer = await bytes.stream(referenceOf(server.put('/huge.bin', object)), { range: null, signal: never });
  expectSame(await collect(answer.body), object.slice(0, 3_000_000));
  expect(bytes.heldOf(referenceOf(small))).toBe('whole');
  expect(bytes.status().evictions).toBe(0);
});

test('a seek while the whole file comes does not wait for it, and nothing comes twice', async () => {
  const bytes = await room.open();
  const object = generatedObject(8_000_000);
  const url = server.put('/seek.bin', object, stalls({ afterBytes: 100_000, times: 1 }));
  const fetched = whole(bytes, url);
  const reached = Promise.withResolvers<void>();
  bytes.onTransfers((list) => (list[0]?.bytes ?? 0) >= 100_000 && reached.resolve());
  await reached.promise;
  const source = await bytes.open(referenceOf(url), visible);
  expect(await source.read(6_000_000, 6_000_100)).toEqual(object.slice(6_000_000, 6_000_100));
  source.close();
  server.release();
  expectSame((await fetched).content, object.slice(0, 8_000_000));
  expect(log()).toEqual(['whole', 'bytes=5996544-6012927 if-match', expect.stringMatching(/^bytes=60129\d\d- if-match$/)]);
});

test('a copy that was not checked for long is told when it is used, a fresh one is not', async () => {
  const time = { now: Date.now() };
  const bytes = await room.open({ clock: () => time.now }, { checkAfterHours: 24 });
  const aged: string[] = [];
  bytes.onAged(({ canonical }) => aged.push(canonical));
  const url = server.put('/aged.bin', generatedObject(1000));
  await whole(bytes, url);
  await whole(bytes, url);
  expect(aged).toEqual([]);
  time.now += 25 * 3_600_000;
  await whole(bytes, url);
  expect(aged).toEqual([url]);
  bytes.markChecked(referenceOf(url).canonical);
  await whole(bytes, url);
  expect(aged).toEqual([url]);
});

test.each([
  ['with a validator', '"one"'],
  ['without one', null],
])('where a server ignores ranges its one answer goes on for all who come later, as far as they read, %s', async (_, etag) => {
  const bytes = await room.open();
  const object = generatedObject(900_000, 1, { etag });
  const url = server.put('/deaf.bin', object, noRanges());
  const source = await bytes.open(referenceOf(url), visible);
  expect(await source.read(0, 100)).toEqual(object.slice(0, 100));
  expect(await source.read(500_000, 500_100)).toEqual(object.slice(500_000, 500_100));
  expect(await source.read(100_000, 100_100)).toEqual(object.slice(100_000, 100_100));
  expectSame((await whole(bytes, url)).content, object.slice(0, 900_000));
  source.close();
  expect(server.counters).toMatchObject({ requests: 1, bodyBytes: 900_000 });
});

test('an answer that nobody reads on gives its place to others, and goes on later', async () => {
  const bytes = await room.open({}, { concurrency: 1, concurrencyPerHost: 1 });
  const object = generatedObject(4_000_000);
  const url = server.put('/paused.bin', object, noRanges());
  const film = await bytes.stream(referenceOf(url), { range: null, signal: never });
  const reader = film.body[Symbol.asyncIterator]();
  const first = await reader.next();
  const other = generatedObject(100_000, 2);
  expectSame((await whole(bytes, server.put('/other.bin', other))).content, other.slice(0, 100_000));
  const rest = await collect({ [Symbol.asyncIterator]: () => reader });
  expectSame(Buffer.concat([first.value, rest]), object.slice(0, 4_000_000));
  expect(log()).toEqual([expect.stringMatching(/^(whole|bytes=0-)/), 'whole']);
});

test('an empty file is fetched and held', async () => {
  const bytes = await room.open();
  const url = server.put('/empty.bin', storedObject(''));
  expect((await whole(bytes, url)).content.length).toBe(0);
  expect((await whole(bytes, url)).bytes).toBe(0);
  expect(server.counters.requests).toBe(1);
});

test('bytes of an object without a strong validator are not joined with what comes after a restart', async () => {
  const object = generatedObject(300_000, 1, { etag: null });
  const url = server.put('/plain.bin', object);
  const bytes = await room.open();
  const source = await bytes.open(referenceOf(url), visible);
  await source.read(0, 100);
  source.close();
  await bytes.close();
  const again = await room.open();
  expectSame((await whole(again, url)).content, object.slice(0, 300_000));
  expect(log()).toEqual(['bytes=0-20479', 'whole']);
});
