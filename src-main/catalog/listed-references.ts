/** References beside what a listing of their bucket says: which are in a table, and what has changed. */
import type { VitrineError } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { ListedChange, ListedReference, ReferencesBelow } from './catalog.ts';
import type { Writer } from './changes.ts';
import type { Database } from './database.ts';
import { type StaleColumns, takeOtherFile } from './other-file.ts';
import { isVisible, sqlColumn, sqlTable } from './stored-cells.ts';
import { listTree } from './tree.ts';

/** Which of these addresses stand in these media columns, with what is known of them and in how many rows. */
export function referencesInTable(
  database: Database,
  tableId: number,
  columnIds: readonly number[],
  canonicals: readonly CanonicalUrl[],
): ListedReference[] {
  const parsed = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));
  return database
    .all<{ id: number; canonical: CanonicalUrl; remote: string | null; error: string | null; rows: number }>(
      `SELECT r.id, r.canonical, r.remote, r.error, ${rowsWith(tableId, columnIds)} AS rows
       FROM json_each(?) AS asked CROSS JOIN reference AS r ON r.canonical = asked.value`,
      JSON.stringify(canonicals),
    )
    .filter(({ rows }) => rows > 0)
    .map(({ id, remote, error, ...rest }) => ({
      ...rest,
      referenceId: id,
      remote: parsed<RemoteFacts>(remote),
      error: parsed<VitrineError>(error),
    }));
}

/** Addresses that begin with `start` and stand in these columns, in their order from behind `after`, at most `limit` of all that are known. */
export function referencesBelow(
  database: Database,
  tableId: number,
  columnIds: readonly number[],
  { start, after, limit }: { start: string; after: string | null; limit: number },
): ReferencesBelow {
  return database.read(() => {
    const found = database.all<{ id: number; canonical: CanonicalUrl }>(
      `SELECT id, canonical FROM reference WHERE canonical > ? AND canonical < ? ORDER BY canonical LIMIT ?`,
      after ?? start,
      endOf(start),
      limit,
    );
    const ids = JSON.stringify(found.map(({ id }) => id));
    const canonicals = new Map(found.map(({ id, canonical }) => [id, canonical] as const));
    const cells = columnIds.flatMap((columnId) =>
      database
        .all<{ rowId: RowId; referenceId: number }>(
          `SELECT t.id AS rowId, asked.value AS referenceId FROM json_each(?) AS asked
           CROSS JOIN ${sqlTable(tableId)} AS t ON t.${sqlColumn(columnId)} = asked.value WHERE ${isVisible(tableId)}`,
          ids,
        )
        .flatMap(({ rowId, referenceId }) => {
          const canonical = canonicals.get(referenceId);
          return canonical === undefined ? [] : [{ rowId, referenceId, canonical }];
        }),
    );
    return { cells, after: found.length < limit ? null : (found.at(-1)?.canonical ?? null) };
  });
}

/** Whether a row that somebody sees, in any table, names an object of this bucket, in a pinned version or not. */
export function isBucketUsed(database: Database, scheme: string, bucket: string): boolean {
  return database.read(() => {
    const start = `${scheme}://${bucket}/`;
    const pinned = `${scheme}+version://`;
    return listTree(database, null).tables.some((table) =>
      table.columns
        .filter((column) => column.kind === 'media')
        .some(
          (column) =>
            database.one(
              `SELECT 1 AS found FROM reference AS r CROSS JOIN ${sqlTable(table.id)} AS t ON t.${sqlColumn(column.id)} = r.id
               WHERE ((r.canonical > ? AND r.canonical < ?) OR (r.canonical > ? AND r.canonical < ? AND instr(r.canonical, ?) > 0))
               AND ${isVisible(table.id)} LIMIT 1`,
              start,
              endOf(start),
              pinned,
              endOf(pinned),
              `@${bucket}/`,
            ) !== undefined,
        ),
    );
  });
}

/**
 * Remembers what a listing told. What has changed loses the facts of the former file, and cells of any table that were computed from it
 * become stale in the same transaction; of the others only what nothing was known of is filled in.
 */
export function putListed(writer: Writer, changes: readonly ListedChange[]): void {
  const { database } = writer;
  let stale: StaleColumns[] = [];
  database.write(() => {
    for (const { referenceId, remote, at, isChanged } of changes) {
      database.run(
        isChanged
          ? 'UPDATE reference SET remote = ?, facts = NULL, error = NULL, asked_at = ? WHERE id = ?'
          : 'UPDATE reference SET remote = ?, asked_at = ? WHERE id = ? AND asked_at IS NULL',
        JSON.stringify(remote),
        at,
        referenceId,
      );
    }
    const changed = changes.filter(({ isChanged }) => isChanged).map(({ referenceId }) => referenceId);
    stale = takeOtherFile(database, changed);
  });
  // Before the cells: who computes them must have forgotten the former file by then.
  const ids = (isChanged: boolean) => changes.filter((change) => change.isChanged === isChanged).map(({ referenceId }) => referenceId);
  writer.announce({ kind: 'facts', referenceIds: ids(true), isOtherFile: true });
  writer.announce({ kind: 'facts', referenceIds: ids(false) });
  for (const { tableId, columnIds } of stale) writer.announce({ kind: 'cells', tableId, rowIds: null, columnIds });
}

/** Behind every text that begins with `start`: nothing is written with the last code point of Unicode, which is no character. */
function endOf(start: string): string {
  return `${start}\u{10ffff}`;
}

/** SQL that counts the rows of a reference `r` in these columns. */
function rowsWith(tableId: number, columnIds: readonly number[]): string {
  const counts = columnIds.map(
    (id) => `(SELECT count(*) FROM ${sqlTable(tableId)} AS t WHERE t.${sqlColumn(id)} = r.id AND ${isVisible(tableId)})`,
  );
  return counts.length === 0 ? '0' : counts.join(' + ');
}
