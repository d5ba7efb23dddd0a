/** Objects that have versions, for processes that check by themselves what they get: number and version say each byte. */
import { type ObjectOptions, type StoredObject, stampedObject } from '../servers/stored-object.ts';

const made = new Map<number, StoredObject>();
/** Seeds of neighbouring objects are so far apart. */
const mostVersions = 64;

/** A version of an object; its strong ETag is `etagOf` unless the options say another. Every version of an object has the same size. */
export function versionedObject(object: number, version: number, size: number, options: ObjectOptions = {}): StoredObject {
  const seed = object * mostVersions + version;
  const bytes = made.get(seed) ?? stampedObject(size, seed);
  made.set(seed, bytes);
  return {
    ...bytes,
    etag: options.etag === undefined ? etagOf(object, version) : options.etag,
    modified: options.modified === undefined ? new Date(Date.UTC(2026, 0, 2, 3, version)) : options.modified,
  };
}

/** The strong ETag of a version. */
export function etagOf(object: number, version: number): string {
  return `"${object}-${version}"`;
}

/** The version of which these bytes are, or null: no version has them. `start` is where they lie in an object of `size` bytes. */
export function versionOf(object: number, versions: number, size: number, start: number, bytes: Uint8Array): number | null {
  for (let version = 0; version < versions; version += 1) {
    const real = versionedObject(object, version, size).slice(start, start + bytes.length);
    if (Buffer.compare(real, bytes) === 0) return version;
  }
  return null;
}
