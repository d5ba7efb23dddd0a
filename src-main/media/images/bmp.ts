/** BMP, in its two families of headers: OS/2 (12 bytes) and Windows (40 and more). A negative height only means top-down. */
import { viewOf } from '../header-reader.ts';
import type { ReadImageHeader } from './image-header.ts';

/** What the header of a BMP says. */
export const readBmp: ReadImageHeader = async (reader) => {
  const view = viewOf(await reader.bytes(0, 30));
  const headerSize = view.getUint32(14, true);
  const isOld = headerSize === 12;
  if (!isOld && (headerSize < 16 || headerSize > 256)) throw reader.damaged('has a header of impossible length');
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const modes: Record<number, string> = { 1: '1', 4: 'P', 8: 'P', 16: 'RGB', 24: 'RGB', 32: 'RGBA' };
  const pixelWidth = isOld ? view.getUint16(18, true) : Math.abs(view.getInt32(18, true));
  const pixelHeight = isOld ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
  if (pixelWidth === 0 || pixelHeight === 0) throw reader.damaged('says that it has no pixels');
  return { format: 'bmp', mime: 'image/bmp', pixelWidth, pixelHeight, mode: modes[bits] ?? null, exif: null, metadata: { bits } };
};
