/** Names of files in the cache folder: a hash that is the identity, then the object's own name, so that its extension stays real. */
import { createHash } from 'node:crypto';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';

/** 128 bits of SHA-256 in hex: no two references of one library meet. */
function hashOf(canonical: CanonicalUrl): string {
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}

const ours = /^[0-9a-f]{32}(\.part$|-)/;

/** True for names that this cache gives. Anything else in the folder is somebody else's and is left alone. */
export function isEntryName(name: string): boolean {
  return ours.test(name);
}

/** Name of the file while it comes in. */
export function partName(canonical: CanonicalUrl): string {
  return `${hashOf(canonical)}.part`;
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
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) break;
    cut += character;
  }
  return cut;
}

/** Name of the whole file: letters, digits, `.`, `_` and `-` of the object's name survive; 255 bytes is what file systems allow. */
export function entryName(reference: Reference): string {
  const name = lastSegment(reference)
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/\.+$/, '');
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  const base = cutToBytes(extension ? name.slice(0, dot) : name, 120);
  return `${hashOf(reference.canonical)}-${base}${extension}`;
}
