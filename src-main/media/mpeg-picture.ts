/** What the header of an MPEG-1 or MPEG-2 picture stream says (ISO/IEC 11172-2, 2.4.2.3; ISO/IEC 13818-2, 6.2.2). */
import { viewOf } from './header-reader.ts';

export interface MpegPicture {
  readonly codec: 'mpeg1' | 'mpeg2';
  /** As stored, and as shown with the shape of its pixels. */
  readonly pixelWidth: number;
  readonly pixelHeight: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
}

/** By their codes 1 to 8; the others are reserved. */
const rates = [24_000 / 1001, 24, 25, 30_000 / 1001, 30, 50, 60_000 / 1001, 60];
/** MPEG-2 says the shape of the whole picture, by codes from 2 on. */
const shapes: Readonly<Record<number, number>> = { 2: 4 / 3, 3: 16 / 9, 4: 2.21 };
/** MPEG-1 says the height of a pixel by its width, by codes from 1 on. */
const pixelHeights = [1, 0.6735, 0.7031, 0.7615, 0.8055, 0.8437, 0.8935, 0.9157, 0.9815, 1.0255, 1.0695, 1.095, 1.1575, 1.2015];
const extensionLength = 10;

/** The extension of MPEG-2 stands behind the tables of weights, which may be missing. Null where `bytes` end before it. */
function extensionAt(bytes: Buffer, header: number): number | null {
  const hasOwn = (bytes[header + 11] ?? 0) & 2;
  let end = header + 12 + (hasOwn ? 64 : 0);
  if ((bytes[end - 1] ?? 0) & 1) end += 64;
  return end + extensionLength <= bytes.length ? end : null;
}

/** The first header in a stream of pictures; null where there is none, or it is cut. */
export function readMpegPicture(stream: Uint8Array): MpegPicture | null {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
  const view = viewOf(stream);
  for (let at = bytes.indexOf('000001b3', 0, 'hex'); at >= 0; at = bytes.indexOf('000001b3', at + 4, 'hex')) {
    const extension = extensionAt(bytes, at);
    if (extension === null) return null;
    const isSecond = view.getUint32(extension) === 0x1b5 && view.getUint8(extension + 4) >> 4 === 1;
    const sizes = view.getUint32(at + 4) >>> 8;
    const [shape, rate] = [view.getUint8(at + 7) >> 4, view.getUint8(at + 7) & 15];
    const more = isSecond ? view.getUint16(extension + 5) : 0;
    const pixelWidth = (sizes >> 12) + ((more >> 7) & 3) * 4096;
    const pixelHeight = (sizes & 0xfff) + ((more >> 5) & 3) * 4096;
    if (pixelWidth === 0 || pixelHeight === 0) continue;
    const share = isSecond ? view.getUint8(extension + 9) : 0;
    const fps = (rates[rate - 1] ?? 0) * ((((share >> 5) & 3) + 1) / ((share & 31) + 1));
    const wide = shapes[shape];
    const aspect = isSecond ? (wide ? (wide * pixelHeight) / pixelWidth : 1) : 1 / (pixelHeights[shape - 1] ?? 1);
    return {
      codec: isSecond ? 'mpeg2' : 'mpeg1',
      pixelWidth,
      pixelHeight,
      // No pixel is lost: the shorter side of a pixel stays.
      width: aspect > 1 ? Math.round(pixelWidth * aspect) : pixelWidth,
      height: aspect < 1 ? Math.round(pixelHeight / aspect) : pixelHeight,
      fps: fps > 0 ? Number(fps.toFixed(3)) : null,
    };
  }
  return null;
}
