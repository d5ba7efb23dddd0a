/** The files of the cache folder: which there are, who uses them, and which leaves first. Sizes are bytes on disk. */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../src-shared/model/error.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import type { CacheEntry, CatalogCacheIndex } from '../catalog/catalog.ts';
import { diskBytesOf, diskFailure, sizeInWords } from './disk.ts';
import { entryName, isEntryName, partName } from './entry-name.ts';
import type { Holdings } from './space.ts';

/** A file in use: it stays until `release`, which may be called more than once. */
export interface HeldFile {
  readonly entry: CacheEntry;
  readonly path: string;
  release(): void;
}

export interface FileCache extends Holdings {
  readonly files: number;
  readonly evictions: number;
  has(canonical: CanonicalUrl): boolean;
  entryOf(canonical: CanonicalUrl): CacheEntry | null;
  pathOf(entry: CacheEntry): string;
  partPathOf(canonical: CanonicalUrl): string;
  /** Takes the file into use and makes it the most recently used; null where it is not held. */
  lease(canonical: CanonicalUrl): HeldFile | null;
  /** Turns a finished part file into a held one. It comes with one lease, so that it cannot leave before its asker has it. */
  admit(reference: Reference, about: { bytes: number; etag: string | null; type: string | null }, whenHeld: () => void): Promise<HeldFile>;
  /** Forgets a file that somebody removed or changed from outside. */
  drop(canonical: CanonicalUrl): Promise<void>;
  /** Removes all files that nobody uses. */
  clear(): Promise<{ bytes: number; files: number }>;
  /** Waits until the index in the catalog says what is here. */
  settled(): Promise<void>;
}

interface Item {
  entry: CacheEntry;
  leases: number;
}

export interface FileCacheOptions {
  readonly folder: string;
  readonly index: CatalogCacheIndex;
  /** Bytes of a block of the file system. */
  readonly block: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly onHeld: (canonical: CanonicalUrl, held: 'none' | 'whole') => void;
  /** Told when something became evictable or left. */
  readonly onRoom: () => void;
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += 64) await Promise.all(items.slice(start, start + 64).map(work));
}

/** Files whose entry or size does not match are removed, as are parts and files without an entry: what a crash left. */
async function loadEntries({ folder, index, block }: FileCacheOptions): Promise<CacheEntry[]> {
  await mkdir(folder, { recursive: true });
  const known = await index.load();
  const strays = new Set((await readdir(folder)).filter(isEntryName));
  const good: CacheEntry[] = [];
  const lost: string[] = [];
  await inBatches(known, async (entry) => {
    const facts = strays.has(entry.file) ? await stat(join(folder, entry.file)).catch(() => null) : null;
    if (facts?.isFile() && facts.size === entry.size) {
      strays.delete(entry.file);
      good.push({ ...entry, diskBytes: diskBytesOf(facts, block) });
    } else lost.push(entry.id);
  });
  await inBatches([...strays], (name) => rm(join(folder, name), { recursive: true, force: true }));
  if (lost.length > 0) await index.remove(lost);
  return good.sort((a, b) => a.lastUsed - b.lastUsed);
}

/** Opens the folder, making it where it is missing. Throws `read_only` where it cannot be written. */
export async function openFileCache(options: FileCacheOptions): Promise<FileCache> {
  const { folder, index, block, clock, onHeld, onRoom } = options;
  const loaded = await loadEntries(options).catch((thrown: unknown) => {
    throw diskFailure(thrown, folder, 0) ?? thrown;
  });
  /** In order of use: the first is the oldest. */
  const items = new Map<CanonicalUrl, Item>(loaded.map((entry) => [entry.canonical, { entry, leases: 0 }]));
  let held = loaded.reduce((sum, entry) => sum + entry.diskBytes, 0);
  let leased = 0;
  let evictions = 0;
  let lastTick = loaded.at(-1)?.lastUsed ?? 0;
  /** Files that are being removed: nobody can lease them, but their bytes are still on the disk. */
  const leaving = new Set<Promise<void>>();
  let leavingBytes = 0;

  const toPut = new Set<CanonicalUrl>();
  const toRemove = new Set<CanonicalUrl>();
  let flushing: Promise<void> | null = null;

  /** Writes to the catalog one batch at a time; what changes meanwhile goes with the next. */
  async function flush(): Promise<void> {
    while (toPut.size > 0 || toRemove.size > 0) {
      const put = [...toPut].flatMap((canonical) => items.get(canonical)?.entry ?? []);
      const removed = [...toRemove] as string[];
      toPut.clear();
      toRemove.clear();
      if (removed.length > 0) await index.remove(removed);
      if (put.length > 0) await index.put(put);
    }
  }

  function changed(canonical: CanonicalUrl): void {
    if (items.has(canonical)) {
      toRemove.delete(canonical);
      toPut.add(canonical);
    } else {
      toPut.delete(canonical);
      toRemove.add(canonical);
    }
    // A catalog that cannot be written loses order of use only; the files are matched against it on the next start.
    flushing ??= flush()
      .catch(() => undefined)
      .finally(() => {
        flushing = null;
      });
  }

  /** Strictly rising, so that two uses within a millisecond keep their order when the library is opened again. */
  function tick(): number {
    lastTick = Math.max(Math.floor(clock()), lastTick + 1);
    return lastTick;
  }

  function use(item: Item): HeldFile {
    const { canonical } = item.entry;
    item.entry = { ...item.entry, lastUsed: tick() };
    items.delete(canonical);
    items.set(canonical, item);
    if (item.leases === 0) leased += item.entry.diskBytes;
    item.leases += 1;
    changed(canonical);
    let isOver = false;
    return {
      entry: item.entry,
      path: join(folder, item.entry.file),
      release() {
        if (isOver) return;
        isOver = true;
        item.leases -= 1;
        if (item.leases > 0) return;
        leased -= item.entry.diskBytes;
        onRoom();
      },
    };
  }

  function remove(item: Item): Promise<void> {
    const { canonical, diskBytes, file } = item.entry;
    items.delete(canonical);
    held -= diskBytes;
    if (item.leases > 0) leased -= diskBytes;
    leavingBytes += diskBytes;
    onHeld(canonical, 'none');
    const gone = rm(join(folder, file), { force: true })
      .finally(() => {
        leavingBytes -= diskBytes;
        leaving.delete(gone);
      })
      .then(() => {
        changed(canonical);
        onRoom();
      });
    leaving.add(gone);
    return gone;
  }

  const cache: FileCache = {
    get files() {
      return items.size;
    },
    get evictions() {
      return evictions;
    },
    heldBytes: () => held + leavingBytes,
    evictableBytes: () => held + leavingBytes - leased,
    async evictOldest() {
      for (const item of items.values()) {
        if (item.leases > 0) continue;
        evictions += 1;
        await remove(item);
        return true;
      }
      if (leaving.size === 0) return false;
      await Promise.all(leaving);
      return true;
    },
    has: (canonical) => items.has(canonical),
    entryOf: (canonical) => items.get(canonical)?.entry ?? null,
    pathOf: (entry) => join(folder, entry.file),
    partPathOf: (canonical) => join(folder, partName(canonical)),
    lease(canonical) {
      const item = items.get(canonical);
      return item ? use(item) : null;
    },
    async admit(reference, about, whenHeld) {
      const { canonical } = reference;
      const part = join(folder, partName(canonical));
      const file = entryName(reference);
      const facts = await stat(part);
      if (facts.size !== about.bytes) {
        throw fail('server_error', {
          message: `The file came with ${sizeInWords(facts.size)} instead of ${sizeInWords(about.bytes)}.`,
          next: 'Try again.',
        });
      }
      await Promise.all(leaving); // the same file may be on its way out
      await rename(part, join(folder, file));
      const since = tick();
      const item: Item = {
        entry: {
          ...{ id: canonical, canonical, folder: '', file, ranges: null, sha256: null, md5: null, modified: null },
          ...{ size: about.bytes, etag: about.etag, type: about.type },
          ...{ diskBytes: diskBytesOf(facts, block), since, lastUsed: since, checkedAt: since },
        },
        leases: 0,
      };
      items.set(canonical, item);
      held += item.entry.diskBytes;
      whenHeld();
      const lease = use(item);
      onHeld(canonical, 'whole');
      return lease;
    },
    async drop(canonical) {
      const item = items.get(canonical);
      if (item) await remove(item);
    },
    async clear() {
      const free = [...items.values()].filter((item) => item.leases === 0);
      const bytes = free.reduce((sum, item) => sum + item.entry.diskBytes, 0);
      await inBatches(free, remove);
      return { bytes, files: free.length };
    },
    async settled() {
      await Promise.all(leaving);
      while (flushing) await flushing;
    },
  };
  return cache;
}
