/**
 * A SQL view per table with the names a person gave, for any SQLite tool: `SELECT * FROM "folder/table"`. Media cells are addresses,
 * JSON is text, booleans are 0 and 1, cells not computed are NULL; links are left out, because they open what they point to.
 */
import type { Column, Table } from '../../src-shared/model/table.ts';
import type { Database } from './database.ts';
import { isVisible, sqlColumn, sqlTable } from './stored-cells.ts';
import { listTree } from './tree.ts';

/** Makes the views agree with the tree. To be called within a transaction, before columns are deleted for good. */
export function updateReadableViews(database: Database): void {
  const wanted = new Map(listed(database).map((table) => [viewName(database, table), { table, sql: viewSelect(table) }]));
  const present = database.all<{ name: string; sql: string }>('SELECT name, sql FROM readable_view');
  const same = new Set<string>();
  for (const view of present) {
    if (wanted.get(view.name)?.sql === view.sql) same.add(view.name);
    else {
      database.sqlite.exec(`DROP VIEW IF EXISTS ${quoted(view.name)}`);
      database.run('DELETE FROM readable_view WHERE name = ?', view.name);
    }
  }
  for (const [name, { table, sql }] of wanted) {
    if (same.has(name)) continue;
    database.sqlite.exec(`CREATE VIEW ${quoted(name)} AS ${sql}`);
    database.run('INSERT INTO readable_view (name, table_id, sql) VALUES (?, ?, ?)', name, table.id, sql);
  }
}

function listed(database: Database): Table[] {
  return listTree(database, null).tables;
}

/** The table's path; with `table ` before it where SQLite keeps the name for itself or another thing has it. */
function viewName(database: Database, table: Table): string {
  const other = database.one(
    `SELECT 1 AS found FROM sqlite_schema
     WHERE name = ? COLLATE NOCASE AND NOT (type = 'view' AND name IN (SELECT name FROM readable_view)) LIMIT 1`,
    table.path,
  );
  return other || /^sqlite_/i.test(table.path) ? `table ${table.path}` : table.path;
}

function viewSelect(table: Table): string {
  const columns = table.columns.map((column) => `${viewValue(column)} AS ${quoted(column.name)}`);
  return `SELECT t.id AS "row id"${columns.map((column) => `, ${column}`).join('')} FROM ${sqlTable(table.id)} AS t WHERE ${isVisible(table.id)}`;
}

function viewValue(column: Column): string {
  const name = `t.${sqlColumn(column.id)}`;
  if (column.kind === 'media') return `(SELECT canonical FROM reference WHERE id = ${name})`;
  if (column.isVolatile) return 'NULL';
  return name;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
