/** A limit of bytes a second over all bodies together: a bucket of tokens that fills with time. */
import type { Sleep } from '../stores/retry.ts';

export interface Bandwidth {
  /** Resolves when so many bytes more may have come; at once where there is no limit. Rejects when `signal` aborts. */
  take(bytes: number, signal: AbortSignal): Promise<void>;
}

/** A burst of so many seconds passes at once after a pause: less would make a slow limit stutter, more would not be a limit. */
const burstSeconds = 0.25;

/** `limit` is asked each time, in bytes a second, null for none. `clock` is in milliseconds. */
export function createBandwidth(options: { limit: () => number | null; clock: () => number; sleep: Sleep }): Bandwidth {
  const { limit, clock, sleep } = options;
  /** When all that was granted will have passed. */
  let paidUntil = 0;
  return {
    async take(bytes, signal) {
      const rate = limit();
      if (rate === null) return;
      const now = clock();
      paidUntil = Math.max(paidUntil, now - burstSeconds * 1000) + (bytes / rate) * 1000;
      const wait = paidUntil - now;
      if (wait > 0) await sleep(wait, signal);
    },
  };
}
