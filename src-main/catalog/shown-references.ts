/** References from where they are shown: of chosen rows, and the tables of chosen references. */
import type { RowSelection } from '../../src-shared/contract/table-reference.ts';
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
    const table = findTable(database, tableId);
    const media = table.columns.filter((column) => column.kind === 'media');
    if (media.length === 0) return [];
    const chosen = selectedRows(database, table, rows);
    const shown = media.map(
      (column) => `SELECT t.${sqlColumn(column.id)} AS reference_id, t.id AS row_id FROM ${sqlTable(table.id)} AS t WHERE ${chosen.sql}`,
    );
    return database.all(
      `SELECT r.id, r.canonical, coalesce(r.asked_as, r.canonical) AS typed, min(s.row_id) AS rowId, count(*) AS rows
       FROM (${shown.join(' UNION ALL ')}) AS s JOIN reference AS r ON r.id = s.reference_id
       WHERE r.id > ? GROUP BY r.id ORDER BY r.id LIMIT ?`,
      ...media.flatMap(() => chosen.parameters),
      after,
      limit,
    );
  });
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
