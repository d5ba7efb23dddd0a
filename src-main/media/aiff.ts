/** AIFF and AIFF-C: the common chunk says all; text chunks, or an ID3 tag, give title and artist. */
import type { MetadataTags } from 'mediabunny';
import type { MediaFacts } from '../../src-shared/model/media.ts';
import { type HeaderReader, latin1, viewOf } from './header-reader.ts';
import { readId3 } from './id3.ts';
import { plainTags, textOf } from './tags.ts';
import { unsaid } from './unsaid.ts';

const chunkLimit = 64;
const textLimit = 1024;
/** Covers stand in tags. */
const tagLimit = 2 * 1024 * 1024;

/** An 80-bit float (IEEE 754 extended), as AIFF writes its sample rate. */
function extendedFloat(view: DataView, at: number): number {
  const exponent = (view.getUint16(at) & 0x7fff) - 16_383;
  const mantissa = view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6);
  return mantissa * 2 ** (exponent - 63);
}

const sounds: Record<string, string> = {
  NONE: 'pcm',
  sowt: 'pcm',
  twos: 'pcm',
  fl32: 'pcm',
  FL32: 'pcm',
  fl64: 'pcm',
  alaw: 'pcm',
  ALAW: 'pcm',
  ulaw: 'pcm',
  ULAW: 'pcm',
};

/** Bits of a sample as stored; the common chunk tells those before compression. */
function storedBits(type: string, bits: number): number {
  return /law$/i.test(type) ? 8 : Math.ceil(bits / 8) * 8;
}

/** Throws `corrupt` where the common chunk is missing. */
export async function readAiff(reader: HeaderReader, size: number): Promise<MediaFacts> {
  const isCompressed = latin1(await reader.bytes(8, 4)) === 'AIFC';
  const texts: Record<string, string> = {};
  let sound: { channels: number; frames: number; bits: number; rate: number; type: string } | null = null;
  let tags: MetadataTags = {};
  let at = 12;
  for (let count = 0; count < chunkLimit && at + 8 <= size; count += 1) {
    const chunk = await reader.upTo(at, 8);
    if (chunk.length < 8) break;
    const type = latin1(chunk, 0, 4);
    const length = viewOf(chunk).getUint32(4);
    if (type === 'COMM') {
      const view = viewOf(await reader.bytes(at + 8, isCompressed ? 22 : 18));
      const codec = isCompressed ? String.fromCharCode(...[18, 19, 20, 21].map((index) => view.getUint8(index))) : 'NONE';
      sound = {
        channels: view.getUint16(0),
        frames: view.getUint32(2),
        bits: view.getUint16(6),
        rate: extendedFloat(view, 8),
        type: codec,
      };
    } else if ((type === 'NAME' || type === 'AUTH') && length <= textLimit) {
      texts[type] = latin1(await reader.upTo(at + 8, length))
        .replaceAll('\0', '')
        .trim();
    } else if (type === 'ID3 ' && length <= tagLimit) tags = await readId3(await reader.upTo(at + 8, length));
    at += 8 + length + (length % 2);
  }
  if (!sound || sound.rate <= 0 || sound.channels === 0) throw reader.damaged('does not say how it sounds');
  return {
    ...unsaid,
    kind: 'audio',
    format: 'aiff',
    mime: 'audio/aiff',
    duration: sound.frames > 0 ? sound.frames / sound.rate : null,
    codec: sounds[sound.type] ?? sound.type.trim(),
    hasAudio: true,
    sampleRate: sound.rate,
    channels: sound.channels,
    bitrate: sounds[sound.type] ? Math.round(sound.rate * sound.channels * storedBits(sound.type, sound.bits)) : null,
    title: textOf(tags.title) ?? (texts.NAME || null),
    artist: textOf(tags.artist) ?? (texts.AUTH || null),
    album: textOf(tags.album),
    metadata: { bits: sound.bits, ...plainTags(tags) },
  };
}
