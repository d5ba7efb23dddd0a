/** An object as a test server holds it: bytes, or a recipe for bytes, with what its headers say. */
import { createHash } from 'node:crypto';
import { seeded } from './seeded.ts';

export interface StoredObject {
  readonly size: number;
  /** Bytes `start` (inclusive) to `end` (exclusive). */
  slice(start: number, end: number): Uint8Array;
  readonly type: string | null;
  /** With its quotes, or null: the server then sends none. */
  readonly etag: string | null;
  readonly modified: Date | null;
  /** More headers of its answers, such as `x-amz-storage-class`. Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ObjectOptions {
  readonly type?: string | null;
  readonly etag?: string | null;
  readonly modified?: Date | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const defaultModified = new Date('2026-01-02T03:04:05Z');

function described(size: number, slice: StoredObject['slice'], etag: string, options: ObjectOptions): StoredObject {
  return {
    size,
    slice,
    type: options.type === undefined ? 'application/octet-stream' : options.type,
    etag: options.etag === undefined ? etag : options.etag,
    modified: options.modified === undefined ? defaultModified : options.modified,
    headers: options.headers ?? {},
  };
}

/** An object of these bytes. Its ETag is the quoted MD5, as S3 makes it; `type` is application/octet-stream unless given. */
export function storedObject(body: Uint8Array | string, options: ObjectOptions = {}): StoredObject {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  return described(bytes.length, (start, end) => bytes.subarray(start, end), etag, options);
}

/** An object of any size that takes no memory: `byteAt` says what stands where, the same for a seed each time. */
export function generatedObject(size: number, seed = 1, options: ObjectOptions = {}): StoredObject {
  const slice = (start: number, end: number) => {
    const bytes = new Uint8Array(end - start);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = byteAt(start + index, seed);
    return bytes;
  };
  return described(size, slice, `"generated-${seed}-${size}"`, options);
}

/** The byte at a position of a generated object: differs between neighbours, blocks and seeds. */
export function byteAt(position: number, seed = 1): number {
  return (position * 31 + Math.floor(position / 256) * 17 + seed * 101) & 0xff;
}

/** Each page of a stamped object begins with its own number, so that bytes from a wrong place are seen. */
const pageBytes = 4096;

/**
 * An object of any size that takes no memory and is made as fast as memory is copied: noise that no compression shortens, the same for a
 * seed each time, every 4 KiB page stamped with its number. `sha256Of` says what it hashes to.
 */
export function stampedObject(size: number, seed: number, options: ObjectOptions = {}): StoredObject {
  const noise = new Uint8Array(16 * pageBytes);
  const random = seeded(seed);
  for (let index = 0; index < noise.length; index += 1) noise[index] = random() * 256;
  const slice = (start: number, end: number) => {
    const bytes = Buffer.allocUnsafe(end - start);
    for (let at = start; at < end; ) {
      const from = at % noise.length;
      const taken = Math.min(end - at, noise.length - from);
      bytes.set(noise.subarray(from, from + taken), at - start);
      at += taken;
    }
    for (let page = Math.floor(start / pageBytes); page * pageBytes < end; page += 1) {
      for (let digit = 0; digit < 4; digit += 1) {
        const at = page * pageBytes + digit - start;
        if (at >= 0 && at < bytes.length) bytes[at] = (page >>> (8 * digit)) ^ seed;
      }
    }
    return bytes;
  };
  return described(size, slice, `"stamped-${seed}-${size}"`, options);
}

/** SHA-256 in hex of a whole object. It takes about a second for each gigabyte, and nothing else is done meanwhile. */
export function sha256Of(object: Pick<StoredObject, 'size' | 'slice'>): string {
  const hash = createHash('sha256');
  const step = 1024 * 1024;
  for (let start = 0; start < object.size; start += step) hash.update(object.slice(start, Math.min(object.size, start + step)));
  return hash.digest('hex');
}
