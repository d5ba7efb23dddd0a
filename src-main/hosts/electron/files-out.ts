/** Files that leave the window: dragged to other apps as real files, or shown in the file manager. Named by reference id, never by path. */
import { copyFileSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nativeImage, shell, type WebContents } from 'electron';
import * as z from 'zod/mini';
import { nameOf } from '../../../src-shared/reference/describe-reference.ts';
import type { Reference } from '../../../src-shared/reference/reference.ts';
import { storedReference } from '../../../src-shared/reference/stored-reference.ts';
import type { Library } from '../../library.ts';
import { isPlayableName, safeFileNames } from './safe-file-names.ts';

/** More files than this are no drag that anybody means. */
const ReferenceIds = z.array(z.int().check(z.nonnegative())).check(z.minLength(1), z.maxLength(10_000));
const ReferenceId = z.int().check(z.nonnegative());

/** A file on this disk that stands for a reference. `isCopy`: it lies in the cache under a name of its own. */
interface FileHere {
  readonly path: string;
  readonly name: string;
  readonly isCopy: boolean;
}

export interface FilesOut {
  /** Begins the system's drag. Files that are not here are left out; where none is, nothing begins. */
  startDrag(contents: WebContents, referenceIds: unknown): Promise<void>;
  /** False where the file is not on this computer. */
  showInFolder(referenceId: unknown): Promise<boolean>;
  /** Opens a film or sound in the system's program for it. False where it is not on this computer, or its name ends as that of another kind of file. */
  openFile(referenceId: unknown): Promise<boolean>;
  /** Takes away the names that were made for drags. */
  close(): void;
}

/**
 * Copies of the cache leave under their display names, as hard links: they cost no room and stay while another app copies them, though the
 * cache may drop its own. Links must be on the cache's disk, hence their folder in the library; what a crash left there goes at the start.
 */
export function createFilesOut(library: Library): FilesOut {
  const folder = join(library.folder, 'dragged');
  let drags = 0;
  rmSync(folder, { recursive: true, force: true });

  async function filesHere(ids: number[]): Promise<FileHere[]> {
    const references = (await library.catalog.references.get(ids)).map(storedReference);
    return references.flatMap((reference) => fileHere(library, reference) ?? []);
  }

  /** Gives copies their names in a folder of this drag. A copy that the cache has just dropped is left out. */
  function named(files: readonly FileHere[]): string[] {
    drags += 1;
    const own = join(folder, String(drags));
    const names = safeFileNames(files.map(({ name }) => name));
    if (files.some(({ isCopy }) => isCopy)) mkdirSync(own, { recursive: true });
    return files.flatMap(({ path, isCopy }, index) => {
      if (!isCopy) return [path];
      const target = join(own, names[index] ?? 'file');
      try {
        linkOrCopy(path, target);
        return [target];
      } catch (thrown) {
        library.log.warn('a file could not be dragged', { reason: String(thrown) });
        return [];
      }
    });
  }

  return {
    async startDrag(contents, referenceIds) {
      const ids = ReferenceIds.safeParse(referenceIds);
      if (!ids.success) {
        library.log.warn('a drag was refused', { reason: 'it names no references' });
        return;
      }
      const files = named(await filesHere(ids.data));
      const [file] = files;
      if (file === undefined || contents.isDestroyed()) return;
      const icon = nativeImage.createFromPath(join(library.installation.assets, 'icon.png')).resize({ width: 64 });
      contents.startDrag({ file, files, icon });
    },
    async showInFolder(referenceId) {
      const id = ReferenceId.safeParse(referenceId);
      const [found] = id.success ? await filesHere([id.data]) : [];
      if (!found) return false;
      shell.showItemInFolder(found.path);
      return true;
    },
    async openFile(referenceId) {
      const id = ReferenceId.safeParse(referenceId);
      const [found] = id.success ? await filesHere([id.data]) : [];
      // The system decides by the name what opens it: one that ends as a program does would be run.
      if (!found || !isPlayableName(found.name)) return false;
      const [path] = named([found]);
      return path !== undefined && (await shell.openPath(path)) === '';
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function fileHere({ bytes }: Library, reference: Reference): FileHere | null {
  const name = nameOf(reference);
  if (reference.scheme === 'file') return { path: reference.path, name, isCopy: false };
  const copy = bytes.copyOf(reference);
  return copy && { path: copy.path, name, isCopy: true };
}

function linkOrCopy(path: string, target: string): void {
  try {
    linkSync(path, target);
  } catch {
    // Some file systems have no hard links.
    copyFileSync(path, target);
  }
}
