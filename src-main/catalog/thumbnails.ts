/** Thumbnails, in a file of their own beside the catalog: losing it costs time only, so it is made anew when it is damaged. */
import { rmSync } from 'node:fs';
import { Failure } from '../../src-shared/model/error.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import { type Database, openDatabase } from './database.ts';

/** A thumbnail: encoded bytes, their type, pixels. */
export interface Thumbnail {
  readonly bytes: Uint8Array;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
}

/** Rises when the table below changes; an older file is thrown away. */
const layout = 1;

/** Opens or makes the file for writing. */
export function openThumbnails(file: string): Database {
  try {
    return openPrepared(file);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.error.cause !== 'corrupt') throw thrown;
    for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
    return openPrepared(file);
  }
}

/** The thumbnail made of this very state of the file with this edge, or null. */
export function getThumbnail(database: Database, canonical: CanonicalUrl, validator: string | null, edge: number): Thumbnail | null {
  return (
    database.one<Thumbnail>(
      'SELECT bytes, mime, width, height FROM thumbnail WHERE canonical = ? AND edge = ? AND validator = ?',
      canonical,
      edge,
      validator ?? '',
    ) ?? null
  );
}

/** Keeps a thumbnail, in the place of one of another state of the file. */
export function putThumbnail(
  database: Database,
  canonical: CanonicalUrl,
  validator: string | null,
  edge: number,
  thumbnail: Thumbnail,
): void {
  database.run(
    'INSERT OR REPLACE INTO thumbnail (canonical, edge, validator, bytes, mime, width, height) VALUES (?, ?, ?, ?, ?, ?, ?)',
    canonical,
    edge,
    validator ?? '',
    thumbnail.bytes,
    thumbnail.mime,
    thumbnail.width,
    thumbnail.height,
  );
}

function openPrepared(file: string): Database {
  const database = openDatabase(file, { isReadOnly: false, newestBackup: () => null });
  try {
    database.write(() => {
      if (database.one<{ user_version: number }>('PRAGMA user_version')?.user_version !== layout) {
        database.sqlite.exec('DROP TABLE IF EXISTS thumbnail');
      }
      database.sqlite.exec(`CREATE TABLE IF NOT EXISTS thumbnail (
        canonical TEXT NOT NULL,
        edge INTEGER NOT NULL,
        -- '' is a file without a validator.
        validator TEXT NOT NULL,
        bytes BLOB NOT NULL,
        mime TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        PRIMARY KEY (canonical, edge)
      ) STRICT`);
      database.sqlite.exec(`PRAGMA user_version = ${layout}`);
    });
    database.sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return database;
}
