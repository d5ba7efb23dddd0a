/**
 * A web server whose answers are spoiled at random, the same way for the same seed, for runs of thousands of transfers.
 *
 * Each object has a list of faults of its own, drawn from the seed and its number, so that the order in which objects are asked for changes
 * nothing. An answer takes the first fault of the list that fits its request (a wrong range needs a Range); once the list is spent the
 * object is served as it should be, so every transfer that tries often enough succeeds. What holds for good is drawn as well: some objects
 * have a weak ETag, a time or nothing as validator, some are served without ranges, some without a length.
 *
 * The bytes are generated and take no memory. A fault `replaced` breaks the answer off and puts the next version in its place, with other
 * bytes, another size and another validator; what has none changes without a sign, as on a real server: only who begins again at 0 after
 * a broken answer gets one version whole.
 */
import * as faults from './faults.ts';
import { type HttpServer, type Served, startHttpServer } from './http-server.ts';
import type { Pace, RequestRecord } from './loopback-server.ts';
import { seeded } from './seeded.ts';
import { type StoredObject, sha256Of, stampedObject } from './stored-object.ts';

/** What can be scheduled. */
export const scheduledKinds = [
  /** Sends a part of the body, then closes. */
  'drops',
  /** Resets the connection before the answer. */
  'resets',
  /** Goes silent in the middle of the body, then goes on. */
  'pauses',
  /** 429 with Retry-After of 0 or 1 s. */
  'throttled',
  /** 503 with Retry-After of 0 or 1 s, or without. */
  'busy',
  /** Announces more bytes than it sends. */
  'tooLong',
  /** A part that announces fewer bytes than its Content-Range names. */
  'tooShort',
  'noRanges',
  /** Every way of `WrongRange`. */
  'wrongRange',
  'chunked',
  'gzip',
  /** A web page with 200. */
  'html',
  /** Another version takes the place of the object while it is sent. */
  'replaced',
] as const;
export type ScheduledKind = (typeof scheduledKinds)[number];

export interface FaultScheduleOptions {
  readonly seed: number;
  /** How many; their numbers are 0 to `objects - 1`. */
  readonly objects: number;
  /** Least and most bytes of an object; 1 KiB to 1 MiB unless given. */
  readonly bytes?: readonly [number, number];
  /** The most faults of one object; 3 unless given. A transfer that tries once more than this gets through. */
  readonly faultsEach?: number;
  /** All unless given. */
  readonly kinds?: readonly ScheduledKind[];
  /** Least and most milliseconds of a pause, 5 to 60 unless given. More than the silence that a client bears makes it time out. */
  readonly pauseMs?: readonly [number, number];
  readonly pace?: Pace;
}

export interface FaultSchedule {
  readonly server: HttpServer;
  /** The address of an object: it ends with `.jpg`, and the type is image/jpeg, whatever the bytes. */
  urlOf(index: number): string;
  /** Bytes of a version; of the present one unless told. */
  sizeOf(index: number, version?: number): number;
  /** The present version, from 0. Those before were served once. */
  versionOf(index: number): number;
  /** Bytes `start` to `end` (exclusive) of a version. */
  sliceOf(index: number, version: number, start: number, end: number): Uint8Array;
  /** SHA-256 in hex of a version; of the present one unless told. */
  sha256Of(index: number, version?: number): string;
  /** The version served so far that has this hash, or null: then the bytes are wrong. */
  versionWith(index: number, sha256: string): number | null;
  /** Faults that have not been played. */
  faultsLeft(index: number): number;
  /** How often each kind was played. */
  readonly played: ReadonlyMap<ScheduledKind, number>;
  close(): Promise<void>;
}

interface Entry {
  readonly kind: ScheduledKind;
  /** [0, 1), for whatever the kind has to choose, and where in the body. */
  readonly choice: number;
  readonly place: number;
}

interface Place {
  version: number;
  readonly entries: Entry[];
  /** Faults of every answer. */
  readonly standing: readonly faults.Fault[];
  readonly versionAt: (version: number) => StoredObject;
  readonly hashes: Map<number, string>;
}

/** Starts it. Whoever starts it closes it. */
export async function startFaultSchedule(options: FaultScheduleOptions): Promise<FaultSchedule> {
  const server = await startHttpServer(options.pace ? { pace: options.pace } : {});
  const played = new Map<ScheduledKind, number>(scheduledKinds.map((kind) => [kind, 0]));
  const places = Array.from({ length: options.objects }, (_, index) => placeOf(index, options));

  const next = (place: Place, record: RequestRecord): Served => {
    const object = place.versionAt(place.version);
    const at = place.entries.findIndex((entry) => fits(entry.kind, record, place.standing.length === 0));
    const [entry] = at < 0 ? [] : place.entries.splice(at, 1);
    if (!entry) return { object, faults: place.standing };
    played.set(entry.kind, (played.get(entry.kind) ?? 0) + 1);
    if (entry.kind === 'replaced') place.version += 1;
    return { object, faults: [faultOf(entry, object, options.pauseMs ?? [5, 60]), ...place.standing] };
  };
  const at = (index: number): Place => {
    const place = places[index];
    if (!place) throw new RangeError(`There are ${options.objects} objects, and none of number ${index}.`);
    return place;
  };
  for (const [index, place] of places.entries()) server.serve(pathOf(index), (record) => next(place, record));

  const hashOf = (index: number, version = at(index).version): string => {
    const { hashes, versionAt } = at(index);
    const hash = hashes.get(version) ?? sha256Of(versionAt(version));
    hashes.set(version, hash);
    return hash;
  };
  return {
    server,
    played,
    urlOf: (index) => server.url(pathOf(index)),
    sizeOf: (index, version) => at(index).versionAt(version ?? at(index).version).size,
    versionOf: (index) => at(index).version,
    sliceOf: (index, version, start, end) => at(index).versionAt(version).slice(start, end),
    sha256Of: hashOf,
    versionWith(index, sha256) {
      for (let version = at(index).version; version >= 0; version -= 1) if (hashOf(index, version) === sha256) return version;
      return null;
    },
    faultsLeft: (index) => at(index).entries.length,
    close: () => server.close(),
  };
}

function pathOf(index: number): string {
  return `/objects/IMG_${String(index).padStart(5, '0')}.jpg`;
}

const hourMs = 3_600_000;

function placeOf(index: number, options: FaultScheduleOptions): Place {
  const random = seeded(options.seed * 1_000_003 + index);
  const [least, most] = options.bytes ?? [1024, 1024 * 1024];
  const kinds = options.kinds ?? scheduledKinds;
  const sizes = Array.from({ length: 4 }, () => least + Math.floor(random() * (most - least + 1)));
  const validator = pick(['strong', 'strong', 'strong', 'strong', 'strong', 'strong', 'strong', 'weak', 'time', 'none'] as const, random());
  const manner = random();
  const entries = Array.from({ length: Math.floor(random() * ((options.faultsEach ?? 3) + 1)) }, () => ({
    kind: pick(kinds, random()),
    choice: random(),
    place: random(),
  }));
  return {
    version: 0,
    entries,
    standing: manner < 0.06 ? [faults.noRanges()] : manner < 0.12 ? [faults.chunked()] : [],
    hashes: new Map(),
    versionAt(version) {
      const seed = (options.seed * 31 + index) * 31 + version;
      const tag = `"v${version}-${seed}"`;
      return stampedObject(sizes[version % sizes.length] ?? least, seed, {
        type: 'image/jpeg',
        etag: validator === 'strong' ? tag : validator === 'weak' ? `W/${tag}` : null,
        modified: validator === 'none' ? null : new Date(Date.UTC(2026, 0, 2) + version * hourMs),
      });
    },
  };
}

/** A whole that announces a byte too few cannot be told from a file of that length, so what spoils parts waits for one. */
function fits(kind: ScheduledKind, { method, headers }: RequestRecord, givesParts: boolean): boolean {
  if (method === 'HEAD') return kind === 'resets' || kind === 'throttled' || kind === 'busy';
  return (headers.range !== undefined && givesParts) || (kind !== 'wrongRange' && kind !== 'tooShort' && kind !== 'noRanges');
}

const wrongRanges: readonly faults.WrongRange[] = ['later', 'earlier', 'otherTotal', 'missing', 'otherUnit', 'multipart'];

function faultOf({ kind, choice, place }: Entry, { size }: StoredObject, [leastMs, mostMs]: readonly [number, number]): faults.Fault {
  const inside = Math.floor(place * size);
  const retryAfter = choice < 0.5 ? '0' : '1';
  switch (kind) {
    case 'drops':
    case 'replaced':
      return faults.dropsAfter(inside);
    case 'resets':
      return faults.resets();
    case 'pauses':
      return faults.pauses(inside, leastMs + choice * (mostMs - leastMs));
    case 'throttled':
      return faults.status(429, { retryAfter });
    case 'busy':
      return faults.status(503, place < 0.5 ? {} : { retryAfter });
    case 'tooLong':
      return faults.wrongLength(1 + inside);
    case 'tooShort':
      return faults.wrongLength(-1);
    case 'noRanges':
      return faults.noRanges();
    case 'wrongRange':
      return faults.wrongContentRange({ how: pick(wrongRanges, choice) });
    case 'chunked':
      return faults.chunked();
    case 'gzip':
      return faults.gzip();
    case 'html':
      return faults.htmlWith200();
  }
}

function pick<T>(from: readonly T[], random: number): T {
  const picked = from[Math.floor(random * from.length)];
  if (picked === undefined) throw new RangeError('There is nothing to pick from.');
  return picked;
}
