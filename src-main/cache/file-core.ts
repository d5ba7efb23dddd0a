/** What parts, whole files and upkeep share: items with their sums, uses, removal, and the account of space over all of it. */
import { rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { CacheEntry, CatalogCacheIndex } from '../catalog/catalog.ts';
import { type CacheFolders, markName } from './cache-folders.ts';
import { type DiskSpace, diskFailure } from './disk.ts';
import type { HeldFile } from './file-cache.ts';
import { createHeldItems, type HeldItems, type Item } from './held-items.ts';
import { createIndexWriter } from './index-writer.ts';
import { createSpace, type Space } from './space.ts';

export interface FileCoreOptions {
  readonly folders: CacheFolders;
  readonly index: CatalogCacheIndex;
  /** Bytes of a block of the file system. */
  readonly block: number;
  readonly limit: number;
  readonly diskSpace: (folder: string) => Promise<DiskSpace>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly onHeld: (canonical: CanonicalUrl, held: 'none' | 'whole') => void;
}

export interface FileCore extends FileCoreOptions {
  readonly items: HeldItems;
  readonly space: Space;
  readonly evictions: number;
  /** Ids of current whole files without a SHA-256, and of some that left since. */
  readonly unhashed: Set<string>;
  /** On disk, the folders themselves included; what claims cover is not in it. */
  heldBytes(): number;
  /** Takes in an entry of a former start; they come in order of use. */
  adopt(entry: CacheEntry): void;
  pathOf(entry: CacheEntry): string;
  /** The instant of a use, strictly rising, so that two within a millisecond keep their order when the library is opened again. */
  tick(): number;
  /** Writes down how the entry stands now. */
  changed(id: string): Promise<void>;
  /** Takes an item into use; `onRelease` runs when this use ends. */
  hold(item: Item, onRelease?: () => void): HeldFile;
  /** Removes an item that nobody uses from the disk. */
  remove(item: Item): Promise<void>;
  /** The item is not to be found any more, and goes when its last use ends. */
  retire(item: Item): Promise<void>;
  /** To be called when something became evictable. */
  released(): void;
  whenReleased(): Promise<void>;
  measureFolders(): Promise<void>;
  /** True while a name with this id may lie in the folders. */
  isNamed(id: string): boolean;
  settled(): Promise<void>;
}

/** Blocks by which a folder may grow at once when one name is added: ext4 makes an index and two leaves of its first block. */
const spareBlocks = 2;

/** A whole file with its folder, or a part. Two calls are enough nearly always, and looking first takes longer than both. */
async function removeFromDisk(path: string, isWhole: boolean): Promise<void> {
  if (!isWhole) return rm(path, { force: true });
  try {
    await unlink(path);
    await rmdir(dirname(path));
  } catch {
    await rm(dirname(path), { recursive: true, force: true });
  }
}

/** Begins empty; `kept` are the references that are kept offline. */
export function createFileCore(options: FileCoreOptions & { kept: readonly CanonicalUrl[] }): FileCore {
  const { folders, index, block, limit, diskSpace, clock, onHeld, kept } = options;
  const items = createHeldItems(kept);
  /** Items on their way out: nobody can have them, but their bytes are still on the disk. */
  const leaving = new Map<string, Promise<void>>();
  let leavingBytes = 0;
  /** Bytes of files that could not be removed: some systems refuse it while another program reads them. The next start tries again. */
  let stuckBytes = 0;
  let folderBytes = 0;
  let evictions = 0;
  let lastTick = 0;
  let waiters: (() => void)[] = [];

  const writer = createIndexWriter(index, (id) => {
    const item = items.get(id);
    // What is to leave is forgotten at once, so that a crash leaves a stray and no file that is found again.
    return item && !item.isLeaving ? item.entry : null;
  });

  async function evictOldest(): Promise<boolean> {
    const item = items.oldest();
    if (item) {
      evictions += 1;
      await core.remove(item);
      return true;
    }
    if (leaving.size === 0) return false;
    await Promise.all(leaving.values());
    return true;
  }

  const heldBytes = (): number => items.held + leavingBytes + stuckBytes + folderBytes;

  const core: FileCore = {
    ...{ folders, index, block, limit, diskSpace, clock, onHeld, items, heldBytes },
    unhashed: new Set(),
    space: createSpace({
      limit,
      async diskSpace() {
        const folder = folders.pathOf(folders.current);
        try {
          return await diskSpace(folder);
        } catch (thrown) {
          throw diskFailure(thrown, folder, 0) ?? thrown;
        }
      },
      holdings: {
        heldBytes,
        spareBytes: () => spareBlocks * block * folders.present.size,
        evictableBytes: () => items.held - items.locked + leavingBytes,
        evictOldest,
      },
    }),
    get evictions() {
      return evictions;
    },
    adopt(entry) {
      items.add({ entry, leases: 0, counted: entry.diskBytes, claim: null, isLeaving: false });
      if (entry.ranges === null && entry.sha256 === null) core.unhashed.add(entry.id);
      lastTick = Math.max(lastTick, entry.lastUsed);
    },
    pathOf: (entry) => join(folders.pathOf(entry.folder), entry.file),
    tick() {
      lastTick = Math.max(Math.floor(clock()), lastTick + 1);
      return lastTick;
    },
    changed: (id) => writer.changed(id),
    hold(item, onRelease) {
      items.change(item, () => {
        item.leases += 1;
      });
      let isOver = false;
      return {
        entry: item.entry,
        path: core.pathOf(item.entry),
        release() {
          if (isOver) return;
          isOver = true;
          items.change(item, () => {
            item.leases -= 1;
          });
          onRelease?.();
          if (item.leases > 0) return;
          if (item.isLeaving) void core.remove(item);
          core.released();
        },
      };
    },
    async remove(item) {
      const { id, canonical, ranges } = item.entry;
      if (items.get(id) !== item) return leaving.get(id);
      const isCurrent = ranges === null && !item.isLeaving;
      const bytes = item.counted;
      const path = core.pathOf(item.entry);
      items.remove(item);
      leavingBytes += bytes;
      if (isCurrent) onHeld(canonical, 'none');
      const gone = removeFromDisk(path, ranges === null)
        .catch(() => {
          stuckBytes += bytes;
        })
        .then(() => {
          leavingBytes -= bytes;
          leaving.delete(id);
          void writer.changed(id);
          core.released();
        });
      leaving.set(id, gone);
      return gone;
    },
    async retire(item) {
      if (item.isLeaving) return;
      if (item.leases === 0) return core.remove(item);
      const isCurrent = item.entry.ranges === null;
      items.change(item, () => {
        item.isLeaving = true;
      });
      if (isCurrent) onHeld(item.entry.canonical, 'none');
      await writer.changed(item.entry.id);
    },
    released() {
      core.space.changed();
      const told = waiters;
      waiters = [];
      for (const tell of told) tell();
    },
    whenReleased() {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.push(resolve);
      return promise;
    },
    async measureFolders() {
      const paths = [...folders.present].flatMap((folder) => {
        const path = folders.pathOf(folder);
        return folder === '' ? [path] : [path, join(path, markName)];
      });
      const blocks = await Promise.all(
        paths.map((path) =>
          stat(path).then(
            (facts) => facts.blocks,
            () => 0,
          ),
        ),
      );
      folderBytes = 512 * blocks.reduce((sum, count) => sum + count, 0);
    },
    isNamed: (id) => items.get(id) !== null || leaving.has(id),
    async settled() {
      while (leaving.size > 0) await Promise.all(leaving.values());
      await writer.settled();
    },
  };
  return core;
}
