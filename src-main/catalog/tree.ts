/** Folders, tables and columns as they are stored, and how a path or id finds them. */
import type { TableReference } from '../../src-shared/contract/table-reference.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Level } from '../../src-shared/model/media.ts';
import type { Column, ColumnType, Folder, Table } from '../../src-shared/model/table.ts';
import type { Database } from './database.ts';
import { type Named, nameKey, pathParts, unknownName } from './names.ts';

interface FolderRow {
  readonly id: number;
  readonly parent_id: number | null;
  readonly name: string;
}
interface TableRow {
  readonly id: number;
  readonly folder_id: number | null;
  readonly name: string;
  readonly row_count: number;
}
interface ColumnRow {
  readonly id: number;
  readonly table_id: number;
  readonly name: string;
  readonly type: ColumnType;
  readonly kind: Column['kind'];
  readonly expression: string | null;
  readonly is_volatile: number;
  readonly level: Level | null;
  readonly revision: number;
}

const tableFields = 'id, folder_id, name, row_count';
const columnFields = 'id, table_id, name, type, kind, expression, is_volatile, level, revision';

/** All folders a user sees, by id. */
export function allFolders(database: Database): Map<number, Folder> {
  const rows = database.all<FolderRow>('SELECT id, parent_id, name FROM folder WHERE removed_by IS NULL ORDER BY id');
  const byId = new Map(rows.map((row) => [row.id, row]));
  const pathOf = (row: FolderRow): string => {
    const parent = row.parent_id === null ? undefined : byId.get(row.parent_id);
    return parent ? `${pathOf(parent)}/${row.name}` : row.name;
  };
  return new Map(rows.map((row) => [row.id, { id: row.id, parentId: row.parent_id, name: row.name, path: pathOf(row) }]));
}

/** All folders and tables, or those below a folder, by path. Fails with `unknown_name`. */
export function listTree(database: Database, path: string | null): { folders: Folder[]; tables: Table[] } {
  return database.read(() => {
    const folders = allFolders(database);
    const rows = database.all<TableRow>(`SELECT ${tableFields} FROM user_table WHERE removed_by IS NULL ORDER BY id`);
    const columns = Map.groupBy(
      database.all<ColumnRow>(`SELECT ${columnFields} FROM user_column WHERE removed_by IS NULL ORDER BY table_id, position`),
      (column) => column.table_id,
    );
    const tables = rows.map((row) => tableFrom(row, columns.get(row.id) ?? [], folders));
    const below = path === null || path === '' ? null : `${findFolder(database, path).path}/`;
    const isBelow = (item: { path: string }): boolean => below === null || item.path.startsWith(below);
    const byPath = (a: { path: string }, b: { path: string }): number => a.path.localeCompare(b.path, 'en');
    return { folders: [...folders.values()].filter(isBelow).sort(byPath), tables: tables.filter(isBelow).sort(byPath) };
  });
}

/** The folder at a path. Fails with `unknown_name`. */
export function findFolder(database: Database, path: string): Folder {
  const folder = findFolderOrNull(database, path);
  if (folder) return folder;
  throw unknownName(
    'folder',
    path,
    [...allFolders(database).values()].map((known) => known.path),
  );
}

/** The folder at a path, or null. */
export function findFolderOrNull(database: Database, path: string): Folder | null {
  const folders = [...allFolders(database).values()];
  const wanted = nameKey(pathParts(path).join('/'));
  return (
    folders.find((folder) => nameKey(folder.path) === nameKey(path)) ?? folders.find((folder) => nameKey(folder.path) === wanted) ?? null
  );
}

/** The folder of an id, which the user sees. Fails with `unknown_name`. */
export function folderById(database: Database, id: number): Folder {
  const folder = allFolders(database).get(id);
  if (!folder) throw fail('unknown_name', { message: 'This folder is not there any more.', next: 'Choose another folder.' });
  return folder;
}

/** The table of an id or path, which the user sees. Fails with `unknown_name` and the nearest path. */
export function findTable(database: Database, reference: TableReference): Table {
  const table = findTableOrNull(database, reference);
  if (table) return table;
  if (typeof reference === 'number') {
    throw fail('unknown_name', { message: 'This table is not there any more.', next: 'Choose another table.' });
  }
  throw unknownName(
    'table',
    reference,
    listTree(database, null).tables.map((known) => known.path),
  );
}

/** The table of an id or path, or null where the user sees none. */
export function findTableOrNull(database: Database, reference: TableReference): Table | null {
  const folders = allFolders(database);
  const pathOf = (row: TableRow): string => {
    const folder = row.folder_id === null ? undefined : folders.get(row.folder_id);
    return folder ? `${folder.path}/${row.name}` : row.name;
  };
  let row: TableRow | undefined;
  if (typeof reference === 'number') {
    row = database.one<TableRow>(`SELECT ${tableFields} FROM user_table WHERE id = ? AND removed_by IS NULL`, reference);
  } else {
    const rows = database.all<TableRow>(`SELECT ${tableFields} FROM user_table WHERE removed_by IS NULL ORDER BY id`);
    const wanted = nameKey(pathParts(reference).join('/'));
    row =
      rows.find((candidate) => nameKey(pathOf(candidate)) === nameKey(reference)) ??
      rows.find((candidate) => nameKey(pathOf(candidate)) === wanted);
  }
  if (!row) return null;
  const columns = database.all<ColumnRow>(
    `SELECT ${columnFields} FROM user_column WHERE table_id = ? AND removed_by IS NULL ORDER BY position`,
    row.id,
  );
  return tableFrom(row, columns, folders);
}

/** A table's column by name, as it is written. Fails with `unknown_name`. */
export function findColumn(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw unknownName(
    'column',
    name,
    table.columns.map((candidate) => candidate.name),
  );
}

/** What stands directly in a folder, or in the library itself. */
export function siblingsIn(database: Database, folderId: number | null): { id: number; name: string; kind: Named }[] {
  return [
    ...database
      .all<{ id: number; name: string }>('SELECT id, name FROM folder WHERE parent_id IS ? AND removed_by IS NULL', folderId)
      .map((row) => ({ ...row, kind: 'folder' as const })),
    ...database
      .all<{ id: number; name: string }>('SELECT id, name FROM user_table WHERE folder_id IS ? AND removed_by IS NULL', folderId)
      .map((row) => ({ ...row, kind: 'table' as const })),
  ];
}

/** Columns whose expressions read these, directly or through others. */
export function dependentsOf(database: Database, columnIds: readonly number[]): number[] {
  return database
    .all<{ id: number }>(
      `WITH RECURSIVE reader(id) AS (
         SELECT column_id FROM column_read WHERE reads_id IN (SELECT value FROM json_each(?))
         UNION
         SELECT column_read.column_id FROM column_read JOIN reader ON column_read.reads_id = reader.id
       )
       SELECT reader.id FROM reader JOIN user_column ON user_column.id = reader.id WHERE kind = 'computed' AND removed_by IS NULL`,
      JSON.stringify(columnIds),
    )
    .map((row) => row.id);
}

function tableFrom(row: TableRow, columns: ColumnRow[], folders: Map<number, Folder>): Table {
  const folder = row.folder_id === null ? undefined : folders.get(row.folder_id);
  return {
    id: row.id,
    folderId: row.folder_id,
    name: row.name,
    path: folder ? `${folder.path}/${row.name}` : row.name,
    rowCount: row.row_count,
    columns: columns.map((column) => ({
      id: column.id,
      name: column.name,
      type: column.type,
      kind: column.kind,
      expression: column.expression,
      isVolatile: column.is_volatile === 1,
      level: column.level,
      revision: column.revision,
    })),
  };
}
