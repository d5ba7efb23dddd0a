/** Reckons the SHA-256 of whole files while no transfer runs, and holds them against what their provider said. */
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

/** `isBusy`: a transfer runs. `onDamaged` is told of files whose bytes were not those of their provider; they are removed. */
export function createBackgroundHashing(options: {
  files: FileCache;
  isBusy: () => boolean;
  onDamaged: (canonical: string) => void;
}): BackgroundHashing {
  const { files, isBusy, onDamaged } = options;
  let isClosed = false;
  let running: Promise<void> | null = null;
  let onWake: (() => void) | null = null;

  /** Waits in the middle of a file while transfers run. */
  async function whenFree(): Promise<void> {
    while (isBusy() && !isClosed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      onWake = resolve;
      await promise;
    }
    if (isClosed) throw new Error('closed');
  }

  async function reckon(id: string): Promise<void> {
    const pin = files.pin(id);
    if (!pin) return;
    const { canonical, md5, size } = pin.entry;
    try {
      const hashes = await hashFile(pin.path, { withMd5: md5 !== null, whenFree });
      if (hashes.bytes === size && hashes.md5 === md5) files.rememberHash(id, hashes.sha256);
      else {
        onDamaged(canonical);
        await files.dropDamaged(id);
      }
    } catch {
      // A file that cannot be read is no copy; one that was let be because of the end is reckoned after the next start.
      if (!isClosed) await files.dropDamaged(id);
    } finally {
      pin.release();
    }
  }

  async function run(): Promise<void> {
    for (let entry = files.nextUnhashed(); entry && !isClosed && !isBusy(); entry = files.nextUnhashed()) await reckon(entry.id);
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
