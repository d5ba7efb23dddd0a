/** Copies that were not checked for long, asked for in the background when they are used. Nobody waits for it, and nobody is told of errors. */
import { Failure } from '../../src-shared/model/error.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import type { Knowledge } from './check-reference.ts';
import { checkReference, type Found, isPinned } from './check-reference.ts';
import type { HealthOptions } from './health-options.ts';

/** So many are asked for at a time; the rest waits for its turn. */
const atATime = 2;
/** More than these wait for nothing: each is told again with its next use. */
const mostWaiting = 1000;

interface AgedOptions extends HealthOptions {
  readonly remember: (asked: { reference: Reference; copy: Knowledge['copy'] }, found: Found) => Promise<void>;
}

/** Begins to listen. `close` stops what runs and waits for it. */
export function checkAged({ bytes, catalog, storeOf, log, remember }: AgedOptions): { close(): Promise<void> } {
  const waiting = new Map<CanonicalUrl, Reference>();
  const running = new Map<CanonicalUrl, Promise<void>>();
  const closing = new AbortController();

  async function checkNow(reference: Reference): Promise<void> {
    const copy = bytes.copyOf(reference);
    if (copy === null) return;
    const [mark = null] = await catalog.upstream.get([reference.canonical]);
    const found = await checkReference(reference, { copy, remote: null, mark }, storeOf(reference), closing.signal);
    if (!closing.signal.aborted) await remember({ reference, copy }, found);
  }

  function next(): void {
    for (const [canonical, reference] of waiting) {
      if (running.size >= atATime || closing.signal.aborted) return;
      waiting.delete(canonical);
      const done = checkNow(reference)
        .catch((thrown: unknown) => {
          // A catalog that is read-only or closing refuses in words; the next use asks again.
          if (!(thrown instanceof Failure) && !closing.signal.aborted) log.bug('a copy could not be checked', thrown);
        })
        .finally(() => {
          running.delete(canonical);
          next();
        });
      running.set(canonical, done);
    }
  }

  const endListening = bytes.onAged((reference) => {
    if (isPinned(reference) || running.has(reference.canonical) || waiting.size >= mostWaiting) return;
    waiting.set(reference.canonical, reference);
    next();
  });
  return {
    async close() {
      endListening();
      closing.abort();
      waiting.clear();
      await Promise.all(running.values());
    },
  };
}
