/** Reckons the SHA-256 of whole files while no transfer runs, and holds them against what their provider said. */
import type { CacheEntry } from '../catalog/catalog.ts';
import type { FileCache } from './file-cache.ts';
import { hashFile } from './hash-file.ts';

export interface BackgroundHashing {
  /** To be called when transfers ended, or a file came. Goes on where it stopped. */
  wake(): void;
  /** Resolves when all is reckoned, or transfers run again. */
  settled(): Promise<void>;
  /** Stops; what was not reckoned is after the next start. */
  close(): Promise<void>;
}

/** `isBusy`: a transfer runs. `onDamaged` is told of files whose bytes were not those of their provider; they are removed, and kept where the same bytes come again. */
export function createBackgroundHashing(options: {
  files: FileCache;
  isBusy: () => boolean;
  onDamaged: (canonical: string) => void;
}): BackgroundHashing {
  const { files, isBusy, onDamaged } = options;
  let isClosed = false;
  let running: Promise<void> | null = null;
  let onWake: (() => void) | null = null;
  /** SHA-256 of files that were not what their provider said. */
  const refuted = new Map<string, string>();

  /** Waits in the middle of a file while transfers run. */
  async function whenFree(): Promise<void> {
    while (isBusy() && !isClosed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      onWake = resolve;
      await promise;
    }
    if (isClosed) throw new Error('closed');
  }

  /** The file is not taken into use: whoever needs its room may have it meanwhile. */
  async function reckon({ id, canonical, md5, size, since }: CacheEntry, path: string): Promise<void> {
    const isStill = () => {
      const now = files.entryOf(canonical);
      return now?.id === id && now.since === since && files.pathOf(now) === path;
    };
    const hashes = await hashFile(path, { withMd5: md5 !== null, whenFree }).catch(() => null);
    // One that was let be because of the end is reckoned after the next start.
    if (isClosed || !isStill()) return;
    if (hashes?.bytes === size && hashes.md5 === md5) return files.rememberHash(id, hashes.sha256);
    // The same bytes came twice, so nothing broke on the way: it is the provider's word that is wrong, and a third time would say no more.
    if (hashes?.bytes === size && refuted.get(canonical) === hashes.sha256) return files.rememberHash(id, hashes.sha256);
    if (hashes) refuted.set(canonical, hashes.sha256);
    // A file that cannot be read is no copy either.
    onDamaged(canonical);
    await files.dropDamaged(id);
  }

  async function run(): Promise<void> {
    for (let entry = files.nextUnhashed(); entry && !isClosed && !isBusy(); entry = files.nextUnhashed())
      await reckon(entry, files.pathOf(entry));
    running = null;
  }

  return {
    wake() {
      onWake?.();
      onWake = null;
      running ??= Promise.resolve().then(run);
    },
    async settled() {
      await running;
    },
    async close() {
      isClosed = true;
      onWake?.();
      await running;
    },
  };
}
