/** WebP (RFC 9649): simple lossy, simple lossless, and the extended form, whose EXIF chunk stands behind the pixels. */
import { latin1, viewOf } from '../header-reader.ts';
import type { ImageHeader, ReadImageHeader } from './image-header.ts';

/** More chunks than a still picture has; an animation's frames are not walked. */
const chunkLimit = 12;

/** What the chunks of a WebP say. */
export const readWebp: ReadImageHeader = async (reader): Promise<ImageHeader> => {
  const head = await reader.bytes(0, 30);
  const view = viewOf(head);
  const type = latin1(head, 12, 16);
  const base = { format: 'webp', mime: 'image/webp', exif: null };
  if (type === 'VP8 ') {
    if (view.getUint8(23) !== 0x9d || view.getUint8(24) !== 0x01 || view.getUint8(25) !== 0x2a) throw reader.damaged('has no key frame');
    const [pixelWidth, pixelHeight] = [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    return { ...base, pixelWidth, pixelHeight, mode: 'RGB', metadata: { lossless: false } };
  }
  if (type === 'VP8L') {
    if (view.getUint8(20) !== 0x2f) throw reader.damaged('lacks the signature of its pixels');
    const bits = view.getUint32(21, true);
    const [pixelWidth, pixelHeight] = [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    return { ...base, pixelWidth, pixelHeight, mode: (bits >>> 28) & 1 ? 'RGBA' : 'RGB', metadata: { lossless: true } };
  }
  if (type !== 'VP8X') throw reader.damaged('begins with an unknown chunk');
  const flags = view.getUint8(20);
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  const isAnimated = (flags & 0x02) !== 0;
  const end = view.getUint32(4, true) + 8;
  let exif: Uint8Array | null = null;
  if (flags & 0x08 && !isAnimated) {
    let at = 12;
    for (let count = 0; count < chunkLimit && at + 8 <= end; count += 1) {
      const chunk = await reader.upTo(at, 8);
      if (chunk.length < 8) break;
      const length = viewOf(chunk).getUint32(4, true);
      if (latin1(chunk, 0, 4) === 'EXIF') {
        const bytes = await reader.upTo(at + 8, Math.min(length, 1024 * 1024));
        exif = latin1(bytes, 0, 6) === 'Exif\0\0' ? bytes.subarray(6) : bytes; // some writers keep JPEG's prefix
        break;
      }
      at += 8 + length + (length % 2);
    }
  }
  return {
    ...base,
    pixelWidth: uint24(24) + 1,
    pixelHeight: uint24(27) + 1,
    mode: flags & 0x10 ? 'RGBA' : 'RGB',
    exif,
    metadata: { animated: isAnimated },
  };
};
