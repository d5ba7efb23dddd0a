/** The time at which a link is signed: the server's, since the server is who decides when it ends. */
import type { ServerClock } from '../stores/server-clock.ts';

export interface ServerTime {
  /** Milliseconds since 1970 by the server's clock, as far as it is known; else by this computer's. */
  readonly nowMs: number;
  /** A sentence where the two differ by more than a minute. */
  readonly warnings: readonly string[];
}

/**
 * The time of the server behind a link. Answers of the bucket's own host count before those of the endpoint, which are before none.
 * @param nowMs milliseconds since 1970 by this computer
 * @param hosts with or without a port; the first whose clock is known decides
 */
export function serverTimeOf(clock: ServerClock, hosts: readonly string[], nowMs: number): ServerTime {
  let offset = 0;
  for (const host of hosts) {
    offset ||= clock.offsetMs(host) || clock.offsetMs(withoutPort(host));
  }
  if (offset === 0) return { nowMs, warnings: [] };
  const minutes = Math.max(1, Math.round(Math.abs(offset) / 60_000));
  return { nowMs: nowMs + offset, warnings: [`This computer’s clock is ${minutes} min off; signing corrects for it. Set the clock.`] };
}

/** A host without its port; an IPv6 address keeps its brackets. */
function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
