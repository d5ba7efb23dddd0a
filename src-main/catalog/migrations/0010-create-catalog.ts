import type { Migration } from '../migrate.ts';

/**
 * The first schema. A user table is a real table `t<ID>`, made when the user makes it; everything else is here.
 * `removed_by` is the change that put a thing into the trash; NULL is what the user sees.
 */
export const createCatalog: Migration = {
  number: 10,
  name: '0010-create-catalog',
  oldestReader: 10,
  sql: `
CREATE TABLE reference (
  id INTEGER PRIMARY KEY,
  canonical TEXT NOT NULL UNIQUE,
  -- How to ask for it where that is more than its identity: a signed web address as it was given, the newest one.
  asked_as TEXT,
  -- What was learnt of the file, as JSON: a HEAD's answer, header facts, the permanent error of asking.
  remote TEXT,
  facts TEXT,
  error TEXT,
  asked_at TEXT
) STRICT;

CREATE TABLE folder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  parent_id INTEGER REFERENCES folder(id),
  name TEXT NOT NULL,
  removed_by INTEGER
) STRICT;
CREATE INDEX folder_removed ON folder(removed_by) WHERE removed_by IS NOT NULL;

CREATE TABLE user_table (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  folder_id INTEGER REFERENCES folder(id),
  name TEXT NOT NULL,
  row_count INTEGER NOT NULL DEFAULT 0,
  -- Ids are given from here and never twice, whatever was deleted.
  next_row INTEGER NOT NULL DEFAULT 1,
  -- Rows from this id on belong to an import that has not ended; nobody sees them. 2^53-1: there is none.
  hidden_from INTEGER NOT NULL DEFAULT 9007199254740991,
  removed_by INTEGER
) STRICT;
CREATE INDEX user_table_removed ON user_table(removed_by) WHERE removed_by IS NOT NULL;

CREATE TABLE user_column (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  table_id INTEGER NOT NULL REFERENCES user_table(id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('media', 'plain', 'computed')),
  expression TEXT,
  is_volatile INTEGER NOT NULL DEFAULT 0,
  level TEXT,
  revision INTEGER NOT NULL DEFAULT 1,
  removed_by INTEGER
) STRICT;
CREATE INDEX user_column_table ON user_column(table_id, position);

CREATE TABLE column_read (
  column_id INTEGER NOT NULL,
  reads_id INTEGER NOT NULL,
  PRIMARY KEY (column_id, reads_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX column_read_by ON column_read(reads_id);

CREATE TABLE cell_error (
  column_id INTEGER NOT NULL,
  row_id INTEGER NOT NULL,
  cause TEXT NOT NULL,
  message TEXT NOT NULL,
  next TEXT,
  details TEXT,
  PRIMARY KEY (column_id, row_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  label TEXT NOT NULL,
  -- open: several calls are still adding to it.
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'undone'))
) STRICT;
CREATE INDEX change_state ON change(state, id);

CREATE TABLE change_step (
  change_id INTEGER NOT NULL REFERENCES change(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  folder_id INTEGER,
  table_id INTEGER,
  column_id INTEGER,
  data TEXT NOT NULL,
  PRIMARY KEY (change_id, number)
) STRICT, WITHOUT ROWID;

-- The other value of an edited cell: the old one while the edit stands, the new one while it is undone.
CREATE TABLE change_cell (
  change_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  row_id INTEGER NOT NULL,
  column_id INTEGER NOT NULL,
  value ANY,
  typed TEXT,
  PRIMARY KEY (change_id, number, row_id, column_id),
  FOREIGN KEY (change_id, number) REFERENCES change_step(change_id, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Views made for people with other SQLite tools; listed, so that views of their own are left alone.
CREATE TABLE readable_view (name TEXT PRIMARY KEY, table_id INTEGER NOT NULL, sql TEXT NOT NULL) STRICT;

CREATE TABLE cache_entry (
  canonical TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  disk_bytes INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  etag TEXT,
  type TEXT,
  since INTEGER NOT NULL,
  last_used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`,
};
