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

/** An MP4 of `seconds` seconds whose frames lie so far apart that it has about `size` bytes; its header is in front. Under 4 GB. */
export async function largeVideo(size: number, seconds: number, options: ObjectOptions = {}): Promise<StoredObject> {
  const small = await framesOf(seconds);
  const view = new DataView(small.buffer, small.byteOffset, small.byteLength);
  const offsets = placeOf(view, 'stco');
  const media = placeOf(view, 'mdat');
  const count = view.getUint32(offsets + 12);
  const starts = Array.from({ length: count }, (_, chunk) => view.getUint32(offsets + 16 + chunk * 4));
  const ends = [...starts.slice(1), small.length];
  const front = starts[0] ?? small.length;
  const stride = Math.floor((size - front) / count);
  const whole = front + stride * count;
  // Every chunk goes to its own stride; the box around them grows by as much.
  for (let chunk = 0; chunk < count; chunk += 1) view.setUint32(offsets + 16 + chunk * 4, front + chunk * stride);
  view.setUint32(media, whole - media);

  return {
    size: whole,
    type: options.type === undefined ? 'video/mp4' : options.type,
    etag: options.etag === undefined ? `"film-${size}-${seconds}"` : options.etag,
    modified: options.modified === undefined ? new Date('2026-01-02T03:04:05Z') : options.modified,
    headers: options.headers ?? {},
    slice(start, end) {
      const bytes = new Uint8Array(end - start);
      const put = (from: number, to: number, at: number) => {
        const first = Math.max(start, at);
        const last = Math.min(end, at + to - from);
        if (first < last) bytes.set(small.subarray(from + first - at, from + last - at), first - start);
      };
      put(0, front, 0);
      const last = Math.min(count - 1, Math.floor((end - front) / stride));
      for (let chunk = Math.max(0, Math.floor((start - front) / stride)); chunk <= last; chunk += 1) {
        put(starts[chunk] ?? 0, ends[chunk] ?? 0, front + chunk * stride);
      }
      return bytes;
    },
  };
}

/** The first frame of the sample film, again and again, as an MP4 with its header in front. */
async function framesOf(seconds: number): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(readFileSync(film)), formats: [WEBM] });
  const track = await input.getPrimaryVideoTrack();
  const first = track && (await new EncodedPacketSink(track).getFirstPacket());
  const decoderConfig = await track?.getDecoderConfig();
  if (!first || !decoderConfig) throw new Error('the sample film has no first frame');
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source, { frameRate: framesPerSecond });
  await output.start();
  const duration = 1 / framesPerSecond;
  for (let frame = 0; frame < seconds * framesPerSecond; frame += 1) {
    await source.add(new EncodedPacket(first.data, 'key', frame * duration, duration), { decoderConfig });
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
