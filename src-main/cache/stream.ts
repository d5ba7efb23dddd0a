/** Bytes in order for a player: from what is here, and from upstream a little ahead of where it reads. */
import { changedUpstream } from '../stores/network-failure.ts';
import type { ReadAnswer, ReadOptions } from '../stores/store.ts';
import type { Priority } from './bytes.ts';
import type { Asker } from './holding.ts';
import type { Seat } from './holdings.ts';
import { reachOf } from './range-set.ts';
import { cancelled } from './transfer-queue.ts';
import { changedWhileRead } from './validator.ts';

/** At once so much is handed on. */
const handBytes = 256 * 1024;
/**
 * The first request of a stream, and the largest: it doubles while the reader goes on, so that a seek costs little and playing few requests.
 * What lies ahead of the reader is bounded by the largest.
 */
const firstAheadBytes = 1024 * 1024;
const largestAheadBytes = 8 * 1024 * 1024;

/**
 * Resolves when the first bytes are here. The seat is given back when the body ends, or `signal` aborts.
 * Throws `input_failed` where `ifMatch` is given and another object lies there.
 */
export async function streamOf(
  { holding, leave }: Seat,
  { range, ifMatch, signal, priority }: Pick<ReadOptions, 'range' | 'ifMatch' | 'signal'> & { readonly priority: Priority },
): Promise<ReadAnswer> {
  const own = new AbortController();
  const asker: Asker = { signal: AbortSignal.any([signal, own.signal]), priority, cost: { requests: 0, bytes: 0 }, epoch: null };
  const start = range?.start ?? 0;
  let ahead = firstAheadBytes;
  let reading: Promise<unknown> | null = null;
  const end = () => Math.min(range?.end ?? Number.POSITIVE_INFINITY, holding.size ?? Number.POSITIVE_INFINITY);
  const over = () => {
    own.abort();
    void leave();
  };
  signal.addEventListener('abort', over, { once: true }); // a body that nobody began to read

  /** Asks for what comes soon, while the reader is busy with what is here. */
  function readAhead(position: number): void {
    const reach = reachOf(holding.ranges, position);
    if (reading || reach >= end() || reach - position > ahead / 2) return;
    ahead = Math.min(largestAheadBytes, ahead * 2);
    const least = Math.min(ahead, end() - reach);
    reading = holding
      .ensure(asker, reach, Math.min(end(), reach + 1), least)
      .catch(() => undefined) // the reader meets it where it needs the bytes
      .finally(() => {
        reading = null;
      });
  }

  async function* body(): AsyncGenerator<Uint8Array> {
    let position = start;
    try {
      while (position < end()) {
        if (asker.signal.aborted) throw cancelled();
        const unpin = holding.pin(position, position + largestAheadBytes);
        try {
          await holding.ensure(asker, position, Math.min(end(), position + 1), Math.min(ahead, end() - position));
          asker.epoch = holding.epoch;
          const stop = Math.min(reachOf(holding.ranges, position), position + handBytes, end());
          if (stop <= position) continue; // the object ends here, or what came had to make room at once
          const bytes = await holding.read(position, stop);
          position = stop;
          readAhead(position);
          yield bytes;
        } finally {
          unpin();
        }
      }
    } finally {
      signal.removeEventListener('abort', over);
      over();
    }
  }

  try {
    await holding.ensure(asker, start, Math.min(end(), start + 1), Math.min(ahead, end() - start));
    asker.epoch = holding.epoch;
    const { facts } = holding;
    if (!facts) throw changedWhileRead(); // it began anew this moment
    if (ifMatch !== undefined && facts.etag !== ifMatch) throw changedUpstream();
    return { body: body(), start: Math.min(start, holding.size ?? start), size: holding.size, remote: facts };
  } catch (thrown) {
    signal.removeEventListener('abort', over);
    over();
    throw thrown;
  }
}
