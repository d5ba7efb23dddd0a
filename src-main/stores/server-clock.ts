/** How far this computer's clock is from a server's, learnt from the Date headers of its answers. */

export interface ServerClock {
  /** Takes an answer's Date header; `sentAtMs` and `now` are this computer's, around the request. Nonsense is ignored. */
  learn(host: string, date: string | null | undefined, sentAtMs: number): void;
  /** Milliseconds to add to this computer's time to get the server's; 0 until more than `toleratedMs` was seen. */
  offsetMs(host: string): number;
}

/** A difference below this is left alone: the header has whole seconds, and providers allow far more (AWS and Google 15 minutes). */
const toleratedMs = 60_000;

/** Makes a memory of clocks by host. @param now milliseconds since 1970 */
export function createServerClock(now: () => number): ServerClock {
  const offsets = new Map<string, number>();
  return {
    learn(host, date, sentAtMs) {
      const said = Date.parse(date ?? '');
      if (Number.isNaN(said)) return;
      // The header was written somewhere between sending and now, and cuts its second.
      const offset = said + 500 - (sentAtMs + now()) / 2;
      if (Math.abs(offset) > toleratedMs) offsets.set(host, offset);
      else offsets.delete(host);
    },
    offsetMs: (host) => offsets.get(host) ?? 0,
  };
}
