/** The bit rate of an MP3 by its first frame: what a frame of constant rate says itself, else what the Xing header sums up. */
import { type HeaderReader, latin1, viewOf } from './header-reader.ts';

/** Kilobits a second by index, for MPEG-1 and for MPEG-2 and 2.5, layers I to III (ISO/IEC 11172-3 and 13818-3, 2.4.2.3). */
const rates: Readonly<Record<string, readonly number[]>> = {
  '1-1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2-3': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
/** Frames whose rates are compared where no header sums them up. */
const framesCompared = 16;
const looked = 4096;

interface Frame {
  readonly rate: number;
  readonly length: number;
  /** Where a Xing or Info header stands, behind the side information. */
  readonly xing: number;
}

function frameAt(bytes: Uint8Array, at: number): Frame | null {
  const byte = (index: number) => bytes[at + index] ?? 0;
  if (byte(0) !== 0xff || (byte(1) & 0xe0) !== 0xe0) return null;
  const [version, layer] = [(byte(1) >> 3) & 3, 4 - ((byte(1) >> 1) & 3)];
  const frequency = [44_100, 48_000, 32_000][(byte(2) >> 2) & 3];
  const kilobits = rates[`${version === 3 ? 1 : 2}-${layer}`]?.[byte(2) >> 4];
  if (version === 1 || frequency === undefined || !kilobits) return null;
  const sampleRate = frequency / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const padding = (byte(2) >> 1) & 1;
  const isMono = byte(3) >> 6 === 3;
  const rate = kilobits * 1000;
  const side = version === 3 ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  const slots = layer === 3 && version !== 3 ? 72 : 144;
  const length = layer === 1 ? (Math.floor((12 * rate) / sampleRate) + padding) * 4 : Math.floor((slots * rate) / sampleRate) + padding;
  return { rate, length, xing: at + 4 + side };
}

/** Bytes of the sound by the Xing header at `at`, 0 where it does not say; null where there is none, or one of constant rate. */
function xingBytes(bytes: Uint8Array, at: number): number | null {
  if (at + 16 > bytes.length || latin1(bytes, at, at + 4) !== 'Xing') return null;
  const view = viewOf(bytes);
  const flags = view.getUint32(at + 4);
  return (flags & 3) === 3 ? view.getUint32(at + 12) : 0;
}

/** Bits per second of the sound whose first frame is at `start`; `duration` in seconds. Null where the frames do not say. */
export async function mp3Bitrate(reader: HeaderReader, start: number, duration: number | null): Promise<number | null> {
  const bytes = await reader.upTo(start, looked);
  const first = frameAt(bytes, 0);
  if (!first) return null;
  const summed = xingBytes(bytes, first.xing);
  if (summed !== null) return summed > 0 && duration !== null ? (summed * 8) / duration : null;
  if (latin1(bytes, first.xing, first.xing + 4) === 'Info') return first.rate;
  for (let at = 0, count = 0; count < framesCompared && at + 4 <= bytes.length; count += 1) {
    const frame = frameAt(bytes, at);
    if (!frame || frame.rate !== first.rate) return null;
    at += frame.length;
  }
  return first.rate;
}
