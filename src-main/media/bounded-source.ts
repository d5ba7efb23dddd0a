/** A source of bytes that ends where a probe has cost enough: bytes and requests as they are counted on the network, and time. */
import { fail } from '../../src-shared/model/error.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import { corrupt } from './header-reader.ts';

/** What a probe may cost, counted from when it began. What is read from this computer costs no bytes and no requests. */
export interface ProbeLimits {
  readonly bytes: number;
  readonly requests: number;
  /** Milliseconds of requests under way; waiting for a turn is not counted. */
  readonly milliseconds: number;
}

/** Calls back once after `milliseconds`, unless the returned function was called before. */
export type CallAfter = (milliseconds: number, run: () => void) => () => void;

/** The clock of this computer. It keeps no process alive. */
export const callAfter: CallAfter = (milliseconds, run) => {
  const timer = setTimeout(run, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
};

/** Time is counted in steps; a request that is shorter costs none, and the number of requests has its own limit. */
const step = 1000;

export interface BoundedSource extends ByteSource {
  /** Other limits from now on; what was spent stays spent. */
  limit(limits: ProbeLimits): void;
}

/** `read` throws `corrupt` once bytes or requests are spent, and `timeout` once the time is. `source` stays the caller's to close. */
export function createBoundedSource(source: ByteSource, first: ProbeLimits, after: CallAfter): BoundedSource {
  const before = { ...source.cost };
  let limits = first;
  let spent = 0;

  function tooSlow() {
    return fail('timeout', {
      message: `The header did not come within ${Math.round(limits.milliseconds / 1000)} seconds.`,
      next: 'Try again; the server answers slowly.',
    });
  }

  /** Rejects when the time is spent. A request that waits for its turn is not counted by the source yet. */
  function inTime<T>(start: () => Promise<T>): Promise<T> {
    const requests = source.cost.requests;
    const work = start();
    return new Promise((resolve, reject) => {
      let cancel = after(step, tick);
      function tick() {
        if (source.cost.requests > requests) spent += step;
        if (spent >= limits.milliseconds) reject(tooSlow());
        else cancel = after(step, tick);
      }
      work.then(resolve, reject).finally(() => cancel());
    });
  }

  return {
    get cost() {
      return source.cost;
    },
    limit(next) {
      limits = next;
    },
    remote: () => source.remote(),
    async read(start, end) {
      if (spent >= limits.milliseconds) throw tooSlow();
      const isSpent = source.cost.bytes - before.bytes > limits.bytes || source.cost.requests - before.requests >= limits.requests;
      if (isSpent) throw corrupt('its header has no end');
      return await inTime(() => source.read(start, end));
    },
    close: () => source.close(),
  };
}
