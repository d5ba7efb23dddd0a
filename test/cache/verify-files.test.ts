import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createBackgroundHashing } from '../../src-main/cache/hash-in-background.ts';
import { verifyFiles } from '../../src-main/cache/verify-files.ts';
import { never, referenceOf } from './cache-room.ts';
import { bring, createFileRoom, type FileRoom, heldNames, store, url, writePart } from './file-room.ts';

let room: FileRoom;

beforeEach(async () => {
  room = await createFileRoom();
});

const canonicalOf = (name: string) => referenceOf(url(name)).canonical;
const hashOf = (algorithm: string, size: number, fill: number): string =>
  createHash(algorithm).update(Buffer.alloc(size, fill)).digest('hex');

test('verify finds files with other bytes, of another length, gone and unnamed, and removes them', async () => {
  const files = await room.open();
  await store(files, 'good', 5000);
  const changed = await store(files, 'changed', 5000);
  const cut = await store(files, 'cut', 5000);
  const gone = await store(files, 'gone', 5000);
  (await writePart(files, 'part', [[0, 9000]], { size: 90_000 })).release();
  const part = await writePart(files, 'cut part', [[0, 9000]], { size: 90_000 });
  part.release();
  const look = () => verifyFiles(files, { signal: never, onProgress: () => undefined });
  expect(await look()).toEqual({ checked: 6, bytes: 20_000, findings: [] });

  await writeFile(changed, Buffer.alloc(5000, 9));
  await truncate(cut, 4000);
  await rm(gone);
  await truncate(part.path, 100);
  const stray = join(room.folder, 'a'.repeat(32));
  await mkdir(stray);
  await writeFile(join(room.folder, 'notes.txt'), 'mine');
  const { checked, findings } = await look();
  const described = findings.map(({ canonical, file, found }) => `${found} ${canonical?.replace(url(''), '') ?? basename(file)}`).sort();
  expect([checked, described]).toEqual([
    6,
    ['damaged changed', 'damaged cut', 'damaged cut%20part', `stray ${'a'.repeat(32)}`, 'missing gone'].sort(),
  ]);
  expect(heldNames(files)).toBe('~part good');
  expect(readdirSync(room.folder).length).toBe(3);
  expect(await look()).toMatchObject({ checked: 2, findings: [] });
});

test('verify tells how far it is, and stops when it is asked to', async () => {
  const files = await room.open();
  for (const name of ['a', 'b', 'c']) await store(files, name, 5000);
  const stop = new AbortController();
  const seen: string[] = [];
  const verifying = verifyFiles(files, {
    signal: stop.signal,
    onProgress(done, total) {
      seen.push(`${done}/${total}`);
      if (done === 2) stop.abort();
    },
  });
  await expect(verifying).rejects.toThrow('Stopped by you.');
  expect(seen).toEqual(['1/3', '2/3']);
});

test('a file that is used is verified too, and a damaged one goes when it is not used any more', async () => {
  const files = await room.open();
  const used = await bring(files, 'x', 5000, { md5: hashOf('md5', 5000, 7) });
  const { findings } = await verifyFiles(files, { signal: never, onProgress: () => undefined });
  expect(findings.map(({ found }) => found)).toEqual(['damaged']);
  expect([files.entryOf(canonicalOf('x')), readdirSync(room.folder).length]).toEqual([null, 1]);
  used.release();
  await files.settled();
  expect(readdirSync(room.folder)).toEqual([]);
});

test('hashes are reckoned while no transfer runs, remembered, and made up for after the next start', async () => {
  const files = await room.open();
  const path = await store(files, 'x', 3_000_000, { fill: 3, md5: hashOf('md5', 3_000_000, 3) });
  await files.settled();
  const again = await room.open();
  const state = { isBusy: true };
  const hashing = createBackgroundHashing({ files: again, isBusy: () => state.isBusy, onDamaged: () => undefined });
  hashing.wake();
  await hashing.settled();
  expect(again.entryOf(canonicalOf('x'))?.sha256).toBeNull();
  state.isBusy = false;
  hashing.wake();
  await hashing.settled();
  expect(again.entryOf(canonicalOf('x'))?.sha256).toBe(hashOf('sha256', 3_000_000, 3));
  await again.settled();
  expect((await room.catalog.cacheIndex.load()).map((entry) => entry.sha256)).toEqual([hashOf('sha256', 3_000_000, 3)]);
  expect(basename(path)).toBe('x');
  await hashing.close();
});

test('a file that is not what its provider says is dropped as damaged', async () => {
  const files = await room.open();
  const damaged: string[] = [];
  const hashing = createBackgroundHashing({ files, isBusy: () => false, onDamaged: (canonical) => damaged.push(canonical) });
  const path = await store(files, 'x', 5000, { fill: 3, md5: hashOf('md5', 5000, 4) });
  await store(files, 'y', 5000, { fill: 3, md5: hashOf('md5', 5000, 3) });
  hashing.wake();
  await hashing.settled();
  await files.settled();
  expect([damaged, heldNames(files), readdirSync(room.folder).includes(basename(dirname(path)))]).toEqual([[url('x')], 'y', false]);
  await hashing.close();
});

test('a file that comes twice with the same bytes is kept, whatever its provider says of them', async () => {
  const files = await room.open();
  const damaged: string[] = [];
  const hashing = createBackgroundHashing({ files, isBusy: () => false, onDamaged: (canonical) => damaged.push(canonical) });
  for (const held of ['', 'x']) {
    await store(files, 'x', 5000, { fill: 3, md5: hashOf('md5', 5000, 4) });
    hashing.wake();
    await hashing.settled();
    await files.settled();
    expect(heldNames(files)).toBe(held);
  }
  expect([damaged, files.entryOf(canonicalOf('x'))?.sha256]).toEqual([[url('x')], hashOf('sha256', 5000, 3)]);
  await hashing.close();
});
