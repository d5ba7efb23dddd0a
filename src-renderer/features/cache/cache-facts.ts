/** What the page of the cache draws, from what the core says. Pure. */
import type { CacheDay, CacheDetails } from '../../../src-shared/contract/cache.ts';

/** Shares of the bar, which is as long as the limit, or as what is used where that is more. */
export interface CacheBar {
  readonly kept: number;
  readonly other: number;
  readonly free: number;
  /** Within the limit, but not on the disk: it would go below what is never touched. */
  readonly beyond: number;
}

/** In bytes. */
export function cacheBar({ status, disk }: Pick<CacheDetails, 'status' | 'disk'>): CacheBar {
  const kept = Math.min(status.kept, status.bytes);
  const open = Math.max(0, status.limit - status.bytes);
  const free = Math.min(open, Math.max(0, disk.free - disk.floor));
  return { kept, other: status.bytes - kept, free, beyond: open - free };
}

/** Less than this above what is never touched is nearly full, in bytes. */
const nearlyNothing = 1e9;

/** True where the disk holds the cache back before its limit does, and soon. */
export function isDiskNearlyFull({ status, disk }: Pick<CacheDetails, 'status' | 'disk'>): boolean {
  return disk.free - disk.floor < Math.min(nearlyNothing, Math.max(0, status.limit - status.bytes));
}

/** Reads of seven days, how many the cache answered, and bytes fetched today. `today` is the local date `2026-11-24`. */
export function useOf(days: readonly CacheDay[], today: string): { hits: number; reads: number; fetched: number } {
  const hits = days.reduce((sum, day) => sum + day.hits, 0);
  const misses = days.reduce((sum, day) => sum + day.misses, 0);
  return { hits, reads: hits + misses, fetched: days.find(({ day }) => day === today)?.fetched ?? 0 };
}

/** The local date of a moment, in ms since 1970. */
export function localDay(now: number): string {
  const date = new Date(now);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
