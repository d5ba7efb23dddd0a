/** ASF, the container of Windows Media: all stands in the objects of its header (Microsoft's "Advanced Systems Format Specification"). */
import type { MediaFacts } from '../../src-shared/model/media.ts';
import { aviPictureCodec, aviSoundCodec } from './avi-codecs.ts';
import { type HeaderReader, latin1, viewOf } from './header-reader.ts';
import { unsaid } from './unsaid.ts';

const objectLimit = 100;
const objects: Readonly<Record<string, 'file' | 'stream' | 'content'>> = {
  a1dcab8c47a9cf118ee400c00c205365: 'file',
  '9107dcb7b7a9cf118ee600c00c205365': 'stream',
  '3326b2758e66cf11a6d900aa0062ce6c': 'content',
};
const pictureStream = 'c0ef19bc4d5bcf11a8fd00805f5c442b';
const soundStream = '409e69f84d5bcf11a8fd00805f5c442b';

function hex(bytes: Uint8Array, start: number): string {
  return Buffer.from(bytes.subarray(start, start + 16)).toString('hex');
}

function durationOf(object: Uint8Array): number | null {
  const view = viewOf(object);
  const isLive = view.getUint32(88, true) & 1;
  // What a player waits for before it begins is counted in.
  const seconds = Number(view.getBigUint64(64, true)) / 1e7 - Number(view.getBigUint64(80, true)) / 1000;
  return !isLive && seconds > 0 ? seconds : null;
}

function streamOf(object: Uint8Array): (Partial<MediaFacts> & Pick<MediaFacts, 'kind'>) | null {
  const view = viewOf(object);
  const type = hex(object, 24);
  if (type === soundStream) {
    return {
      kind: 'audio',
      codec: aviSoundCodec(view.getUint16(78, true)),
      channels: view.getUint16(80, true) || null,
      sampleRate: view.getUint32(82, true) || null,
      bitrate: view.getUint32(86, true) * 8 || null,
    };
  }
  if (type !== pictureStream) return null;
  const [width, height] = [view.getUint32(78, true) || null, view.getUint32(82, true) || null];
  return { kind: 'video', codec: aviPictureCodec(latin1(object, 105, 109), ''), width, height, pixelWidth: width, pixelHeight: height };
}

/** Title and author, or null where they are not said. */
function textsOf(object: Uint8Array): { title: string | null; artist: string | null } {
  const view = viewOf(object);
  const [title, author] = [view.getUint16(24, true), view.getUint16(26, true)];
  const text = (start: number, length: number) =>
    Buffer.from(object.subarray(start, start + length))
      .toString('utf16le')
      .replaceAll('\0', '')
      .trim() || null;
  return { title: text(34, title), artist: text(34 + title, author) };
}

/** Throws `corrupt` where the header names no stream, and what reading throws. */
export async function readAsf(reader: HeaderReader, size: number): Promise<MediaFacts> {
  const head = await reader.bytes(0, 30);
  const end = Math.min(size, Number(viewOf(head).getBigUint64(16, true)));
  let duration: number | null = null;
  let texts: { title: string | null; artist: string | null } = { title: null, artist: null };
  const streams: (Partial<MediaFacts> & Pick<MediaFacts, 'kind'>)[] = [];
  for (let at = 30, count = 0; at + 24 <= end && count < objectLimit; count += 1) {
    const start = await reader.bytes(at, 24);
    const length = Number(viewOf(start).getBigUint64(16, true));
    const kind = objects[hex(start, 0)];
    if (length < 24) throw reader.damaged('has an object without a length');
    if (kind === 'file') duration = durationOf(await reader.bytes(at, 104));
    if (kind === 'stream') {
      const stream = streamOf(await reader.bytes(at, 110));
      if (stream) streams.push(stream);
    }
    if (kind === 'content') texts = textsOf(await reader.bytes(at, Math.min(length, 8192)));
    at += length;
  }
  const picture = streams.find(({ kind }) => kind === 'video');
  const sound = streams.find(({ kind }) => kind === 'audio');
  if (!picture && !sound) throw reader.damaged('says of no picture and no sound');
  return {
    ...unsaid,
    ...sound,
    ...picture,
    ...texts,
    kind: picture ? 'video' : 'audio',
    format: 'asf',
    mime: picture ? 'video/x-ms-wmv' : 'audio/x-ms-wma',
    duration,
    rotation: picture ? 0 : null,
    hasAudio: sound !== undefined,
    metadata: { ...(picture && sound ? { audio_codec: sound.codec } : {}), bytes: size },
  };
}
