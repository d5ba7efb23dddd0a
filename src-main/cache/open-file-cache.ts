/** Opens the files of the cache: matches the folders against the index, then says who has what and lets the least recently used go. */

import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { CatalogCacheIndex } from '../catalog/catalog.ts';
import type { CacheSelection, HeldEntry } from './bytes.ts';
import { openCacheFolders } from './cache-folders.ts';
import { type DiskSpace, diskFailure, diskSpaceOf } from './disk.ts';
import { idLength } from './entry-name.ts';
import type { FileCache, Pinned } from './file-cache.ts';
import { createFileCore, type FileCore } from './file-core.ts';
import type { Item } from './held-items.ts';
import { addPart, findPart, holdPart } from './held-parts.ts';
import { inParallel, inSlices } from './in-slices.ts';
import { createKeepOffline } from './keep-offline.ts';
import { loadEntries } from './load-entries.ts';

export interface FileCacheOptions {
  /** The library's own cache folder, absolute; made where it is missing. */
  readonly folder: string;
  /** The folder of the settings, absolute, or null. */
  readonly chosenFolder: string | null;
  /** Id of the library, which marks a chosen folder as its own. */
  readonly owner: string;
  readonly index: CatalogCacheIndex;
  /** Bytes on disk that everything together may take. */
  readonly limit: number;
  /** Room on the disk of a folder; asks the system unless given. */
  readonly diskSpace?: (folder: string) => Promise<DiskSpace>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told after a reference has a whole file, or has none any more. */
  readonly onHeld: (canonical: CanonicalUrl, held: 'none' | 'whole') => void;
}

/** Bytes of a block where the system does not say. */
const usualBlock = 4096;

/** Opens the folders; evicts where the limit is lower than what is there. Throws `read_only` or `disk_full` where the own one cannot be used. */
export async function openFileCache(options: FileCacheOptions): Promise<FileCache> {
  const { folder, chosenFolder, owner, index, limit, clock, onHeld } = options;
  const diskSpace = options.diskSpace ?? diskSpaceOf;
  const known = await index.load();
  const folders = await openCacheFolders({ own: folder, chosen: chosenFolder, named: new Set(known.map((entry) => entry.folder)), owner });
  const block = (await diskSpace(folders.pathOf(folders.current)).catch(() => null))?.block ?? usualBlock;
  const { entries, lost, corrected } = await loadEntries(known, folders, block).catch((thrown: unknown) => {
    throw diskFailure(thrown, folder, 0) ?? thrown;
  });
  const core = createFileCore({
    ...{ folders, index, block, limit, diskSpace, clock, onHeld },
    kept: await index.kept(),
  });
  await inSlices(entries, (slice) => {
    for (const entry of slice) core.adopt(entry);
  });
  for (const id of [...lost, ...corrected]) void core.changed(id);
  await core.measureFolders();
  await core.space.fit();
  return createFileCache(core);
}

function createFileCache(core: FileCore): FileCache {
  const { items, folders, space, block } = core;
  const keeping = createKeepOffline(core);

  const isIn = ({ entry }: Item, selection: CacheSelection): boolean => {
    if (selection.kind === 'all') return true;
    return selection.kind === 'canonicals' ? selection.canonicals.has(entry.canonical) : entry.lastUsed < selection.time;
  };
  const bytesOf = (item: Item): number => item.claim?.bytes ?? item.counted;
  const heldEntry = (item: Item): HeldEntry => ({
    ...item.entry,
    isKept: items.isKept(item.entry.canonical),
    isInUse: item.leases > 0,
  });

  function pinned(item: Item): Pinned {
    const lease = core.hold(item);
    return {
      get entry() {
        return item.entry;
      },
      path: lease.path,
      get isOnly() {
        return item.leases === 1;
      },
      relocate(to) {
        items.change(item, () => {
          item.entry = { ...item.entry, folder: to };
        });
        return core.changed(item.entry.id);
      },
      async remove() {
        lease.release();
        await core.retire(item);
      },
      release: lease.release,
    };
  }

  return {
    ...{ space, folders, block },
    get files() {
      return items.wholeFiles;
    },
    get evictions() {
      return core.evictions;
    },
    get partBytes() {
      return items.partBytes;
    },
    get kept() {
      return { bytes: items.keptBytes, files: items.keptFiles };
    },
    get bytes() {
      return core.heldBytes() + space.claimed;
    },
    entryOf: (canonical) => items.wholeOf(canonical)?.entry ?? null,
    partOf: (canonical, validator) => findPart(core, canonical, validator)?.entry ?? null,
    pathOf: core.pathOf,
    isKept: items.isKept,
    lease(canonical) {
      const item = items.wholeOf(canonical);
      if (!item) return null;
      items.touch(item);
      item.entry = { ...item.entry, lastUsed: core.tick() };
      void core.changed(item.entry.id);
      return core.hold(item);
    },
    leasePart(reference, validator) {
      const item = findPart(core, reference.canonical, validator);
      return item && item.leases === 0 ? holdPart(core, item, reference) : null;
    },
    beginPart: (reference, facts) => holdPart(core, addPart(core, reference, facts), reference),
    async retire(canonical) {
      const item = items.wholeOf(canonical);
      if (item) await core.retire(item);
    },
    markChecked(canonical) {
      const item = items.wholeOf(canonical);
      if (!item) return;
      item.entry = { ...item.entry, checkedAt: Math.floor(core.clock()) };
      void core.changed(item.entry.id);
    },
    async drop(canonicals) {
      const gone = { bytes: 0, files: 0 };
      await inParallel(canonicals, async (canonical) => {
        for (const item of items.statesOf(canonical)) {
          if (item.isLeaving || items.get(item.entry.id) !== item) continue;
          gone.bytes += bytesOf(item);
          gone.files += 1;
          await core.retire(item);
        }
      });
      return gone;
    },
    async clear(selection) {
      const gone = { bytes: 0, files: 0 };
      const left = { kept: 0, inUse: 0 };
      await inParallel([...items.all()], async (item) => {
        // Looked at in its turn: others go on using files, keeping and removing them meanwhile.
        if (item.isLeaving || items.get(item.entry.id) !== item || !isIn(item, selection)) return;
        if (items.isKept(item.entry.canonical)) left.kept += 1;
        else if (item.leases > 0) left.inUse += 1;
        else {
          gone.bytes += bytesOf(item);
          gone.files += 1;
          await core.remove(item);
        }
      });
      return { ...gone, left };
    },
    list(start, end, { keptOnly } = { keptOnly: false }) {
      const all = [...items.all()].filter((item) => !item.isLeaving && (!keptOnly || items.isKept(item.entry.canonical))).reverse();
      return { total: all.length, entries: all.slice(start, end).map(heldEntry) };
    },
    setKept: (references, isKept) => keeping.set(references, isKept),
    entries: () =>
      [...items.all()]
        .filter((item) => !item.isLeaving)
        .reverse()
        .map(({ entry }) => entry),
    isInUse: (id) => (items.get(id)?.leases ?? 0) > 0,
    pin(id) {
      const item = items.get(id);
      return item && !item.isLeaving && item.claim === null ? pinned(item) : null;
    },
    nextUnhashed() {
      for (const id of core.unhashed) {
        const item = items.get(id);
        if (item && !item.isLeaving) return item.entry;
        core.unhashed.delete(id);
      }
      return null;
    },
    rememberHash(id, sha256) {
      core.unhashed.delete(id);
      const item = items.get(id);
      if (!item || item.entry.ranges !== null) return;
      item.entry = { ...item.entry, sha256 };
      void core.changed(id);
    },
    async dropDamaged(id) {
      core.unhashed.delete(id);
      const item = items.get(id);
      if (item) await core.retire(item);
    },
    isNamed: (name) => core.isNamed(name.slice(0, idLength)),
    whenReleased: core.whenReleased,
    measureFolders: core.measureFolders,
    settled: core.settled,
  };
}
