/** Rare containers, by the image-size library over the front of the file: JPEG 2000 and Photoshop. */
import { imageSize } from 'image-size';
import type { ReadImageHeader } from './image-header.ts';

const front = 64 * 1024;

/** A reader for one of them; `format` and `mime` were found from the signature. */
export function readOtherImage(format: string, mime: string): ReadImageHeader {
  return async (reader) => {
    const bytes = await reader.upTo(0, front);
    try {
      const { width, height } = imageSize(bytes);
      return { format, mime, pixelWidth: width || null, pixelHeight: height || null, mode: null, exif: null, metadata: {} };
    } catch {
      throw reader.damaged('does not say its size where it should');
    }
  };
}
