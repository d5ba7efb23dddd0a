/** The ledger: every signed link that was handed out, newest first, without its URL. */
import { fail } from '../../src-shared/model/error.ts';
import { IssuedLink, type NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import type { LedgerQuery } from './catalog.ts';
import type { Writer } from './changes.ts';
import type { Database, SqlValue } from './database.ts';

/** The cell of a presigned column that issued a link. */
export interface IssuingCell {
  readonly columnId: number;
  readonly rowId: number;
}

/** `most` entries are kept at most. Whether they are too many is looked at once in so many entries, since counting a million takes longer than adding a few. */
const limits = { most: 1_000_000, countedEvery: 1_000 };
/** What is read at once. */
const mostEntries = 1_000;

interface LedgerRow {
  readonly id: number;
  readonly canonical: string;
  readonly typed: string | null;
  readonly issued_by: string;
  readonly [column: string]: SqlValue;
}

/** Adds links in one transaction. */
export function addIssuedLinks(writer: Writer, links: readonly NewIssuedLink[], bounds = limits): void {
  if (links.length === 0) return;
  const { database, now } = writer;
  database.write(() => keepIssuedLinks(database, links, { now: now(), bounds }));
  writer.announce({ kind: 'ledger' });
}

/** The same inside a transaction. `cells[i]` issued `links[i]`: its entry for the same reference is replaced, under its old id. */
export function keepIssuedLinks(
  database: Database,
  links: readonly NewIssuedLink[],
  { now, cells = [], bounds = limits }: { readonly now: Date; readonly cells?: readonly IssuingCell[]; readonly bounds?: typeof limits },
): void {
  const before = newestId(database);
  const insert = database.prepared(
    `INSERT INTO issued_link (canonical, typed, issued_at, expires_at, limited_by, signed_as, asked_seconds, disposition, filename,
       content_type, issued_by, column_id, row_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (canonical, column_id, row_id) DO UPDATE SET typed = excluded.typed, issued_at = excluded.issued_at,
       expires_at = excluded.expires_at, limited_by = excluded.limited_by, signed_as = excluded.signed_as,
       asked_seconds = excluded.asked_seconds`,
  );
  for (const [index, link] of links.entries()) {
    insert.run(
      link.fileurl,
      link.typed === link.fileurl ? null : link.typed,
      link.issued_at,
      link.expires_at,
      link.limited_by,
      link.signed_as,
      link.asked_seconds,
      link.disposition,
      link.filename,
      link.content_type,
      link.by,
      cells[index]?.columnId ?? null,
      cells[index]?.rowId ?? null,
    );
  }
  const steps = (id: number) => Math.floor(id / bounds.countedEvery);
  if (steps(newestId(database)) > steps(before)) prune(database, now, bounds);
}

/** Entries `start` to `end` (exclusive), newest first, and how many there are in all. Fails with `invalid_input` where that is too many. */
export function listIssuedLinks(
  database: Database,
  { search, reference, state, now, start, end }: LedgerQuery,
): { total: number; entries: IssuedLink[] } {
  if (start < 0 || end < start || end - start > mostEntries) {
    throw fail('invalid_input', { message: `At most ${mostEntries} issued links are read at once.`, next: 'Ask for fewer.' });
  }
  const conditions: string[] = [];
  const parameters: SqlValue[] = [];
  if (reference !== null) {
    conditions.push('canonical = ?');
    parameters.push(reference);
  }
  if (search !== null && search !== '') {
    // Bounded by the ledger itself: a million references are read through in under a second, and nothing is paid when links are added.
    conditions.push("(canonical LIKE ? ESCAPE '\\' OR typed LIKE ? ESCAPE '\\')");
    const pattern = `%${search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    parameters.push(pattern, pattern);
  }
  if (state !== null) {
    conditions.push(state === 'ended' ? 'expires_at <= ?' : '(expires_at IS NULL OR expires_at > ?)');
    parameters.push(secondOf(now));
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return database.read(() => ({
    total: database.one<{ total: number }>(`SELECT count(*) AS total FROM issued_link ${where}`, ...parameters)?.total ?? 0,
    entries: database
      .all<LedgerRow>(
        `SELECT * FROM issued_link ${where} ORDER BY issued_at DESC, id DESC LIMIT ? OFFSET ?`,
        ...parameters,
        end - start,
        start,
      )
      .map(entryOf),
  }));
}

/** Entries by id, those that are there. */
export function getIssuedLinks(database: Database, ids: readonly number[]): IssuedLink[] {
  return database
    .all<LedgerRow>('SELECT * FROM issued_link WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids))
    .map(entryOf);
}

/** Takes entries off the list; the links themselves go on working. Gives how many were there. */
export function forgetIssuedLinks(writer: Writer, ids: readonly number[]): number {
  const { changes } = writer.database.write(() =>
    writer.database.run('DELETE FROM issued_link WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids)),
  );
  if (changes > 0) writer.announce({ kind: 'ledger' });
  return changes;
}

function entryOf({ canonical, typed, issued_by, ...row }: LedgerRow): IssuedLink {
  return IssuedLink.parse({ ...row, fileurl: canonical, typed: typed ?? canonical, by: issued_by });
}

function newestId(database: Database): number {
  return database.one<{ id: number | null }>('SELECT max(id) AS id FROM issued_link')?.id ?? 0;
}

/** Makes room for what comes until the next look: those that ended first go first, then the oldest of the others. */
function prune(database: Database, now: Date, { most, countedEvery }: typeof limits): void {
  const count = database.one<{ count: number }>('SELECT count(*) AS count FROM issued_link')?.count ?? 0;
  const surplus = count - (most - countedEvery);
  if (surplus <= 0) return;
  const { changes } = database.run(
    'DELETE FROM issued_link WHERE id IN (SELECT id FROM issued_link WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
    secondOf(now),
    surplus,
  );
  if (changes < surplus)
    database.run('DELETE FROM issued_link WHERE id IN (SELECT id FROM issued_link ORDER BY issued_at, id LIMIT ?)', surplus - changes);
}

/** As ends are written, to the second. */
function secondOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
