/** Making, moving and dropping folders. */

import { fail } from '../../src-shared/model/error.ts';
import type { Folder } from '../../src-shared/model/table.ts';
import type { Place } from './change-step.ts';
import { type Recorder, recordChange, type Writer } from './changes.ts';
import type { Database } from './database.ts';
import { checkFree, checkName, pathParts } from './names.ts';
import { updateReadableViews } from './readable-views.ts';
import { allFolders, findFolder, findFolderOrNull, folderById, siblingsIn } from './tree.ts';

/** Makes a folder in one that exists. */
export function createFolder(writer: Writer, groupId: number | null, path: string, options: { ifNotExists: boolean }): Folder {
  const { database } = writer;
  const there = findFolderOrNull(database, path);
  if (there && options.ifNotExists) return there;
  const { folderId, name } = placeOf(database, path, 'folder');
  return changeTree(writer, groupId, `Created folder ${path}`, (recorder) => {
    checkFree('folder', name, siblingsIn(database, folderId));
    const { id } = database.run('INSERT INTO folder (parent_id, name) VALUES (?, ?)', folderId, name);
    recorder.addStep({ kind: 'addFolder', folderId: id });
    return folderById(database, id);
  });
}

/** Puts a folder with all that is in it into the trash. */
export function dropFolder(
  writer: Writer,
  groupId: number | null,
  path: string,
  options: { force: boolean },
): { dropped: boolean; rows: number; tables: number } {
  const { database } = writer;
  if (options.force && !findFolderOrNull(database, path)) return { dropped: false, rows: 0, tables: 0 };
  const folder = findFolder(database, path);
  const inside = siblingsIn(database, folder.id);
  if (inside.length > 0 && !options.force) {
    const tables = inside.filter((item) => item.kind === 'table').length;
    const folders = inside.length - tables;
    const parts = [counted(tables, 'table'), counted(folders, 'folder')].filter((part) => part !== '');
    throw fail('invalid_input', {
      message: `The folder "${folder.path}" is not empty: it has ${parts.join(' and ')}.`,
      next: 'Drop what is in it first, or drop it with force.',
    });
  }
  return changeTree(writer, groupId, `Removed folder ${folder.path}`, (recorder) => {
    const hidden = hideFolder(database, folder.id, recorder.changeId);
    recorder.addStep({ kind: 'removeFolder', folderId: folder.id, name: folder.name, from: parentPath(folder.path), rows: hidden.rows });
    return { dropped: true, ...hidden };
  });
}

/** Gives a folder another name. */
export function renameFolder(writer: Writer, groupId: number | null, id: number, name: string): Folder {
  const folder = folderById(writer.database, id);
  return placeFolder(
    writer,
    groupId,
    folder,
    { name: checkName('folder', name), folderId: folder.parentId },
    `Renamed folder ${folder.path} to ${name}`,
  );
}

/** Puts a folder into another one, or into the library itself. */
export function moveFolder(writer: Writer, groupId: number | null, id: number, folderId: number | null): Folder {
  const folder = folderById(writer.database, id);
  const target = folderId === null ? null : folderById(writer.database, folderId);
  const folders = allFolders(writer.database);
  for (let above = target; above; above = above.parentId === null ? null : (folders.get(above.parentId) ?? null)) {
    if (above.id === id) {
      throw fail('invalid_input', { message: `The folder "${folder.path}" cannot be moved into itself.`, next: 'Choose another folder.' });
    }
  }
  return placeFolder(
    writer,
    groupId,
    folder,
    { name: folder.name, folderId },
    `Moved folder ${folder.path} to ${target?.path ?? 'the library'}`,
  );
}

/** Marks a folder and the live things below it as removed by a change. */
export function hideFolder(database: Database, folderId: number, changeId: number): { rows: number; tables: number } {
  const live = [folderId];
  for (const id of live) {
    live.push(...database.all<{ id: number }>('SELECT id FROM folder WHERE parent_id = ? AND removed_by IS NULL', id).map((row) => row.id));
  }
  const ids = JSON.stringify(live);
  const tables = database.all<{ row_count: number }>(
    `UPDATE user_table SET removed_by = ? WHERE removed_by IS NULL AND folder_id IN (SELECT value FROM json_each(?)) RETURNING row_count`,
    changeId,
    ids,
  );
  database.run('UPDATE folder SET removed_by = ? WHERE id IN (SELECT value FROM json_each(?))', changeId, ids);
  return { rows: tables.reduce((sum, table) => sum + table.row_count, 0), tables: tables.length };
}

/** The folder and name that a new thing's path means. Fails with `unknown_name` where the folder is missing. */
export function placeOf(database: Database, path: string, kind: 'folder' | 'table'): Place {
  const parts = pathParts(path);
  const name = checkName(kind, parts.at(-1) ?? '');
  const folder = parts.slice(0, -1).join('/');
  return { name, folderId: parts.length > 1 ? findFolder(database, folder).id : null };
}

/** Records a change of the tree, keeps the readable views in step, and tells. */
export function changeTree<T>(writer: Writer, groupId: number | null, label: string, work: (recorder: Recorder) => T): T {
  const result = recordChange(writer, groupId, label, (recorder) => {
    const done = work(recorder);
    updateReadableViews(writer.database);
    return done;
  });
  writer.announce({ kind: 'tree' });
  return result;
}

/** The path of what a path lies in; empty for the library itself. */
export function parentPath(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** `12 rows`, `1 row`; empty for none. */
export function counted(count: number, noun: string): string {
  return count === 0 ? '' : `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function placeFolder(writer: Writer, groupId: number | null, folder: Folder, after: Place, label: string): Folder {
  const { database } = writer;
  return changeTree(writer, groupId, label, (recorder) => {
    checkFree(
      'folder',
      after.name,
      siblingsIn(database, after.folderId).filter((item) => item.kind !== 'folder' || item.id !== folder.id),
    );
    database.run('UPDATE folder SET name = ?, parent_id = ? WHERE id = ?', after.name, after.folderId, folder.id);
    recorder.addStep({ kind: 'placeFolder', folderId: folder.id, before: { name: folder.name, folderId: folder.parentId }, after });
    return folderById(database, folder.id);
  });
}
