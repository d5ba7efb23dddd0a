import type { Migration } from '../migrate.ts';

/**
 * Every signed link that was handed out, without its URL and signature. A presigned column has one entry a cell and reference, which each new
 * issue replaces: a million cells issued anew every hour would otherwise leave nothing of what people made by hand.
 */
export const listIssuedLinks: Migration = {
  number: 30,
  name: '0030-list-issued-links',
  oldestReader: 10,
  sql: `
CREATE TABLE issued_link (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  canonical TEXT NOT NULL,
  -- NULL: the same as canonical.
  typed TEXT,
  issued_at TEXT NOT NULL,
  -- NULL: it has no end.
  expires_at TEXT,
  limited_by TEXT NOT NULL,
  signed_as TEXT NOT NULL,
  asked_seconds INTEGER NOT NULL,
  disposition TEXT,
  filename TEXT,
  content_type TEXT,
  issued_by TEXT NOT NULL,
  -- The cell that issued it; NULL where somebody asked. NULLs are distinct in the unique index, so those are never replaced.
  column_id INTEGER,
  row_id INTEGER
) STRICT;
CREATE UNIQUE INDEX issued_link_reference ON issued_link(canonical, column_id, row_id);
CREATE INDEX issued_link_at ON issued_link(issued_at);
CREATE INDEX issued_link_end ON issued_link(expires_at) WHERE expires_at IS NOT NULL;
`,
};
