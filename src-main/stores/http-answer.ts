/** Reads the head of an answer: facts, range, encoding. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { RemoteFacts } from '../../src-shared/model/media.ts';

/** Headers of an answer, names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The value of a header; the first where it came several times, null where it did not. */
export function headerOf(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** `bytes 0-99/1234`, `end` exclusive; `size` is null for `*`. The form without a range, which comes with 416, has no `start`. Null where unreadable. */
export function contentRangeOf(
  headers: AnswerHeaders,
): { start: number; end: number; size: number | null } | { start: null; size: number } | null {
  const text = headerOf(headers, 'content-range') ?? '';
  const none = /^bytes \*\/(\d+)$/.exec(text);
  if (none) return { start: null, size: Number(none[1]) };
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(text);
  return match ? { start: Number(match[1]), end: Number(match[2]) + 1, size: match[3] === '*' ? null : Number(match[3]) } : null;
}

/** Facts of the whole object. `size` is for the caller to say, who knows whether this was a part. */
export function factsOf(headers: AnswerHeaders, size: number | null): RemoteFacts {
  const modified = Date.parse(headerOf(headers, 'last-modified') ?? '');
  const type = headerOf(headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  return {
    size,
    type: type ? type : null,
    etag: headerOf(headers, 'etag'),
    modified: Number.isNaN(modified) ? null : new Date(modified).toISOString(),
    storageClass: headerOf(headers, 'x-amz-storage-class') ?? headerOf(headers, 'x-goog-storage-class'),
  };
}

/** Content-Length as a number, or null where it is missing or nonsense. */
export function lengthOf(headers: AnswerHeaders): number | null {
  const text = headerOf(headers, 'content-length') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The content encodings of an answer, outermost last; empty for identity. */
export function encodingsOf(headers: AnswerHeaders): string[] {
  return (headerOf(headers, 'content-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
}

/**
 * Undoes encodings that came although none was asked for (some buckets hold their objects compressed). Null where one is not known.
 * An error of the source comes out of the decoder.
 */
export function decoded(body: Readable, encodings: readonly string[]): Readable | null {
  let stream = body;
  for (const name of encodings.toReversed()) {
    const make = decoders[name];
    if (!make) return null;
    stream = pipeline(stream, make(), () => {});
  }
  return stream;
}
