/** Keeps the catalog's index of the cache as the files are: one batch at a time, what changes meanwhile goes with the next. */
import type { CacheEntry, CatalogCacheIndex } from '../catalog/catalog.ts';

export interface IndexWriter {
  /** The entry of this id is another one, or gone. Resolves when that is written. */
  changed(id: string): Promise<void>;
  settled(): Promise<void>;
}

/** Entries of one transaction: more would take too long to be handed to the catalog's thread at once. */
const mostAtOnce = 500;

interface Batch {
  readonly ids: Set<string>;
  readonly written: Promise<void>;
  finish(): void;
}

function createBatch(): Batch {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { ids: new Set(), written: promise, finish: resolve };
}

/** `entryOf` says how an entry stands when its batch is written; null: it is gone. */
export function createIndexWriter(index: CatalogCacheIndex, entryOf: (id: string) => CacheEntry | null): IndexWriter {
  let next = createBatch();
  let writing: Promise<void> | null = null;

  async function write(ids: readonly string[]): Promise<void> {
    const put: CacheEntry[] = [];
    const removed: string[] = [];
    for (const id of ids) {
      const entry = entryOf(id);
      if (entry) put.push(entry);
      else removed.push(id);
    }
    if (removed.length > 0) await index.remove(removed);
    if (put.length > 0) await index.put(put);
  }

  async function writeAll(): Promise<void> {
    while (next.ids.size > 0) {
      const batch = next;
      next = createBatch();
      // A catalog that cannot be written loses the order of use and ranges; files are matched against it on the next start.
      const ids = [...batch.ids];
      for (let start = 0; start < ids.length; start += mostAtOnce) {
        await write(ids.slice(start, start + mostAtOnce)).catch(() => undefined);
      }
      batch.finish();
    }
  }

  return {
    changed(id) {
      const { written } = next;
      next.ids.add(id);
      writing ??= writeAll().finally(() => {
        writing = null;
      });
      return written;
    },
    async settled() {
      while (writing) await writing;
    },
  };
}
