/** Flash video: its first bytes say of what it is, its first tag how large and how long (Adobe's "Video File Format Specification", E). */
import type { MediaFacts } from '../../src-shared/model/media.ts';
import { type HeaderReader, viewOf } from './header-reader.ts';
import { unsaid } from './unsaid.ts';

/** The script tag is the first, and holds the numbers before its lists of places. */
const reach = 4096;
const pictures: Readonly<Record<number, string>> = { 2: 'flv1', 4: 'vp6', 5: 'vp6', 7: 'h264', 12: 'hevc' };
const sounds: Readonly<Record<number, string>> = { 0: 'pcm', 1: 'adpcm', 2: 'mp3', 3: 'pcm', 10: 'aac', 11: 'speex', 14: 'mp3' };

/** A number by its name, as scripts write it: the length of the name, the name, the type 0 and a double. */
function numberIn(bytes: Buffer, name: string): number | null {
  const key = Buffer.concat([Buffer.from([0, name.length]), Buffer.from(`${name}\0`, 'latin1')]);
  const at = bytes.indexOf(key);
  if (at < 0 || at + key.length + 8 > bytes.length) return null;
  const value = bytes.readDoubleBE(at + key.length);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

/** Throws `corrupt` where it says of no picture and no sound, and what reading throws. */
export async function readFlv(reader: HeaderReader, size: number): Promise<MediaFacts> {
  const front = Buffer.from(await reader.upTo(0, reach));
  const flags = front.length >= 9 ? viewOf(front).getUint8(4) : 0;
  const [hasAudio, hasPicture] = [(flags & 4) !== 0, (flags & 1) !== 0];
  if (!hasAudio && !hasPicture) throw reader.damaged('says of no picture and no sound');
  const positive = (name: string) => numberIn(front, name) || null;
  const [width, height] = hasPicture ? [positive('width'), positive('height')] : [null, null];
  const sound = hasAudio ? (sounds[numberIn(front, 'audiocodecid') ?? -1] ?? null) : null;
  const fps = hasPicture ? positive('framerate') : null;
  return {
    ...unsaid,
    kind: hasPicture ? 'video' : 'audio',
    format: 'flv',
    mime: 'video/x-flv',
    width,
    height,
    pixelWidth: width,
    pixelHeight: height,
    duration: positive('duration'),
    fps: fps === null ? null : Number(fps.toFixed(3)),
    codec: hasPicture ? (pictures[numberIn(front, 'videocodecid') ?? -1] ?? null) : sound,
    rotation: hasPicture ? 0 : null,
    hasAudio,
    sampleRate: hasAudio ? positive('audiosamplerate') : null,
    metadata: { ...(hasPicture && hasAudio ? { audio_codec: sound } : {}), bytes: size },
  };
}
