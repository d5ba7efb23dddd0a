/** Frames a second of a Matroska or WebM film, by what its track says one frame lasts (RFC 9559, DefaultDuration). */
import { type HeaderReader, viewOf } from './header-reader.ts';

/** More elements than stand before the tracks, or in them. */
const elementLimit = 64;
const longestTrack = 64 * 1024;
const ids = { segment: 0x18538067, tracks: 0x1654ae6b, cluster: 0x1f43b675, track: 0xae, type: 0x83, lasts: 0x23e383 } as const;

interface Element {
  readonly id: number;
  readonly start: number;
  /** Infinity where the size is not told, as in a stream. */
  readonly length: number;
}

/** The element whose head lies at `at` of `bytes`, or null where there is none. `start` counts as `at` does. */
function elementAt(bytes: Uint8Array, at: number): Element | null {
  const first = bytes[at] ?? 0;
  const idLength = Math.clz32(first) - 23;
  const sizeAt = at + idLength;
  const sizeFirst = bytes[sizeAt] ?? 0;
  const sizeLength = Math.clz32(sizeFirst) - 23;
  if (idLength > 4 || sizeLength > 8 || sizeAt + sizeLength > bytes.length) return null;
  let id = 0;
  for (let index = 0; index < idLength; index += 1) id = id * 256 + (bytes[at + index] ?? 0);
  let length = sizeFirst & (0xff >> sizeLength);
  let isUnknown = length === 0xff >> sizeLength;
  for (let index = 1; index < sizeLength; index += 1) {
    const byte = bytes[sizeAt + index] ?? 0;
    length = length * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { id, start: sizeAt + sizeLength, length: isUnknown ? Number.POSITIVE_INFINITY : length };
}

function numberIn(bytes: Uint8Array, { start, length }: Element): number {
  let value = 0;
  for (let at = start; at < Math.min(start + length, bytes.length); at += 1) value = value * 256 + viewOf(bytes).getUint8(at);
  return value;
}

/** Null where the entry is not of a picture, or does not say. */
function rateIn(entry: Uint8Array): number | null {
  let [type, nanoseconds] = [0, 0];
  for (let at = 0, count = 0; at < entry.length && count < elementLimit; count += 1) {
    const element = elementAt(entry, at);
    if (!element) break;
    if (element.id === ids.type) type = numberIn(entry, element);
    if (element.id === ids.lasts) nanoseconds = numberIn(entry, element);
    at = element.start + element.length;
  }
  return type === 1 && nanoseconds > 0 ? Number((1_000_000_000 / nanoseconds).toFixed(3)) : null;
}

/** Null where the first picture's track does not say. Reads no further than the tracks, which stand before the film. */
export async function readMatroskaRate(reader: HeaderReader): Promise<number | null> {
  for (let at = 0, count = 0; count < elementLimit; count += 1) {
    const element = elementAt(await reader.upTo(at, 12), 0);
    if (!element || element.id === ids.cluster) return null;
    const isEntered = element.id === ids.segment || element.id === ids.tracks;
    const start = at + element.start;
    if (element.id === ids.track) {
      const rate = element.length <= longestTrack ? rateIn(await reader.upTo(start, element.length)) : null;
      if (rate !== null) return rate;
    }
    if (!isEntered && !Number.isFinite(element.length)) return null;
    at = isEntered ? start : start + element.length;
  }
  return null;
}
