/**
 * How long an MPEG transport stream is: no header says it, so the time stamps near both ends are compared (ISO/IEC 13818-1, 2.4.3).
 * Each frame's stamp counts, not the clock reference, which stops before the last frame is shown.
 */
import type { HeaderReader } from './header-reader.ts';
import { type Layout, layoutOf, packetSize, syncsIn } from './transport-packets.ts';

const ticksPerSecond = 90_000;
/** Stamps have 33 bits and begin again after 26.5 hours. */
const wrap = 2 ** 33;
/** A second of film at a low rate, some frames at a high one. */
const frontReach = 64 * 1024;
/** The end is searched in steps, backwards: a key frame of 4K takes several hundred KB. */
const tailStep = 64 * 1024;
const longestTail = 768 * 1024;
/** So many steps between frames are needed before they say a rate. */
const stepsForRate = 8;

/** What both ends say; null where they do not. */
export interface StreamEnds {
  /** Seconds from the first frame to the end of the last one. */
  readonly duration: number | null;
  /** Pictures a second, where enough of them were seen. */
  readonly fps: number | null;
}

/** The presentation time of a packet that begins a frame, or null. `at` is its sync byte. */
function stampOf(bytes: Uint8Array, at: number): { pid: number; isPicture: boolean; ticks: number } | null {
  const byte = (index: number) => bytes[at + index] ?? 0;
  const [isStart, hasPayload, hasAdaptation] = [byte(1) & 0x40, byte(3) & 0x10, byte(3) & 0x20];
  if (byte(0) !== 0x47 || byte(1) & 0x80 || !isStart || !hasPayload) return null;
  const payload = 4 + (hasAdaptation ? 1 + byte(4) : 0);
  if (payload + 14 > packetSize || byte(payload) !== 0 || byte(payload + 1) !== 0 || byte(payload + 2) !== 1) return null;
  const stream = byte(payload + 3);
  const isPicture = stream >= 0xe0 && stream <= 0xef;
  const isSound = (stream >= 0xc0 && stream <= 0xdf) || stream === 0xbd || stream === 0xfd;
  if ((!isPicture && !isSound) || (byte(payload + 7) & 0x80) === 0) return null;
  const time = payload + 9;
  const ticks =
    ((byte(time) >> 1) & 7) * 2 ** 30 +
    byte(time + 1) * 2 ** 22 +
    (byte(time + 2) >> 1) * 2 ** 15 +
    byte(time + 3) * 2 ** 7 +
    (byte(time + 4) >> 1);
  return { pid: ((byte(1) & 0x1f) << 8) | byte(2), isPicture, ticks };
}

/** Stamps of each stream, in the order of the file; `isPicture` by stream. */
interface Stamps {
  readonly times: Map<number, number[]>;
  readonly pictures: Set<number>;
}

function stampsIn(bytes: Uint8Array, start: number, layout: Layout): Stamps {
  const stamps: Stamps = { times: new Map(), pictures: new Set() };
  for (const at of syncsIn(bytes, start, layout)) {
    const stamp = stampOf(bytes, at);
    if (!stamp) continue;
    const times = stamps.times.get(stamp.pid);
    if (times) times.push(stamp.ticks);
    else stamps.times.set(stamp.pid, [stamp.ticks]);
    if (stamp.isPicture) stamps.pictures.add(stamp.pid);
  }
  return stamps;
}

/** Differences on the circle of stamps, as the nearest way round. */
function between(from: number, to: number): number {
  const way = (((to - from) % wrap) + wrap) % wrap;
  return way > wrap / 2 ? way - wrap : way;
}

/** The usual step from one frame to the next in order of time, and how many steps are as long as it. */
function stepOf(times: readonly number[]): { ticks: number; count: number } {
  const base = times[0] ?? 0;
  const sorted = times.map((time) => between(base, time)).sort((one, other) => one - other);
  const steps = sorted
    .slice(1)
    .map((time, index) => time - (sorted[index] ?? 0))
    .filter((step) => step > 0)
    .sort((one, other) => one - other);
  const middle = steps[Math.floor(steps.length / 2)] ?? 0;
  const alike = steps.filter((step) => Math.abs(step - middle) <= middle * 0.05);
  return { ticks: alike.length === 0 ? 0 : alike.reduce((sum, step) => sum + step, 0) / alike.length, count: alike.length };
}

/** The stamps near the end, for each stream that the front has: read backwards until all were met, or long enough. */
async function readTail(reader: HeaderReader, size: number, layout: Layout, wanted: ReadonlySet<number>): Promise<Stamps> {
  let stamps: Stamps = { times: new Map(), pictures: new Set() };
  let bytes: Uint8Array = new Uint8Array(0);
  while (bytes.length < Math.min(longestTail, size)) {
    const end = size - bytes.length;
    const start = Math.max(0, end - tailStep);
    bytes = new Uint8Array(Buffer.concat([await reader.upTo(start, end - start), bytes]));
    stamps = stampsIn(bytes, start, layout);
    if ([...wanted].every((pid) => stamps.times.has(pid))) break;
    if (start === 0) break;
  }
  return stamps;
}

/** Reads up to 64 KB of the front, and of the end what holds a frame of each stream (64 KB mostly, 768 KB at most). */
export async function readStreamEnds(reader: HeaderReader, size: number): Promise<StreamEnds> {
  const front = await reader.upTo(0, Math.min(frontReach, size));
  const layout = layoutOf(front);
  if (!layout) return { duration: null, fps: null };
  const first = stampsIn(front, 0, layout);
  const last = await readTail(reader, size, layout, new Set(first.times.keys()));
  let origin: number | null = null;
  let begin = 0;
  let end = 0;
  let fps: number | null = null;
  for (const [pid, times] of first.times) {
    origin ??= times[0] ?? 0;
    const base = origin;
    const late = last.times.get(pid) ?? [];
    const step = stepOf(times.length >= late.length ? times : late);
    const starts = times.map((time) => between(base, time));
    begin = Math.min(begin, ...starts);
    // Backwards in time is round the circle.
    const ends = [...starts, ...late.map((time) => (time - base + wrap) % wrap).filter((time) => time < wrap - ticksPerSecond * 60)];
    end = Math.max(end, ...ends.map((time) => time + step.ticks));
    if (first.pictures.has(pid) && step.count >= stepsForRate) fps ??= Number((ticksPerSecond / step.ticks).toFixed(3));
  }
  const duration = (end - begin) / ticksPerSecond;
  return { duration: origin !== null && duration > 0 ? duration : null, fps };
}
