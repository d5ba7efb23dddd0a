/** A `ByteSource` over a holding: few requests, aligned, and never twice for the same bytes. */
import type { ByteSource } from './byte-source.ts';
import type { Priority } from './bytes.ts';
import type { Asker } from './holding.ts';
import { pieceBytes } from './holding.ts';
import type { Seat } from './holdings.ts';
import { cancelled, type TransferQueue } from './transfer-queue.ts';
import { changedWhileRead } from './validator.ts';
import { looksLikeWebPage, webPageFailure } from './web-page.ts';

/**
 * The first request of a file. The header of nearly every photograph ends within 20 KB (EXIF with its small picture, and a colour profile);
 * asking for 4 KB first cost most of them a second request.
 */
const firstRequestBytes = 5 * pieceBytes;
/** Each later request asks for at least this much: a round trip costs more than 16 KB do. */
const laterRequestBytes = 4 * pieceBytes;

/** Opens nothing yet: the first `read` or `remote` asks. `onClose` is called once. */
export function createHoldingReader(
  { holding, leave }: Seat,
  { queue, priority, signal }: { queue: TransferQueue; priority: Priority; signal: AbortSignal },
): ByteSource {
  const own = new AbortController();
  const asker: Asker = { signal: AbortSignal.any([signal, own.signal]), priority, cost: { requests: 0, bytes: 0 }, epoch: null };

  async function ask(): Promise<void> {
    const ticket = queue.enter(holding.host, priority, asker.signal);
    try {
      await ticket.ready;
      asker.cost.requests += 1;
      holding.learn(await holding.store.stat(holding.reference, asker.signal));
    } catch (thrown) {
      if (asker.signal.aborted) throw cancelled();
      throw thrown;
    } finally {
      ticket.release();
    }
  }

  return {
    cost: asker.cost,
    async remote() {
      if (!holding.facts) await ask();
      if (!holding.facts) throw changedWhileRead(); // it began anew this moment
      return holding.facts;
    },
    async read(start, end) {
      if (!(start >= 0 && end >= start)) throw new RangeError(`read(${start}, ${end}): start must be 0 or more and not after end`);
      if (start === end) return new Uint8Array(0);
      const unpin = holding.pin(start, end);
      try {
        await holding.ensure(asker, start, end, holding.ranges.length === 0 && start === 0 ? firstRequestBytes : laterRequestBytes);
        asker.epoch = holding.epoch;
        const stop = Math.min(end, holding.size ?? end);
        const bytes = stop > start ? await holding.read(start, stop) : new Uint8Array(0);
        if (start === 0 && looksLikeWebPage(bytes)) throw webPageFailure();
        return bytes;
      } finally {
        unpin();
      }
    },
    close() {
      own.abort();
      void leave();
    },
  };
}
