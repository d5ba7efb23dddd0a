/** The type of a file by its first bytes, for who plays it before its header was read. */
import { latin1 } from './header-reader.ts';
import { sniff } from './sniff.ts';

const pictures: Readonly<Record<string, string>> = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  GIF: 'image/gif',
  WebP: 'image/webp',
  TIFF: 'image/tiff',
  BMP: 'image/bmp',
  icon: 'image/vnd.microsoft.icon',
  SVG: 'image/svg+xml',
  AVIF: 'image/avif',
  HEIC: 'image/heic',
};

/** Signatures of films and sound, and the type that their containers mostly stand for. */
const timed: readonly (readonly [RegExp, string])[] = [
  [/^\x1a\x45\xdf\xa3[\s\S]{0,60}webm/, 'video/webm'],
  [/^\x1a\x45\xdf\xa3/, 'video/x-matroska'],
  [/^fLaC/, 'audio/flac'],
  [/^.{4}ftypqt/s, 'video/quicktime'],
  [/^.{4}ftypM4A/s, 'audio/mp4'],
  [/^.{4}ftyp|^.{4}(moov|mdat|free|skip|wide|styp|sidx|moof)/s, 'video/mp4'],
  [/^(RIFF|RF64|BW64).{4}WAVE/s, 'audio/wav'],
  [/^ID3|^\0{0,64}\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/, 'audio/mpeg'],
  [/^\xff[\xf0\xf1\xf8\xf9]/, 'audio/aac'],
];

/** Null where the bytes are of no kind that is shown, or too few to tell. */
export function sniffMime(front: Uint8Array): string | null {
  const sniffed = sniff(front);
  if (sniffed.kind === 'image') return pictures[sniffed.name] ?? null;
  if (sniffed.kind === 'aiff') return 'audio/aiff';
  if (sniffed.kind === 'avi') return 'video/x-msvideo';
  if (sniffed.kind === 'mpegts') return 'video/mp2t';
  if (sniffed.kind === 'asf') return 'video/x-ms-asf';
  if (sniffed.kind === 'flv') return 'video/x-flv';
  if (sniffed.kind === 'mpegps') return 'video/mpeg';
  if (sniffed.kind === 'ogg') return /^.{28,700}\x80theora/s.test(latin1(front)) ? 'video/ogg' : 'audio/ogg';
  if (sniffed.kind === 'other') return null;
  const text = latin1(front);
  return timed.find(([signature]) => signature.test(text))?.[1] ?? null;
}
