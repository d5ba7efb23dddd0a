/** GIF: the logical screen is the size. */
import { latin1, viewOf } from '../header-reader.ts';
import type { ReadImageHeader } from './image-header.ts';

/** What the header of a GIF says. */
export const readGif: ReadImageHeader = async (reader) => {
  const head = await reader.bytes(0, 10);
  const view = viewOf(head);
  return {
    format: 'gif',
    mime: 'image/gif',
    pixelWidth: view.getUint16(6, true) || null,
    pixelHeight: view.getUint16(8, true) || null,
    mode: 'P',
    exif: null,
    metadata: { version: latin1(head, 3, 6) },
  };
};
