/** Moves the cache to another folder while everything goes on: new files go there at once, the others one by one. */
import { createReadStream, createWriteStream, renameSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { CacheEntry } from '../catalog/catalog.ts';
import { type DiskSpace, diskFailure, diskFull, freeDiskFloor } from './disk.ts';
import { partNameOf } from './entry-name.ts';
import type { FileCache, Pinned } from './file-cache.ts';
import { cancelled } from './transfer-queue.ts';

export interface MoveOptions {
  readonly signal: AbortSignal;
  /** In bytes on disk. */
  readonly onProgress: (done: number, total: number) => void;
}

export interface FileMover {
  /** As `Bytes.move` says. */
  move(folder: string, options: MoveOptions): Promise<{ files: number; bytes: number }>;
  /** Goes on in the background with what a former start left. */
  resume(): void;
  /** Bytes on disk still to be moved; null where nothing is. */
  remaining(): number | null;
  /** Stops; the rest is moved after the next start. */
  close(): Promise<void>;
}

/** stuck: the system does not let it go now; it stays where it is and is tried again after the next start. */
type Moved = 'moved' | 'in use' | 'no room' | 'stuck';

/** Bytes that are read at a time. */
const copyStep = 1024 * 1024;

const countOf = (files: number): string => (files === 1 ? 'One file that is' : `${files} files that are`);

/** The folder, or the nearest above it that is there. */
async function nearestFolder(folder: string): Promise<{ path: string; dev: number }> {
  const facts = await stat(folder).catch(() => null);
  if (facts) return { path: folder, dev: facts.dev };
  const above = dirname(folder);
  if (above === folder) throw fail('invalid_input', { message: `${folder} cannot be made.`, next: 'Choose another folder.' });
  return nearestFolder(above);
}

/** `diskSpace` says the room on the disk of a folder. */
export function createFileMover(files: FileCache, diskSpace: (folder: string) => Promise<DiskSpace>): FileMover {
  const { folders } = files;
  const own = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  const elsewhere = (): CacheEntry[] => files.entries().filter((entry) => entry.folder !== folders.current);
  const sizeOf = (entries: readonly CacheEntry[]): number => entries.reduce((sum, entry) => sum + entry.diskBytes, 0);

  /** What moves for an entry: the folder of a whole file, or the part itself. */
  const nameOf = (entry: CacheEntry): string => (entry.ranges === null ? entry.id : partNameOf(entry.id));

  /** On one disk a file moves at once and takes no room. False where it is another disk. */
  function renameAtOnce(pin: Pinned, to: string): boolean {
    const name = nameOf(pin.entry);
    try {
      // Synchronous, so that nobody takes the file into use under its former path in between.
      renameSync(join(folders.pathOf(pin.entry.folder), name), join(folders.pathOf(to), name));
      return true;
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EXDEV') return false;
      throw thrown;
    }
  }

  /** The copy is on the disk for certain before the former file goes. Stops at once by `signal`, however large the file is. */
  async function copyOver(from: string, to: string, partPath: string, signal: AbortSignal): Promise<void> {
    try {
      await pipeline(createReadStream(from, { highWaterMark: copyStep }), createWriteStream(partPath), { signal });
      const copy = await open(partPath, 'r+');
      try {
        await copy.sync();
      } finally {
        await copy.close();
      }
      if (to === partPath) return;
      await mkdir(dirname(to), { recursive: true });
      await rename(partPath, to);
    } catch (thrown) {
      await rm(partPath, { force: true });
      if (signal.aborted) throw cancelled();
      throw diskFailure(thrown, dirname(partPath), 0) ?? thrown;
    }
  }

  async function copyAcross(pin: Pinned, to: string, signal: AbortSignal): Promise<Moved> {
    const { entry } = pin;
    const former = join(folders.pathOf(entry.folder), nameOf(entry));
    const folder = folders.pathOf(to);
    const copy = join(folder, entry.file);
    const claim = files.space.claim();
    try {
      const facts = await stat(pin.path);
      // A copy may lose its holes, so a part is claimed as a whole; a folder and the growth of the cache's come on top.
      const need = Math.max(entry.diskBytes, facts.size) + 4 * files.block;
      if (!(await claim.tryGrowTo(need, true))) {
        if (files.isKept(entry.canonical)) return 'no room';
        await pin.remove();
        return 'moved';
      }
      await copyOver(pin.path, copy, join(folder, partNameOf(entry.id)), signal);
      if (!pin.isOnly) {
        await rm(join(folder, nameOf(entry)), { recursive: true, force: true });
        return 'in use';
      }
      await pin.relocate(to);
      await rm(former, { recursive: true, force: true });
      await files.measureFolders();
      return 'moved';
    } finally {
      claim.end();
    }
  }

  async function moveOne(id: string, signal: AbortSignal): Promise<Moved> {
    const to = folders.current;
    // Not pinned to find out: letting go of a pin would tell the move that something was released.
    const pin = files.isInUse(id) ? null : files.pin(id);
    if (!pin) return 'in use';
    try {
      if (pin.entry.folder === to) return 'moved';
      await rm(join(folders.pathOf(to), nameOf(pin.entry)), { recursive: true, force: true }); // left there by a move that was killed
      if (!pin.isOnly) return 'in use';
      if (!renameAtOnce(pin, to)) return await copyAcross(pin, to, signal);
      await pin.relocate(to);
      await files.measureFolders();
      return 'moved';
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown;
      // Windows refuses to move what another program has open.
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) return 'stuck';
      await files.dropDamaged(id);
      return 'moved';
    } finally {
      pin.release();
    }
  }

  async function moveAll({ signal, onProgress }: MoveOptions): Promise<{ files: number; bytes: number }> {
    const total = sizeOf(elsewhere());
    const done = { files: 0, bytes: 0 };
    const stopped = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => stopped.resolve(), { once: true });
    const staying = new Map<string, Moved>();
    for (;;) {
      const released = files.whenReleased();
      const left = elsewhere().filter((entry) => !staying.has(entry.id));
      if (left.length === 0) break;
      let hasChanged = false;
      for (const entry of left) {
        if (signal.aborted) throw cancelled();
        const outcome = await moveOne(entry.id, signal);
        if (outcome === 'in use') continue;
        hasChanged = true;
        if (outcome !== 'moved') {
          staying.set(entry.id, outcome);
          continue;
        }
        done.files += 1;
        done.bytes += entry.diskBytes;
        onProgress(Math.min(done.bytes, total), total);
      }
      if (!hasChanged) await Promise.race([released, stopped.promise]);
      if (signal.aborted) throw cancelled();
    }
    for (const folder of folders.present) {
      if (!files.entries().some((entry) => entry.folder === folder)) await folders.leave(folder);
    }
    await files.measureFolders();
    const roomless = [...staying.values()].filter((outcome) => outcome === 'no room').length;
    if (roomless === 0) return done;
    throw fail('cache_full', {
      message: `${countOf(roomless)} kept offline could not be moved: there is no room for a second copy within the limit.`,
      next: 'Raise the limit of the cache and move it again.',
    });
  }

  /** One move after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = running.then(work, work);
    running = next.catch(() => undefined);
    return next;
  }

  return {
    async move(folder, options) {
      const target = await nearestFolder(folder);
      const here = await stat(folders.pathOf(folders.current)).catch(() => null);
      if (target.dev !== here?.dev) {
        const need = sizeOf(files.entries());
        const disk = await diskSpace(target.path);
        if (disk.free - need < freeDiskFloor(disk)) throw diskFull(need);
      }
      await folders.choose(folder);
      await files.measureFolders();
      options.onProgress(0, sizeOf(elsewhere()));
      const signal = AbortSignal.any([options.signal, own.signal]);
      return inTurn(() => moveAll({ ...options, signal }));
    },
    resume() {
      if (elsewhere().length === 0) return;
      // What does not move now stays where it is, is used from there, and is tried again after the next start.
      inTurn(() => moveAll({ signal: own.signal, onProgress: () => undefined })).catch(() => undefined);
    },
    remaining() {
      const left = elsewhere();
      return left.length === 0 ? null : sizeOf(left);
    },
    async close() {
      own.abort();
      await running;
    },
  };
}
