/** Icons and cursors: a directory of pictures, of which the largest counts. Each is a bitmap without a file header, or a PNG. */
import { type HeaderReader, latin1, viewOf } from '../header-reader.ts';
import type { ReadImageHeader } from './image-header.ts';

interface Size {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
}

/** The picture's own word: the directory has one byte for a side, where 0 stands for 256 and more. */
async function sizeAt(reader: HeaderReader, place: number): Promise<Size | null> {
  const head = await reader.upTo(place, 26);
  if (head.length < 26) return null;
  const view = viewOf(head);
  if (latin1(head, 0, 8) === '\x89PNG\r\n\x1a\n') return { width: view.getUint32(16), height: view.getUint32(20), bits: 32 };
  if (view.getUint32(0, true) < 16) return null;
  // A bitmap in an icon counts its mask as a second half of its height.
  return { width: view.getInt32(4, true), height: Math.abs(view.getInt32(8, true)) / 2, bits: view.getUint16(14, true) };
}

/** What the largest picture of an icon says. */
export const readIco: ReadImageHeader = async (reader) => {
  const count = viewOf(await reader.bytes(0, 6)).getUint16(4, true);
  if (count === 0) throw reader.damaged('has no picture');
  const directory = await reader.bytes(6, count * 16);
  const view = viewOf(directory);
  let largest = { width: 0, height: 0, bits: 0, place: 0 };
  for (let at = 0; at < directory.length; at += 16) {
    const [width, height] = [view.getUint8(at) || 256, view.getUint8(at + 1) || 256];
    const bits = view.getUint16(at + 6, true);
    const area = width * height - largest.width * largest.height;
    if (area > 0 || (area === 0 && bits > largest.bits)) largest = { width, height, bits, place: view.getUint32(at + 12, true) };
  }
  const own = await sizeAt(reader, largest.place);
  const isOwn = own !== null && own.width > 0 && own.height >= 1;
  return {
    format: 'ico',
    mime: 'image/vnd.microsoft.icon',
    pixelWidth: isOwn ? own.width : largest.width,
    pixelHeight: isOwn ? Math.floor(own.height) : largest.height,
    mode: isOwn && own.bits === 32 ? 'RGBA' : null,
    exif: null,
    metadata: { pictures: count },
  };
};
