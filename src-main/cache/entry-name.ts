/** Names in the cache folder: a hash that is the identity, and below it the object's own name, so that a file that is handed out keeps it. */
import { createHash } from 'node:crypto';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';

/** What file systems allow for one name, in bytes of UTF-8 (NAME_MAX of Linux; Windows and macOS count units of UTF-16, which are no more). */
const longestName = 255;

/** `<id>` is the folder of a whole file, `<id>.part` a part; `<id>-<name>` is what a whole file was named before it had a folder. */
const ours = /^[0-9a-f]{32}(\.part$|-|$)/;

/** Characters of an id. */
export const idLength = 32;

/** Names of devices on Windows, with any extension: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/** Extensions of media types that web servers declare; others are left without one. */
const extensionOfType: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'image/avif': '.avif',
  'image/heic': '.heic',
  'image/heif': '.heif',
  'image/tiff': '.tiff',
  'image/bmp': '.bmp',
  'image/svg+xml': '.svg',
  'image/jxl': '.jxl',
  'image/x-icon': '.ico',
  'image/vnd.microsoft.icon': '.ico',
  'video/mp4': '.mp4',
  'video/quicktime': '.mov',
  'video/webm': '.webm',
  'video/x-matroska': '.mkv',
  'video/mp2t': '.ts',
  'video/x-msvideo': '.avi',
  'audio/mpeg': '.mp3',
  'audio/mp4': '.m4a',
  'audio/flac': '.flac',
  'audio/x-flac': '.flac',
  'audio/ogg': '.ogg',
  'audio/opus': '.opus',
  'audio/wav': '.wav',
  'audio/x-wav': '.wav',
  'audio/aiff': '.aiff',
  'audio/x-aiff': '.aiff',
  'audio/aac': '.aac',
  'audio/webm': '.weba',
};

/** What tells two states of one object apart, as far as its store says it: the ETag, else the time of its last change, else nothing. */
export function validatorOf({ etag, modified }: Pick<RemoteFacts, 'etag' | 'modified'>): string {
  return etag ?? modified ?? '';
}

/**
 * 128 bits of SHA-256 in hex over the reference and its validator: no two states of one library meet. `again` above 0 makes another one,
 * for a state that nothing tells from a former one still in use.
 */
export function entryIdOf(canonical: CanonicalUrl, validator: string, again: number): string {
  const text = again === 0 ? `${canonical}\n${validator}` : `${canonical}\n${validator}\n${again}`;
  return createHash('sha256').update(text).digest('hex').slice(0, idLength);
}

/** True for names that this cache gives in its folder. Anything else there is somebody else's and is left alone. */
export function isEntryName(name: string): boolean {
  return ours.test(name);
}

/** A file while it comes in. */
export function partNameOf(id: string): string {
  return `${id}.part`;
}

/** Path of a whole file within the folder, with `/`. */
export function wholeNameOf(id: string, reference: Reference, type: string | null): string {
  return `${id}/${fileNameOf(reference, type)}`;
}

function lastSegment(reference: Reference): string {
  if (reference.scheme === 'file') return reference.path.split(/[/\\]/).at(-1) ?? '';
  if ('key' in reference) return reference.key.split('/').at(-1) ?? '';
  const segment = new URL(reference.url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a lone % is allowed in a URL
  }
}

function cutToBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) break;
    cut += character;
  }
  return cut;
}

const withoutEnd = (name: string): string => name.replace(/[. ]+$/, '');

/**
 * The object's own name: every character that Linux, macOS and Windows all allow stays, another becomes `_`. A name without an extension
 * gets the one of its media type.
 */
export function fileNameOf(reference: Reference, type: string | null): string {
  const allowed = lastSegment(reference)
    .toWellFormed()
    .replace(/[/\\:*?"<>|\p{Cc}]/gu, '_');
  const trimmed = withoutEnd(allowed);
  const named = devices.test(trimmed) ? `_${trimmed}` : trimmed === '' ? 'file' : trimmed;
  const dot = named.lastIndexOf('.');
  const hasExtension = dot >= 0 && /^\.[\p{L}\p{N}]{1,16}$/u.test(named.slice(dot));
  const extension = hasExtension ? named.slice(dot) : (extensionOfType[type?.toLowerCase() ?? ''] ?? '');
  const base = hasExtension ? named.slice(0, dot) : named;
  const cut = cutToBytes(base, longestName - Buffer.byteLength(extension));
  return extension === '' ? withoutEnd(cut) : cut + extension;
}
