/** What Ogg says at its two ends: the codec's own header in the first page, the last time stamp in the last one. */
import { type HeaderReader, latin1, viewOf } from './header-reader.ts';

/** A page is 65,307 bytes at most (RFC 3533, section 6), so the last one begins within this. */
const lastPageReach = 65_307;

export interface OggEnds {
  /** Seconds, or null where the last page does not say. */
  readonly duration: number | null;
  /** Bits per second that the encoder was asked for (Vorbis only). */
  readonly bitrate: number | null;
}

/** Two reads: the first 64 bytes are there already, the last page costs up to 64 KB. For one stream of sound; else nothing is said. */
export async function readOggEnds(reader: HeaderReader, size: number): Promise<OggEnds> {
  const head = await reader.upTo(0, 64);
  if (head.length < 58) return { duration: null, bitrate: null };
  const view = viewOf(head);
  const serial = view.getUint32(14, true);
  const packet = 27 + (head[26] ?? 0);
  let rate: number;
  let skipped = 0;
  let bitrate: number | null = null;
  if (latin1(head, packet + 1, packet + 7) === 'vorbis') {
    rate = view.getUint32(packet + 12, true);
    const nominal = view.getInt32(packet + 20, true);
    bitrate = nominal > 0 ? nominal : null;
  } else if (latin1(head, packet, packet + 8) === 'OpusHead') {
    rate = 48_000; // granules count at this rate whatever the original was (RFC 7845, section 4)
    skipped = view.getUint16(packet + 10, true);
  } else return { duration: null, bitrate: null };
  const from = Math.max(0, size - lastPageReach);
  const tail = Buffer.from(await reader.upTo(from, size - from));
  for (let at = tail.lastIndexOf('OggS'); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf('OggS', at - 1)) {
    if (at + 18 > tail.length || tail.readUInt32LE(at + 14) !== serial) continue;
    const granules = tail.readBigInt64LE(at + 6);
    if (granules < 0n) continue; // -1: no packet ends on this page
    const duration = (Number(granules) - skipped) / rate;
    return { duration: rate > 0 && duration > 0 ? duration : null, bitrate };
  }
  return { duration: null, bitrate };
}
