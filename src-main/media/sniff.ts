/** What a file is, by its first bytes; names and declared types are claims. */
import { latin1, viewOf } from './header-reader.ts';
import { readBmp } from './images/bmp.ts';
import { readGif } from './images/gif.ts';
import { readHeif } from './images/heif.ts';
import { readIco } from './images/ico.ts';
import type { ReadImageHeader } from './images/image-header.ts';
import { readJpeg } from './images/jpeg.ts';
import { readJxl } from './images/jxl.ts';
import { readOtherImage } from './images/other-image.ts';
import { readPng } from './images/png.ts';
import { readSvg } from './images/svg.ts';
import { readTiff } from './images/tiff.ts';
import { readWebp } from './images/webp.ts';

/** A picture with its reader, something with a timeline, or neither (`what` completes "… cannot be shown."). */
export type Sniffed =
  | { readonly kind: 'image'; readonly name: string; readonly read: ReadImageHeader }
  | { readonly kind: 'timed'; readonly brand: string | null }
  | { readonly kind: 'aiff' | 'avi' | 'asf' | 'flv' | 'mpegps' | 'mpegts' | 'ogg' }
  | { readonly kind: 'other'; readonly what: string };

/** Bytes that are enough to tell. */
export const sniffLength = 4096;

const imageBrands = new Set(['avif', 'avis', 'heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

/** Major and compatible brands of an `ftyp` box, or nothing. */
function brandsOf(bytes: Uint8Array): string[] {
  if (bytes.length < 16 || latin1(bytes, 4, 8) !== 'ftyp') return [];
  const end = Math.min(viewOf(bytes).getUint32(0), bytes.length, 256);
  const brands = [latin1(bytes, 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin1(bytes, at, at + 4));
  return brands;
}

function image(name: string, read: ReadImageHeader): Sniffed {
  return { kind: 'image', name, read };
}

/** Signatures of things that people do meet behind media links, so that the message can name them. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^%PDF-/, 'A PDF document'],
  [/^PK\x03\x04/, 'A ZIP archive or Office document'],
  [/^\x1f\x8b/, 'A gzip archive'],
  [/^7z\xbc\xaf\x27\x1c/, 'A 7-Zip archive'],
  [/^Rar!\x1a\x07/, 'A RAR archive'],
  [/^PAR1/, 'A Parquet table'],
  [/^\x7fELF|^MZ/, 'A program'],
  [/^SQLite format 3\0/, 'An SQLite database'],
  [/^ADIF/, 'AAC sound in the ADIF form'],
  [/^version https:\/\/git-lfs/, 'A Git LFS pointer'],
];

function otherOf(text: string): string {
  for (const [signature, what] of others) if (signature.test(text)) return what;
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^<\?xml|^<[A-Za-z]/.test(start)) return 'An XML document';
  if (/^[{[]/.test(start)) return 'A JSON document';
  return /[\x00-\x08\x0e-\x1a]/.test(text) ? 'A file of an unknown kind' : 'A text file';
}

/** `bytes` are the first of the file, at most `sniffLength` of them. */
export function sniff(bytes: Uint8Array): Sniffed {
  const text = latin1(bytes);
  if (text.startsWith('\xff\xd8\xff')) return image('JPEG', readJpeg);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return image('PNG', readPng);
  if (/^GIF8[79]a/.test(text)) return image('GIF', readGif);
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return image('WebP', readWebp);
  if (/^(II[\x2a\x2b]\0|MM\0[\x2a\x2b])/.test(text)) return image('TIFF', readTiff);
  if (/^BM.{12}[\x0c\x10-\x80]\0\0\0/s.test(text)) return image('BMP', readBmp);
  if (/^\0\0[\x01\x02]\0[^\0]\0/.test(text)) return image('icon', readIco);
  if (text.startsWith('\0\0\0\x0cJXL \r\n\x87\n') || text.startsWith('\xff\x0a')) return image('JPEG XL', readJxl);
  if (text.startsWith('\0\0\0\x0cjP  ')) return image('JPEG 2000', readOtherImage('jp2', 'image/jp2'));
  if (text.startsWith('\xff\x4f\xff\x51')) return image('JPEG 2000', readOtherImage('j2c', 'image/x-j2c'));
  if (text.startsWith('8BPS')) return image('Photoshop file', readOtherImage('psd', 'image/vnd.adobe.photoshop'));
  const brands = brandsOf(bytes);
  if (brands.slice(0, 1).some((brand) => imageBrands.has(brand)) || brands.includes('avif') || brands.includes('heic')) {
    return image(brands.some((brand) => brand.startsWith('avi')) ? 'AVIF' : 'HEIC', (reader) => readHeif(reader, brands));
  }
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^(<\?xml|<!--|<!DOCTYPE svg|<([\w-]{1,30}:)?svg)/i.test(start)) {
    if (/<([\w-]{1,30}:)?svg[\s>]/i.test(text) || start.startsWith('<!--')) return image('SVG', readSvg);
  }
  if (text.startsWith('FORM') && /^AIF[FC]/.test(text.slice(8))) return { kind: 'aiff' };
  if (text.startsWith('RIFF') && text.startsWith('AVI ', 8)) return { kind: 'avi' };
  if (text.startsWith('\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c')) return { kind: 'asf' };
  if (text.startsWith('FLV\x01')) return { kind: 'flv' };
  if (text.startsWith('\0\0\x01\xba')) return { kind: 'mpegps' };
  if (text.startsWith('OggS')) return { kind: 'ogg' };
  if (isTransportStream(text)) return { kind: 'mpegts' };
  return timedSignature(text, brands) ? { kind: 'timed', brand: brands[0] ?? null } : { kind: 'other', what: otherOf(text.slice(0, 1024)) };
}

/** MPEG packets of 188 bytes, or those with a check (204) or a time code (192, as in M2TS) beside them. */
function isTransportStream(text: string): boolean {
  return [
    [0, 188],
    [4, 192],
    [0, 204],
  ].some(
    ([start = 0, stride = 0]) =>
      [0, 1, 2].every((packet) => ['\x47', undefined].includes(text[start + packet * stride])) && text[start + stride] === '\x47',
  );
}

/** Signatures of films and sound. Without one the timeline reader would search a whole file for an MP3 frame. */
function timedSignature(text: string, brands: string[]): boolean {
  if (brands.length > 0 || /^.{4}(moov|mdat|free|skip|wide|styp|sidx|moof|pnot)/s.test(text)) return true;
  if (text.startsWith('\x1a\x45\xdf\xa3') || text.startsWith('fLaC') || text.startsWith('ID3')) return true;
  if (/^(RIFF|RIFX|RF64|BW64)/.test(text) && text.startsWith('WAVE', 8)) return true;
  return /^\0{0,64}\xff[\xe2-\xff]/.test(text); // MP3 or ADTS frame
}
