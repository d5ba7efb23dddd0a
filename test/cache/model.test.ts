import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HeldEntry } from '../../src-main/cache/bytes.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { seeded } from '../servers/seeded.ts';
import { type StoredObject, sha256Of, stampedObject } from '../servers/stored-object.ts';
import { never, referenceOf } from './cache-room.ts';
import { openRealCache, type RealCache } from './real-cache.ts';
import { blocksUnder } from './watch-folder.ts';

const steps = process.env.VITRINE_SOAK ? 4_000 : 150;
const seed = Number(process.env.VITRINE_SEED ?? 6);
const objects = 14;
const startLimit = 500_000;
/** What a transfer claims beyond what it leaves: blocks for directories, maps of scattered files, and the last block of each. */
const slack = 64 * 1024;

// As in the product, where the lock of the library does it: the addon is never unloaded and loaded again as workers end and begin.
let addon: Sqlite.Database | null = null;
let server: HttpServer;
let library: string;
let cache: RealCache;
let limit: number;
let time: number;
let random: () => number;
const kept = new Set<number>();

beforeAll(() => {
  addon = new Sqlite(':memory:');
});
afterAll(() => addon?.close());
beforeEach(async () => {
  library = mkdtempSync(join(tmpdir(), 'vitrine-model-'));
  server = await startHttpServer();
  random = seeded(seed);
  time = Date.UTC(2026, 10, 24);
  limit = startLimit;
  kept.clear();
  for (let object = 0; object < objects; object += 1) server.put(pathOf(object), contentOf(object));
  cache = await openRealCache(library, {
    limit,
    clock() {
      time += 1000;
      return time;
    },
  });
});
afterEach(async () => {
  await cache.close();
  await server.close();
  rmSync(library, { recursive: true, force: true });
});

const contents = Array.from({ length: objects }, (_, object) => stampedObject(20_000 + ((object * 7) % objects) * 11_003, object));
const pathOf = (object: number) => `/shots/${object}.jpg`;
const numberOf = (entry: HeldEntry) => Number(/(\d+)\.jpg$/.exec(entry.canonical)?.[1]);
const below = (count: number) => Math.floor(random() * count);

function contentOf(object: number): StoredObject {
  const content = contents[object];
  if (!content) throw new RangeError(`There is no object ${object}.`);
  return content;
}

function referenceTo(object: number): Reference {
  return referenceOf(server.url(pathOf(object)));
}

/** What is held, the last used first. */
const heldNow = () => cache.bytes.list(0, objects * 2).entries;

/** Bytes of a stretch that are not here. */
function missingOf(object: number, start: number, end: number): number {
  const { ranges } = cache.bytes.rangesOf(referenceTo(object));
  return ranges.reduce((left, [from, to]) => left - Math.max(0, Math.min(to, end) - Math.max(from, start)), end - start);
}

interface Step {
  readonly name: string;
  /** What is used, and so goes to the front. */
  readonly used: number | null;
  /** What may go, whatever its use. */
  readonly mayGo: (entry: HeldEntry) => boolean;
  /** Whether what was evicted had to be, as far as blocks can tell. */
  readonly isSpare: boolean;
}

const nobody = () => false;

/** Does one thing at random; what it gives is checked here, what it does to the others by `compare`. */
async function act(): Promise<Step> {
  const object = below(objects);
  const chance = random();
  if (chance < 0.35) return fetchWhole(object);
  if (chance < 0.5) return readHere(object);
  if (chance < 0.62) return streamHere(object);
  if (chance < 0.74) return keep(object);
  if (chance < 0.82) return changeLimit();
  if (chance < 0.88) return restart();
  if (chance < 0.94) return drop(object);
  return clear();
}

const keptBytes = () => heldNow().reduce((sum, entry) => sum + (entry.isKept ? entry.diskBytes : 0), 0);

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return thrown.error.cause;
  }
}

async function fetchWhole(object: number): Promise<Step> {
  const { size } = contentOf(object);
  const missing = missingOf(object, 0, size);
  const before = server.counters.bodyBytes;
  const name = `fetch ${object} (${size} bytes, ${missing} missing)`;
  const refused = await refusalOf(
    (async () => {
      const file = await cache.bytes.fetch(referenceTo(object), { signal: never, priority: 'asked', isExplicit: true });
      const content = await readFile(file.path);
      file.release();
      expect(sha256Of({ size: content.length, slice: (start, end) => content.subarray(start, end) }), name).toBe(
        sha256Of(contentOf(object)),
      );
      expect(server.counters.bodyBytes - before, name).toBe(missing);
      expect(heldNow().find((entry) => numberOf(entry) === object)?.ranges, name).toBeNull();
    })(),
  );
  if (refused !== 'none') {
    expect(refused, name).toBe(size > limit ? 'too_large' : 'cache_full');
    if (refused === 'cache_full') expect(keptBytes() + size + slack, name).toBeGreaterThan(limit);
  }
  return { name, used: object, mayGo: nobody, isSpare: refused === 'none' };
}

async function readHere(object: number): Promise<Step> {
  const { size } = contentOf(object);
  const source = await cache.bytes.open(referenceTo(object), { signal: never, priority: 'visible' });
  const name = `read ${object}`;
  for (let read = 0; read < 1 + below(3); read += 1) {
    const start = below(size);
    const end = Math.min(size, start + 1 + below(30_000));
    const missing = missingOf(object, start, end);
    const before = server.counters.bodyBytes;
    const got = await source.read(start, end);
    expect(Buffer.compare(got, contentOf(object).slice(start, end)), name).toBe(0);
    if (missing === 0) expect(server.counters.bodyBytes, `${name} from ${start} to ${end}, which is here`).toBe(before);
  }
  source.close();
  return { name, used: object, mayGo: nobody, isSpare: false };
}

async function streamHere(object: number): Promise<Step> {
  const { size } = contentOf(object);
  const start = below(size);
  const end = Math.min(size, start + 1 + below(80_000));
  const name = `stream ${object} from ${start} to ${end}`;
  const missing = missingOf(object, start, end);
  const before = server.counters.bodyBytes;
  const stop = new AbortController();
  const { body } = await cache.bytes.stream(referenceTo(object), { range: { start, end }, signal: stop.signal, priority: 'visible' });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  expect(Buffer.compare(Buffer.concat(chunks), contentOf(object).slice(start, end)), name).toBe(0);
  // What is read ahead is another matter; a player that stops stops that too.
  if (missing === 0 && missingOf(object, 0, size) === 0) expect(server.counters.bodyBytes, name).toBe(before);
  stop.abort();
  return { name, used: object, mayGo: nobody, isSpare: false };
}

async function keep(object: number): Promise<Step> {
  const { size } = contentOf(object);
  const isKept = random() < 0.4;
  const name = `keep ${object} ${isKept}`;
  const already = keptBytes();
  const refused = await refusalOf(cache.bytes.setKept([{ reference: referenceTo(object), size }], isKept));
  if (refused !== 'none') {
    expect(refused, name).toBe('cache_full');
    const asked = [...kept].reduce((sum, other) => sum + contentOf(other).size, 0);
    expect(Math.max(already, asked) + size + slack * 2, name).toBeGreaterThan(limit);
  } else if (isKept) kept.add(object);
  else kept.delete(object);
  return { name, used: null, mayGo: nobody, isSpare: false };
}

async function changeLimit(): Promise<Step> {
  const wanted = Math.round(startLimit * (0.3 + random()));
  const name = `limit ${wanted}`;
  const refused = await refusalOf(cache.bytes.setLimit(wanted));
  if (refused === 'none') limit = wanted;
  else {
    expect(refused, name).toBe('cache_full');
    const asked = [...kept].reduce((sum, other) => sum + contentOf(other).size, 0);
    expect(Math.max(keptBytes(), asked) + slack * 2, name).toBeGreaterThan(wanted);
  }
  expect(cache.bytes.status().limit, name).toBe(limit);
  return { name, used: null, mayGo: nobody, isSpare: refused === 'none' };
}

async function restart(): Promise<Step> {
  const inWords = () => heldNow().map(({ canonical, ranges, lastUsed, size, isKept }) => ({ canonical, ranges, lastUsed, size, isKept }));
  const before = inWords();
  await cache.reopen(limit);
  expect(inWords(), 'restart').toEqual(before);
  return { name: 'restart', used: null, mayGo: nobody, isSpare: true };
}

async function drop(object: number): Promise<Step> {
  await cache.bytes.drop([referenceTo(object).canonical]);
  expect(heldNow().map(numberOf), `drop ${object}`).not.toContain(object);
  return { name: `drop ${object}`, used: null, mayGo: (entry) => numberOf(entry) === object, isSpare: true };
}

async function clear(): Promise<Step> {
  const entries = heldNow();
  const middle = entries[below(entries.length)]?.lastUsed ?? 0;
  const isAll = random() < 0.3;
  const mayGo = (entry: HeldEntry) => !entry.isKept && (isAll || entry.lastUsed < middle);
  const gone = await cache.bytes.clear(isAll ? { kind: 'all' } : { kind: 'unusedSince', time: middle });
  const name = isAll ? 'clear' : 'clear what was not used';
  expect(gone.left.inUse, name).toBe(0);
  expect(heldNow().map(numberOf), name).toEqual(entries.filter((entry) => !mayGo(entry)).map(numberOf));
  return { name, used: null, mayGo, isSpare: true };
}

/** Holds what is here after a step against what was: exact order of use, and the oldest left first, none that was kept, none too many. */
function compare(before: readonly HeldEntry[], { name, used, mayGo, isSpare }: Step): void {
  const after = heldNow();
  const here = new Set(after.map(numberOf));
  const stayed = before.filter((entry) => here.has(numberOf(entry)) && numberOf(entry) !== used).map(numberOf);
  const isUsedHere = used !== null && here.has(used);
  expect(after.map(numberOf), `${name}: order of use`).toEqual(isUsedHere ? [used, ...stayed] : stayed);
  expect(
    after.filter((entry) => entry.isKept !== kept.has(numberOf(entry))),
    `${name}: kept`,
  ).toEqual([]);

  const evicted = before.filter((entry) => !here.has(numberOf(entry)) && numberOf(entry) !== used && !mayGo(entry));
  expect(
    evicted.filter((entry) => entry.isKept),
    `${name}: evicted though kept`,
  ).toEqual([]);
  const evictable = before.filter((entry) => !entry.isKept && numberOf(entry) !== used && !mayGo(entry));
  const oldest = evicted.length > 0 ? evictable.slice(-evicted.length) : [];
  expect(evicted.map(numberOf), `${name}: the oldest leave first`).toEqual(oldest.map(numberOf));
  const last = evicted[0];
  if (last && isSpare) expect(cache.bytes.status().bytes + last.diskBytes + slack, `${name}: evicted without need`).toBeGreaterThan(limit);

  const { bytes } = cache.bytes.status();
  expect(bytes, `${name}: the limit`).toBeLessThanOrEqual(limit);
  expect(blocksUnder(cache.folder), `${name}: the account`).toBeLessThanOrEqual(bytes);
}

test(`${steps} steps at random leave exactly what the order of use, what is kept and the limit say`, async () => {
  for (let step = 0; step < steps; step += 1) {
    const before = heldNow();
    const step = await act();
    // A reader that was left gives back what it held a moment later.
    await expect
      .poll(() => heldNow().filter((entry) => entry.isInUse), { message: `${step.name}: in use`, interval: 5, timeout: 10_000 })
      .toEqual([]);
    compare(before, step);
  }
}, 3_600_000);
