/** When a failed cell is tried again by itself. */
import { isTransient, type VitrineError } from '../../src-shared/model/error.ts';

/** Waits between attempts in milliseconds. Stores retry single requests already; this is for a cell as a whole. */
const waits = [1_000, 4_000];
/** Longest wait a server may ask for before the cell is given up for now. */
const longestWaitMs = 15_000;

/**
 * Milliseconds until the next attempt after `attempts` failed ones, or null to stop. `random` (0 to 1) spreads attempts by a quarter, so that a
 * thousand cells do not come back at once.
 */
export function retryDelay(attempts: number, error: VitrineError, random: number): number | null {
  const wait = waits[attempts - 1];
  if (wait === undefined || !isTransient(error.cause)) return null;
  return Math.min(longestWaitMs, Math.max(wait, error.details?.retryAfterMs ?? 0)) * (1 + random / 4);
}
