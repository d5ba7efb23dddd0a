/** References from where they are shown: of chosen rows, and the tables of chosen references. */
import type { RowSelection } from '../../src-shared/contract/table-reference.ts';
import type { SqlForm } from '../../src-shared/expression/expression.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { Database } from './database.ts';
import { findReferences } from './references.ts';
import { selectedRows } from './row-selection.ts';
import { sqlColumn, sqlTable } from './stored-cells.ts';
import { findTable } from './tree.ts';

/** A page of the references of these rows, each once, ascending by id. Fails with `unknown_name` and `expression`. */
export function referencesOfRows(
  database: Database,
  tableId: number,
  rows: RowSelection,
  { after, limit }: { after: number; limit: number },
): { id: number; canonical: CanonicalUrl; typed: string; rowId: RowId; rows: number }[] {
  return database.read(() => {
    const shown = shownBy(database, tableId, rows);
    if (shown === null) return [];
    return database.all(
      `SELECT r.id, r.canonical, coalesce(r.asked_as, r.canonical) AS typed, min(s.row_id) AS rowId, count(*) AS rows
       FROM (${shown.sql}) AS s JOIN reference AS r ON r.id = s.reference_id
       WHERE r.id > ? GROUP BY r.id ORDER BY r.id LIMIT ?`,
      ...shown.parameters,
      after,
      limit,
    );
  });
}

/** How many references these rows show, each counted once. Fails with `unknown_name` and `expression`. */
export function countReferencesOfRows(database: Database, tableId: number, rows: RowSelection): number {
  return database.read(() => {
    const shown = shownBy(database, tableId, rows);
    if (shown === null) return 0;
    const sql = `SELECT count(DISTINCT s.reference_id) AS count FROM (${shown.sql}) AS s`;
    return database.one<{ count: number }>(sql, ...shown.parameters)?.count ?? 0;
  });
}

/** Those of these addresses that are stored, and how each is asked. */
export function referencesOf(
  database: Database,
  canonicals: readonly CanonicalUrl[],
): { id: number; canonical: CanonicalUrl; typed: string }[] {
  return database.all(
    `SELECT r.id, r.canonical, coalesce(r.asked_as, r.canonical) AS typed
     FROM json_each(?) AS asked CROSS JOIN reference AS r ON r.canonical = asked.value ORDER BY asked.key`,
    JSON.stringify(canonicals),
  );
}

/** Paths of the tables whose visible rows show these addresses. */
export function tablesShowing(database: Database, canonicals: readonly CanonicalUrl[]): { canonical: CanonicalUrl; tables: string[] }[] {
  const tables = new Map<CanonicalUrl, string[]>();
  for (const { canonical, tablePath } of findReferences(database, null, canonicals)) {
    const known = tables.get(canonical);
    if (!known) tables.set(canonical, [tablePath]);
    else if (!known.includes(tablePath)) known.push(tablePath);
  }
  return [...tables].map(([canonical, paths]) => ({ canonical, tables: paths }));
}

/** SQL that gives reference and row of each media cell of these rows; null where the table has no media column. */
function shownBy(database: Database, tableId: number, rows: RowSelection): SqlForm | null {
  const table = findTable(database, tableId);
  const media = table.columns.filter((column) => column.kind === 'media');
  if (media.length === 0) return null;
  const chosen = selectedRows(database, table, rows);
  const shown = media.map(
    (column) => `SELECT t.${sqlColumn(column.id)} AS reference_id, t.id AS row_id FROM ${sqlTable(table.id)} AS t WHERE ${chosen.sql}`,
  );
  return { sql: shown.join(' UNION ALL '), parameters: media.flatMap(() => chosen.parameters) };
}
