/** EXIF tags as plain JSON, by the names of the standard. The tags themselves are read by the exif-reader library. */
import exifReader from 'exif-reader';
import { viewOf } from './header-reader.ts';

export interface Exif {
  /** 1–8, or null where the file says none or one that the standard does not define. */
  readonly orientation: number | null;
  readonly tags: Record<string, unknown>;
}

/** Values longer than this (maker notes, embedded previews) are left out. */
const valueLimit = 1024;
const typeSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/**
 * A block of 64 KB can claim, tag by tag, gigabytes of values that all lie in the same place. True where the claims of its
 * directories together stay within what a block of this size can hold.
 */
function isPlausible(block: Uint8Array): boolean {
  if (block.length < 14) return false;
  const view = viewOf(block);
  const little = block[0] === 0x49;
  let claimed = 0;
  const waiting = [view.getUint32(4, little)];
  for (let visited = 0; waiting.length > 0 && visited < 8; visited += 1) {
    const directory = waiting.pop() ?? 0;
    if (directory + 2 > block.length) continue;
    const count = view.getUint16(directory, little);
    const end = directory + 2 + count * 12;
    for (let at = directory + 2; at + 12 <= Math.min(end, block.length); at += 12) {
      const tag = view.getUint16(at, little);
      const values = view.getUint32(at + 4, little);
      claimed += values * (typeSizes[view.getUint16(at + 2, little)] ?? 0);
      if ((tag === 0x8769 || tag === 0x8825 || tag === 0xa005) && values === 1) waiting.push(view.getUint32(at + 8, little));
    }
    if (end + 4 <= block.length) {
      const next = view.getUint32(end, little);
      if (next !== 0) waiting.push(next);
    }
  }
  return claimed <= 4 * block.length;
}

function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string') return value.length > valueLimit ? undefined : value.replaceAll('\0', '').trim();
  // EXIF dates are clock time without a zone, and stay so.
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString().slice(0, 19);
  if (value instanceof Uint8Array) return plainBytes(value);
  if (Array.isArray(value)) return value.length > 64 ? undefined : value.map((item: unknown) => plain(item) ?? null);
  return undefined;
}

function plainBytes(bytes: Uint8Array): unknown {
  if (bytes.length > valueLimit) return undefined;
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^ASCII\0\0\0/, '')
    .replace(/\0+$/, '')
    .trim();
  return /^[^\p{Cc}\uFFFD]*$/u.test(text) ? text : undefined;
}

function flatten(groups: readonly unknown[]): Record<string, unknown> {
  const tags: Record<string, unknown> = {};
  for (const group of groups) {
    if (typeof group !== 'object' || group === null) continue;
    for (const [name, value] of Object.entries(group)) {
      if (/^\d/.test(name) || name === 'ExifTag' || name === 'GPSTag' || name === 'MakerNote' || name === 'PrintImageMatching') continue;
      const kept = plain(value);
      if (kept !== undefined && kept !== null && kept !== '') tags[name] = kept;
    }
  }
  return tags;
}

/** `block` is the TIFF structure. Damaged tags cost themselves, not the picture: what cannot be read is left out. */
export function readExif(block: Uint8Array): Exif {
  const none: Exif = { orientation: null, tags: {} };
  try {
    if (!isPlausible(block)) return none;
    const groups = exifReader(Buffer.from(block.buffer, block.byteOffset, block.byteLength));
    return { orientation: validOrientation(groups.Image?.Orientation), tags: flatten([groups.Image, groups.Photo, groups.GPSInfo]) };
  } catch {
    return none;
  }
}

/** 1–8, or null for anything else. */
export function validOrientation(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 8 ? value : null;
}
