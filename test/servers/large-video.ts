/** A film of any size that takes little memory: a few key frames a second, far apart, and zeros between, as a film of many bits would lie. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  Output,
  WEBM,
} from 'mediabunny';
import type { ObjectOptions, StoredObject } from './stored-object.ts';

/** So many that a player finds the next frame near the last: Chromium opens a new connection for what lies 512 KiB ahead. */
const framesPerSecond = 4;
const film = join(import.meta.dirname, '..', '..', 'assets', 'sample', 'rolling.webm');

interface FilmOptions extends ObjectOptions {
  /** Where the header (`moov`) lies: in front unless given. */
  readonly header?: 'front' | 'end';
}

/**
 * An MP4 of `seconds` seconds whose frames lie so far apart that it has about `size` bytes. The frames of its first half show another
 * picture than those of its second. Under 4 GB.
 */
export async function largeVideo(size: number, seconds: number, options: FilmOptions = {}): Promise<StoredObject> {
  const small = await framesOf(seconds);
  return options.header === 'end' ? headerLast(small, size, seconds, options) : headerFirst(small, size, seconds, options);
}

function described(size: number, seconds: number, options: FilmOptions): Omit<StoredObject, 'size' | 'slice'> {
  return {
    type: options.type === undefined ? 'video/mp4' : options.type,
    etag: options.etag === undefined ? `"film-${size}-${seconds}"` : options.etag,
    modified: options.modified === undefined ? new Date('2026-01-02T03:04:05Z') : options.modified,
    headers: options.headers ?? {},
  };
}

/** Copies of `from` that begins at `at` in the file what of it lies within the part that begins at `start`. */
function put(part: Uint8Array, start: number, from: Uint8Array, at: number): void {
  const first = Math.max(start, at);
  const last = Math.min(start + part.length, at + from.length);
  if (first < last) part.set(from.subarray(first - at, last - at), first - start);
}

/** Chunks of the small film, where each begins and ends. */
function chunksOf(small: Uint8Array, view: DataView) {
  const offsets = placeOf(view, 'stco');
  const count = view.getUint32(offsets + 12);
  const starts = Array.from({ length: count }, (_, chunk) => view.getUint32(offsets + 16 + chunk * 4));
  const media = placeOf(view, 'mdat');
  const ends = [...starts.slice(1), media + view.getUint32(media)];
  return { offsets, media, count, front: starts[0] ?? small.length, chunk: (at: number) => small.subarray(starts[at] ?? 0, ends[at] ?? 0) };
}

function headerFirst(small: Uint8Array, size: number, seconds: number, options: FilmOptions): StoredObject {
  const view = new DataView(small.buffer, small.byteOffset, small.byteLength);
  const { offsets, media, count, front, chunk } = chunksOf(small, view);
  const stride = Math.floor((size - front) / count);
  const whole = front + stride * count;
  // Every chunk goes to its own stride; the box around them grows by as much.
  for (let at = 0; at < count; at += 1) view.setUint32(offsets + 16 + at * 4, front + at * stride);
  view.setUint32(media, whole - media);
  return {
    size: whole,
    ...described(size, seconds, options),
    slice(start, end) {
      const bytes = new Uint8Array(end - start);
      put(bytes, start, small.subarray(0, front), 0);
      const last = Math.min(count - 1, Math.floor((end - front) / stride));
      for (let at = Math.max(0, Math.floor((start - front) / stride)); at <= last; at += 1)
        put(bytes, start, chunk(at), front + at * stride);
      return bytes;
    },
  };
}

/** As cameras write it: the media first, and what tells where they lie behind them. */
function headerLast(small: Uint8Array, size: number, seconds: number, options: FilmOptions): StoredObject {
  const view = new DataView(small.buffer, small.byteOffset, small.byteLength);
  const { offsets, count, chunk } = chunksOf(small, view);
  const type = small.subarray(0, view.getUint32(0));
  const moov = placeOf(view, 'moov');
  const header = small.subarray(moov, moov + view.getUint32(moov));
  const front = type.length + 8;
  const stride = Math.floor((size - front - header.length) / count);
  const behind = front + stride * count;
  for (let at = 0; at < count; at += 1) view.setUint32(offsets + 16 + at * 4, front + at * stride);
  const head = Buffer.concat([type, Buffer.from('\0\0\0\0mdat', 'latin1')]);
  head.writeUInt32BE(behind - type.length, type.length);
  return {
    size: behind + header.length,
    ...described(size, seconds, options),
    slice(start, end) {
      const bytes = new Uint8Array(end - start);
      put(bytes, start, head, 0);
      put(bytes, start, header, behind);
      const last = Math.min(count - 1, Math.floor((end - front) / stride));
      for (let at = Math.max(0, Math.floor((start - front) / stride)); at <= last; at += 1)
        put(bytes, start, chunk(at), front + at * stride);
      return bytes;
    },
  };
}

/** The key frames of the sample film, the first for one half and the last for the other, as an MP4 with its header in front. */
async function framesOf(seconds: number): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(readFileSync(film)), formats: [WEBM] });
  const track = await input.getPrimaryVideoTrack();
  const sink = track && new EncodedPacketSink(track);
  const first = await sink?.getFirstKeyPacket();
  const second = await sink?.getKeyPacket(Number.POSITIVE_INFINITY);
  const decoderConfig = await track?.getDecoderConfig();
  if (!first || !second || !decoderConfig) throw new Error('the sample film has no key frames');
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source, { frameRate: framesPerSecond });
  await output.start();
  const duration = 1 / framesPerSecond;
  const count = seconds * framesPerSecond;
  for (let frame = 0; frame < count; frame += 1) {
    const { data } = frame < count / 2 ? first : second;
    await source.add(new EncodedPacket(data, 'key', frame * duration, duration), { decoderConfig });
  }
  await output.finalize();
  if (!target.buffer) throw new Error('the film was not written');
  return new Uint8Array(target.buffer);
}

/** Where a box begins; it is looked for inside the boxes that lead to it. */
function placeOf(view: DataView, wanted: string, start = 0, end = view.byteLength): number {
  const around = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
  for (let at = start; at + 8 <= end; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7));
    if (type === wanted) return at;
    if (around.has(type)) {
      const found = placeOf(view, wanted, at + 8, at + size);
      if (found >= 0) return found;
    }
    if (size < 8) break;
    at += size;
  }
  return -1;
}
