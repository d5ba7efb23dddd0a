/** JPEG (ITU T.81): walks the segments to the frame header, jumping over what it does not need. */
import { latin1, viewOf } from '../header-reader.ts';
import type { ImageHeader, PreviewPlace, ReadImageHeader } from './image-header.ts';
import { previewInExif, previewsInMpf } from './jpeg-previews.ts';

const modes: Record<number, string> = { 1: 'L', 3: 'RGB', 4: 'CMYK' };

/** SOF0–SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** TEM and RSTn stand alone, without a length. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** What the segments of a JPEG before its pixels say. */
export const readJpeg: ReadImageHeader = async (reader): Promise<ImageHeader> => {
  let exif: Uint8Array | null = null;
  const previews: PreviewPlace[] = [];
  const profiles: { start: number; length: number }[] = [];
  let at = 2;
  for (;;) {
    const head = await reader.bytes(at, 4);
    if (head[0] !== 0xff) throw reader.damaged('has no marker where its next segment should begin');
    const marker = head[1] ?? 0;
    if (marker === 0xff || standsAlone(marker)) {
      at += marker === 0xff ? 1 : 2; // any number of fill bytes may stand before a marker
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) throw reader.damaged('has no frame header');
    const length = viewOf(head).getUint16(2);
    if (length < 2) throw reader.damaged('has a segment of impossible length');
    if (isFrameHeader(marker)) {
      const frame = viewOf(await reader.bytes(at + 4, 6));
      const width = frame.getUint16(3);
      if (width === 0) throw reader.damaged('says that it is 0 pixels wide');
      return {
        format: 'jpeg',
        mime: 'image/jpeg',
        pixelWidth: width,
        pixelHeight: frame.getUint16(1) || null, // 0: told only behind the pixels (DNL)
        mode: modes[frame.getUint8(5)] ?? null,
        exif,
        previews: previews.sort((one, other) => one.length - other.length),
        profile: profiles.length === 1 ? (profiles[0] ?? null) : null,
        metadata: {
          bits: frame.getUint8(0),
          progressive: (marker & 0x03) === 2,
          ...(profiles.length > 0 ? { colour_profile: true } : {}),
        },
      };
    }
    if (marker === 0xe1 && exif === null && length > 8) {
      const name = latin1(await reader.bytes(at + 4, 6));
      if (name === 'Exif\0\0') {
        exif = await reader.upTo(at + 10, length - 8);
        previews.push(...previewInExif(exif, at + 10));
      }
    }
    if (marker === 0xe2 && length > 6) {
      const name = latin1(await reader.upTo(at + 4, 4));
      if (name === 'ICC_') profiles.push({ start: at, length: length + 2 });
      if (name === 'MPF\0') previews.push(...previewsInMpf(await reader.upTo(at + 8, length - 6), at + 8));
    }
    at += 2 + length;
  }
};
