/** What stands in a folder of this computer, as imports and listings look at it. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../../src-shared/model/error.ts';
import { unreadableName } from './file-failure.ts';

/** One entry; links are what they lead to, and `other` where they lead nowhere. */
export interface FolderEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
}

/** A folder's entries by name, hidden ones left out. */
export interface FolderEntries {
  readonly entries: readonly FolderEntry[];
  /** Entries whose names are no text, with U+FFFD where it ends, and what is said of them. */
  readonly unreadable: readonly { readonly path: string; readonly failure: Failure }[];
}

// Names are bytes on Linux: read as text they would name other files, or none.
const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a folder. Throws the system's errors. */
export async function readFolder(folder: string): Promise<FolderEntries> {
  const found = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  const entries: FolderEntry[] = [];
  const unreadable: { path: string; failure: Failure }[] = [];
  for (const entry of found) {
    if (entry.name[0] === 0x2e) continue;
    const name = textOf(entry.name);
    if (name === null) {
      const path = join(folder, entry.name.toString('utf8'));
      unreadable.push({ path, failure: unreadableName(path) });
      continue;
    }
    const path = join(folder, name);
    entries.push({ name, path, kind: await kindOf(entry, path) });
  }
  return {
    entries: entries.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    unreadable: unreadable.toSorted((one, other) => (one.path < other.path ? -1 : 1)),
  };
}

function textOf(bytes: Buffer): string | null {
  try {
    return strictly.decode(bytes);
  } catch {
    return null;
  }
}

async function kindOf(entry: Dirent<Buffer>, path: string): Promise<FolderEntry['kind']> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (!entry.isSymbolicLink()) return 'other';
  try {
    const target = await stat(path);
    return target.isFile() ? 'file' : target.isDirectory() ? 'folder' : 'other';
  } catch {
    // A link to nothing is no file that could be read.
    return 'other';
  }
}
