/**
 * A process to be killed: uses the cache of the library it is given in every way at once, checks each byte it gets, and never ends by
 * itself. It writes a line of JSON for what is true from then on, and before it does something that may undo what was true.
 */
import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Priority } from '../../src-main/cache/bytes.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { seeded } from '../servers/seeded.ts';
import { referenceOf } from './cache-room.ts';
import { DyingTask, objects, pathOf, type Said, sizeOf, versions } from './dying-task.ts';
import { openRealCache } from './real-cache.ts';
import { etagOf, versionOf } from './versioned-objects.ts';

const { library, origin, seed, limit, isTight } = DyingTask.parse(JSON.parse(process.argv[2] ?? ''));
const random = seeded(seed);
const { bytes, http } = await openRealCache(library, { limit });
const signal = new AbortController().signal;

/** Written at once and not by a queue of this process, which would die with it. */
const say = (said: Said) => writeSync(1, `${JSON.stringify(said)}\n`);
/** Objects that are being dropped now, and how often at once. */
const leaving = new Map<number, number>();
const below = (count: number) => Math.floor(random() * count);
const priority = (): Priority => (['visible', 'asked', 'background'] as const)[below(3)] ?? 'asked';

function checked(object: number, start: number, got: Uint8Array, wanted: number): number {
  const version = versionOf(object, versions, sizeOf(object), start, got);
  if (version === null || got.length !== wanted) say({ kind: 'wrong', what: `${object} from ${start}: ${got.length} of ${wanted} bytes` });
  return version ?? -1;
}

async function fetchWhole(object: number): Promise<void> {
  const reference = referenceOf(`${origin}${pathOf(object)}`);
  const file = await bytes.fetch(reference, { signal, priority: priority(), isExplicit: true });
  const copy = bytes.copyOf(reference);
  const version = checked(object, 0, await readFile(file.path), sizeOf(object));
  if (copy?.path === file.path && copy.etag?.startsWith('"') && copy.etag !== etagOf(object, version)) {
    say({ kind: 'wrong', what: `${object} is ${version} under ${copy.etag}` });
  }
  if (bytes.heldOf(reference) === 'whole' && !leaving.has(object)) say({ kind: 'held', object });
  file.release();
}

async function readHere(object: number): Promise<void> {
  const source = await bytes.open(referenceOf(`${origin}${pathOf(object)}`), { signal, priority: priority() });
  try {
    for (let read = 0; read < 3; read += 1) {
      const start = below(sizeOf(object) - 64);
      const end = Math.min(sizeOf(object), start + 64 + below(60_000));
      checked(object, start, await source.read(start, end), end - start);
    }
  } finally {
    source.close();
  }
}

async function streamHere(object: number): Promise<void> {
  const stop = new AbortController();
  const start = below(sizeOf(object) - 64);
  const answer = await bytes.stream(referenceOf(`${origin}${pathOf(object)}`), { range: { start, end: null }, signal: stop.signal });
  const enough = below(sizeOf(object));
  let at = start;
  for await (const chunk of answer.body) {
    checked(object, at, chunk, chunk.length);
    at += chunk.length;
    if (at - start > enough) break;
  }
  stop.abort();
}

async function validate(object: number): Promise<void> {
  const reference = referenceOf(`${origin}${pathOf(object)}`);
  const copy = bytes.copyOf(reference);
  if (!copy || reference.scheme === 'file') return;
  const found = await http.check(reference, { etag: copy.etag, modified: copy.modified, size: copy.size }, signal);
  if (found.isSame) return bytes.markChecked(reference.canonical);
  await dropping(object, () => bytes.dropChanged(reference, found.remote));
}

async function dropping(object: number, work: () => Promise<unknown>): Promise<void> {
  leaving.set(object, (leaving.get(object) ?? 0) + 1);
  say({ kind: 'dropping', object });
  try {
    await work();
  } finally {
    const left = (leaving.get(object) ?? 1) - 1;
    if (left > 0) leaving.set(object, left);
    else leaving.delete(object);
  }
}

async function keep(object: number): Promise<void> {
  const isKept = random() < 0.5;
  say({ kind: 'keeping', object });
  await bytes.setKept([{ reference: referenceOf(`${origin}${pathOf(object)}`), size: sizeOf(object) }], isKept);
  say({ kind: 'kept', object, isKept });
}

async function sweep(object: number): Promise<void> {
  const chance = below(4);
  if (chance === 0) await bytes.clear({ kind: 'all' });
  if (chance === 1) await dropping(object, () => bytes.drop([referenceOf(`${origin}${pathOf(object)}`).canonical]));
  if (chance >= 2) await bytes.setLimit(chance === 2 ? limit : Math.round(limit * 0.7));
}

async function lane(lanes: number, own: number): Promise<void> {
  for (;;) {
    // Two askers may meet at one object, but who is told that it is kept must be the only one who says so.
    const object = below(objects);
    const ownObject = Math.floor(object / lanes) * lanes + own;
    const chance = random();
    try {
      if (chance < 0.45) await fetchWhole(object);
      else if (chance < 0.65) await readHere(object);
      else if (chance < 0.8) await streamHere(object);
      else if (chance < 0.9) await validate(object);
      else if (chance < 0.97 || !isTight) await (ownObject < objects ? keep(ownObject) : undefined);
      else await sweep(object);
    } catch (thrown) {
      if (!(thrown instanceof Failure))
        say({ kind: 'wrong', what: thrown instanceof Error ? (thrown.stack ?? thrown.message) : 'no error' });
      else say({ kind: 'failed', cause: thrown.error.cause, message: thrown.error.message });
    }
    say({ kind: 'step' });
  }
}

const lanes = 6;
await Promise.all(Array.from({ length: lanes }, (_, own) => lane(lanes, own)));
