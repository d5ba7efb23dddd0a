/** Work on many files at a time, with a cap in all and one for each host, so that a slow host holds back nobody else. */
import type { Reference } from '../../src-shared/reference/reference.ts';

/** Whose cap counts: the host, or the bucket, which is a host of its own at the providers. */
export function hostOf(reference: Reference): string {
  if (reference.scheme === 'file') return 'file';
  if ('host' in reference) return reference.host;
  return 'account' in reference ? `az://${reference.account}/${reference.container}` : `${reference.scheme}://${reference.bucket}`;
}

/** Items that wait for a place; more are not taken in, so that memory does not grow with a table. */
const mostWaiting = 2000;

/**
 * Does `work` on each item. Resolves when all is done; what `work` throws stops it: nothing more is begun, and it is thrown when what had
 * begun has ended.
 */
export async function workPolitely<T>(
  items: AsyncIterable<T>,
  caps: { readonly total: number; readonly perHost: number },
  hostOfItem: (item: T) => string,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = new Map<string, T[]>();
  const runningOf = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let waitingCount = 0;
  let failure: { thrown: unknown } | null = null;

  function begin(host: string, item: T): void {
    runningOf.set(host, (runningOf.get(host) ?? 0) + 1);
    const done = work(item)
      .catch((thrown: unknown) => {
        failure ??= { thrown };
      })
      .finally(() => {
        running.delete(done);
        runningOf.set(host, (runningOf.get(host) ?? 1) - 1);
      });
    running.add(done);
  }

  function fill(): void {
    for (const [host, queued] of waiting) {
      while (failure === null && running.size < caps.total && (runningOf.get(host) ?? 0) < caps.perHost) {
        const item = queued.shift();
        if (item === undefined) break;
        waitingCount -= 1;
        begin(host, item);
      }
      if (queued.length === 0) waiting.delete(host);
    }
  }

  try {
    for await (const item of items) {
      if (failure !== null) break;
      const host = hostOfItem(item);
      const queued = waiting.get(host);
      if (queued) queued.push(item);
      else waiting.set(host, [item]);
      waitingCount += 1;
      fill();
      while (waitingCount >= mostWaiting && running.size > 0 && failure === null) {
        await Promise.race(running);
        fill();
      }
    }
    while (waitingCount > 0 && running.size > 0 && failure === null) {
      await Promise.race(running);
      fill();
    }
  } finally {
    await Promise.all(running);
  }
  throwFailure(failure);
}

function throwFailure(failure: { thrown: unknown } | null): void {
  if (failure !== null) throw failure.thrown;
}
