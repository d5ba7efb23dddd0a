/** Who may talk to the network now: a cap in all, a cap per host, and what somebody looks at goes before what fills a column. */
import { fail } from '../../src-shared/model/error.ts';
import type { Priority } from './bytes.ts';

/** A place in the queue. `raise` moves it forward when somebody more urgent asks for the same. */
export interface Ticket {
  /** Resolves when the transfer may begin; rejects with `cancelled` when the signal aborts first. */
  readonly ready: Promise<void>;
  raise(priority: Priority): void;
  /** Gives the place to the next one. Calling it twice does nothing. */
  release(): void;
}

export interface TransferQueue {
  enter(host: string, priority: Priority, signal: AbortSignal): Ticket;
  /** Transfers that run now. */
  readonly running: number;
}

interface Waiting {
  readonly host: string;
  readonly order: number;
  rank: number;
  start(): void;
}

const rankOf: Record<Priority, number> = { visible: 0, asked: 1, background: 2 };

/** The failure of everything that its asker stopped. */
export function cancelled() {
  return fail('cancelled', { message: 'Stopped by you.', next: 'Resume it when you want it.' });
}

/** `total` and `perHost` are the most transfers at a time, at least 1 each. First come, first served among equals. */
export function createTransferQueue({ total, perHost }: { total: number; perHost: number }): TransferQueue {
  const caps = { total: Math.max(1, Math.floor(total)), perHost: Math.max(1, Math.floor(perHost)) };
  /** Waiting ones by rank, then host, in order of arrival: choosing the next looks at hosts, not at every waiting transfer. */
  const waiting: Map<string, Set<Waiting>>[] = [new Map(), new Map(), new Map()];
  const runningOf = new Map<string, number>();
  let running = 0;
  let arrivals = 0;

  function add(item: Waiting): void {
    const hosts = waiting[item.rank];
    const queue = hosts?.get(item.host);
    if (queue) queue.add(item);
    else hosts?.set(item.host, new Set([item]));
  }

  function remove(item: Waiting): void {
    const queue = waiting[item.rank]?.get(item.host);
    queue?.delete(item);
    if (queue?.size === 0) waiting[item.rank]?.delete(item.host);
  }

  function next(): Waiting | null {
    for (const hosts of waiting) {
      let best: Waiting | null = null;
      for (const [host, queue] of hosts) {
        if ((runningOf.get(host) ?? 0) >= caps.perHost) continue;
        const [first] = queue;
        if (first && (best === null || first.order < best.order)) best = first;
      }
      if (best) return best;
    }
    return null;
  }

  function pump(): void {
    while (running < caps.total) {
      const item = next();
      if (!item) return;
      remove(item);
      running += 1;
      runningOf.set(item.host, (runningOf.get(item.host) ?? 0) + 1);
      item.start();
    }
  }

  function leave(host: string): void {
    running -= 1;
    const left = (runningOf.get(host) ?? 1) - 1;
    if (left === 0) runningOf.delete(host);
    else runningOf.set(host, left);
    pump();
  }

  return {
    get running() {
      return running;
    },
    enter(host, priority, signal) {
      let state: 'waiting' | 'running' | 'over' = 'waiting';
      const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
      ready.catch(() => undefined); // who cancels may have stopped listening
      const item: Waiting = {
        host,
        order: arrivals,
        rank: rankOf[priority],
        start() {
          state = 'running';
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      arrivals += 1;
      function onAbort(): void {
        if (state !== 'waiting') return;
        state = 'over';
        remove(item);
        reject(cancelled());
      }
      if (signal.aborted) {
        state = 'over';
        reject(cancelled());
      } else {
        signal.addEventListener('abort', onAbort, { once: true });
        add(item);
        pump();
      }
      return {
        ready,
        raise(to) {
          if (state !== 'waiting' || rankOf[to] >= item.rank) return;
          remove(item);
          item.rank = rankOf[to];
          add(item);
          pump();
        },
        release() {
          if (state === 'running') {
            state = 'over';
            leave(host);
          } else onAbort();
        },
      };
    },
  };
}
