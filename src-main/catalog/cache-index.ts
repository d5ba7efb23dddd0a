/** Which files lie whole in the cache folder. */
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { CacheEntry } from './catalog.ts';
import type { Database } from './database.ts';

/** All entries. */
export function loadCacheIndex(database: Database): CacheEntry[] {
  return database.all<CacheEntry>(
    'SELECT canonical, file, disk_bytes AS diskBytes, bytes, etag, type, since, last_used AS lastUsed FROM cache_entry',
  );
}

/** Adds entries, or puts them in the place of those with the same address. */
export function putCacheEntries(database: Database, entries: readonly CacheEntry[]): void {
  database.write(() => {
    for (const entry of entries) {
      database.run(
        `INSERT OR REPLACE INTO cache_entry (canonical, file, disk_bytes, bytes, etag, type, since, last_used) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        entry.canonical,
        entry.file,
        entry.diskBytes,
        entry.bytes,
        entry.etag,
        entry.type,
        Math.round(entry.since),
        Math.round(entry.lastUsed),
      );
    }
  });
}

/** Forgets entries; unknown ones are no error. */
export function removeCacheEntries(database: Database, canonicals: readonly CanonicalUrl[]): void {
  database.run('DELETE FROM cache_entry WHERE canonical IN (SELECT value FROM json_each(?))', JSON.stringify(canonicals));
}
