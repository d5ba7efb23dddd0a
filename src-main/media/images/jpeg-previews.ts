/** Where cameras put smaller pictures into a JPEG: the second directory of EXIF (CIPA DC-008), and the index of MPF (CIPA DC-007). */
import { latin1, viewOf } from '../header-reader.ts';
import type { PreviewPlace } from './image-header.ts';

/** Entries looked at in a directory, and pictures in an index; a hostile file ends here. */
const entryLimit = 256;
/** A preview is there to be small; more is a picture of its own. */
const longestPreview = 8 * 1024 * 1024;

/** Values of a TIFF directory by tag, as far as they are one number; and where the next directory is. */
function readDirectory(block: Uint8Array, place: number): { values: Map<number, number>; next: number; end: number } | null {
  const view = viewOf(block);
  const little = block[0] === 0x49;
  if (place < 8 || place + 2 > block.length) return null;
  const count = view.getUint16(place, little);
  const end = place + 2 + count * 12;
  if (count > entryLimit || end > block.length) return null;
  const values = new Map<number, number>();
  for (let at = place + 2; at < end; at += 12) {
    const type = view.getUint16(at + 2, little);
    if (type === 3) values.set(view.getUint16(at, little), view.getUint16(at + 8, little));
    // Type 7 is a list; where it lies is told as a number too.
    if (type === 4 || type === 7) values.set(view.getUint16(at, little), view.getUint32(at + 8, little));
  }
  return { values, next: end + 4 <= block.length ? view.getUint32(end, little) : 0, end };
}

function isTiff(block: Uint8Array): boolean {
  return block.length >= 8 && /^(II\*\0|MM\0\*)/.test(latin1(block, 0, 4));
}

/** The thumbnail of an EXIF block that lies at `blockStart` in the file; none where its directory does not hold. */
export function previewInExif(block: Uint8Array, blockStart: number): PreviewPlace[] {
  if (!isTiff(block)) return [];
  const first = readDirectory(block, viewOf(block).getUint32(4, block[0] === 0x49));
  const second = first && readDirectory(block, first.next);
  const offset = second?.values.get(0x0201) ?? 0; // JPEGInterchangeFormat
  const length = second?.values.get(0x0202) ?? 0; // JPEGInterchangeFormatLength
  if (offset === 0 || length === 0 || offset + length > block.length) return [];
  return [{ start: blockStart + offset, length, leastSide: 0 }];
}

/** Types of an MPF index that show the main picture smaller, and their least side; depth maps and gain maps have others. */
const previewSides: Record<number, number> = { 65537: 640, 65538: 1920 };

/** The previews of an MPF index that lies at `blockStart` in the file. */
export function previewsInMpf(block: Uint8Array, blockStart: number): PreviewPlace[] {
  if (!isTiff(block)) return [];
  const view = viewOf(block);
  const little = block[0] === 0x49;
  const index = readDirectory(block, view.getUint32(4, little));
  const count = index?.values.get(0xb001) ?? 0; // NumberOfImages
  const entries = index?.values.get(0xb002) ?? 0; // MPEntry
  const found: PreviewPlace[] = [];
  for (let entry = 0; entry < Math.min(count, entryLimit); entry += 1) {
    const at = entries + entry * 16;
    if (entries < 8 || at + 16 > block.length) break;
    const leastSide = previewSides[view.getUint32(at, little) & 0xffffff];
    const length = view.getUint32(at + 4, little);
    const offset = view.getUint32(at + 8, little);
    if (leastSide === undefined || offset === 0 || length === 0 || length > longestPreview) continue;
    found.push({ start: blockStart + offset, length, leastSide });
  }
  return found;
}
