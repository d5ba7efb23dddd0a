import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Sqlite from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CacheEntry } from '../../src-main/catalog/catalog.ts';
import { dropsAfter, type Fault, pauses, resets } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { seeded } from '../servers/seeded.ts';
import { never, referenceOf } from './cache-room.ts';
import { isVersioned, objects, pathOf, Said, served, sizeOf, versions } from './dying-task.ts';
import { openRealCache, type RealCache } from './real-cache.ts';
import { etagOf, versionOf } from './versioned-objects.ts';
import { blocksUnder, watchFolder } from './watch-folder.ts';

const rounds = process.env.VITRINE_SOAK ? 100 : 5; // of each of the two tests
const seed = Number(process.env.VITRINE_SEED ?? 6);
const allObjects = Array.from({ length: objects }, (_, object) => object);
const total = allObjects.reduce((sum, object) => sum + sizeOf(object), 0);

// As in the product, where the lock of the library does it: the addon is never unloaded and loaded again as workers end and begin.
let held: Sqlite.Database | null = null;
let server: HttpServer;
let library: string;
/** What happened that a process may be killed at: a line it wrote, or a piece of a body that it is about to get. */
let onInstant: () => void = () => undefined;
let serving: number[];
let random: () => number;

beforeAll(() => {
  held = new Sqlite(':memory:');
});
afterAll(() => held?.close());

beforeEach(async () => {
  random = seeded(seed);
  serving = allObjects.map(() => 0);
  library = mkdtempSync(join(tmpdir(), 'vitrine-killed-'));
  server = await startHttpServer();
  for (const object of allObjects) {
    server.serve(pathOf(object), () => {
      const whole = served(object, serving[object] ?? 0);
      const slice = (start: number, end: number) => {
        onInstant();
        return whole.slice(start, end);
      };
      return { object: { ...whole, slice }, faults: someFault(object) };
    });
  }
});
afterEach(async () => {
  await server.close();
  rmSync(library, { recursive: true, force: true });
});

function someFault(object: number): Fault[] {
  const place = Math.floor(random() * sizeOf(object));
  const chance = random();
  if (chance < 0.06) return [dropsAfter(place)];
  if (chance < 0.1) return [resets()];
  return chance < 0.3 ? [pauses(place, 5)] : [];
}

/** What the killed process has said that must be true now. */
interface Promised {
  readonly held: ReadonlySet<number>;
  readonly kept: ReadonlyMap<number, boolean>;
  readonly steps: number;
}

/** Runs the process until so many instants have passed, and kills it at that one. */
async function liveAndDie(limit: number, isTight: boolean, before: Promised): Promise<Promised> {
  const promised = { held: new Set(before.held), kept: new Map(before.kept), steps: before.steps };
  let left = 1 + Math.floor(random() ** 2 * 700);
  const task = JSON.stringify({ library, origin: server.origin, seed: Math.floor(random() * 1e9), limit, isTight });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'dying-child.ts'), task], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onInstant = () => {
    left -= 1;
    if (left === 0) child.kill('SIGKILL');
  };
  const hear = (line: string) => {
    const said = Said.safeParse(JSON.parse(line)).data;
    if (said?.kind === 'wrong') expect.fail(said.what);
    if (said?.kind === 'failed') expect(allowedCauses, said.message).toContain(said.cause);
    if (said?.kind === 'step') promised.steps += 1;
    if (said?.kind === 'held') promised.held.add(said.object);
    if (said?.kind === 'dropping') promised.held.delete(said.object);
    if (said?.kind === 'keeping') promised.kept.delete(said.object);
    if (said?.kind === 'kept') promised.kept.set(said.object, said.isKept);
    // Where files are evicted, only what was kept before it came is sure to be here.
    if (isTight && said && 'object' in said && promised.kept.get(said.object) !== true) promised.held.delete(said.object);
    if (isTight && said?.kind === 'kept') promised.held.delete(said.object);
    if (isTight && random() < 0.02) replaceSome();
    onInstant();
  };
  try {
    for await (const line of createInterface({ input: child.stdout })) hear(line);
  } finally {
    child.kill('SIGKILL');
  }
  const [code, signal] = await exited;
  onInstant = () => undefined;
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  return promised;
}

/** Refusals that have a reason: a broken connection too often, a change in the middle, and no room. */
const allowedCauses = ['unreachable', 'server_error', 'input_failed', 'cache_full', 'timeout', 'too_large'];

function replaceSome(): void {
  const object = Math.floor(random() * objects);
  if (isVersioned(object)) serving[object] = ((serving[object] ?? 0) + 1) % versions;
}

const numberOf = (canonical: string) => Number(/IMG_(\d+)\.jpg$/.exec(canonical)?.[1]);

async function bytesOf(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What is wrong with an entry: bytes that it claims and that are not those of its version. */
async function wrongOf(folder: string, entry: CacheEntry): Promise<string[]> {
  const object = numberOf(entry.canonical);
  const path = join(entry.folder === '' ? folder : entry.folder, entry.file);
  const facts = await stat(path).catch(() => null);
  if (!facts) return [`${object}: no file`];
  if (entry.ranges === null && facts.size !== sizeOf(object)) return [`${object}: ${facts.size} of ${sizeOf(object)} bytes`];
  const found: string[] = [];
  for (const [start, end] of entry.ranges ?? [[0, sizeOf(object)] as const]) {
    const got = await bytesOf(path, start, end);
    const version = versionOf(object, versions, sizeOf(object), start, got);
    const isTagged = entry.etag === null || entry.etag.startsWith('W/') || (version !== null && entry.etag === etagOf(object, version));
    if (version === null || got.length !== end - start || !isTagged) found.push(`${object}: ${start} to ${end} of ${entry.etag} are wrong`);
  }
  return found;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Reads a few objects to their end, as somebody who looks would. */
async function wrongServed({ bytes }: RealCache): Promise<string[]> {
  const found: string[] = [];
  for (let look = 0; look < 4; look += 1) {
    const object = Math.floor(random() * objects);
    const start = Math.floor(random() * sizeOf(object));
    const answer = await bytes.stream(referenceOf(server.url(pathOf(object))), { range: { start, end: null }, signal: never });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    const got = Buffer.concat(chunks);
    const version = versionOf(object, versions, sizeOf(object), start, got);
    if (version === null || got.length !== sizeOf(object) - start) found.push(`${object} from ${start} was served wrong`);
  }
  return found;
}

/** Opens what a killed process left, and holds all of it against what is true. */
async function lookAround(limit: number, promised: Promised): Promise<void> {
  const cache = await openRealCache(library, { limit });
  const { bytes, folder } = cache;
  try {
    expect(blocksUnder(folder)).toBeLessThanOrEqual(limit);
    const { entries } = bytes.list(0, objects * versions);
    expect((await Promise.all(entries.map((entry) => wrongOf(folder, entry)))).flat()).toEqual([]);
    expect(filesUnder(folder)).toEqual(entries.map((entry) => join(folder, entry.file)).sort());
    expect(entries.filter((entry) => entry.isInUse)).toEqual([]);

    const references = new Map(allObjects.map((object) => [object, referenceOf(server.url(pathOf(object)))]));
    for (const [object, isKept] of promised.kept) {
      const reference = references.get(object);
      expect(reference && bytes.isKept(reference.canonical), `${object} is kept`).toBe(isKept);
    }
    const asked = server.counters.requests;
    for (const object of promised.held) {
      const reference = references.get(object);
      if (!reference) continue;
      expect(`${object} ${bytes.heldOf(reference)}`).toBe(`${object} whole`);
      (await bytes.fetch(reference, { signal: never, priority: 'asked', isExplicit: true })).release();
    }
    expect(server.counters.requests).toBe(asked);
    expect(await wrongServed(cache)).toEqual([]);
    expect(blocksUnder(folder)).toBeLessThanOrEqual(bytes.status().bytes);
  } finally {
    await cache.close();
  }
}

async function killAgainAndAgain(limit: number, isTight: boolean): Promise<Promised> {
  const watcher = await watchFolder(join(library, 'cache'));
  let promised: Promised = { held: new Set(), kept: new Map(), steps: 0 };
  for (let round = 0; round < rounds; round += 1) {
    promised = await liveAndDie(limit, isTight, promised);
    await lookAround(limit, promised);
  }
  const { highest, samples } = await watcher.stop();
  expect(samples).toBeGreaterThan(rounds);
  expect(highest).toBeLessThanOrEqual(limit);
  console.info(`killed ${rounds} times: ${promised.steps} steps, at most ${highest} of ${limit} bytes in ${samples} looks`);
  return promised;
}

test('killed again and again where all has room, the cache opens, claims true bytes only and fetches nothing finished again', async () => {
  const promised = await killAgainAndAgain(total * 3, false);
  expect(promised.held.size).toBeGreaterThan(objects / 4);
}, 7_200_000);

test('killed again and again while it evicts, clears and meets changed files, the cache stays true and under its limit', async () => {
  await killAgainAndAgain(Math.round(total / 3), true);
}, 7_200_000);
