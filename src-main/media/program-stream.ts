/** An MPEG program stream, as on DVDs (ISO/IEC 13818-1, 2.5): no header says of what it is, so its first packets are looked at. */
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { HeaderReader } from './header-reader.ts';
import { readMpegPicture } from './mpeg-picture.ts';
import { readSoundFrame } from './sound-frame.ts';
import { unsaid } from './unsaid.ts';

/** Sound comes behind some pictures. */
const reach = 512 * 1024;
/** Bytes of a sound packet in which its first frame is looked for. */
const soundBytes = 2048;

/** Where the first packet of a stream among these numbers begins, or null. */
function packetOf(bytes: Buffer, from: number, to: number): number | null {
  for (let at = bytes.indexOf('000001', 0, 'hex'); at >= 0; at = bytes.indexOf('000001', at + 3, 'hex')) {
    const stream = bytes[at + 3] ?? 0;
    if (stream >= from && stream <= to) return at;
  }
  return null;
}

/** Throws `corrupt` where no packet is found, and what reading throws. */
export async function readProgramStream(reader: HeaderReader, size: number): Promise<MediaFacts> {
  const bytes = Buffer.from(await reader.upTo(0, Math.min(size, reach)));
  const picture = readMpegPicture(bytes);
  const isFilm = packetOf(bytes, 0xe0, 0xef) !== null;
  const plain = packetOf(bytes, 0xc0, 0xdf);
  const other = packetOf(bytes, 0xbd, 0xbd);
  if (!isFilm && plain === null && other === null) throw reader.damaged('says of no picture and no sound');
  const sound = plain === null ? null : readSoundFrame('mp2', bytes.subarray(plain + 6, plain + soundBytes));
  return {
    ...unsaid,
    kind: isFilm ? 'video' : 'audio',
    format: 'mpegps',
    mime: 'video/mpeg',
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    pixelWidth: picture?.pixelWidth ?? null,
    pixelHeight: picture?.pixelHeight ?? null,
    fps: picture?.fps ?? null,
    codec: isFilm ? (picture?.codec ?? null) : (sound?.codec ?? null),
    rotation: isFilm ? 0 : null,
    // Private packets are sound or subtitles.
    hasAudio: plain !== null ? true : other === null ? false : null,
    sampleRate: sound?.sampleRate ?? null,
    channels: sound?.channels ?? null,
    metadata: {
      ...(isFilm && sound ? { audio_codec: sound.codec } : {}),
      duration_unknown: 'no header of a program stream says it',
      bytes: size,
    },
  };
}
