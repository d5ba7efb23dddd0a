/** How the cache was used: counts over all time and by day, remembered across starts. */
import * as z from 'zod/mini';
import { CacheDay } from '../../src-shared/contract/cache.ts';
import { errorOf } from '../../src-shared/model/error.ts';
import type { CatalogMemory } from '../catalog/catalog.ts';

export interface Usage {
  readonly hits: number;
  readonly misses: number;
  /** Of former starts. */
  readonly evictionsBefore: number;
  hit(): void;
  miss(): void;
  /** Bytes that came from a store. */
  fetched(bytes: number): void;
  /** The last seven days that had any use, newest first. */
  days(): CacheDay[];
  /** Writes down what was counted; `evictions` are those of this start. A catalog that is read-only keeps none. */
  save(evictions: number): Promise<void>;
}

const countersKey = 'cache.counters';
const daysKey = 'cache.days';
const daysKept = 7;

async function loadCounters(memory: Pick<CatalogMemory, 'get'> | undefined): Promise<[number, number, number]> {
  const text = await memory?.get(countersKey);
  const [hits = 0, misses = 0, evictions = 0] = typeof text === 'string' ? text.split(' ').map(Number) : [];
  return [hits, misses, evictions].every(Number.isSafeInteger) ? [hits, misses, evictions] : [0, 0, 0];
}

async function loadDays(memory: Pick<CatalogMemory, 'get'> | undefined): Promise<CacheDay[]> {
  const text = await memory?.get(daysKey);
  if (typeof text !== 'string') return [];
  try {
    const read = z.array(CacheDay).safeParse(JSON.parse(text));
    return read.success ? read.data : [];
  } catch {
    return []; // written by another version; days are for looking at only
  }
}

/** The local date of an instant: `2026-11-24`. */
function dayOf(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `clock` in milliseconds since 1970. Without a memory it counts from now. */
export async function openUsage(options: { memory: Pick<CatalogMemory, 'get' | 'set'> | undefined; clock: () => number }): Promise<Usage> {
  const { memory, clock } = options;
  const [hitsBefore, missesBefore, evictionsBefore] = await loadCounters(memory);
  const days = await loadDays(memory);
  let hits = hitsBefore;
  let misses = missesBefore;

  function add(more: { hits?: number; misses?: number; fetched?: number }): void {
    const day = dayOf(clock());
    const now = days[0]?.day === day ? days.shift() : null;
    days.unshift({
      day,
      hits: (now?.hits ?? 0) + (more.hits ?? 0),
      misses: (now?.misses ?? 0) + (more.misses ?? 0),
      fetched: (now?.fetched ?? 0) + (more.fetched ?? 0),
    });
    days.length = Math.min(days.length, daysKept);
  }

  return {
    get hits() {
      return hits;
    },
    get misses() {
      return misses;
    },
    evictionsBefore,
    hit() {
      hits += 1;
      add({ hits: 1 });
    },
    miss() {
      misses += 1;
      add({ misses: 1 });
    },
    fetched: (bytes) => add({ fetched: bytes }),
    days: () => [...days],
    async save(evictions) {
      try {
        await memory?.set(countersKey, `${hits} ${misses} ${evictionsBefore + evictions}`);
        await memory?.set(daysKey, JSON.stringify(days));
      } catch (thrown) {
        if (errorOf(thrown).cause === 'internal') throw thrown;
      }
    },
  };
}
