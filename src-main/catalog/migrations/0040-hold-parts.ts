import type { Migration } from '../migrate.ts';

/**
 * The cache holds parts of files too, several states of one object, and files in a folder of the user's choice; what is kept offline and
 * what changed upstream is remembered by reference.
 */
export const holdParts: Migration = {
  number: 40,
  name: '0040-hold-parts',
  oldestReader: 10,
  sql: `
CREATE TABLE cache_file (
  -- Identity of the bytes: a hash of the reference and its validator.
  id TEXT PRIMARY KEY,
  canonical TEXT NOT NULL,
  -- Where it lies: a folder, '' for the library's own, and a path within it.
  folder TEXT NOT NULL,
  file TEXT NOT NULL,
  etag TEXT,
  modified TEXT,
  type TEXT,
  -- Bytes of the file itself; NULL while nobody said.
  size INTEGER,
  -- NULL: whole. Else what is here, as JSON [[start, end], …], half-open.
  ranges TEXT,
  disk_bytes INTEGER NOT NULL,
  -- NULL: not reckoned yet.
  sha256 TEXT,
  -- What the provider says it is, in hex.
  md5 TEXT,
  since INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  checked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cache_file_canonical ON cache_file(canonical);

CREATE TABLE kept_offline (canonical TEXT PRIMARY KEY, since TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE upstream (
  canonical TEXT PRIMARY KEY,
  checked_at TEXT NOT NULL,
  state TEXT NOT NULL,
  -- What lies upstream, as JSON, where it is not what is known here.
  remote TEXT
) STRICT, WITHOUT ROWID;

-- Entries of before are found by their files, which have other names now: the cache is what it was made for, and fills again.
DELETE FROM cache_entry;
`,
};
