/** Thumbnails and peaks, in a file of their own beside the catalog: losing it costs time only, so it is made anew when it is damaged. */
import { rmSync, statSync } from 'node:fs';
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

/** Rises when the tables below change; an older file is thrown away. */
const layout = 2;

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

/**
 * The smallest kept thumbnail that answers for this edge, or null. It was made of this state of the file; for `validator` null, of
 * whichever was seen last. One that is smaller than its own edge is the whole picture, and answers for every edge.
 */
export function getThumbnail(database: Database, canonical: CanonicalUrl, validator: string | null, edge: number): Thumbnail | null {
  return (
    database.one<Thumbnail>(
      `SELECT bytes, mime, width, height FROM thumbnail
       WHERE canonical = ? AND (? IS NULL OR validator = ?) AND (edge >= ? OR max(width, height) < edge) ORDER BY edge LIMIT 1`,
      canonical,
      validator,
      validator,
      edge,
    ) ?? null
  );
}

/** Keeps a thumbnail. Those of another state of the file go. */
export function putThumbnail(
  database: Database,
  canonical: CanonicalUrl,
  validator: string | null,
  edge: number,
  thumbnail: Thumbnail,
): void {
  database.write(() => {
    database.run('DELETE FROM thumbnail WHERE canonical = ? AND validator <> ?', canonical, validator ?? '');
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
  });
}

/** The peaks of a sound as they were kept: JSON, made of this state of the file (null: whichever), or null. */
export function getPeaks(database: Database, canonical: CanonicalUrl, validator: string | null): string | null {
  return (
    database.one<{ peaks: string }>(
      'SELECT peaks FROM peaks WHERE canonical = ? AND (? IS NULL OR validator = ?)',
      canonical,
      validator,
      validator,
    )?.peaks ?? null
  );
}

/** Keeps peaks, in the place of those of another state of the file. */
export function putPeaks(database: Database, canonical: CanonicalUrl, validator: string | null, peaks: string): void {
  database.run('INSERT OR REPLACE INTO peaks (canonical, validator, peaks) VALUES (?, ?, ?)', canonical, validator ?? '', peaks);
}

/** Bytes of the file and of what is still to be put into it. */
export function thumbnailsSize({ sqlite }: Database): number {
  return ['', '-wal'].reduce((sum, ending) => sum + (statSync(`${sqlite.name}${ending}`, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Forgets all thumbnails and peaks. The file shrinks at once; the answer is by how many bytes. */
export function clearThumbnails(database: Database): number {
  const before = thumbnailsSize(database);
  database.write(() => {
    database.run('DELETE FROM thumbnail');
    database.run('DELETE FROM peaks');
  });
  database.sqlite.exec('VACUUM');
  database.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  return Math.max(0, before - thumbnailsSize(database));
}

function openPrepared(file: string): Database {
  const database = openDatabase(file, { isReadOnly: false, newestBackup: () => null });
  try {
    database.write(() => {
      if (database.one<{ user_version: number }>('PRAGMA user_version')?.user_version !== layout) {
        database.sqlite.exec('DROP TABLE IF EXISTS thumbnail; DROP TABLE IF EXISTS peaks');
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
      ) STRICT;
      CREATE TABLE IF NOT EXISTS peaks (
        canonical TEXT NOT NULL PRIMARY KEY,
        validator TEXT NOT NULL,
        -- {"peaks":[…],"duration":…}
        peaks TEXT NOT NULL
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
