/** How long an AAC stream without a container is (ADTS, ISO/IEC 14496-3, 1.A.2): frames are counted where that costs little. */
import { type HeaderReader, latin1 } from './header-reader.ts';

/** Up to this many bytes all frames are counted; it is what the last page of an Ogg costs. */
const countedWhole = 64 * 1024;
/** Of a longer one so much is looked at. */
const lookedAt = 16 * 1024;
/** Frames of one length at the front say that all have it. */
const alikeForConstant = 30;
const samplesPerBlock = 1024;
const rates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];

interface Counted {
  readonly seconds: number;
  readonly frames: number;
  /** Bytes that the frames take. */
  readonly bytes: number;
  /** The length of every frame, or null where they differ. */
  readonly constant: number | null;
}

function countFrames(bytes: Uint8Array): Counted {
  const lengths = new Set<number>();
  let [seconds, frames, at] = [0, 0, 0];
  while (at + 7 <= bytes.length) {
    const byte = (index: number) => bytes[at + index] ?? 0;
    if (byte(0) !== 0xff || (byte(1) & 0xf6) !== 0xf0) break;
    const length = ((byte(3) & 3) << 11) | (byte(4) << 3) | (byte(5) >> 5);
    const rate = rates[(byte(2) >> 2) & 15];
    if (length < 7 || rate === undefined || at + length > bytes.length) break;
    lengths.add(length);
    seconds += (((byte(6) & 3) + 1) * samplesPerBlock) / rate;
    frames += 1;
    at += length;
  }
  return { seconds, frames, bytes: at, constant: lengths.size === 1 ? ([...lengths][0] ?? null) : null };
}

/** Seconds of the sound from `start` on, or null where only reading all of a long file would tell. */
export async function adtsDuration(reader: HeaderReader, start: number, size: number): Promise<number | null> {
  const isShort = size - start <= countedWhole;
  const counted = countFrames(await reader.upTo(start, isShort ? Math.max(0, size - start) : lookedAt));
  if (counted.frames === 0) return null;
  if (isShort) return counted.seconds;
  if (counted.constant === null || counted.frames < alikeForConstant) return null;
  const tag = latin1(await reader.upTo(size - 128, 3)) === 'TAG' ? 128 : 0;
  return (counted.seconds / counted.bytes) * (size - start - tag);
}
