/** Which files the cache holds, whole or in part, and which are kept offline. */
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { CacheEntry } from './catalog.ts';
import type { Database } from './database.ts';

/** At most `most` entries whose ids come after `after`, in order of their ids. */
export function loadCacheIndex(database: Database, after: string, most: number): CacheEntry[] {
  return database
    .all<Omit<CacheEntry, 'ranges'> & { ranges: string | null }>(
      `SELECT id, canonical, folder, file, etag, modified, type, size, ranges, disk_bytes AS diskBytes, sha256, md5, since,
         last_used AS lastUsed, checked_at AS checkedAt FROM cache_file WHERE id > ? ORDER BY id LIMIT ?`,
      after,
      most,
    )
    .map((row) => ({ ...row, ranges: row.ranges === null ? null : (JSON.parse(row.ranges) as [number, number][]) }));
}

/** Adds entries, or puts them in the place of those with the same id. */
export function putCacheEntries(database: Database, entries: readonly CacheEntry[]): void {
  database.write(() => {
    for (const entry of entries) {
      database.run(
        `INSERT OR REPLACE INTO cache_file
         (id, canonical, folder, file, etag, modified, type, size, ranges, disk_bytes, sha256, md5, since, last_used, checked_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        entry.id,
        entry.canonical,
        entry.folder,
        entry.file,
        entry.etag,
        entry.modified,
        entry.type,
        entry.size,
        entry.ranges === null ? null : JSON.stringify(entry.ranges),
        entry.diskBytes,
        entry.sha256,
        entry.md5,
        Math.round(entry.since),
        Math.round(entry.lastUsed),
        Math.round(entry.checkedAt),
      );
    }
  });
}

/** Forgets entries; unknown ones are no error. */
export function removeCacheEntries(database: Database, ids: readonly string[]): void {
  database.run('DELETE FROM cache_file WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
}

/** References that are kept offline. */
export function keptOffline(database: Database): CanonicalUrl[] {
  return database.all<{ canonical: CanonicalUrl }>('SELECT canonical FROM kept_offline').map(({ canonical }) => canonical);
}

/** Keeps references offline, or no longer. */
export function setKeptOffline(database: Database, canonicals: readonly CanonicalUrl[], isKept: boolean): void {
  const asked = JSON.stringify(canonicals);
  if (isKept) {
    const since = new Date().toISOString();
    database.run(
      'INSERT INTO kept_offline (canonical, since) SELECT value, ? FROM json_each(?) WHERE true ON CONFLICT DO NOTHING',
      since,
      asked,
    );
  } else database.run('DELETE FROM kept_offline WHERE canonical IN (SELECT value FROM json_each(?))', asked);
}
