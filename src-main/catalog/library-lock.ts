/**
 * One process owns a library. The lock is an exclusive SQLite transaction on `lock.sqlite`, held as long as the process lives:
 * the system frees it at death, however it comes. (Node has no flock, and files with process ids race.)
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fail } from '../../src-shared/model/error.ts';

export interface LibraryLock {
  /** Lets the next process in. */
  release(): void;
}

/**
 * Takes the lock, or gives null while another process has it. Never waits. A folder that cannot be written cannot be owned twice
 * either, so it opens without a lock.
 * @throws Failure `read_only` when the folder does not exist and cannot be made
 */
export function takeLibraryLock(folder: string): LibraryLock | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw fail('read_only', {
      message: `The library folder ${folder} cannot be made: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
      next: 'Choose another folder with --library or VITRINE_LIBRARY.',
    });
  }
  let database: Database.Database | null = null;
  try {
    database = new Database(join(folder, 'lock.sqlite'), { timeout: 0 });
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
    const held = database;
    return { release: () => held.close() };
  } catch (thrown) {
    database?.close();
    const code = thrown instanceof Database.SqliteError ? thrown.code : '';
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return null;
    if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_PERM'))
      return { release: () => undefined };
    throw thrown;
  }
}
