/** References: one row for each address, with what is known of its file. */
import type { VitrineError } from '../../src-shared/model/error.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { KnownFacts, NewReference } from './catalog.ts';
import type { Writer } from './changes.ts';
import type { Database } from './database.ts';
import { type StaleColumns, takeOtherFile } from './other-file.ts';
import { isVisible, sqlColumn, sqlTable } from './stored-cells.ts';
import { findTable, listTree } from './tree.ts';

/** The id of an address, stored now if it is new. To be called within a transaction. */
export function referenceId(database: Database, { canonical, typed }: NewReference): number {
  const added = database.run('INSERT INTO reference (canonical) VALUES (?) ON CONFLICT DO NOTHING', canonical);
  const id = added.changes === 1 ? added.id : database.one<{ id: number }>('SELECT id FROM reference WHERE canonical = ?', canonical)?.id;
  if (id === undefined) throw new Error('A reference that conflicts is not there.');
  if (isAskedOtherwise(canonical, typed)) database.run('UPDATE reference SET asked_as = ? WHERE id = ?', typed, id);
  return id;
}

/** A web address that was typed otherwise may carry a signature, which its canonical form has lost. */
export function isAskedOtherwise(canonical: string, typed: string | null): typed is string {
  return typed !== null && typed !== canonical && canonical.startsWith('http');
}

/** Addresses by id; unknown ids are left out. `typed` is how to ask for it: the newest text of a web address, else the address itself. */
export function getReferences(database: Database, ids: readonly number[]): { id: number; canonical: CanonicalUrl; typed: string }[] {
  return database.all(
    'SELECT r.id, r.canonical, coalesce(r.asked_as, r.canonical) AS typed FROM json_each(?) AS asked CROSS JOIN reference AS r ON r.id = asked.value ORDER BY asked.key',
    JSON.stringify(ids),
  );
}

/** What is known of files; ids nobody asked about are left out. */
export function factsOf(database: Database, ids: readonly number[]): KnownFacts[] {
  const parsed = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));
  return database
    .all<{ id: number; remote: string | null; facts: string | null; error: string | null; asked_at: string }>(
      `SELECT r.id, r.remote, r.facts, r.error, r.asked_at FROM json_each(?) AS asked CROSS JOIN reference AS r ON r.id = asked.value
       WHERE r.asked_at IS NOT NULL ORDER BY asked.key`,
      JSON.stringify(ids),
    )
    .map((row) => ({
      referenceId: row.id,
      remote: parsed<KnownFacts['remote']>(row.remote),
      facts: parsed<KnownFacts['facts']>(row.facts),
      error: parsed<VitrineError>(row.error),
      askedAt: row.asked_at,
    }));
}

/** Remembers what was learnt; the newest answer stands, and makes stale what was computed from another file. */
export function putFacts(writer: Writer, facts: readonly KnownFacts[]): void {
  const { database } = writer;
  const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
  const others: number[] = [];
  let stale: StaleColumns[] = [];
  database.write(() => {
    for (const known of facts) {
      if (isOtherFile(database, known)) others.push(known.referenceId);
      database.run(
        'UPDATE reference SET remote = ?, facts = ?, error = ?, asked_at = ? WHERE id = ?',
        json(known.remote),
        json(known.facts),
        json(known.error),
        known.askedAt,
        known.referenceId,
      );
    }
    stale = takeOtherFile(database, others);
  });
  if (others.length > 0) writer.announce({ kind: 'facts', referenceIds: others, isOtherFile: true });
  writer.announce({ kind: 'facts', referenceIds: facts.map((known) => known.referenceId).filter((id) => !others.includes(id)) });
  for (const { tableId, columnIds } of stale) writer.announce({ kind: 'cells', tableId, rowIds: null, columnIds });
}

/** Whether the validator says that a former answer was of another file. ETags are compared weakly. */
function isOtherFile(database: Database, { referenceId: id, remote }: KnownFacts): boolean {
  if (remote === null || remote.etag === null) return false;
  const former = database.one<{ etag: string | null }>("SELECT remote ->> '$.etag' AS etag FROM reference WHERE id = ?", id)?.etag;
  const bare = (etag: string) => etag.replace(/^W\//, '');
  return former !== null && former !== undefined && bare(former) !== bare(remote.etag);
}

/** Where these addresses stand: one row for each address and table, the oldest. */
export function findReferences(
  database: Database,
  tableId: number | null,
  canonicals: readonly CanonicalUrl[],
): { canonical: CanonicalUrl; tablePath: string; rowId: RowId }[] {
  return database.read(() => {
    const tables = tableId === null ? listTree(database, null).tables : [findTable(database, tableId)];
    const asked = JSON.stringify(canonicals);
    return tables.flatMap((table) => {
      const media = table.columns.filter((column) => column.kind === 'media');
      const found = media.flatMap((column) =>
        database.all<{ canonical: CanonicalUrl; rowId: RowId }>(
          `SELECT r.canonical, min(t.id) AS rowId FROM json_each(?) AS asked CROSS JOIN reference AS r ON r.canonical = asked.value
           CROSS JOIN ${sqlTable(table.id)} AS t ON t.${sqlColumn(column.id)} = r.id WHERE ${isVisible(table.id)} GROUP BY r.canonical`,
          asked,
        ),
      );
      const oldest = new Map<CanonicalUrl, RowId>();
      for (const { canonical, rowId } of found) oldest.set(canonical, Math.min(rowId, oldest.get(canonical) ?? rowId) as RowId);
      return [...oldest].map(([canonical, rowId]) => ({ canonical, tablePath: table.path, rowId }));
    });
  });
}
