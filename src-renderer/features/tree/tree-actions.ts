/** What can be done to folders and tables. */
import { say, sayError } from '../../app/notice-store.ts';
import { goTo, type Place } from '../../app/place-store.ts';
import type { Session } from '../../app/session.ts';
import { undoAction } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import { focusedItem, type TreeItem, treeItems } from './tree-items.ts';

/** Reads the tree anew. A place that is gone is left for the library itself. */
export async function readTree({ client, tree, place }: Session): Promise<void> {
  const answer = await client.folders.list({});
  if (!answer.ok) {
    tree.setState({ error: answer.error });
    return;
  }
  const { folders, tables } = answer.value;
  tree.setState({ folders, tables, isKnown: true, error: null });
  const now = place.getState().place;
  const isGone =
    (now.kind === 'table' && !tables.some((table) => table.id === now.tableId)) ||
    (now.kind === 'folder' && !folders.some((folder) => folder.id === now.folderId));
  if (isGone) place.setState({ place: { kind: 'home' } });
}

/** The folder in which something new belongs: the one we are in, or that of the table we are in. */
export function folderHere({ tree, place }: Session): number | null {
  const now: Place = place.getState().place;
  if (now.kind === 'folder') return now.folderId;
  return now.kind === 'table' ? (tree.getState().tables.find((table) => table.id === now.tableId)?.folderId ?? null) : null;
}

/** Begins naming a new folder or table in place. */
export function beginNew({ tree }: Session, what: 'folder' | 'table', folderId: number | null): void {
  tree.setState((state) => {
    const folded = new Set(state.folded);
    if (folderId !== null) folded.delete(folderId);
    return { naming: { kind: 'new', what, folderId }, folded };
  });
}

/** Ends naming; an empty name leaves everything as it was. A refusal is said, and what was typed stays. */
export async function finishNaming(session: Session, typed: string): Promise<void> {
  const { client, tree, place, notices } = session;
  const { naming, folders } = tree.getState();
  const name = typed.trim();
  if (!naming || name === '') {
    tree.setState({ naming: null });
    return;
  }
  if (naming.kind === 'rename') {
    const answer =
      naming.what === 'folder'
        ? await client.folders.rename({ id: naming.id, name })
        : await client.tables.rename({ table: naming.id, name });
    if (answer.ok) tree.setState({ naming: null });
    else sayError(notices, answer.error);
  } else {
    const parent = folders.find((folder) => folder.id === naming.folderId)?.path;
    const path = parent ? `${parent}/${name}` : name;
    const answer =
      naming.what === 'folder'
        ? await client.folders.create({ path })
        : await client.tables.create({ path, columns: [{ name: 'media', type: 'media' }] });
    if (answer.ok) {
      // The new entry is in the tree before its field goes, so that the focus finds it.
      await readTree(session);
      goTo(place, naming.what === 'folder' ? { kind: 'folder', folderId: answer.value.id } : { kind: 'table', tableId: answer.value.id });
      tree.setState({ naming: null });
      return;
    }
    sayError(notices, answer.error);
  }
  await readTree(session);
}

/** Moves a folder with all in it, or a table, to the trash; no question, since undo brings it back. */
export async function removeEntry(session: Session, kind: 'folder' | 'table', id: number): Promise<void> {
  const { client, tree, notices } = session;
  const { folders, tables } = tree.getState();
  const entry = (kind === 'folder' ? folders : tables).find((one) => one.id === id);
  if (!entry) return;
  const answer = kind === 'folder' ? await client.folders.drop({ path: entry.path, force: true }) : await client.tables.drop({ table: id });
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const text = kind === 'folder' ? words.removedFolder(entry.name, answer.value.tables) : words.removedTable(entry.name, answer.value.rows);
  say(notices, text, undoAction(session));
  await readTree(session);
}

/** Moves a folder with all in it, or a table, into a folder, or into the library itself for null. */
export async function moveEntry(session: Session, kind: 'folder' | 'table', id: number, folderId: number | null): Promise<void> {
  const { client, tree, notices } = session;
  const answer = kind === 'folder' ? await client.folders.move({ id, folderId }) : await client.tables.move({ table: id, folderId });
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const where = tree.getState().folders.find((folder) => folder.id === folderId)?.name ?? null;
  say(notices, words.moved(answer.value.name, where), undoAction(session));
  await readTree(session);
}

/** The entry that has the focus in the tree, or null where the tree is empty or something is being named in it. */
export function focusedEntry({ tree, place }: Session): TreeItem | null {
  const { folders, tables, folded, focusedKey, naming } = tree.getState();
  if (naming) return null;
  return focusedItem(treeItems(folders, tables, folded), focusedKey, place.getState().place) ?? null;
}
