/** JPEG XL (ISO/IEC 18181-1, annex D): the first bits of the codestream, which lies bare or in boxes, whole or in parts. */
import { type HeaderReader, latin1, viewOf } from '../header-reader.ts';
import type { ReadImageHeader } from './image-header.ts';

/** More boxes than stand before the picture. */
const boxLimit = 64;
/** Size and orientation take 10 bytes at most. */
const enough = 16;
/** Width to height by number; 0 is told apart (table D.2). */
const ratios: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
];

/** Bits from the lowest of each byte on; behind the end they are zeros. */
function bitsOf(bytes: Uint8Array, start: number) {
  let at = start * 8;
  return (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, at += 1) value += (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** bit;
    return value;
  };
}

/** The beginning of the codestream, wherever it lies. */
async function codestream(reader: HeaderReader): Promise<Uint8Array> {
  const front = await reader.upTo(0, enough);
  if (front[0] === 0xff) return front;
  let at = 0;
  for (let count = 0; count < boxLimit; count += 1) {
    const head = await reader.upTo(at, 16);
    if (head.length < 8) break;
    const view = viewOf(head);
    let [size, header] = [view.getUint32(0), 8];
    if (size === 1 && head.length === 16) [size, header] = [Number(view.getBigUint64(8)), 16];
    const type = latin1(head, 4, 8);
    // A part has its number in front.
    if (type === 'jxlc' || type === 'jxlp') return await reader.upTo(at + header + (type === 'jxlp' ? 4 : 0), enough);
    if (size < header) break;
    at += size;
  }
  throw reader.damaged('has no codestream');
}

/** Size and orientation of a JPEG XL picture. */
export const readJxl: ReadImageHeader = async (reader) => {
  const bytes = await codestream(reader);
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0x0a) throw reader.damaged('does not say its size where it should');
  const next = bitsOf(bytes, 2);
  const isSmall = next(1) === 1;
  const side = () => (isSmall ? (next(5) + 1) * 8 : next([9, 13, 18, 30][next(2)] ?? 9) + 1);
  const pixelHeight = side();
  const ratio = next(3);
  const [wide, high] = ratios[ratio] ?? [1, 1];
  const pixelWidth = ratio === 0 ? side() : Math.floor((pixelHeight * wide) / high);
  const isDefault = next(1) === 1;
  const orientation = !isDefault && next(1) === 1 ? next(3) + 1 : 1;
  return { format: 'jxl', mime: 'image/jxl', pixelWidth, pixelHeight, mode: null, exif: null, orientation, metadata: {} };
};
