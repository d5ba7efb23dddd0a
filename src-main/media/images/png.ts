/** PNG (W3C, third edition): the header chunk, and what stands before the pixels. EXIF behind the pixels is not looked for. */
import { latin1, viewOf } from '../header-reader.ts';
import type { ImageHeader, ReadImageHeader } from './image-header.ts';

function modeOf(colourType: number, bits: number): string | null {
  if (colourType === 0) return bits === 1 ? '1' : 'L';
  return { 2: 'RGB', 3: 'P', 4: 'LA', 6: 'RGBA' }[colourType] ?? null;
}

/** What the chunks of a PNG before its pixels say. */
export const readPng: ReadImageHeader = async (reader): Promise<ImageHeader> => {
  const head = await reader.bytes(8, 25);
  if (latin1(head, 4, 8) !== 'IHDR') throw reader.damaged('does not begin with its header chunk');
  const view = viewOf(head);
  const pixelWidth = view.getUint32(8);
  const pixelHeight = view.getUint32(12);
  if (pixelWidth === 0 || pixelHeight === 0) throw reader.damaged('says that it has no pixels');
  const bits = view.getUint8(16);
  let exif: Uint8Array | null = null;
  let frames: number | null = null;
  for (let at = 33; ; ) {
    const chunk = await reader.upTo(at, 8);
    if (chunk.length < 8) break; // cut off: the size is known all the same
    const length = viewOf(chunk).getUint32(0);
    const type = latin1(chunk, 4, 8);
    if (type === 'IDAT' || type === 'IEND' || length > 0x7fffffff) break;
    if (type === 'eXIf' && length <= 1024 * 1024) exif = await reader.upTo(at + 8, length);
    if (type === 'acTL' && length >= 4) frames = viewOf(await reader.bytes(at + 8, 4)).getUint32(0);
    at += 12 + length;
  }
  return {
    format: 'png',
    mime: 'image/png',
    pixelWidth,
    pixelHeight,
    mode: modeOf(view.getUint8(17), bits),
    exif,
    metadata: { bits, ...(frames === null ? {} : { frames }) },
  };
};
