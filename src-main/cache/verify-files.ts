/** Holds every file of the cache against its entry: that it is there, its length and its SHA-256. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheFinding } from '../../src-shared/contract/cache.ts';
import type { CacheEntry } from '../catalog/catalog.ts';
import { isEntryName } from './entry-name.ts';
import type { FileCache } from './file-cache.ts';
import { hashFile } from './hash-file.ts';
import { cancelled } from './transfer-queue.ts';

type Finding = Omit<CacheFinding, 'isFetchedAgain'>;

export interface Verified {
  /** Files that were looked at, and bytes that were read. */
  readonly checked: number;
  readonly bytes: number;
  readonly findings: Finding[];
}

/**
 * What is wrong is removed, and is not held any more. A file without a known hash gets one. Parts have none: their length is looked at.
 * Throws `cancelled`.
 */
export async function verifyFiles(
  files: FileCache,
  options: { signal: AbortSignal; onProgress: (done: number, total: number) => void },
): Promise<Verified> {
  const { signal, onProgress } = options;
  const findings: Finding[] = [];
  const entries = files.entries();
  let bytes = 0;
  let checked = 0;

  async function checkStopped(): Promise<void> {
    if (signal.aborted) throw cancelled();
  }

  /** Null: it is what it should be. */
  async function look(entry: CacheEntry, path: string): Promise<Finding['found'] | null> {
    const facts = await stat(path).catch(() => null);
    if (!facts?.isFile()) return 'missing';
    if (entry.ranges !== null) return facts.size >= (entry.ranges.at(-1)?.[1] ?? 0) ? null : 'damaged';
    if (facts.size !== entry.size) return 'damaged';
    const hashes = await hashFile(path, { withMd5: entry.sha256 === null && entry.md5 !== null, whenFree: checkStopped });
    bytes += hashes.bytes;
    if (entry.sha256 !== null) return hashes.sha256 === entry.sha256 ? null : 'damaged';
    if (entry.md5 !== null && hashes.md5 !== entry.md5) return 'damaged';
    files.rememberHash(entry.id, hashes.sha256);
    return null;
  }

  for (const [index, { id }] of entries.entries()) {
    await checkStopped();
    const pin = files.pin(id); // null: it left meanwhile, or comes in this moment
    if (pin) {
      try {
        const found = await look(pin.entry, pin.path);
        checked += 1;
        if (found !== null) {
          findings.push({ canonical: pin.entry.canonical, file: pin.path, found });
          await files.dropDamaged(id);
        }
      } finally {
        pin.release();
      }
    }
    onProgress(index + 1, entries.length);
  }
  for (const folder of files.folders.present) {
    const path = files.folders.pathOf(folder);
    for (const name of await readdir(path)) {
      // One that left since the folder was read is none.
      if (!isEntryName(name) || files.isNamed(name) || (await stat(join(path, name)).catch(() => null)) === null) continue;
      findings.push({ canonical: null, file: join(path, name), found: 'stray' });
      await rm(join(path, name), { recursive: true, force: true });
    }
  }
  await files.measureFolders();
  await files.settled();
  return { checked, bytes, findings };
}
