/** TIFF 6.0 and BigTIFF, either byte order: the first directory, wherever it lies. */
import { latin1, viewOf } from '../header-reader.ts';
import type { ImageHeader, ReadImageHeader } from './image-header.ts';

/** Bytes of a value by type number; others are skipped. */
const sizes: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 8: 2, 9: 4, 10: 8, 13: 4, 16: 8, 17: 8, 18: 8 };
const texts: Record<number, string> = {
  270: 'ImageDescription',
  271: 'Make',
  272: 'Model',
  305: 'Software',
  306: 'DateTime',
  315: 'Artist',
  33432: 'Copyright',
};
const numbers: Record<number, string> = {
  256: 'ImageWidth',
  257: 'ImageLength',
  258: 'BitsPerSample',
  259: 'Compression',
  262: 'PhotometricInterpretation',
  274: 'Orientation',
  277: 'SamplesPerPixel',
};

function modeOf(tags: Map<string, number>): string | null {
  const samples = tags.get('SamplesPerPixel') ?? 1;
  switch (tags.get('PhotometricInterpretation')) {
    case 0:
    case 1:
      if ((tags.get('BitsPerSample') ?? 1) === 1) return '1';
      return samples >= 2 ? 'LA' : 'L';
    case 2:
      return samples >= 4 ? 'RGBA' : 'RGB';
    case 3:
      return 'P';
    case 5:
      return 'CMYK';
    case 6:
      return 'RGB';
    default:
      return null;
  }
}

/** What the first directory of a TIFF says. */
export const readTiff: ReadImageHeader = async (reader): Promise<ImageHeader> => {
  const head = await reader.bytes(0, 16);
  const little = head[0] === 0x49;
  const view = viewOf(head);
  const isBig = view.getUint16(2, little) === 43;
  const directory = isBig ? Number(view.getBigUint64(8, little)) : view.getUint32(4, little);
  const countBytes = viewOf(await reader.bytes(directory, isBig ? 8 : 2));
  const count = isBig ? Number(countBytes.getBigUint64(0, little)) : countBytes.getUint16(0, little);
  if (count === 0 || count > 4096) throw reader.damaged('has a directory of impossible length');
  const step = isBig ? 20 : 12;
  const inline = isBig ? 8 : 4;
  const entries = await reader.bytes(directory + (isBig ? 8 : 2), count * step);
  const entryView = viewOf(entries);
  const tags = new Map<string, number>();
  const exif: Record<string, unknown> = {};
  for (let at = 0; at < entries.length; at += step) {
    const tag = entryView.getUint16(at, little);
    const type = entryView.getUint16(at + 2, little);
    const values = isBig ? Number(entryView.getBigUint64(at + 4, little)) : entryView.getUint32(at + 4, little);
    const length = (sizes[type] ?? 0) * values;
    const valueAt = at + step - inline;
    const number = numbers[tag];
    const text = texts[tag];
    if (length === 0 || (!number && !text)) continue;
    const isOutside = length > inline;
    const place = isBig ? Number(entryView.getBigUint64(valueAt, little)) : entryView.getUint32(valueAt, little);
    if (number) {
      const outside = isOutside ? await reader.upTo(place, Math.min(length, 8)) : null;
      if (outside && outside.length < (sizes[type] ?? 1)) continue;
      const value = outside ? viewOf(outside) : entryView;
      const from = outside ? 0 : valueAt;
      if (type === 3) tags.set(number, value.getUint16(from, little));
      else if (type === 4) tags.set(number, value.getUint32(from, little));
      else if (type === 16) tags.set(number, Number(value.getBigUint64(from, little)));
      else if (type === 1) tags.set(number, value.getUint8(from));
    } else if (text && type === 2 && length <= 4096) {
      const value = isOutside ? await reader.upTo(place, length) : entries.subarray(valueAt, valueAt + length);
      exif[text] = latin1(value).replace(/\0.*$/s, '').trim();
    }
  }
  const pixelWidth = tags.get('ImageWidth') || null;
  const pixelHeight = tags.get('ImageLength') || null;
  if (pixelWidth === null || pixelHeight === null) throw reader.damaged('does not say its size');
  return {
    format: 'tiff',
    mime: 'image/tiff',
    pixelWidth,
    pixelHeight,
    mode: modeOf(tags),
    exif: null,
    orientation: tags.get('Orientation') ?? null,
    metadata: { bits: tags.get('BitsPerSample') ?? 1, ...(Object.keys(exif).length > 0 ? { exif } : {}) },
  };
};
