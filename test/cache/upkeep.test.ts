import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bytes, FetchOptions } from '../../src-main/cache/bytes.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { newFolder, open } from '../catalog/open-library.ts';
import { stalls } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { generatedObject } from '../servers/stored-object.ts';
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
const silently = { signal: never, onProgress: () => undefined };

async function bring(bytes: Bytes, url: string): Promise<string> {
  const file = await bytes.fetch(referenceOf(url), asked);
  file.release();
  return file.path;
}

test('the details say what is here, what is kept, where, how much room there is, and how it was used', async () => {
  const { memory } = await open(newFolder());
  const disk = { free: 60_000_000, total: 1_000_000_000, block: 4096 };
  const clock = () => new Date(2026, 10, 24, 12).getTime();
  const bytes = await room.open({ memory, clock, limit: 30_000_000, diskSpace: async () => disk });
  const kept = referenceOf(server.put('/kept.bin', generatedObject(100_000)));
  const url = server.put('/other.bin', generatedObject(50_000, 2));
  await bytes.setKept([{ reference: kept, size: 100_000 }], true);
  for (const address of [server.url('/kept.bin'), url, url]) await bring(bytes, address);
  const reader = await bytes.open(referenceOf(server.put('/part.bin', generatedObject(500_000, 3))), {
    signal: never,
    priority: 'visible',
  });
  await reader.read(0, 10);
  reader.close();
  const { status, parts, ...rest } = await bytes.details();
  expect(status).toMatchObject({ files: 2, limit: 30_000_000, hits: 1, misses: 2, evictions: 0, kept: 106_496 });
  expect([parts > 0, parts % 4096]).toEqual([true, 0]);
  const [day] = rest.days;
  expect({ ...rest, days: [{ ...day, fetched: (day?.fetched ?? 0) >= 150_010 }] }).toEqual({
    keptFiles: 1,
    folder: room.folder,
    folderProblem: null,
    disk: { free: 60_000_000, floor: 50_000_000, total: 1_000_000_000 },
    streamAbove: 10_000_000,
    days: [{ day: '2026-11-24', hits: 1, misses: 2, fetched: true }],
    moving: null,
  });
  expect(bytes.list(0, 10).entries.map((entry) => [entry.canonical.split('/').at(-1), entry.isKept])).toEqual([
    ['part.bin', false],
    ['other.bin', false],
    ['kept.bin', true],
  ]);
  await bytes.close();
  const again = await room.open({ memory, clock });
  expect((await again.details()).days).toEqual([{ ...day }]);
});

test('a cache moves while a transfer runs: what is on its way ends well, and all of it is in the new folder then', async () => {
  const bytes = await room.open();
  const target = join(newFolder(), 'moved');
  const before = await bring(bytes, server.put('/before.bin', generatedObject(100_000)));
  const object = generatedObject(3_000_000, 2);
  const slow = bring(bytes, server.put('/slow.bin', object, stalls({ afterBytes: 1_000_000, times: 1 })));
  await server.whenRequested((record) => record.rawPath === '/slow.bin');
  const moving = bytes.move(target, silently);
  server.release();
  await slow;
  await moving;
  const after = await bring(bytes, server.put('/after.bin', generatedObject(100_000, 3)));
  expect([after.startsWith(target), existsSync(before), (await bytes.details()).moving]).toEqual([true, false, null]);
  const path = bytes.copyOf(referenceOf(server.url('/slow.bin')))?.path ?? '';
  expect([path.startsWith(target), new Uint8Array(await readFile(path))]).toEqual([true, object.slice(0, 3_000_000)]);
  const requests = server.counters.requests;
  for (const name of ['before', 'slow', 'after']) await bring(bytes, server.url(`/${name}.bin`));
  expect(server.counters.requests).toBe(requests);
});

test('a cache folder that went away while it was open is said in words', async () => {
  const bytes = await room.open();
  await rm(room.folder, { recursive: true });
  const failure = await bring(bytes, server.put('/x.bin', generatedObject(100_000))).catch((thrown: unknown) => thrown);
  expect(failure instanceof Failure && [failure.error.cause, failure.error.message, failure.error.next]).toEqual([
    'read_only',
    `${room.folder} is not there any more.`,
    'Connect its disk and open the library again, or choose another folder for the cache.',
  ]);
});

test('one object through two signed URLs is one file, fetched once', async () => {
  const bytes = await room.open();
  const url = server.put('/bucket/photo.jpg', generatedObject(50_000));
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const signed = (signature: string) =>
    `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=id%2F${date.slice(0, 8)}%2Feu%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`;
  const [one, two] = [await bring(bytes, signed('a1'.repeat(32))), await bring(bytes, signed('b2'.repeat(32)))];
  expect([one === two, basename(one), server.counters.requests, bytes.status().files]).toEqual([true, 'photo.jpg', 1, 1]);
});

test('the limit cannot be set below what is kept offline', async () => {
  const bytes = await room.open();
  const reference = referenceOf(server.put('/kept.bin', generatedObject(300_000)));
  await bring(bytes, server.url('/kept.bin'));
  await bytes.setKept([{ reference, size: null }], true);
  await expect(bytes.setLimit(200_000)).rejects.toThrow(/ is in use or kept offline, so the limit cannot be below that now\.$/);
  await bytes.setKept([{ reference, size: null }], false);
  expect(await bytes.setLimit(200_000)).toMatchObject({ files: 0, limit: 200_000, evictions: 1 });
});

test('a file above the streaming threshold is handed out where it is held, and only then, to who did not ask for it by name', async () => {
  const bytes = await room.open({}, { streamAbove: 1000 });
  const unasked: FetchOptions = { ...asked, isExplicit: false };
  const held = server.put('/held.bin', generatedObject(50_000));
  const path = await bring(bytes, held);
  const file = await bytes.fetch(referenceOf(held), unasked);
  expect([file.path, file.cost]).toEqual([path, { requests: 0, bytes: 0 }]);
  file.release();
  const other = bytes.fetch(referenceOf(server.put('/other.bin', generatedObject(50_000, 2))), unasked);
  await expect(other).rejects.toThrow('50 kB is more than the limit of 1 kB for this.');
});
