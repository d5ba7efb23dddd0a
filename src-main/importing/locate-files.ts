/** Records → references, with what only the disk can tell: whether a local file is there, and which media a folder holds. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Outcome, VitrineError } from '../../src-shared/model/error.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import { kindOfName } from '../../src-shared/reference/describe-reference.ts';
import type { LocalPlace, Platform } from '../../src-shared/reference/file-path.ts';
import { fileReference, parseReference } from '../../src-shared/reference/parse-reference.ts';
import type { FileReference, Reference } from '../../src-shared/reference/reference.ts';
import { readFolder } from '../stores/folder-entries.ts';

/** What an address turned out to be. A folder stands for the media files in it. */
export interface Located {
  readonly reference: Reference;
  readonly isFolder: boolean;
}

/** The reference of one address. A file of this computer must be there, which only the disk can tell; for all others the answer comes at once. */
export function locate(text: string, local: LocalPlace): Outcome<Located> | Promise<Outcome<Located>> {
  const parsed = parseAddress(text, local);
  if (!parsed.ok) return parsed;
  if (parsed.value.scheme === 'file') return findFile(parsed.value, local.platform);
  return { ok: true, value: { reference: parsed.value, isFolder: false } };
}

/** The same where a folder cannot stand, as in a cell. */
export async function locateFile(text: string, local: LocalPlace): Promise<Outcome<Reference>> {
  const located = await locate(text, local);
  if (!located.ok) return located;
  return located.value.isFolder ? { ok: false, error: folderRefused(text) } : { ok: true, value: located.value.reference };
}

/** Addresses longer than this are no addresses. S3 keys end at 1,024 bytes; signed URLs stay below 16 KiB everywhere. */
const longestAddress = 64 * 1024;

/** An address as `parseReference` reads it; U+FFFD stands where bytes of a list were no text, so that the address is not the one meant. */
export function parseAddress(text: string, local: LocalPlace): Outcome<Reference> {
  if (text.length > longestAddress && !/^\s*(data|blob):/i.test(text)) {
    const message = 'This is not an address: it is longer than 65,536 characters.';
    return { ok: false, error: fail('invalid_url', { message, next: 'Correct the address.' }).error };
  }
  if (!text.includes('\ufffd')) return parseReference(text, local);
  const message = 'This is not an address: it holds a character that could not be read.';
  return { ok: false, error: fail('invalid_url', { message, next: 'Save the list as UTF-8.' }).error };
}

async function findFile(reference: FileReference, platform: Platform): Promise<Outcome<Located>> {
  try {
    return foundAs(reference, await stat(reference.path));
  } catch (thrown) {
    // Blanks at the end of a line may belong to the name or be a slip; the disk knows.
    const trimmed = reference.path.trimEnd();
    if (trimmed !== reference.path && codeOf(thrown) === 'ENOENT') return findFile(fileReference(trimmed, platform), platform);
    return { ok: false, error: fileFailure(thrown, reference.path).error };
  }
}

function foundAs(reference: FileReference, found: Stats): Outcome<Located> {
  if (found.isDirectory() || found.isFile()) return { ok: true, value: { reference, isFolder: found.isDirectory() } };
  return {
    ok: false,
    error: fail('unsupported', { message: `“${reference.path}” is neither a file nor a folder.`, next: 'Correct the address.' }).error,
  };
}

/** Why a folder gives no row. */
export function folderRefused(text: string): VitrineError {
  return fail('invalid_input', { message: `“${text.trim()}” is a folder.`, next: 'Import it recursively, or name the files.' }).error;
}

const filesABatch = 500;

/** A file found in a folder, or a folder that could not be read; the walk goes on. */
export interface WalkedFile {
  readonly path: string;
  readonly reference: Outcome<Reference>;
}

/** Media files below a folder by name, hidden ones left out. Links are followed; a folder that is reached twice is read once. */
export async function* walkFolder(top: string, platform: Platform): AsyncGenerator<WalkedFile[]> {
  const seen = new Set<string>();
  const waiting = [top];
  let batch: WalkedFile[] = [];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const inner: string[] = [];
    try {
      const { dev, ino } = await stat(folder, { bigint: true });
      if (seen.has(`${dev}:${ino}`)) continue;
      seen.add(`${dev}:${ino}`);
      const { entries, unreadable } = await readFolder(folder);
      batch.push(...unreadable.map(({ path, failure }): WalkedFile => ({ path, reference: { ok: false, error: failure.error } })));
      for (const { name, path, kind } of entries) {
        if (kind === 'folder') inner.push(path);
        if (kind !== 'file' || kindOfName(name) === 'unknown') continue;
        batch.push({ path, reference: { ok: true, value: fileReference(path, platform) } });
        if (batch.length >= filesABatch) {
          yield batch;
          batch = [];
        }
      }
    } catch (thrown) {
      batch.push({ path: folder, reference: { ok: false, error: fileFailure(thrown, folder).error } });
    }
    waiting.push(...inner.toReversed());
  }
  yield batch;
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** A failed access to a file of this computer in Vitrine's words; what is no such failure is thrown on. */
export function fileFailure(thrown: unknown, path: string): Failure {
  if (thrown instanceof Failure) return thrown;
  switch (codeOf(thrown)) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address.' });
    case 'EACCES':
    case 'EPERM':
      return fail('access_denied', {
        message: `“${path}” may not be read.`,
        next: 'Change the permissions of the file, or name another one.',
      });
    case 'EISDIR':
      return fail('invalid_input', { message: `“${path}” is a folder.`, next: 'Name a file.' });
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
    case 'EBUSY':
    case 'ENODEV':
    case 'ENXIO':
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
    case 'EHOSTUNREACH':
    case 'ENOTCONN':
    case 'ESTALE':
    case 'UNKNOWN':
      return fail('unreachable', { message: `“${path}” cannot be read now.`, next: 'Look whether the drive is there, and try again.' });
    default:
      throw thrown;
  }
}
