/**
 * What the index of an MP4 says in sums: frames, bytes and length of each track. The library writes every frame out to tell the same,
 * which takes the main thread seconds for a long film, and all memory where a file claims four thousand million frames in 16 bytes.
 */
import { type HeaderReader, latin1, viewOf } from './header-reader.ts';
import { type Box, boxesIn, readTopLevelBox } from './iso-boxes.ts';

/** A film of many hours has an index of some tens of MB. */
const movieLimit = 64 * 1024 * 1024;
/** Frames of one track that are written out at most; 60 a second for a day are 5 million. */
const frameLimit = 10_000_000;
/** Frames of one run of a fragment: an hour at 60 a second is 216,000. */
const framesPerRun = 1_000_000;

/** A track in sums. */
export interface IndexedTrack {
  /** As in `tkhd`; 0 where that is missing. */
  readonly id: number;
  readonly kind: 'video' | 'audio' | 'other';
  /** Frames of a picture, packets or samples of a sound. */
  readonly frames: number;
  /** Bytes of all frames, or null where the index does not say. */
  readonly bytes: number | null;
  /** Seconds that the frames last, and when the track ends; zero where nothing says. */
  readonly seconds: number;
  readonly end: number;
  /** False where its ticks a second are none. */
  readonly hasClock: boolean;
}

export interface Mp4Index {
  readonly tracks: readonly IndexedTrack[];
  /** Seconds until the last track ends, or null where the header does not say, as in fragments. */
  readonly duration: number | null;
}

/** A table of (count, value) pairs: `stts`, `ctts`. A table that claims more entries than it has bytes for says nothing. */
function sumOf(bytes: Uint8Array, box: Box | undefined): { count: number; total: number; first: number } {
  const sum = { count: 0, total: 0, first: 0 };
  if (!box || box.end - box.start < 16) return sum;
  const view = viewOf(bytes);
  const entries = Math.min(view.getUint32(box.start + 4), Math.floor((box.end - box.start - 8) / 8));
  sum.first = view.getInt32(box.start + 12);
  for (let entry = 0, at = box.start + 8; entry < entries; entry += 1, at += 8) {
    const count = view.getUint32(at);
    sum.count += count;
    sum.total += count * view.getUint32(at + 4);
  }
  return sum;
}

function bytesOf(bytes: Uint8Array, box: Box | undefined): number | null {
  if (!box || box.end - box.start < 12) return null;
  const view = viewOf(bytes);
  const [size, count] = [view.getUint32(box.start + 4), view.getUint32(box.start + 8)];
  if (size > 0) return size * count;
  if (box.start + 12 + count * 4 > box.end) return null;
  let total = 0;
  for (let at = box.start + 12; at < box.start + 12 + count * 4; at += 4) total += view.getUint32(at);
  return total;
}

/** Ticks a second and length in ticks, of a movie (`mvhd`) or of a track's media (`mdhd`). */
function clockOf(bytes: Uint8Array, box: Box | undefined): { scale: number; length: number } {
  if (!box || box.end - box.start < 20) return { scale: 0, length: 0 };
  const view = viewOf(bytes);
  if (view.getUint8(box.start) !== 1) return { scale: view.getInt32(box.start + 12), length: view.getUint32(box.start + 16) };
  if (box.end - box.start < 32) return { scale: 0, length: 0 };
  return { scale: view.getInt32(box.start + 20), length: Number(view.getBigUint64(box.start + 24)) };
}

/** Seconds before the track begins, and ticks of its media that are left out, by the edit list. */
function editOf(bytes: Uint8Array, box: Box | undefined, movieScale: number): { waits: number; skips: number } {
  const edit = { waits: 0, skips: 0 };
  if (!box || movieScale <= 0) return edit;
  const view = viewOf(bytes);
  const isLong = view.getUint8(box.start) === 1;
  const step = isLong ? 20 : 12;
  for (let at = box.start + 8; at + step <= box.end; at += step) {
    const length = isLong ? Number(view.getBigUint64(at)) : view.getUint32(at);
    const place = isLong ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    if (place >= 0) return { ...edit, skips: place };
    edit.waits += length / movieScale;
  }
  return edit;
}

function idOf(bytes: Uint8Array, box: Box | undefined): number {
  const at = box ? box.start + (bytes[box.start] === 1 ? 20 : 12) : 0;
  return box && at + 4 <= box.end ? viewOf(bytes).getUint32(at) : 0;
}

const kinds: Readonly<Record<string, IndexedTrack['kind']>> = { vide: 'video', soun: 'audio' };

function trackOf(reader: HeaderReader, bytes: Uint8Array, track: Box, movieScale: number): IndexedTrack {
  const child = (parent: Box | undefined, type: string) =>
    parent && boxesIn(bytes, parent.start, parent.end).find((box) => box.type === type);
  const media = child(track, 'mdia');
  const table = child(child(media, 'minf'), 'stbl');
  const handler = child(media, 'hdlr');
  const kind = kinds[handler && handler.end - handler.start >= 12 ? latin1(bytes, handler.start + 8, handler.start + 12) : ''] ?? 'other';
  const times = sumOf(bytes, child(table, 'stts'));
  const offsets = sumOf(bytes, child(table, 'ctts'));
  // Sound without compression lists each sample, a day of it thousands of millions; those are not written out.
  if ((offsets.count > 0 || kind === 'video') && Math.max(times.count, offsets.count) > frameLimit) {
    throw reader.damaged('says that it has more frames than any film');
  }
  const chunks = child(table, 'stsc');
  if (chunks && lastChunkOf(bytes, chunks) > frameLimit) throw reader.damaged('says that it has more chunks than any film');
  const { scale, length } = clockOf(bytes, child(media, 'mdhd'));
  const edit = editOf(bytes, child(child(track, 'edts'), 'elst'), movieScale);
  const start = scale > 0 ? edit.waits + (offsets.first - edit.skips) / scale : 0;
  return {
    id: idOf(bytes, child(track, 'tkhd')),
    kind,
    frames: times.count,
    bytes: bytesOf(bytes, child(table, 'stsz')),
    seconds: scale > 0 ? times.total / scale : 0,
    hasClock: scale > 0,
    end: scale > 0 && length > 0 ? start + length / scale : 0,
  };
}

function lastChunkOf(bytes: Uint8Array, box: Box): number {
  const view = viewOf(bytes);
  let last = 0;
  for (let at = box.start + 8; at + 12 <= box.end; at += 12) last = Math.max(last, view.getUint32(at));
  return last;
}

/** Null where there is no `moov`. Throws `corrupt` where the index claims what no film has, and what reading throws. */
export async function readMp4Index(reader: HeaderReader): Promise<Mp4Index | null> {
  const bytes = await readTopLevelBox(reader, 'moov', movieLimit);
  if (!bytes) return null;
  const boxes = boxesIn(bytes, 0, bytes.length);
  const movie = clockOf(
    bytes,
    boxes.find((box) => box.type === 'mvhd'),
  );
  const tracks = boxes.filter((box) => box.type === 'trak').map((box) => trackOf(reader, bytes, box, movie.scale));
  const media = tracks.filter(({ kind }) => kind !== 'other');
  // A track with an impossible clock does not say when it ends; the movie does.
  const whole = media.some(({ hasClock }) => !hasClock) && movie.scale > 0 ? movie.length / movie.scale : 0;
  const end = Math.max(whole, ...media.map((track) => track.end));
  return { tracks, duration: end > 0 ? end : null };
}

/** Throws `corrupt` where a run of a fragment (`trun`) among these bytes claims frames that it has no bytes for, or too many. */
export function checkRuns(reader: HeaderReader, bytes: Uint8Array): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf('trun'); at >= 0; at = buffer.indexOf('trun', at + 4)) {
    if (at < 4 || at + 12 > buffer.length) continue;
    const size = buffer.readUInt32BE(at - 4);
    const flags = buffer.readUInt32BE(at + 4) & 0xffffff;
    const fixed = 16 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
    const perFrame = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
    const frames = buffer.readUInt32BE(at + 8);
    // The letters stand in other bytes by chance too; there the length does not fit.
    if (size === fixed + frames * perFrame && frames > framesPerRun) throw reader.damaged('says that it has more frames than any film');
  }
}
