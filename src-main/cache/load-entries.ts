/** Matches the index against the folders when the library opens: what a crash left is put right, what nobody names is removed. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { CacheEntry } from '../catalog/catalog.ts';
import type { CacheFolders } from './cache-folders.ts';
import { diskBytesOf, sparseBytesOf } from './disk.ts';
import { isEntryName, partNameOf } from './entry-name.ts';
import { inParallel } from './in-slices.ts';

export interface Loaded {
  /** What is there, the least recently used first. */
  readonly entries: CacheEntry[];
  /** Ids of entries without their file. */
  readonly lost: string[];
  /** Entries that are not as the index has them: moved, or completed, in the moment of the crash. */
  readonly corrected: string[];
}

const lengthOf = (entry: CacheEntry): number => entry.ranges?.at(-1)?.[1] ?? 0;

/** The entry as it lies in this folder, or null. `folderBytes` is what the folder of one whole file takes. */
async function findIn(
  path: string,
  entry: CacheEntry,
  names: ReadonlySet<string>,
  block: number,
  folderBytes: number,
): Promise<CacheEntry | null> {
  const partName = partNameOf(entry.id);
  if (entry.ranges !== null && names.has(partName)) {
    const facts = await stat(join(path, partName)).catch(() => null);
    if (facts?.isFile() && facts.size >= lengthOf(entry)) return { ...entry, diskBytes: sparseBytesOf(facts, entry.ranges, block) };
  }
  if (!names.has(entry.id)) return null;
  // A part is given its folder when it is complete and checked: the crash came before that was written down.
  const file = entry.ranges === null ? entry.file : `${entry.id}/${(await readdir(join(path, entry.id)).catch(() => []))[0] ?? ''}`;
  const facts = await stat(join(path, file)).catch(() => null);
  if (!facts?.isFile() || facts.size !== (entry.size ?? facts.size)) return null;
  return { ...entry, file, ranges: null, size: facts.size, diskBytes: diskBytesOf(facts, block) + folderBytes };
}

/** Throws what the folders throw. Entries of folders that are away are in neither list. */
export async function loadEntries(known: readonly CacheEntry[], folders: CacheFolders, block: number): Promise<Loaded> {
  const there = new Map<string, { path: string; strays: Set<string>; names: ReadonlySet<string>; folderBytes: number }>();
  for (const folder of folders.present) {
    const path = folders.pathOf(folder);
    const names = new Set((await readdir(path)).filter(isEntryName));
    // Where a folder takes blocks itself (ext4), each of ours takes one; elsewhere (tmpfs, btrfs, APFS) none is counted.
    there.set(folder, { path, names, strays: new Set(names), folderBytes: (await stat(path)).blocks > 0 ? block : 0 });
  }
  const found: CacheEntry[] = [];
  const lost: string[] = [];
  const corrected: string[] = [];
  await inParallel(known, async (entry) => {
    if (!there.has(entry.folder)) return;
    const places = [entry.folder, ...[...there.keys()].filter((folder) => folder !== entry.folder)];
    for (const folder of places) {
      const place = there.get(folder);
      const here = place ? await findIn(place.path, entry, place.names, block, place.folderBytes) : null;
      if (!here) continue;
      place?.strays.delete(here.ranges === null ? entry.id : partNameOf(entry.id));
      found.push({ ...here, folder });
      if (folder !== entry.folder || here.file !== entry.file) corrected.push(entry.id);
      return;
    }
    lost.push(entry.id);
  });
  const entries = withoutFormer(found, (former) => {
    lost.push(former.id);
    there.get(former.folder)?.strays.add(former.id);
  });
  for (const { path, strays } of there.values()) {
    await inParallel([...strays], (name) => rm(join(path, name), { recursive: true, force: true }));
  }
  return { entries: entries.sort((a, b) => a.lastUsed - b.lastUsed), lost, corrected };
}

/** One whole file a reference, the latest; another one was about to leave. */
function withoutFormer(found: readonly CacheEntry[], onFormer: (entry: CacheEntry) => void): CacheEntry[] {
  const latest = new Map<CanonicalUrl, CacheEntry>();
  for (const entry of found) {
    if (entry.ranges === null && entry.since >= (latest.get(entry.canonical)?.since ?? 0)) latest.set(entry.canonical, entry);
  }
  return found.filter((entry) => {
    const isGood = entry.ranges !== null || latest.get(entry.canonical) === entry;
    if (!isGood) onFormer(entry);
    return isGood;
  });
}
