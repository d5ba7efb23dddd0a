/** Who may talk to the network now: a cap in all, a cap per host, and what somebody looks at goes before what fills a column. */
import { fail } from '../../src-shared/model/error.ts';
import type { Sleep } from '../stores/retry.ts';
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
  /** The host asked to slow down: nothing more starts there for so many milliseconds, and then half as many at a time. */
  throttled(host: string, ms: number): void;
  /** The host answered well: a lowered cap rises by one. */
  succeeded(host: string): void;
  /** To be called when a cap was raised. */
  changed(): void;
  /** Transfers that run now. */
  readonly running: number;
  /** Ends all pauses. */
  close(): void;
}

/** The most transfers at a time, asked whenever one may start; below 1 counts as 1. */
export interface QueueOptions {
  readonly total: () => number;
  readonly perHost: () => number;
  readonly sleep: Sleep;
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

/** First come, first served among equals. */
export function createTransferQueue({ total, perHost, sleep }: QueueOptions): TransferQueue {
  /** Caps of hosts that asked to slow down. */
  const lowered = new Map<string, number>();
  /** Hosts that nothing is asked of now, with the end of the pause that was asked for last. */
  const paused = new Map<string, AbortController>();
  const capOf = (host: string): number => Math.max(1, Math.min(Math.floor(perHost()), lowered.get(host) ?? Number.POSITIVE_INFINITY));
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
        if (paused.has(host) || (runningOf.get(host) ?? 0) >= capOf(host)) continue;
        const [first] = queue;
        if (first && (best === null || first.order < best.order)) best = first;
      }
      if (best) return best;
    }
    return null;
  }

  function pump(): void {
    while (running < Math.max(1, Math.floor(total()))) {
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
    throttled(host, ms) {
      const former = paused.get(host);
      // Those that ran together are all refused at once: that is one refusal.
      if (!former) lowered.set(host, Math.max(1, Math.floor(capOf(host) / 2)));
      former?.abort();
      const pause = new AbortController();
      paused.set(host, pause);
      const over = () => {
        if (paused.get(host) !== pause) return;
        paused.delete(host);
        pump();
      };
      sleep(ms, pause.signal).then(over, over);
    },
    succeeded(host) {
      const cap = lowered.get(host);
      if (cap === undefined || paused.has(host)) return;
      if (cap + 1 >= perHost()) lowered.delete(host);
      else lowered.set(host, cap + 1);
      pump();
    },
    changed: pump,
    close() {
      for (const pause of paused.values()) pause.abort();
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
