/** The items of the cache in order of use, by id and by reference, and the sums over them. Sizes are bytes on disk. */
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { CacheEntry } from '../catalog/catalog.ts';
import type { Claim } from './space.ts';

/** A whole file or a part. */
export interface Item {
  entry: CacheEntry;
  leases: number;
  /** Counted for it here; what a part in use takes is counted by its claim instead. */
  counted: number;
  /** Of a part in use. */
  claim: Claim | null;
  /** A former state, or one that was dropped: it goes when its last lease ends. */
  isLeaving: boolean;
}

export interface HeldItems {
  readonly held: number;
  /** Of the held bytes, what is in use or kept. */
  readonly locked: number;
  readonly partBytes: number;
  readonly keptBytes: number;
  readonly keptFiles: number;
  readonly wholeFiles: number;
  get(id: string): Item | null;
  /** The current whole file. */
  wholeOf(canonical: CanonicalUrl): Item | null;
  /** All states of a reference: whole, former and parts. */
  statesOf(canonical: CanonicalUrl): Item[];
  isKept(canonical: CanonicalUrl): boolean;
  /** Adds an item as the most recently used. */
  add(item: Item): void;
  remove(item: Item): void;
  /** Makes the item the most recently used. */
  touch(item: Item): void;
  /** Changes an item, and the sums with it. */
  change(item: Item, change: () => void): void;
  keep(canonicals: readonly CanonicalUrl[], isKept: boolean): void;
  kept(): Iterable<CanonicalUrl>;
  /** The least recently used that is neither used nor kept. */
  oldest(): Item | null;
  /** In order of use, the oldest first. */
  all(): Iterable<Item>;
}

/** Begins empty; `keptBefore` are the references that are kept offline. */
export function createHeldItems(keptBefore: readonly CanonicalUrl[]): HeldItems {
  const items = new Map<string, Item>();
  /**
   * The same without what is kept: looking for the oldest must not pass by a hundred thousand kept ones each time. Null once something
   * is not kept any more, whose place in the order only `items` knows.
   */
  let evictable: Map<string, Item> | null = new Map();
  const states = new Map<CanonicalUrl, Set<Item>>();
  const kept = new Set(keptBefore);
  const partsInUse = new Set<Item>();
  const sums = { held: 0, locked: 0, parts: 0, kept: 0, keptFiles: 0, wholeFiles: 0 };

  const isWhole = (item: Item): boolean => item.entry.ranges === null;
  const isKeptItem = (item: Item): boolean => !item.isLeaving && kept.has(item.entry.canonical);

  function count(item: Item, sign: 1 | -1): void {
    const bytes = sign * item.counted;
    sums.held += bytes;
    if (item.leases > 0 || isKeptItem(item)) sums.locked += bytes;
    if (!isWhole(item)) sums.parts += bytes;
    if (isKeptItem(item)) sums.kept += bytes;
    if (isWhole(item) && !item.isLeaving) {
      sums.wholeFiles += sign;
      if (isKeptItem(item)) sums.keptFiles += sign;
    }
    if (sign > 0 && item.claim) partsInUse.add(item);
    else partsInUse.delete(item);
  }

  function evictableNow(): Map<string, Item> {
    const found = new Map<string, Item>();
    for (const [id, item] of items) if (!kept.has(item.entry.canonical)) found.set(id, item);
    return found;
  }

  const claimedBy = (pick: (item: Item) => boolean): number =>
    [...partsInUse].reduce((sum, item) => sum + (pick(item) ? (item.claim?.bytes ?? 0) : 0), 0);

  const holder: HeldItems = {
    get held() {
      return sums.held;
    },
    get locked() {
      return sums.locked;
    },
    get partBytes() {
      return sums.parts + claimedBy(() => true);
    },
    get keptBytes() {
      return sums.kept + claimedBy(isKeptItem);
    },
    get keptFiles() {
      return sums.keptFiles;
    },
    get wholeFiles() {
      return sums.wholeFiles;
    },
    get: (id) => items.get(id) ?? null,
    wholeOf(canonical) {
      for (const item of states.get(canonical) ?? []) if (isWhole(item) && !item.isLeaving) return item;
      return null;
    },
    statesOf: (canonical) => [...(states.get(canonical) ?? [])],
    isKept: (canonical) => kept.has(canonical),
    add(item) {
      const { id, canonical } = item.entry;
      items.set(id, item);
      if (!kept.has(canonical)) evictable?.set(id, item);
      const all = states.get(canonical);
      if (all) all.add(item);
      else states.set(canonical, new Set([item]));
      count(item, 1);
    },
    remove(item) {
      const { id, canonical } = item.entry;
      items.delete(id);
      evictable?.delete(id);
      const all = states.get(canonical);
      all?.delete(item);
      if (all?.size === 0) states.delete(canonical);
      count(item, -1);
    },
    touch(item) {
      const { id, canonical } = item.entry;
      items.delete(id);
      items.set(id, item);
      evictable?.delete(id);
      if (!kept.has(canonical)) evictable?.set(id, item);
    },
    change(item, change) {
      count(item, -1);
      change();
      count(item, 1);
    },
    keep(canonicals, isKept) {
      const touched = canonicals.flatMap((canonical) => holder.statesOf(canonical));
      for (const item of touched) count(item, -1);
      for (const canonical of canonicals) {
        if (isKept) kept.add(canonical);
        else kept.delete(canonical);
      }
      for (const item of touched) count(item, 1);
      if (!isKept) evictable = null;
      else for (const item of touched) evictable?.delete(item.entry.id);
    },
    kept: () => kept,
    oldest() {
      evictable ??= evictableNow();
      for (const item of evictable.values()) if (item.leases === 0) return item;
      return null;
    },
    all: () => items.values(),
  };
  return holder;
}
