/**
 * AVI: the header list before the film says all (Microsoft's "AVI RIFF File Reference"); OpenDML adds the length behind the first GiB
 * and the shape of a pixel (OpenDML AVI File Format Extensions 1.02).
 */
import type { MediaFacts } from '../../src-shared/model/media.ts';
import { aviPictureCodec, aviSoundCodec } from './avi-codecs.ts';
import { type HeaderReader, latin1, viewOf } from './header-reader.ts';
import { unsaid } from './unsaid.ts';

/** More chunks than a header has, its lists counted with what is in them. */
const chunkLimit = 200;
const textLimit = 1024;

interface Stream {
  type: string;
  handler: string;
  /** Units a second, and how many there are. */
  rate: number;
  length: number;
  format: Uint8Array;
  /** Width by height of the frame as shown, where the file says it. */
  aspect: number | null;
}

interface Header {
  frameMicroseconds: number;
  frames: number;
  allFrames: number;
  width: number;
  height: number;
  readonly streams: Stream[];
  readonly texts: Record<string, string>;
}

function readMain(header: Header, bytes: Uint8Array): void {
  const view = viewOf(bytes);
  header.frameMicroseconds = view.getUint32(0, true);
  header.frames = view.getUint32(16, true);
  header.width = view.getUint32(32, true);
  header.height = view.getUint32(36, true);
}

function streamOf(bytes: Uint8Array): Stream {
  const view = viewOf(bytes);
  const scale = view.getUint32(20, true);
  const rate = scale > 0 ? view.getUint32(24, true) / scale : 0;
  const [type, handler] = [latin1(bytes, 0, 4), latin1(bytes, 4, 8)];
  return { type, handler, rate, length: view.getUint32(32, true), format: new Uint8Array(0), aspect: null };
}

async function readChunk(reader: HeaderReader, header: Header, chunk: { type: string; start: number; length: number }): Promise<void> {
  const { type, start, length } = chunk;
  const stream = header.streams.at(-1);
  if (type === 'avih') readMain(header, await reader.bytes(start, 40));
  else if (type === 'strh') header.streams.push(streamOf(await reader.bytes(start, 36)));
  else if (type === 'strf' && stream) stream.format = await reader.upTo(start, Math.min(length, 40));
  else if (type === 'dmlh') header.allFrames = viewOf(await reader.bytes(start, 4)).getUint32(0, true);
  else if (type === 'vprp' && stream && length >= 24) {
    const view = viewOf(await reader.bytes(start + 20, 4));
    const [high, wide] = [view.getUint16(0, true), view.getUint16(2, true)];
    if (high > 0 && wide > 0) stream.aspect = wide / high;
  } else if (/^I[A-Z]{3}$/.test(type) && length > 0 && length <= textLimit) {
    const text = new TextDecoder('utf-8').decode(await reader.upTo(start, length));
    header.texts[type] = text.replaceAll('\0', '').trim();
  }
}

/** Walks to where the film begins; what stands behind it is not looked for. */
async function readChunks(reader: HeaderReader, size: number): Promise<Header> {
  const header: Header = { frameMicroseconds: 0, frames: 0, allFrames: 0, width: 0, height: 0, streams: [], texts: {} };
  let at = 12;
  for (let count = 0; count < chunkLimit && at + 8 <= size; count += 1) {
    const head = await reader.upTo(at, 12);
    if (head.length < 8) break;
    const type = latin1(head, 0, 4);
    const length = viewOf(head).getUint32(4, true);
    if (type === 'LIST') {
      const list = latin1(head, 8, 12);
      if (list === 'movi') break;
      if (list === 'hdrl' || list === 'strl' || list === 'odml' || list === 'INFO') {
        at += 12;
        continue;
      }
    } else await readChunk(reader, header, { type, start: at + 8, length });
    at += 8 + length + (length % 2);
  }
  return header;
}

function pictureOf({ streams, ...header }: Header) {
  const stream = streams.find(({ type }) => type === 'vids');
  if (!stream) return null;
  const format = viewOf(stream.format);
  const hasFormat = stream.format.length >= 20;
  const pixelWidth = (hasFormat ? Math.abs(format.getInt32(4, true)) : 0) || header.width || null;
  const pixelHeight = (hasFormat ? Math.abs(format.getInt32(8, true)) : 0) || header.height || null;
  const rate = stream.rate || (header.frameMicroseconds > 0 ? 1_000_000 / header.frameMicroseconds : 0);
  const isStretched = stream.aspect !== null && pixelWidth !== null && pixelHeight !== null;
  return {
    width: isStretched && stream.aspect !== null ? Math.round(pixelHeight * stream.aspect) : pixelWidth,
    height: pixelHeight,
    pixelWidth,
    pixelHeight,
    fps: rate > 0 ? Number(rate.toFixed(3)) : null,
    // The main header counts the frames of the first GiB alone.
    frames: Math.max(stream.length, header.frames, header.allFrames),
    rate,
    codec: aviPictureCodec(hasFormat ? latin1(stream.format, 16, 20) : '', stream.handler),
  };
}

function soundOf(streams: readonly Stream[]) {
  const stream = streams.find(({ type }) => type === 'auds');
  if (!stream) return null;
  if (stream.format.length < 14) return { codec: null, sampleRate: null, channels: null, bitrate: null, seconds: 0 };
  const format = viewOf(stream.format);
  return {
    codec: aviSoundCodec(format.getUint16(0, true)),
    channels: format.getUint16(2, true) || null,
    sampleRate: format.getUint32(4, true) || null,
    bitrate: format.getUint32(8, true) * 8 || null,
    seconds: stream.rate > 0 ? stream.length / stream.rate : 0,
  };
}

/** Length and tracks of an AVI. Throws `corrupt` where the header names no stream. */
export async function readAvi(reader: HeaderReader, size: number): Promise<MediaFacts> {
  const header = await readChunks(reader, size);
  const picture = pictureOf(header);
  const sound = soundOf(header.streams);
  if (!picture && !sound) throw reader.damaged('says of no picture and no sound');
  const seconds = picture && picture.rate > 0 ? picture.frames / picture.rate : (sound?.seconds ?? 0);
  const { INAM, IART, IPRD, ...texts } = header.texts;
  return {
    ...unsaid,
    kind: picture ? 'video' : 'audio',
    format: 'avi',
    mime: 'video/x-msvideo',
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    pixelWidth: picture?.pixelWidth ?? null,
    pixelHeight: picture?.pixelHeight ?? null,
    duration: seconds > 0 ? seconds : null,
    fps: picture?.fps ?? null,
    codec: picture ? picture.codec : (sound?.codec ?? null),
    rotation: picture ? 0 : null,
    hasAudio: sound !== null,
    sampleRate: sound?.sampleRate ?? null,
    channels: sound?.channels ?? null,
    bitrate: sound?.bitrate ?? null,
    title: INAM || null,
    artist: IART || null,
    album: IPRD || null,
    metadata: {
      ...(picture && sound ? { audio_codec: sound.codec } : {}),
      ...(picture && picture.frames > 0 ? { frames: picture.frames } : {}),
      ...(Object.keys(texts).length > 0 ? { tags: texts } : {}),
      bytes: size,
    },
  };
}
