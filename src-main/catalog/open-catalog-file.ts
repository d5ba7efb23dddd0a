/** Opens `catalog.sqlite` in a library folder: for writing where that is possible, else for reading. Never replaces it. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';
import type { Announcement, Writer } from './changes.ts';
import { dropEmptyChanges } from './changes.ts';
import { type Database, openDatabase, type SlowQuery } from './database.ts';
import { removeLeftovers } from './insert-rows.ts';
import { migrate, readableOnly } from './migrate.ts';
import { migrations } from './migrations/list.ts';

/** What opening came to. Readers open `file`, which is a copy in `copyFolder` where the library's folder allows no reading in place. */
export interface OpenedCatalog {
  readonly readOnly: VitrineError | null;
  readonly file: string;
  readonly copyFolder: string | null;
}

/** Opens the catalog of a folder for the writer; migrates it and removes what a dead process left. */
export function openCatalogFile(
  folder: string,
  options: { appVersion: string; announce: (what: Announcement) => void; slowQuery: SlowQuery },
): { writer: Writer; opened: OpenedCatalog } {
  const file = join(folder, 'catalog.sqlite');
  const backupFolder = join(folder, 'backups');
  const now = (): Date => new Date();
  const connection = { newestBackup: () => newestBackup(backupFolder), slowQuery: options.slowQuery };
  const reading = (database: Database, opened: OpenedCatalog): { writer: Writer; opened: OpenedCatalog } => ({
    writer: { database, now, announce: options.announce },
    opened,
  });

  try {
    mkdirSync(folder, { recursive: true });
  } catch (thrown) {
    if (!(thrown instanceof Error) || !('code' in thrown)) throw thrown;
    throw unwritable(folder);
  }

  // What a newer Vitrine wrote is looked at before anything could touch it.
  if (existsSync(file) && canWrite(file, connection)) {
    const database = openDatabase(file, { ...connection, isReadOnly: true });
    const newer = closingOnFailure(database, () => readableOnly(database, migrations));
    if (newer) return reading(database, { readOnly: newer, file, copyFolder: null });
    database.close();
  } else if (existsSync(file)) {
    const readOnly = unwritable(folder).error;
    const { database, ...place } = openWithoutWriting(file, connection);
    const newer = closingOnFailure(database, () => readableOnly(database, migrations));
    return reading(database, { readOnly: newer ?? readOnly, ...place });
  }

  const database = openDatabase(file, { ...connection, isReadOnly: false });
  const writer = { database, now, announce: options.announce };
  closingOnFailure(database, () => {
    database.all('PRAGMA journal_mode = WAL');
    database.sqlite.exec(
      'PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000',
    );
    migrate(database, migrations, { backupFolder, appVersion: options.appVersion, now });
    removeLeftovers(writer);
    database.run("UPDATE change SET state = 'done' WHERE state = 'open'");
    dropEmptyChanges(database);
  });
  return { writer, opened: { readOnly: null, file, copyFolder: null } };
}

function unwritable(folder: string): Failure {
  return fail('read_only', { message: `${folder} cannot be written.`, next: 'Choose another folder, or allow writing there.' });
}

function canWrite(file: string, connection: { newestBackup: () => string | null }): boolean {
  try {
    const database = openDatabase(file, { ...connection, isReadOnly: false });
    try {
      database.write(() => undefined);
      return true;
    } finally {
      database.close();
    }
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.error.cause === 'read_only') return false;
    throw thrown;
  }
}

/** SQLite cannot read a WAL file in a folder where it may not put its `-shm` beside it; then a copy is read. */
function openWithoutWriting(
  file: string,
  connection: { newestBackup: () => string | null },
): { database: Database; file: string; copyFolder: string | null } {
  try {
    const database = openDatabase(file, { ...connection, isReadOnly: true });
    closingOnFailure(database, () => database.one('SELECT count(*) AS count FROM sqlite_schema'));
    return { database, file, copyFolder: null };
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.error.cause !== 'read_only') throw thrown;
  }
  const copyFolder = mkdtempSync(join(tmpdir(), 'vitrine-reading-'));
  const copy = join(copyFolder, 'catalog.sqlite');
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  return { database: openDatabase(copy, { ...connection, isReadOnly: true }), file: copy, copyFolder };
}

function newestBackup(folder: string): string | null {
  if (!existsSync(folder)) return null;
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .sort()
    .at(-1);
  return newest === undefined ? null : join(folder, newest);
}

function closingOnFailure<T>(database: Database, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}
