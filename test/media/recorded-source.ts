/** Bytes in memory as a source that records what is read, and counts it as the requests of the byte room would. */
import type { ByteSource } from '../../src-main/cache/byte-source.ts';

const piece = 4096;

export interface RecordedSource extends ByteSource {
  /** Half-open ranges in the order in which they were read. */
  readonly reads: [number, number][];
}

/** What gives the bytes of a file, as `StoredObject` does. */
export interface Content {
  readonly size: number;
  slice(start: number, end: number): Uint8Array;
}

/**
 * The first request takes 4 KB, each later one 16 KB at least, and nothing is asked twice, as in `range-reader.ts`. `onRequest` is waited
 * for before the bytes come.
 */
export function recordedSource(content: Content, onRequest: () => Promise<void> = async () => undefined): RecordedSource {
  const held = new Set<number>();
  const reads: [number, number][] = [];
  const cost = { requests: 0, bytes: 0 };
  return {
    reads,
    cost,
    remote: async () => ({ size: content.size, type: null, etag: null, modified: null, storageClass: null }),
    async read(start, end) {
      const stop = Math.min(end, content.size);
      reads.push([start, stop]);
      for (let at = Math.floor(start / piece); at * piece < stop; at += 1) {
        if (held.has(at)) continue;
        const wanted = Math.max(Math.ceil(stop / piece), at + (held.size === 0 ? 1 : 4));
        cost.requests += 1;
        await onRequest();
        for (; at < wanted && at * piece < content.size && !held.has(at); at += 1) {
          held.add(at);
          cost.bytes += Math.min(piece, content.size - at * piece);
        }
      }
      return start >= stop ? new Uint8Array(0) : content.slice(start, stop);
    },
    close: () => undefined,
  };
}

/** The same of bytes that are there. */
export function contentOf(bytes: Uint8Array): Content {
  return { size: bytes.length, slice: (start, end) => bytes.slice(start, end) };
}
