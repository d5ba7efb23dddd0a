/** A `ByteSource` over range requests: few, aligned, and never twice for the same bytes. */
import { Failure, fail, isTransient } from '../../src-shared/model/error.ts';
import type { Cost, RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Store } from '../stores/store.ts';
import type { ByteSource } from './byte-source.ts';
import type { Priority } from './bytes.ts';
import { cancelled, type TransferQueue } from './transfer-queue.ts';

/** Bytes are remembered in pieces of this size. */
const piece = 4096;
/**
 * The first request of a file. Over 27 photographs of 100 KB and more, 4, 8 and 16 KB took the same number of requests (1.8 a file)
 * and 16, 20 and 28 KB a file: what lies behind the first 4 KB is mostly another 16 KB away.
 */
const firstRequestBytes = piece;
/** Each later request asks for at least this much: a round trip costs more than 16 KB do. */
const laterRequestBytes = 4 * piece;

export interface RangeReaderOptions {
  readonly reference: Reference;
  readonly store: Store;
  readonly queue: TransferQueue;
  /** Whose cap counts. */
  readonly host: string;
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

/** True for bytes that begin like a web page. A declared `text/html` alone does not count: some servers say it of pictures. */
export function looksLikeWebPage(bytes: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 512)).replace(/^ï»¿/, '').trimStart().toLowerCase();
  return text.startsWith('<!doctype html') || text.startsWith('<html') || /^<(head|body|script|title|meta)[\s>]/.test(text);
}

/** What is said when a page came. */
export function webPageFailure(): Failure {
  return fail('unsupported', { message: 'A web page came instead of a picture.', next: 'Open the address in a browser to see why.' });
}

/** Opens nothing yet: the first `read` or `remote` asks. */
export function createRangeReader({ reference, store, queue, host, priority, signal }: RangeReaderOptions): ByteSource {
  const pieces = new Map<number, Uint8Array>();
  const own = new AbortController();
  const stop = AbortSignal.any([signal, own.signal]);
  const cost = { requests: 0, bytes: 0 };
  let facts: RemoteFacts | null = null;
  let size: number | null = null;
  let etag: string | null = null;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const ticket = queue.enter(host, priority, stop);
    try {
      await ticket.ready;
      cost.requests += 1;
      return await work();
    } catch (thrown) {
      if (stop.aborted) throw cancelled();
      throw thrown;
    } finally {
      ticket.release();
    }
  }

  function keep(start: number, bytes: Uint8Array, isEnd: boolean): void {
    for (let offset = 0; offset < bytes.length; offset += piece) {
      const part = bytes.slice(offset, offset + piece);
      if (part.length === piece || isEnd) pieces.set((start + offset) / piece, part);
    }
  }

  /** One ranged GET; gives what came, which is less than asked only at the end of the file or when the connection broke. */
  async function ask(start: number, end: number): Promise<{ bytes: Uint8Array; broken: Failure | null }> {
    const request = new AbortController();
    const got: Uint8Array[] = [];
    let length = 0;
    let broken: Failure | null = null;
    await inTurn(async () => {
      try {
        const answer = await store.read(reference, {
          range: { start, end: Math.min(end, size ?? end) },
          ...(etag !== null && !etag.startsWith('W/') ? { ifMatch: etag } : {}),
          signal: AbortSignal.any([stop, request.signal]),
        });
        facts ??= answer.remote;
        etag ??= answer.remote.etag;
        size ??= answer.size;
        for await (const chunk of answer.body) {
          cost.bytes += chunk.length;
          got.push(chunk);
          length += chunk.length;
          if (length >= end - start) break;
        }
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        if (thrown.error.details?.status === 416) return; // an empty file has no first byte to ask for
        if (!isTransient(thrown.error.cause) || length === 0) throw thrown;
        broken = thrown;
      } finally {
        request.abort(); // a server that ignores ranges would go on
      }
    });
    return { bytes: new Uint8Array(Buffer.concat(got).subarray(0, end - start)), broken };
  }

  /** `start` and `end` are multiples of `piece`. A short answer says where the file ends, unless the size is known better. */
  async function request(start: number, end: number): Promise<void> {
    let bytes: Uint8Array = new Uint8Array(0);
    for (let tries = 0; tries < 3; tries += 1) {
      const answer = await ask(start + bytes.length, end);
      bytes = bytes.length === 0 ? answer.bytes : new Uint8Array(Buffer.concat([bytes, answer.bytes]));
      const isWhole = start + bytes.length >= Math.min(end, size ?? 0);
      if (isWhole && !answer.broken) break;
      if (tries === 2) throw answer.broken ?? fail('server_error', { message: `${host} ended its answer early.`, next: 'Try again.' });
    }
    if (bytes.length < end - start) size = Math.min(size ?? Number.POSITIVE_INFINITY, start + bytes.length);
    if (start === 0 && looksLikeWebPage(bytes)) throw webPageFailure();
    keep(start, bytes, size !== null && start + bytes.length >= size);
  }

  /** Fetches what is missing between two offsets, neighbouring gaps in one request. */
  async function fill(start: number, end: number): Promise<void> {
    for (;;) {
      const limit = Math.min(end, size ?? Number.POSITIVE_INFINITY);
      let from = Math.floor(start / piece);
      while (from * piece < limit && pieces.has(from)) from += 1;
      if (from * piece >= limit) return;
      const least = pieces.size === 0 && from === 0 ? firstRequestBytes : laterRequestBytes;
      const wanted = Math.max(Math.ceil(limit / piece), from + least / piece);
      let to = from + 1;
      while (to < wanted && !pieces.has(to)) to += 1;
      const before = size;
      await request(from * piece, to * piece);
      if (!pieces.has(from) && size === before && (size === null || from * piece < size)) return; // nothing came
    }
  }

  let tail: Promise<unknown> = Promise.resolve();
  /** One request at a time per source: a reader that asks twice at once must not fetch the same piece twice. */
  function oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const next = tail.then(work, work);
    tail = next.catch(() => undefined);
    return next;
  }

  return {
    cost: cost satisfies Cost,
    remote: () =>
      oneByOne(async () => {
        facts ??= await inTurn(() => store.stat(reference, stop));
        size ??= facts.size;
        return size !== null && facts.size === null ? { ...facts, size } : facts;
      }),
    read: (start, end) =>
      oneByOne(async () => {
        if (!(start >= 0 && end >= start)) throw new RangeError(`read(${start}, ${end}): start must be 0 or more and not after end`);
        if (start === end) return new Uint8Array(0);
        await fill(start, end);
        const stopAt = Math.min(end, size ?? end);
        const out: Uint8Array[] = [];
        for (let at = start; at < stopAt; ) {
          const index = Math.floor(at / piece);
          const part = pieces.get(index)?.subarray(at - index * piece, stopAt - index * piece);
          if (!part || part.length === 0) break;
          out.push(part);
          at += part.length;
        }
        return out.length === 1 && out[0] ? out[0] : new Uint8Array(Buffer.concat(out));
      }),
    close() {
      own.abort();
      pieces.clear();
    },
  };
}
