/**
 * The folders that the cache lies in: the library's own, and one of the user's choice. A chosen folder carries a mark that says whose it is,
 * so that two libraries never clear each other's files away, and an empty mount point is not taken for a disk whose files are gone.
 */
import { mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';
import { diskFailure } from './disk.ts';

/** Where the cache lies. Folders are written as `CacheEntry.folder` does: absolute, '' is the library's own. */
export interface CacheFolders {
  /** New files go here. */
  readonly current: string;
  /** Why the chosen folder is not used, or null. */
  readonly problem: VitrineError | null;
  /** All that are there now: the library's own, the chosen one, and former ones that still hold files. */
  readonly present: ReadonlySet<string>;
  /** Absolute. */
  pathOf(folder: string): string;
  /** How a folder's absolute path is written in entries. */
  folderOf(path: string): string;
  /**
   * From now on new files go to this absolute path. Throws `invalid_input` where it holds another library's cache, `not_found` or
   * `read_only` where it cannot be made or written.
   */
  choose(path: string): Promise<void>;
  /** Nothing lies in this folder any more: its mark goes, and the folder itself where it is empty then. Not for the current one. */
  leave(folder: string): Promise<void>;
}

/** In a chosen folder: the id of the library whose cache it is. */
export const markName = 'vitrine-cache.txt';

async function markIn(path: string): Promise<string | null> {
  return readFile(join(path, markName), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

function anothers(path: string): Failure {
  return fail('invalid_input', {
    message: `${path} holds the cache of another library.`,
    next: 'Choose a folder of its own for this cache.',
  });
}

function away(path: string): Failure {
  return fail('not_found', {
    message: `${path} is not there, so the cache lies in the library's own folder for now.`,
    next: 'Connect its disk and open the library again, or choose another folder for the cache.',
  });
}

/** `chosen` is the folder of the settings, `named` those that entries name, `owner` the id of the library. Throws where `own` cannot be made. */
export async function openCacheFolders(options: {
  own: string;
  chosen: string | null;
  named: ReadonlySet<string>;
  owner: string;
}): Promise<CacheFolders> {
  const { chosen, named, owner } = options;
  const own = resolve(options.own);
  const present = new Set(['']);
  let current = '';
  let problem: VitrineError | null = null;
  const pathOf = (folder: string): string => (folder === '' ? own : folder);
  const folderOf = (path: string): string => (resolve(path) === own ? '' : resolve(path));

  async function claimFolder(folder: string): Promise<void> {
    const mark = await markIn(folder);
    if (mark !== null && mark !== owner) throw anothers(folder);
    try {
      // Written each time, so that a folder which cannot be written is found out before anything is put there.
      await writeFile(join(folder, markName), `${owner}\n`);
    } catch (thrown) {
      throw diskFailure(thrown, folder, 0) ?? away(folder);
    }
  }

  async function openChosen(folder: string): Promise<void> {
    const isThere = await stat(folder).then(
      (facts) => facts.isDirectory(),
      () => false,
    );
    // One that held files is only used with its mark: an unplugged disk leaves no folder, or an empty one.
    if (named.has(folder) && (await markIn(folder)) === null) throw away(folder);
    // Its parent must be there: making all of the way would make a folder where a disk should be.
    if (!isThere) {
      await mkdir(folder).catch((thrown: unknown) => {
        const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
        throw (isMissing ? null : diskFailure(thrown, folder, 0)) ?? away(folder);
      });
    }
    await claimFolder(folder);
  }

  await mkdir(own, { recursive: true }).catch((thrown: unknown) => {
    throw diskFailure(thrown, own, 0) ?? thrown;
  });
  if (chosen !== null && folderOf(chosen) !== '') {
    const folder = folderOf(chosen);
    try {
      await openChosen(folder);
      present.add(folder);
      current = folder;
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      problem = thrown.error;
    }
  }
  for (const folder of named) {
    if (folder !== '' && (await markIn(folder)) === owner) present.add(folder);
  }

  return {
    get current() {
      return current;
    },
    get problem() {
      return problem;
    },
    present,
    pathOf,
    folderOf,
    async choose(path) {
      if (!isAbsolute(path)) {
        throw fail('invalid_input', { message: `${path} is not an absolute path.`, next: 'Write the whole path of the folder.' });
      }
      const folder = folderOf(path);
      if (folder !== '') {
        try {
          await mkdir(folder, { recursive: true });
        } catch (thrown) {
          throw (
            diskFailure(thrown, folder, 0) ??
            fail('invalid_input', { message: `${folder} cannot be made.`, next: 'Choose another folder.' })
          );
        }
        await claimFolder(folder);
      }
      present.add(folder);
      current = folder;
      problem = null;
    },
    async leave(folder) {
      if (folder === '' || folder === current) return;
      present.delete(folder);
      await rm(join(folder, markName), { force: true });
      await rmdir(folder).catch(() => undefined); // others have files there
    },
  };
}
