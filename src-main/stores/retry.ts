/** Whether and when a request is sent again: one rule for all stores, pure, so that it is tested by itself. */
import { setTimeout as wait } from 'node:timers/promises';
import { type ErrorCause, Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';

/** Milliseconds to wait before trying again, or null to give up. `attempt` counts the tries so far, from 1. */
export type RetryPolicy = (attempt: number, error: VitrineError) => number | null;

/** Waits so long; rejects with whatever `signal` was aborted with. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** The longest that a server's Retry-After is obeyed, in milliseconds. Longer waits belong to the job, which outlives a restart. */
const longestRetryAfterMs = 30_000;

/**
 * How often each cause is tried in all. A name that does not exist and a computer that is offline are left to the job: asking again
 * within seconds changes neither. A timeout has cost its 10 or 30 s already.
 */
const tries: Partial<Record<ErrorCause, number>> = { throttled: 5, server_error: 4, unreachable: 3, timeout: 2 };

/** Statuses of 5xx that say "never" and not "later". */
const permanentStatuses: ReadonlySet<number> = new Set([501, 505, 511]);

/**
 * The policy of all stores: exponential steps of 250 ms up to 8 s with full jitter (a random part of the step), or what the server
 * asked for plus up to a tenth. `random` gives [0, 1).
 * Source of the jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function createRetryPolicy(random: () => number): RetryPolicy {
  return (attempt, { cause, details }) => {
    if (attempt >= (tries[cause] ?? 1) || permanentStatuses.has(details?.status ?? 0)) return null;
    const asked = details?.retryAfterMs;
    if (asked !== undefined) return Math.min(asked, longestRetryAfterMs) * (1 + random() / 10);
    return random() * Math.min(8000, 250 * 2 ** (attempt - 1));
  };
}

/**
 * Does the work until it succeeds or the policy gives up; then throws the last `Failure` with the number of attempts in its details.
 * What is not a `Failure` is thrown at once.
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  options: { readonly policy: RetryPolicy; readonly sleep: Sleep; readonly signal: AbortSignal },
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      const delay = options.signal.aborted ? null : options.policy(attempt, thrown.error);
      if (delay === null) {
        const { cause, message, next, details } = thrown.error;
        throw attempt === 1 ? thrown : fail(cause, { message, next, details: { ...details, attempts: attempt } });
      }
      await options.sleep(delay, options.signal).catch(() => {});
      if (options.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    }
  }
}

/** Milliseconds that a Retry-After header asks for, in seconds or as an HTTP date, capped; null where it asks for nothing readable. */
export function retryAfterMs(header: string | null | undefined, now: number): number | null {
  if (!header) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.min(longestRetryAfterMs, Math.max(0, ms));
}

/** The real clock's `Sleep`. */
export async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal });
}
