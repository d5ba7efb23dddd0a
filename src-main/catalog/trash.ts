/** What was removed: listing it, bringing it back, deleting it for good. */
import type { Trashed } from '../../src-shared/contract/history.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Step } from './change-step.ts';
import { announceHistory, dropEmptyChanges, type Recorder, recordChange, type Writer } from './changes.ts';
import { definitionOf } from './columns.ts';
import type { Database } from './database.ts';
import { freeName } from './names.ts';
import { foldersBelow, purgeColumn, purgeFolder, purgeRows, purgeTable } from './purge.ts';
import { updateReadableViews } from './readable-views.ts';
import { sqlTable } from './stored-cells.ts';
import { siblingsIn } from './tree.ts';

type Removal = Extract<Step, { kind: 'removeFolder' | 'removeTable' | 'removeColumn' | 'removeRows' }>;
interface InTrash {
  readonly id: string;
  readonly changeId: number;
  readonly number: number;
  readonly at: string;
  readonly step: Removal;
  readonly rows: number;
}

const kinds = { removeFolder: 'folder', removeTable: 'table', removeColumn: 'column', removeRows: 'rows' } as const;

/** What is in the trash, newest first. Rows and columns of a removed table are in it with their table. */
export function listTrash(database: Database): Trashed[] {
  return inTrash(database).map(({ id, at, step, rows }) => ({ id, kind: kinds[step.kind], name: step.name, from: step.from, rows, at }));
}

/** Brings things back, as one change. What has lost its folder comes to the library itself; a taken name gets a number. */
export function restoreTrashed(writer: Writer, groupId: number | null, ids: readonly string[]): number {
  const { database } = writer;
  const chosen = inTrash(database).filter((item) => ids.includes(item.id));
  if (chosen.length === 0) throw fail('invalid_input', { message: 'This is not in the trash any more.', next: null });
  const names = chosen.map((item) => item.step.name).join(', ');
  const tables = new Set<number>();
  recordChange(writer, groupId, `Restored ${names}`, (recorder) => {
    // Folders first, so that tables find them.
    const order = ['removeFolder', 'removeTable', 'removeColumn', 'removeRows'];
    for (const item of chosen.toSorted((a, b) => order.indexOf(a.step.kind) - order.indexOf(b.step.kind))) {
      restore(writer, recorder, item);
      if ('tableId' in item.step) tables.add(item.step.tableId);
    }
    updateReadableViews(database);
  });
  writer.announce({ kind: 'tree' });
  for (const tableId of tables) writer.announce({ kind: 'rows', tableId });
  return chosen.length;
}

/** Deletes things for good, or all. They leave the history too: there is nothing to bring back. */
export function emptyTrash(
  writer: Writer,
  ids: readonly string[] | null,
): { rows: number; tables: number; columns: number; folders: number } {
  const { database } = writer;
  const result = { rows: 0, tables: 0, columns: 0, folders: 0 };
  database.write(() => {
    for (const { changeId, number, step, id } of inTrash(database)) {
      if (ids && !ids.includes(id)) continue;
      if (step.kind === 'removeRows') result.rows += purgeRows(database, step.tableId, changeId);
      else if (step.kind === 'removeColumn') {
        purgeColumn(database, step.columnId);
        result.columns += 1;
      } else if (step.kind === 'removeTable') {
        purgeTable(database, step.tableId);
        result.tables += 1;
        result.rows += step.rows;
      } else {
        const purged = purgeFolder(database, step.folderId, changeId);
        result.folders += purged.folders;
        result.tables += purged.tables;
        result.rows += purged.rows;
      }
      database.run('DELETE FROM change_step WHERE change_id = ? AND number = ?', changeId, number);
    }
    dropEmptyChanges(database);
  });
  announceHistory(writer);
  return result;
}

/** Shows what a change had hidden of a folder and below. */
export function showFolder(database: Database, folderId: number, changeId: number): void {
  const ids = JSON.stringify(foldersBelow(database, folderId));
  database.run(
    'UPDATE user_table SET removed_by = NULL WHERE removed_by = ? AND folder_id IN (SELECT value FROM json_each(?))',
    changeId,
    ids,
  );
  database.run('UPDATE folder SET removed_by = NULL WHERE removed_by = ? AND id IN (SELECT value FROM json_each(?))', changeId, ids);
}

/** Shows the rows that a change had hidden. */
export function showRows(writer: Writer, tableId: number, changeId: number): void {
  const { changes } = writer.database.run(`UPDATE ${sqlTable(tableId)} SET removed_by = NULL WHERE removed_by = ?`, changeId);
  writer.database.run('UPDATE user_table SET row_count = row_count + ? WHERE id = ?', changes, tableId);
  writer.announce({ kind: 'rows', tableId });
}

function restore(writer: Writer, recorder: Recorder, { changeId: by, step }: InTrash): void {
  const { database } = writer;
  switch (step.kind) {
    case 'removeRows': {
      const rows = database.all<{ id: number }>(`SELECT id FROM ${sqlTable(step.tableId)} WHERE removed_by = ?`, by);
      showRows(writer, step.tableId, by);
      recorder.addStep({ kind: 'restoreRows', tableId: step.tableId, by, rowIds: rows.map((row) => row.id) });
      return;
    }
    case 'removeColumn': {
      const before = definitionOf(database, step.columnId);
      const taken = database.all<{ name: string }>('SELECT name FROM user_column WHERE table_id = ? AND removed_by IS NULL', step.tableId);
      const after = {
        ...before,
        name: freeName(
          before.name,
          taken.map((column) => column.name),
        ),
      };
      if (after.name !== before.name) {
        database.run('UPDATE user_column SET name = ? WHERE id = ?', after.name, step.columnId);
        recorder.addStep({ kind: 'editColumn', tableId: step.tableId, columnId: step.columnId, before, after, isSameMeaning: true });
      }
      database.run('UPDATE user_column SET removed_by = NULL WHERE id = ?', step.columnId);
      recorder.addStep({ kind: 'restoreColumn', tableId: step.tableId, columnId: step.columnId, by });
      return;
    }
    case 'removeTable': {
      const before = database.one<{ name: string; folderId: number | null }>(
        'SELECT name, folder_id AS folderId FROM user_table WHERE id = ?',
        step.tableId,
      );
      if (!before) return;
      const after = freePlace(database, before);
      if (after !== before) {
        database.run('UPDATE user_table SET name = ?, folder_id = ? WHERE id = ?', after.name, after.folderId, step.tableId);
        recorder.addStep({ kind: 'placeTable', tableId: step.tableId, before, after });
      }
      database.run('UPDATE user_table SET removed_by = NULL WHERE id = ?', step.tableId);
      recorder.addStep({ kind: 'restoreTable', tableId: step.tableId, by });
      return;
    }
    case 'removeFolder': {
      const before = database.one<{ name: string; folderId: number | null }>(
        'SELECT name, parent_id AS folderId FROM folder WHERE id = ?',
        step.folderId,
      );
      if (!before) return;
      const after = freePlace(database, before);
      if (after !== before) {
        database.run('UPDATE folder SET name = ?, parent_id = ? WHERE id = ?', after.name, after.folderId, step.folderId);
        recorder.addStep({ kind: 'placeFolder', folderId: step.folderId, before, after });
      }
      showFolder(database, step.folderId, by);
      recorder.addStep({ kind: 'restoreFolder', folderId: step.folderId, by });
    }
  }
}

/** The same place, or one that is there and free. */
function freePlace(database: Database, place: { name: string; folderId: number | null }): { name: string; folderId: number | null } {
  const isThere =
    place.folderId === null ||
    database.one('SELECT 1 AS found FROM folder WHERE id = ? AND removed_by IS NULL', place.folderId) !== undefined;
  const folderId = isThere ? place.folderId : null;
  const name = freeName(
    place.name,
    siblingsIn(database, folderId).map((sibling) => sibling.name),
  );
  return name === place.name && isThere ? place : { name, folderId };
}

function inTrash(database: Database): InTrash[] {
  const steps = database.all<{ change_id: number; number: number; at: string; data: string }>(
    `SELECT change_id, number, at, data FROM change_step JOIN change ON change.id = change_id
     WHERE state <> 'undone' AND kind IN ('removeFolder', 'removeTable', 'removeColumn', 'removeRows') ORDER BY change_id DESC, number`,
  );
  const seen = new Set<string>();
  return steps.flatMap((row) => {
    const step = JSON.parse(row.data) as Removal;
    const rows = rowsStillThere(database, row.change_id, step);
    if (rows === null) return [];
    if (step.kind === 'removeRows') {
      // Rows that one change took from a table in several steps are one thing here: they carry the same mark.
      const key = `${row.change_id} ${step.tableId}`;
      if (seen.has(key)) return [];
      seen.add(key);
    }
    return [{ id: `${row.change_id}.${row.number}`, changeId: row.change_id, number: row.number, at: row.at, step, rows }];
  });
}

/** How many rows the thing has, or null where it is not in the trash any more, or is in it with its table. */
function rowsStillThere(database: Database, changeId: number, step: Removal): number | null {
  switch (step.kind) {
    case 'removeFolder':
      return database.one('SELECT 1 AS found FROM folder WHERE id = ? AND removed_by = ?', step.folderId, changeId) ? step.rows : null;
    case 'removeTable':
      return database.one('SELECT 1 AS found FROM user_table WHERE id = ? AND removed_by = ?', step.tableId, changeId) ? step.rows : null;
    case 'removeColumn': {
      const found = database.one(
        `SELECT 1 AS found FROM user_column JOIN user_table ON user_table.id = table_id
         WHERE user_column.id = ? AND user_column.removed_by = ? AND user_table.removed_by IS NULL`,
        step.columnId,
        changeId,
      );
      return found ? step.rows : null;
    }
    case 'removeRows': {
      if (!database.one('SELECT 1 AS found FROM user_table WHERE id = ? AND removed_by IS NULL', step.tableId)) return null;
      const row = database.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${sqlTable(step.tableId)} WHERE removed_by = ?`, changeId);
      return row && row.rows > 0 ? row.rows : null;
    }
  }
}
