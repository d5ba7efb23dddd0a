import { readdirSync } from 'node:fs';
import { mkdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { Failure } from '../../src-shared/model/error.ts';
import { referenceOf } from './cache-room.ts';
import { bring, createFileRoom, diskUse, type FileRoom, factsOf, heldNames, store, url, writePart } from './file-room.ts';

let room: FileRoom;

beforeEach(async () => {
  room = await createFileRoom();
});

async function errorOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.error.cause}: ${thrown.error.message} ${thrown.error.next ?? ''}`;
  }
}

const canonicalOf = (name: string) => referenceOf(url(name)).canonical;

test('a whole file lies under its own name in a folder of its own, and is there after the library was opened again', async () => {
  const files = await room.open();
  const path = await store(files, 'a%20b.JPG', 10_000);
  expect([basename(path), basename(dirname(path)).length, dirname(dirname(path))]).toEqual(['a b.JPG', 32, room.folder]);
  await files.settled();
  const again = await room.open();
  const lease = again.lease(canonicalOf('a%20b.JPG'));
  expect(lease?.path).toBe(path);
  expect(room.told).toEqual(['whole a%20b.JPG']);
});

test('what it counts is what the disk says, folders included, and never more than the limit on the way', async () => {
  const limit = 600_000;
  const files = await room.open({ limit });
  const watched = { highest: 0, isOver: false };
  const watcher = (async () => {
    for (; !watched.isOver; await nextTurn()) watched.highest = Math.max(watched.highest, diskUse(room.folder));
  })();
  for (let index = 0; index < 30; index += 1) await store(files, `${index}.bin`, 1000 + index * 3000);
  const part = await writePart(files, 'part.bin', [
    [0, 4096],
    [40_000, 50_000],
  ]);
  part.release();
  await files.settled();
  await files.measureFolders();
  watched.isOver = true;
  await watcher;
  expect(watched.highest).toBeLessThanOrEqual(limit);
  expect(files.bytes).toBe(diskUse(room.folder));
  expect(files.evictions).toBe(30 - files.files);
});

test('the least recently used leaves first, whole or part, also after the library was opened again', async () => {
  const clock = () => 5_000_000; // a clock that stands still must not blur the order
  const files = await room.open({ clock });
  await store(files, 'a', 50_000);
  (await writePart(files, 'b', [[0, 50_000]], { size: 90_000 })).release();
  await store(files, 'c', 50_000);
  files.lease(canonicalOf('a'))?.release();
  expect(heldNames(files)).toBe('a c ~b');
  await files.settled();
  const again = await room.open({ clock, limit: 210_000 });
  expect(heldNames(again)).toBe('a c ~b');
  await store(again, 'd', 60_000);
  expect(heldNames(again)).toBe('d a c');
  await store(again, 'e', 60_000);
  expect(heldNames(again)).toBe('e d a');
});

test('a former state of an object stays while it is used, and goes with its last use; the new one is found meanwhile', async () => {
  const files = await room.open();
  const former = await bring(files, 'x.bin', 10_000, { fill: 1 });
  const current = await bring(files, 'x.bin', 10_000, { fill: 2, etag: '"two"' });
  expect(current.path).not.toBe(former.path);
  expect([(await readFile(former.path))[0], (await readFile(files.lease(canonicalOf('x.bin'))?.path ?? ''))[0]]).toEqual([1, 2]);
  expect(files.files).toBe(1);
  former.release();
  await files.settled();
  expect(readdirSync(room.folder)).toEqual([basename(dirname(current.path))]);
});

test('two states that nothing tells apart do not meet in one file', async () => {
  const files = await room.open();
  const former = await bring(files, 'x.bin', 10_000, { fill: 1, etag: null });
  await files.retire(canonicalOf('x.bin'));
  const current = await bring(files, 'x.bin', 10_000, { fill: 2, etag: null });
  expect([(await readFile(former.path))[0], (await readFile(current.path))[0]]).toEqual([1, 2]);
});

test('a former state in use is not found again after a crash', async () => {
  const files = await room.open();
  await bring(files, 'x.bin', 10_000);
  await files.retire(canonicalOf('x.bin'));
  const again = await room.open();
  expect([again.files, readdirSync(room.folder)]).toEqual([0, []]);
});

test('a part is found by its state with the ranges that were recorded, by one at a time, also after a crash', async () => {
  const files = await room.open();
  const ranges: [number, number][] = [
    [0, 4096],
    [81_920, 90_000],
  ];
  const part = await writePart(files, 'x.mp4', ranges, { size: 90_000 });
  expect(files.leasePart(referenceOf(url('x.mp4')), '"one"')).toBeNull();
  await files.settled();
  const again = await room.open(); // the former one was neither released nor closed
  expect(again.partOf(canonicalOf('x.mp4'), '"two"')).toBeNull();
  const found = again.leasePart(referenceOf(url('x.mp4')), null);
  expect([found?.path, found?.entry.ranges, found?.entry.size]).toEqual([part.path, ranges, 90_000]);
});

test('a part that is shorter than its ranges say is not believed', async () => {
  const files = await room.open();
  const part = await writePart(files, 'x.mp4', [[0, 8192]], { size: 90_000 });
  part.release();
  await files.settled();
  await truncate(part.path, 5000);
  const again = await room.open();
  expect([again.partOf(canonicalOf('x.mp4'), null), readdirSync(room.folder)]).toEqual([null, []]);
});

test('a part in which nothing was recorded goes when it is given back', async () => {
  const files = await room.open();
  const part = files.beginPart(referenceOf(url('x')), factsOf(10_000));
  await part.reserve([[0, 10_000]]);
  await writeFile(part.path, 'unrecorded');
  part.release();
  await files.settled();
  expect([heldNames(files), readdirSync(room.folder)]).toEqual(['', []]);
});

test('a file that was given its name in the moment of a crash is whole', async () => {
  const files = await room.open();
  const part = await writePart(files, 'x.jpg', [[0, 10_000]], { size: 10_000 });
  await files.settled();
  const folder = part.path.replace(/\.part$/, '');
  await mkdir(folder);
  await rename(part.path, join(folder, 'x.jpg'));
  const again = await room.open();
  expect(again.lease(canonicalOf('x.jpg'))?.path).toBe(join(folder, 'x.jpg'));
  await again.settled();
  expect((await room.catalog.cacheIndex.load()).map((entry) => entry.ranges)).toEqual([null]);
});

test('leftovers of a crash are removed, and files of others in the folder are left alone', async () => {
  const files = await room.open();
  const kept = await store(files, 'kept.bin', 10_000);
  const cut = await store(files, 'cut.bin', 10_000);
  await files.settled();
  await writeFile(join(room.folder, `${'a'.repeat(32)}.part`), 'half');
  await mkdir(join(room.folder, 'b'.repeat(32)));
  await writeFile(join(room.folder, `${'c'.repeat(32)}-old.jpg`), 'named as it was before');
  await writeFile(join(room.folder, 'notes.txt'), 'mine');
  await writeFile(cut, 'too short');
  const again = await room.open();
  expect(readdirSync(room.folder).sort()).toEqual([basename(dirname(kept)), 'notes.txt'].sort());
  await again.settled();
  expect((await room.catalog.cacheIndex.load()).map((entry) => entry.canonical)).toEqual([canonicalOf('kept.bin')]);
});

test('a complete part of another length than was said is refused', async () => {
  const files = await room.open();
  const part = await writePart(files, 'x.bin', [[0, 9000]], { size: 10_000 });
  expect(await errorOf(part.admit({ ...factsOf(10_000), size: 10_000 }))).toBe(
    'server_error: The file came with 9 kB instead of 10 kB. Try again.',
  );
  await part.discard();
  expect(readdirSync(room.folder)).toEqual([]);
});

test('room is taken from what is free, from what may leave, or waited for, as is asked', async () => {
  const files = await room.open({ limit: 200_000 });
  await store(files, 'old', 100_000);
  const viewer = files.beginPart(referenceOf(url('viewed')), factsOf(500_000));
  expect(await viewer.tryReserve([[0, 100_000]], false)).toBe(false);
  expect(heldNames(files)).toBe('~viewed old');
  expect(await viewer.tryReserve([[0, 40_000]], false)).toBe(true);
  expect(await viewer.tryReserve([[0, 100_000]], true)).toBe(true);
  expect(heldNames(files)).toBe('~viewed');
  // Nobody is waited for who only looks.
  const other = files.beginPart(referenceOf(url('other')), factsOf(150_000));
  expect(await errorOf(other.reserve([[0, 150_000]]))).toMatch(
    /^cache_full: 164 kB is needed; .* kB can be freed, the rest is in use or kept offline\. Open the cache and raise its limit, or wait until less is in use\.$/,
  );
  // A transfer is: it ends, and its file may leave.
  await viewer.reserve([[0, 100_000]]);
  const waiting = other.reserve([[0, 150_000]]);
  viewer.release();
  await waiting;
});

test('a file that comes in makes room for who waits once its asker is done with it', async () => {
  const files = await room.open({ limit: 200_000 });
  const first = await writePart(files, 'first', [[0, 100_000]], { size: 100_000 });
  const second = files.beginPart(referenceOf(url('second')), factsOf(100_000));
  const waiting = second.reserve([[0, 100_000]]);
  const file = await first.admit({ ...factsOf(100_000), size: 100_000 });
  file.release();
  await waiting;
  expect(heldNames(files)).toBe('~second');
});

test('what is kept offline is never evicted, is counted apart, and is remembered', async () => {
  const files = await room.open({ limit: 200_000 });
  await store(files, 'kept', 100_000);
  await files.setKept([{ canonical: canonicalOf('kept'), size: null }], true);
  expect(files.kept).toEqual({ bytes: 106_496, files: 1 });
  const file = writePart(files, 'other', [[0, 120_000]], { size: 120_000 });
  expect(await errorOf(file)).toMatch(/^cache_full: 135 kB is needed; .* the rest is in use or kept offline\./);
  await files.settled();
  const again = await room.open({ limit: 200_000 });
  expect([again.isKept(canonicalOf('kept')), again.kept.files]).toEqual([true, 1]);
  await again.setKept([{ canonical: canonicalOf('kept'), size: null }], false);
  expect(again.kept).toEqual({ bytes: 0, files: 0 });
  await store(again, 'other', 120_000);
  expect(heldNames(again)).toBe('other');
});

test('keeping more than fits is refused as a whole, as far as sizes are known', async () => {
  const files = await room.open({ limit: 450_000 });
  await store(files, 'a', 100_000);
  const asked = ['a', 'b', 'c', 'd'].map((name) => ({ canonical: canonicalOf(name), size: name === 'd' ? null : 180_000 }));
  await files.setKept(asked.slice(0, 2), true);
  expect(await errorOf(files.setKept(asked, true))).toBe(
    'cache_full: Keeping this offline needs 188 kB; beside what is kept already 155 kB is left. Open the cache and raise its limit, or keep less offline.',
  );
});

test('clear takes what is meant and says what stayed, drop takes kept ones too, and what is in use goes after', async () => {
  const files = await room.open();
  for (const name of ['a', 'b', 'c', 'd']) await store(files, name, 10_000);
  await files.setKept([{ canonical: canonicalOf('a'), size: null }], true);
  const used = files.lease(canonicalOf('b'));
  const since = files.lease(canonicalOf('d'));
  since?.release();
  const cleared = await files.clear({ kind: 'canonicals', canonicals: new Set(['a', 'b', 'c'].map(canonicalOf)) });
  expect(cleared).toEqual({ bytes: 16_384, files: 1, left: { kept: 1, inUse: 1 } });
  expect(heldNames(files)).toBe('d b a');
  expect(await files.clear({ kind: 'unusedSince', time: used?.entry.lastUsed ?? 0 })).toMatchObject({
    files: 0,
    left: { kept: 1, inUse: 0 },
  });
  expect(await files.drop([canonicalOf('a'), canonicalOf('b')])).toEqual({ bytes: 32_768, files: 2 });
  expect(heldNames(files)).toBe('d');
  expect((await readFile(used?.path ?? '')).length).toBe(10_000);
  used?.release();
  await files.settled();
  expect(readdirSync(room.folder).length).toBe(1);
  expect(room.told.slice(4)).toEqual(['none c', 'none a', 'none b']);
});

test('the list says what is kept and in use, the last used first', async () => {
  const files = await room.open();
  for (const name of ['a', 'b', 'c']) await store(files, name, 10_000);
  await files.setKept([{ canonical: canonicalOf('b'), size: null }], true);
  files.lease(canonicalOf('a'));
  const { total, entries } = files.list(0, 2);
  expect([total, entries.map((entry) => [entry.canonical, entry.isKept, entry.isInUse])]).toEqual([
    3,
    [
      [url('a'), false, true],
      [url('c'), false, false],
    ],
  ]);
  const kept = files.list(0, 2, { keptOnly: true });
  expect([kept.total, kept.entries.map(({ canonical }) => canonical)]).toEqual([1, [url('b')]]);
});

test('what is taken into use while a clear runs stays, and is counted as in use', async () => {
  const files = await room.open();
  const names = Array.from({ length: 40 }, (_, index) => `${index}`);
  for (const name of names) await store(files, name, 100);
  const clearing = files.clear({ kind: 'all' });
  const lease = files.lease(canonicalOf('39'));
  expect(await clearing).toMatchObject({ files: 39, left: { kept: 0, inUse: 1 } });
  lease?.release();
  await files.settled();
  expect(heldNames(files)).toBe('39');
});

test('two that keep files offline at once are not given the same room', async () => {
  const files = await room.open({ limit: 450_000 });
  const asked = ['a', 'b'].map((name) => files.setKept([{ canonical: canonicalOf(name), size: 300_000 }], true));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(['a', 'b'].map((name) => files.isKept(canonicalOf(name)))).toEqual([true, false]);
});

test('what is not kept any more leaves in its place in the order of use', async () => {
  const files = await room.open({ limit: 250_000 });
  for (const name of ['a', 'b', 'c']) await store(files, name, 50_000);
  const keep = (name: string, isKept: boolean) => files.setKept([{ canonical: canonicalOf(name), size: null }], isKept);
  await keep('a', true);
  await keep('b', true);
  await keep('b', false);
  await store(files, 'd', 90_000);
  expect(heldNames(files)).toBe('d c a');
});
