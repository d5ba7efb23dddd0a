/** Walking the history back and forth. A step whose subject was deleted for good has gone from the history with it. */
import type { Change } from '../../src-shared/contract/history.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Step } from './change-step.ts';
import { announceHistory, stepsOf, type Writer } from './changes.ts';
import { applyDefinition } from './columns.ts';
import type { Database } from './database.ts';
import { hideFolder } from './folders.ts';
import { updateReadableViews } from './readable-views.ts';
import { forgetErrors, staleAssignments } from './stale-cells.ts';
import { sqlColumn, sqlTable } from './stored-cells.ts';
import { showFolder, showRows } from './trash.ts';
import { dependentsOf } from './tree.ts';

interface ChangeRow {
  readonly id: number;
  readonly at: string;
  readonly label: string;
  readonly state: string;
}

/** The newest changes first. */
export function listChanges(database: Database, limit: number): Change[] {
  return database
    .all<ChangeRow>("SELECT id, at, label, state FROM change WHERE state <> 'open' ORDER BY id DESC LIMIT ?", limit)
    .map(changeFrom);
}

/** Takes the newest `count` changes back, newest first. Fails with `invalid_input` where there is none. */
export function undoChanges(writer: Writer, count: number): Change[] {
  return walk(writer, count, {
    next: "SELECT id, at, label, state FROM change WHERE state = 'done' ORDER BY id DESC LIMIT 1",
    state: 'undone',
    nothing: 'There is nothing to undo.',
  });
}

/** Does again what was taken back last, `count` times. Fails with `invalid_input` where there is nothing. */
export function redoChanges(writer: Writer, count: number): Change[] {
  return walk(writer, count, {
    next: "SELECT id, at, label, state FROM change WHERE state = 'undone' ORDER BY id LIMIT 1",
    state: 'done',
    nothing: 'There is nothing to redo.',
  });
}

function walk(writer: Writer, count: number, way: { next: string; state: 'done' | 'undone'; nothing: string }): Change[] {
  const { database } = writer;
  const walked: Change[] = [];
  while (walked.length < count) {
    const change = database.one<ChangeRow>(way.next);
    if (!change) break;
    database.write(() => {
      const steps = stepsOf(database, change.id);
      const isUndo = way.state === 'undone';
      for (const { number, step } of isUndo ? steps.toReversed() : steps) walkStep(writer, change.id, number, step, isUndo);
      database.run('UPDATE change SET state = ? WHERE id = ?', way.state, change.id);
      updateReadableViews(database);
    });
    walked.push(changeFrom({ ...change, state: way.state }));
  }
  if (walked.length === 0) throw fail('invalid_input', { message: way.nothing, next: null });
  writer.announce({ kind: 'tree' });
  announceHistory(writer);
  return walked;
}

function walkStep(writer: Writer, changeId: number, number: number, step: Step, isUndo: boolean): void {
  const { database } = writer;
  switch (step.kind) {
    case 'addFolder':
      if (isUndo) hideFolder(database, step.folderId, changeId);
      else showFolder(database, step.folderId, changeId);
      return;
    case 'removeFolder':
      if (isUndo) showFolder(database, step.folderId, changeId);
      else hideFolder(database, step.folderId, changeId);
      return;
    case 'restoreFolder':
      if (isUndo) hideFolder(database, step.folderId, step.by);
      else showFolder(database, step.folderId, step.by);
      return;
    case 'addTable':
      setRemoved(database, 'user_table', step.tableId, isUndo ? changeId : null);
      return;
    case 'removeTable':
      setRemoved(database, 'user_table', step.tableId, isUndo ? null : changeId);
      return;
    case 'restoreTable':
      setRemoved(database, 'user_table', step.tableId, isUndo ? step.by : null);
      return;
    case 'addColumn':
      setRemoved(database, 'user_column', step.columnId, isUndo ? changeId : null);
      return;
    case 'removeColumn':
      setRemoved(database, 'user_column', step.columnId, isUndo ? null : changeId);
      return;
    case 'restoreColumn':
      setRemoved(database, 'user_column', step.columnId, isUndo ? step.by : null);
      return;
    case 'insertRows':
      if (isUndo) hideRows(writer, step.tableId, changeId, 't.id BETWEEN ? AND ?', [step.firstRowId, step.lastRowId]);
      else showRows(writer, step.tableId, changeId);
      return;
    case 'removeRows':
      if (isUndo) rememberRows(writer, step.tableId, changeId, number);
      else
        hideRows(writer, step.tableId, changeId, 't.id IN (SELECT row_id FROM change_cell WHERE change_id = ? AND number = ?)', [
          changeId,
          number,
        ]);
      return;
    case 'restoreRows':
      if (isUndo) hideRows(writer, step.tableId, step.by, 't.id IN (SELECT value FROM json_each(?))', [JSON.stringify(step.rowIds)]);
      else showRows(writer, step.tableId, step.by);
      return;
    case 'placeFolder': {
      const { name, folderId } = isUndo ? step.before : step.after;
      database.run('UPDATE folder SET name = ?, parent_id = ? WHERE id = ?', name, folderId, step.folderId);
      return;
    }
    case 'placeTable': {
      const { name, folderId } = isUndo ? step.before : step.after;
      database.run('UPDATE user_table SET name = ?, folder_id = ? WHERE id = ?', name, folderId, step.tableId);
      return;
    }
    case 'editColumn':
      applyDefinition(writer, step.tableId, step.columnId, isUndo ? step.before : step.after, { isSameMeaning: step.isSameMeaning });
      return;
    case 'updateCells':
      swapCells(writer, changeId, number, step.tableId);
  }
}

function setRemoved(database: Database, thing: 'user_table' | 'user_column', id: number, by: number | null): void {
  database.run(`UPDATE ${thing} SET removed_by = ? WHERE id = ?`, by, id);
}

function hideRows(writer: Writer, tableId: number, by: number, which: string, parameters: (string | number)[]): void {
  const { changes } = writer.database.run(
    `UPDATE ${sqlTable(tableId)} AS t SET removed_by = ? WHERE t.removed_by IS NULL AND ${which}`,
    by,
    ...parameters,
  );
  writer.database.run('UPDATE user_table SET row_count = row_count - ? WHERE id = ?', changes, tableId);
  writer.announce({ kind: 'rows', tableId });
}

/** Brings removed rows back and writes down which they were (under column 0), so that redo removes the same. */
function rememberRows(writer: Writer, tableId: number, changeId: number, number: number): void {
  writer.database.run(
    `INSERT OR IGNORE INTO change_cell (change_id, number, row_id, column_id) SELECT ?, ?, id, 0 FROM ${sqlTable(tableId)} WHERE removed_by = ?`,
    changeId,
    number,
    changeId,
  );
  showRows(writer, tableId, changeId);
}

/** Exchanges the cells of an edit with what the history holds of them: undo and redo are the same deed. */
function swapCells(writer: Writer, changeId: number, number: number, tableId: number): void {
  const { database } = writer;
  const table = sqlTable(tableId);
  const columns = database.all<{ id: number; kind: string }>(
    `SELECT id, kind FROM user_column
     WHERE id IN (SELECT DISTINCT column_id FROM change_cell WHERE change_id = ? AND number = ?)`,
    changeId,
    number,
  );
  if (columns.length === 0) return;
  const dependents = dependentsOf(
    database,
    columns.map((column) => column.id),
  );
  const named = {
    sql: 't.id IN (SELECT row_id FROM change_cell WHERE change_id = ? AND number = ?)',
    parameters: [changeId, number],
  };
  forgetErrors(database, tableId, dependents, named);
  database.run(`UPDATE ${table} AS t SET ${staleAssignments(dependents).join(', ')} WHERE ${named.sql}`, ...named.parameters);
  for (const { id, kind } of columns) {
    const name = sqlColumn(id);
    const typed = kind === 'media' ? `${name}_typed` : 'NULL';
    database.sqlite.exec(
      'CREATE TEMP TABLE IF NOT EXISTS swapped (row_id INTEGER PRIMARY KEY, value ANY, typed TEXT) STRICT; DELETE FROM swapped',
    );
    database.run(
      `INSERT INTO swapped SELECT id, ${name}, ${typed} FROM ${table}
       WHERE id IN (SELECT row_id FROM change_cell WHERE change_id = ? AND number = ? AND column_id = ?)`,
      changeId,
      number,
      id,
    );
    database.run(
      `UPDATE ${table} AS t SET ${name} = c.value${kind === 'media' ? `, ${typed} = c.typed` : ''}
       FROM change_cell AS c WHERE c.change_id = ? AND c.number = ? AND c.column_id = ? AND c.row_id = t.id`,
      changeId,
      number,
      id,
    );
    database.run(
      `UPDATE change_cell AS c SET value = s.value, typed = s.typed FROM swapped AS s
       WHERE c.change_id = ? AND c.number = ? AND c.column_id = ? AND c.row_id = s.row_id`,
      changeId,
      number,
      id,
    );
  }
  writer.announce({ kind: 'cells', tableId, rowIds: null, columnIds: [...columns.map((column) => column.id), ...dependents] });
}

function changeFrom(row: ChangeRow): Change {
  return { id: row.id, at: row.at, label: row.label, undone: row.state === 'undone' };
}
