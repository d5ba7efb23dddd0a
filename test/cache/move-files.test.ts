import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markName } from '../../src-main/cache/cache-folders.ts';
import { diskSpaceOf } from '../../src-main/cache/disk.ts';
import type { FileCache } from '../../src-main/cache/file-cache.ts';
import { createFileMover } from '../../src-main/cache/move-files.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { never, referenceOf } from './cache-room.ts';
import { bring, createFileRoom, diskUse, type FileRoom, heldNames, store, url, writePart } from './file-room.ts';

let room: FileRoom;
let target: string;
const made: string[] = [];

beforeEach(async () => {
  room = await createFileRoom();
  target = join(room.base, 'elsewhere');
});
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

const canonicalOf = (name: string) => referenceOf(url(name)).canonical;
const silently = { signal: never, onProgress: () => undefined };

/** A folder on another disk, where this computer has one that may be written. */
const otherDisk = ['/dev/shm'].find((folder) => existsSync(folder) && statSync(folder).dev !== statSync(tmpdir()).dev);

async function onOtherDisk(): Promise<string> {
  const folder = await mkdtemp(join(otherDisk ?? tmpdir(), 'vitrine-move-'));
  made.push(folder);
  return join(folder, 'cache');
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.error.cause}: ${thrown.error.message} ${thrown.error.next ?? ''}`;
  }
}

/** Where each held file lies, by the entry and in truth. */
async function places(files: FileCache): Promise<string[]> {
  return Promise.all(
    files.entries().map(async (entry) => {
      const bytes = await readFile(files.pathOf(entry));
      return `${entry.canonical.replace(url(''), '')} ${entry.folder === '' ? 'own' : 'chosen'} ${bytes[0]}`;
    }),
  );
}

const disks: [string, () => Promise<string>][] = [
  ['one disk', async () => target],
  ...(otherDisk ? [['another disk', onOtherDisk] satisfies [string, () => Promise<string>]] : []),
];

test.each(disks)('all files and parts move to a folder on %s, new ones go there at once, and nothing is left', async (_, folderOf) => {
  const folder = await folderOf();
  const files = await room.open();
  const first = await store(files, 'a.jpg', 10_000, { fill: 1 });
  const half = join(folder, basename(dirname(first)), 'half'); // left by a move that was killed
  await mkdir(dirname(half), { recursive: true });
  await writeFile(half, 'half a copy');
  (await writePart(files, 'b.mp4', [[0, 5000]], { fill: 2, size: 90_000 })).release();
  await files.settled();
  const mover = createFileMover(files, diskSpaceOf);
  const seen: number[] = [];
  const moving = mover.move(folder, { signal: never, onProgress: (done, total) => seen.push(done / total) });
  await nextTurn();
  expect(await moving).toMatchObject({ files: 2 });
  await store(files, 'c.jpg', 10_000, { fill: 3 });
  expect(await places(files)).toEqual(['c.jpg chosen 3', 'b.mp4 chosen 2', 'a.jpg chosen 1']);
  expect([seen[0], seen.at(-1), mover.remaining(), readdirSync(room.folder)]).toEqual([0, 1, null, []]);
  await files.settled();
  const again = await room.open({ chosenFolder: folder });
  expect(await places(again)).toEqual(['c.jpg chosen 3', 'b.mp4 chosen 2', 'a.jpg chosen 1']);

  await createFileMover(again, diskSpaceOf).move(room.folder, silently);
  expect(await places(again)).toEqual(['c.jpg own 3', 'b.mp4 own 2', 'a.jpg own 1']);
  expect(existsSync(folder)).toBe(false);
});

test.skipIf(!otherDisk)('both folders together stay within the limit while files are copied', async () => {
  const folder = await onOtherDisk();
  const limit = 500_000;
  const files = await room.open({ limit });
  for (let index = 0; index < 12; index += 1) await store(files, `${index}`, 40_000);
  const watched = { highest: 0, isOver: false };
  const watcher = (async () => {
    for (; !watched.isOver; await nextTurn()) watched.highest = Math.max(watched.highest, diskUse(room.folder) + diskUse(folder));
  })();
  await createFileMover(files, diskSpaceOf).move(folder, silently);
  watched.isOver = true;
  await watcher;
  expect(watched.highest).toBeLessThanOrEqual(limit);
  expect(files.files).toBeGreaterThan(5);
  expect(new Set((await places(files)).map((place) => place.split(' ')[1]))).toEqual(new Set(['chosen']));
});

test.skipIf(!otherDisk)('a file that is kept offline and has no room for a second copy stays where it is, and that is said', async () => {
  const files = await room.open({ limit: 300_000 });
  await store(files, 'kept', 200_000, { fill: 5 });
  await files.setKept([{ canonical: canonicalOf('kept'), size: null }], true);
  const mover = createFileMover(files, diskSpaceOf);
  expect(await errorOf(mover.move(await onOtherDisk(), silently))).toBe(
    'cache_full: One file that is kept offline could not be moved: there is no room for a second copy within the limit. Raise the limit of the cache and move it again.',
  );
  expect(await places(files)).toEqual(['kept own 5']);
});

test('a file in use moves when it is not used any more', async () => {
  const files = await room.open();
  const used = await bring(files, 'used', 10_000, { fill: 1 });
  await store(files, 'free', 10_000, { fill: 2 });
  const mover = createFileMover(files, diskSpaceOf);
  const progress = Promise.withResolvers<void>();
  const moving = mover.move(target, { signal: never, onProgress: (done) => done > 0 && progress.resolve() });
  await progress.promise;
  expect((await readFile(used.path))[0]).toBe(1);
  used.release();
  expect(await moving).toMatchObject({ files: 2 });
  expect(await places(files)).toEqual(['free chosen 2', 'used chosen 1']);
});

test('a move that is stopped goes on after the next start', async () => {
  const files = await room.open();
  const used = await bring(files, 'used', 10_000, { fill: 1 });
  const stop = new AbortController();
  const mover = createFileMover(files, diskSpaceOf);
  const moving = mover.move(target, { signal: stop.signal, onProgress: () => undefined });
  stop.abort();
  expect(await errorOf(moving)).toBe('cancelled: Stopped by you. Resume it when you want it.');
  expect(mover.remaining()).toBe(16_384);
  used.release();
  await files.settled();

  const again = await room.open({ chosenFolder: target });
  expect(await places(again)).toEqual(['used own 1']);
  const next = createFileMover(again, diskSpaceOf);
  next.resume();
  await next.move(target, silently);
  expect(await places(again)).toEqual(['used chosen 1']);
});

test('a file that was moved in the moment of a crash is found where it is', async () => {
  const files = await room.open();
  await store(files, 'x', 10_000, { fill: 4 });
  await createFileMover(files, diskSpaceOf).move(target, silently);
  await files.settled();
  const [entry] = await room.catalog.cacheIndex.load();
  await rename(join(target, entry?.id ?? ''), join(room.folder, entry?.id ?? ''));
  const again = await room.open({ chosenFolder: target });
  expect(await places(again)).toEqual(['x own 4']);
});

test('while the chosen folder is away the library’s own is used and why is said; its files are there when it is back', async () => {
  const files = await room.open();
  await store(files, 'x', 10_000, { fill: 4 });
  await createFileMover(files, diskSpaceOf).move(target, silently);
  await files.settled();
  await rename(target, `${target}-unplugged`);
  await mkdir(target); // an empty mount point looks like a folder
  const without = await room.open({ chosenFolder: target });
  expect([without.folders.problem?.cause, without.folders.problem?.message, heldNames(without)]).toEqual([
    'not_found',
    `${target} is not there, so the cache lies in the library's own folder for now.`,
    '',
  ]);
  await store(without, 'y', 10_000, { fill: 5 });
  await without.settled();
  await rm(target, { recursive: true });
  await rename(`${target}-unplugged`, target);
  const again = await room.open({ chosenFolder: target });
  expect([again.folders.problem, await places(again)]).toEqual([null, ['y own 5', 'x chosen 4']]);
});

test('a folder that cannot be the cache’s is refused before anything is moved', async () => {
  const files = await room.open();
  await store(files, 'x', 10_000);
  const anothers = join(room.base, 'another');
  await mkdir(anothers);
  await writeFile(join(anothers, markName), 'another-library\n');
  const taken = join(room.base, 'file');
  await writeFile(taken, '');
  const full = createFileMover(files, async () => ({ free: 10, total: 1000, block: 4096 }));
  const mover = createFileMover(files, diskSpaceOf);
  expect([
    await errorOf(mover.move('relative', silently)),
    await errorOf(mover.move(anothers, silently)),
    await errorOf(mover.move(join(taken, 'below'), silently)),
    otherDisk ? await errorOf(full.move(await onOtherDisk(), silently)) : null,
  ]).toEqual([
    'invalid_input: relative is not an absolute path. Write the whole path of the folder.',
    `invalid_input: ${anothers} holds the cache of another library. Choose a folder of its own for this cache.`,
    `invalid_input: ${join(taken, 'below')} cannot be made. Choose another folder.`,
    otherDisk ? 'disk_full: The disk is full: 16.4 kB is needed. Free some disk, or choose another folder for the cache.' : null,
  ]);
  expect([await places(files), mover.remaining()]).toEqual([['x own 1'], null]);
  const other = await room.open({ chosenFolder: anothers });
  expect(other.folders.problem?.message).toBe(`${anothers} holds the cache of another library.`);
});

test('a chosen folder is made where only itself is missing, and never the way to it', async () => {
  const files = await room.open({ chosenFolder: target });
  expect([files.folders.current, files.folders.problem, readdirSync(target)]).toEqual([target, null, [markName]]);
  const far = join(room.base, 'not', 'there');
  const without = await room.open({ chosenFolder: far });
  expect([without.folders.current, without.folders.problem?.message, existsSync(join(room.base, 'not'))]).toEqual([
    '',
    `${far} is not there, so the cache lies in the library's own folder for now.`,
    false,
  ]);
});
