import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bytes } from '../../src-main/cache/bytes.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { type FaultSchedule, startFaultSchedule } from '../servers/fault-schedule.ts';
import { seeded } from '../servers/seeded.ts';
import { never, referenceOf } from './cache-room.ts';
import { openRealCache } from './real-cache.ts';
import { blocksUnder, watchFolder } from './watch-folder.ts';

const isSoak = process.env.VITRINE_SOAK !== undefined;
const transfers = isSoak ? 2_000 : 150;
const atATime = 64;
/** Fewer than transfers, so that some are asked for again: by two at once, after they were evicted, and while they are here. */
const objects = Math.round(transfers * 0.8);
const seed = Number(process.env.VITRINE_SEED ?? 6);
/** Of one transfer. An object has three faults at most; whoever meets all of them, and others' at the same object, asks again. */
const mostAsks = 8;

/** What a server that fails may be refused for: it breaks off, sends a page or another length, throttles, or the object changed; and no room. */
const refusable: ReadonlySet<string> = new Set([
  ...['unreachable', 'server_error', 'timeout', 'throttled', 'unsupported', 'input_failed', 'cache_full'],
]);

let library: string;
let schedule: FaultSchedule;

beforeEach(async () => {
  library = mkdtempSync(join(tmpdir(), 'vitrine-faults-'));
  schedule = await startFaultSchedule({ seed, objects, bytes: isSoak ? [1024, 400_000] : [1024, 120_000] });
});
afterEach(async () => {
  await schedule.close();
  rmSync(library, { recursive: true, force: true });
});

/** What a transfer gave: the version that its bytes are, or how they are wrong. */
async function fetchWhole(bytes: Bytes, object: number): Promise<string> {
  const reference = referenceOf(schedule.urlOf(object));
  const file = await bytes.fetch(reference, { signal: never, priority: 'asked', isExplicit: true });
  try {
    const copy = bytes.copyOf(reference);
    const hash = createHash('sha256');
    let first = '';
    for await (const chunk of createReadStream(file.path)) {
      first ||= String(chunk).slice(0, 15);
      hash.update(chunk);
    }
    const version = schedule.versionWith(object, hash.digest('hex'));
    if (version === null) return `object ${object}: ${file.bytes} bytes of no version, beginning with ${JSON.stringify(first)}`;
    const isSameFile = copy?.path === file.path && copy.etag !== null;
    return isSameFile && !copy.etag.includes(`"v${version}-`) ? `object ${object}: version ${version} under ${copy.etag}` : 'right';
  } finally {
    file.release();
  }
}

/** All of it by a stream; half of it where `isLeft`. */
async function streamThrough(bytes: Bytes, object: number, isLeft: boolean): Promise<string> {
  const stop = new AbortController();
  const answer = await bytes.stream(referenceOf(schedule.urlOf(object)), { range: null, signal: stop.signal, priority: 'visible' });
  const chunks: Uint8Array[] = [];
  let come = 0;
  for await (const chunk of answer.body) {
    chunks.push(chunk);
    come += chunk.length;
    if (isLeft && come >= schedule.sizeOf(object) / 2) break;
  }
  stop.abort();
  if (isWithoutSign(answer.remote)) return 'right';
  return isRight(object, 0, Buffer.concat(chunks), isLeft ? null : come)
    ? 'right'
    : `object ${object}: ${come} bytes of a stream are of no version`;
}

async function readHere(bytes: Bytes, object: number, random: () => number): Promise<string> {
  const source = await bytes.open(referenceOf(schedule.urlOf(object)), {
    signal: never,
    priority: random() < 0.5 ? 'visible' : 'background',
  });
  try {
    for (let read = 0; read < 3; read += 1) {
      const start = Math.floor(random() * schedule.sizeOf(object));
      const got = await source.read(start, start + 5_000);
      if (isWithoutSign(await source.remote())) continue;
      if (!isRight(object, start, got, null)) return `object ${object}: ${got.length} bytes from ${start} are of no version`;
    }
    return 'right';
  } finally {
    source.close();
  }
}

/** Nothing tells a version of such an object from the next: only a whole answer is sure to be one. */
function isWithoutSign({ etag, modified }: RemoteFacts): boolean {
  return etag === null && modified === null;
}

/** True where some version served so far has these bytes; all of it where `size` says so. */
function isRight(object: number, start: number, got: Uint8Array, size: number | null): boolean {
  for (let version = schedule.versionOf(object); version >= 0; version -= 1) {
    if (size !== null && schedule.sizeOf(object, version) !== size) continue;
    if (Buffer.compare(schedule.sliceOf(object, version, start, start + got.length), got) === 0) return true;
  }
  return false;
}

/** Asks until it succeeds; gives what came, or the last refusal. */
async function insist(work: () => Promise<string>, refusals: Map<string, number>): Promise<string> {
  let last = '';
  for (let ask = 0; ask < mostAsks; ask += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      last = `${thrown.error.cause}: ${thrown.error.message}`;
      refusals.set(thrown.error.cause, (refusals.get(thrown.error.cause) ?? 0) + 1);
    }
  }
  return last;
}

/** Files under a folder that this process has open. Empty where the system does not tell. */
function openFilesUnder(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const path = readlinkSync(join('/proc/self/fd', name));
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return []; // the listing's own handle is closed by now
    }
  });
}

test(`${transfers} transfers, ${atATime} at a time, through every fault: each file is right, the limit holds from outside, nothing is left over`, async () => {
  let total = 0;
  for (let object = 0; object < objects; object += 1) total += schedule.sizeOf(object);
  const limit = Math.round(total / 10);
  const watcher = await watchFolder(join(library, 'cache'));
  const cache = await openRealCache(library, { limit, concurrencyPerHost: 16 });
  const { bytes, catalog, folder } = cache;
  const random = seeded(seed);
  const outcomes: string[] = [];
  const refusals = new Map<string, number>();
  const asks = Array.from({ length: transfers }, () => ({
    object: Math.floor(random() * objects),
    chance: random(),
    random: seeded(random() * 1e9),
  }));
  const waiting = asks.values();
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (const { object, chance, random: own } of waiting) {
        const work = () => {
          if (chance < 0.7) return fetchWhole(bytes, object);
          return chance < 0.85 ? readHere(bytes, object, own) : streamThrough(bytes, object, chance > 0.95);
        };
        outcomes.push(await insist(work, refusals));
      }
    }),
  );
  console.info(
    `refused on the way: ${JSON.stringify(Object.fromEntries(refusals))}; played: ${JSON.stringify(Object.fromEntries(schedule.played))}`,
  );
  expect([...refusals.keys()].filter((cause) => !refusable.has(cause))).toEqual([]);
  expect(outcomes.filter((outcome) => outcome !== 'right')).toEqual([]);
  expect(outcomes).toHaveLength(transfers);

  // A reader that was left gives back what it held a moment later.
  const inUse = () => bytes.list(0, objects * 4).entries.filter((entry) => entry.isInUse);
  await expect.poll(() => ({ transfers: bytes.transfers(), inUse: inUse() }), { timeout: 10_000 }).toEqual({ transfers: [], inUse: [] });
  const onDisk = blocksUnder(folder);
  expect(bytes.status().bytes).toBeGreaterThanOrEqual(onDisk);
  expect(await bytes.verify({ signal: never, onProgress: () => undefined })).toMatchObject({ findings: [] });
  await bytes.close();
  const entries = await catalog.cacheIndex.load();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  expect(files.map((entry) => join(entry.parentPath, entry.name)).sort()).toEqual(entries.map((entry) => join(folder, entry.file)).sort());
  expect(openFilesUnder(folder)).toEqual([]);
  await cache.close();
  await expect.poll(() => schedule.server.counters.openConnections).toBe(0);
  expect(schedule.server.requests.filter((request) => request.end === null)).toEqual([]);

  const { highest, samples } = await watcher.stop();
  console.info(`at most ${highest} of ${limit} bytes on the disk in ${samples} looks; at the end ${onDisk}`);
  expect(samples).toBeGreaterThan(10);
  expect(highest).toBeGreaterThan(limit / 4);
  expect(highest).toBeLessThanOrEqual(limit);
}, 7_200_000);
