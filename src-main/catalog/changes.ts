/** What a user did, recorded step by step so that it can be taken back. `undo.ts` walks it. */
import type { Step } from './change-step.ts';
import type { Database } from './database.ts';
import { purgeAdded } from './purge.ts';

/** What the writer tells after a commit; the main side turns it into `CatalogChange`s and refreshes views. */
export type Announcement =
  | { kind: 'tree' }
  | { kind: 'rows'; tableId: number }
  | { kind: 'cells'; tableId: number; rowIds: number[] | null; columnIds: number[] }
  | { kind: 'facts'; referenceIds: number[]; isOtherFile?: true }
  | { kind: 'ledger' }
  | { kind: 'history'; undo: string | null; redo: string | null };

/** The writing connection with what goes with it. */
export interface Writer {
  readonly database: Database;
  readonly now: () => Date;
  announce(what: Announcement): void;
}

/** A change being made: its id and the way to add steps. `addStep` gives the step's number. */
export interface Recorder {
  readonly changeId: number;
  addStep(step: Step): number;
}

/**
 * Does `work` in one transaction and records it under `label`, or as a part of the open change `groupId`. Whatever was undone
 * before cannot be redone afterwards. A `work` that adds no step leaves no change.
 */
export function recordChange<T>(
  writer: Writer,
  groupId: number | null,
  label: string | ((result: T) => string),
  work: (recorder: Recorder) => T,
): T {
  const { database } = writer;
  const result = database.write(() => {
    cutRedo(database);
    const changeId = groupId ?? addChange(writer, '', 'done');
    const first = database.one<{ number: number }>(
      'SELECT coalesce(max(number), 0) AS number FROM change_step WHERE change_id = ?',
      changeId,
    );
    let number = first?.number ?? 0;
    const before = number;
    const done = work({
      changeId,
      addStep(step) {
        number += 1;
        addStep(database, changeId, number, step);
        return number;
      },
    });
    if (groupId === null) {
      if (number === before) database.run('DELETE FROM change WHERE id = ?', changeId);
      else database.run('UPDATE change SET label = ? WHERE id = ?', typeof label === 'string' ? label : label(done), changeId);
    }
    return done;
  });
  announceHistory(writer);
  return result;
}

/** Opens a change that several calls add to. */
export function openGroup(writer: Writer, label: string): number {
  return writer.database.write(() => addChange(writer, label, 'open'));
}

/** Ends it; one without steps leaves nothing. */
export function closeGroup(writer: Writer, changeId: number): void {
  writer.database.write(() => {
    writer.database.run("UPDATE change SET state = 'done' WHERE id = ?", changeId);
    dropEmptyChanges(writer.database);
  });
  announceHistory(writer);
}

/** Changes without steps go, for instance after the trash was emptied. */
export function dropEmptyChanges(database: Database): void {
  database.run("DELETE FROM change WHERE state <> 'open' AND NOT EXISTS (SELECT 1 FROM change_step WHERE change_id = change.id)");
}

/** The steps of a change, in the order in which they were done. */
export function stepsOf(database: Database, changeId: number): { number: number; step: Step }[] {
  return database
    .all<{ number: number; data: string }>('SELECT number, data FROM change_step WHERE change_id = ? ORDER BY number', changeId)
    .map((row) => ({ number: row.number, step: JSON.parse(row.data) as Step }));
}

/** Labels of what undo and redo would do now. */
export function nextLabels(database: Database): { undo: string | null; redo: string | null } {
  const undo = database.one<{ label: string }>("SELECT label FROM change WHERE state = 'done' ORDER BY id DESC LIMIT 1");
  const redo = database.one<{ label: string }>("SELECT label FROM change WHERE state = 'undone' ORDER BY id LIMIT 1");
  return { undo: undo?.label ?? null, redo: redo?.label ?? null };
}

/** Tells those labels. */
export function announceHistory(writer: Writer): void {
  writer.announce({ kind: 'history', ...nextLabels(writer.database) });
}

function addChange(writer: Writer, label: string, state: 'open' | 'done'): number {
  return writer.database.run('INSERT INTO change (at, label, state) VALUES (?, ?, ?)', writer.now().toISOString(), label, state).id;
}

function addStep(database: Database, changeId: number, number: number, step: Step): void {
  database.run(
    'INSERT INTO change_step (change_id, number, kind, folder_id, table_id, column_id, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
    changeId,
    number,
    step.kind,
    'folderId' in step ? step.folderId : null,
    'tableId' in step ? step.tableId : null,
    'columnId' in step ? step.columnId : null,
    JSON.stringify(step),
  );
}

/** A new change ends what could be redone: what those changes had added goes for good. */
function cutRedo(database: Database): void {
  for (const { id } of database.all<{ id: number }>("SELECT id FROM change WHERE state = 'undone' ORDER BY id DESC")) {
    for (const { step } of stepsOf(database, id).reverse()) purgeAdded(database, id, step);
    database.run('DELETE FROM change WHERE id = ?', id);
  }
}
