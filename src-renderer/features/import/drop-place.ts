/** The place under the pointer during a drag: what a drop there does, and what its frame says. */
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { isInside } from '../tree/tree-items.ts';
import type { Dragged, DropDeed } from './drop-store.ts';
import { mediaColumns, tableOf as tableOfTarget, targetHere } from './import-target.ts';

/** A place, by the element that gets the frame. */
export interface DropPlace {
  readonly element: Element;
  readonly deed: DropDeed;
  readonly text: string;
}

/** Where in the tree the pointer is. `library` is its head and the empty part below the entries. */
type TreePlace =
  | { readonly kind: 'table' | 'folder'; readonly id: number; readonly element: Element }
  | { readonly kind: 'library'; readonly element: Element };

/** `files` is how many files hover, where that is known. Null where a drop means nothing, and text fields where it means their own. */
export function dropPlace(session: Session, target: Element, files: number | null): DropPlace | null {
  const { dragged } = session.drop.getState();
  const readOnly = session.info.getState().value?.readOnly;
  const tree = treePlace(target);
  const place = dragged ? (tree ? placeInTree(session, dragged, tree) : null) : importPlace(session, target, tree, files);
  if (!place || place.deed.kind === 'refused') return place;
  if (session.sheets.getState().sheet !== null) return refused(place.element, words.closeSheetFirst);
  return readOnly ? refused(place.element, readOnly.message) : place;
}

function refused(element: Element, text: string): DropPlace {
  return { element, deed: { kind: 'refused' }, text };
}

function treePlace(target: Element): TreePlace | null {
  const row = target.closest('[role="treeitem"]');
  const [kind, id] = row?.getAttribute('data-key')?.split(':') ?? [];
  if (row && (kind === 'table' || kind === 'folder')) return { kind, id: Number(id), element: row };
  const element = target.closest('[data-drop="library"]');
  return element && { kind: 'library', element };
}

function importPlace(session: Session, target: Element, tree: TreePlace | null, files: number | null): DropPlace {
  const { folders } = session.tree.getState();
  const folderName = (id: number | null) => folders.find((folder) => folder.id === id)?.name ?? null;
  const counted = (text: string) => (files === null ? text : `${text} · ${words.dropCount(files)}`);
  if (!tree) {
    const content = target.closest('[data-pane="content"]');
    const here = targetHere(session);
    const deed = { kind: 'import', target: here } as const;
    if (!content) return { element: target.closest('[data-pane]') ?? document.body, deed, text: counted(words.dropOpens) };
    const table = tableOfTarget(session, here);
    const text = table ? words.dropInto(table.name) : words.dropAsNew(here.kind === 'new' ? folderName(here.folderId) : null);
    return { element: content, deed, text: counted(text) };
  }
  if (tree.kind === 'table') {
    const into = { kind: 'table', tableId: tree.id } as const;
    const name = tableOfTarget(session, into)?.name ?? '';
    return { element: tree.element, deed: { kind: 'import', target: into }, text: counted(words.dropInto(name)) };
  }
  const folderId = tree.kind === 'folder' ? tree.id : null;
  const text = counted(words.dropAsNew(folderName(folderId)));
  return { element: tree.element, deed: { kind: 'import', target: { kind: 'new', folderId } }, text };
}

function placeInTree(session: Session, dragged: Dragged, tree: TreePlace): DropPlace | null {
  const { element } = tree;
  const { folders, tables } = session.tree.getState();
  if (dragged.kind === 'rows') {
    if (tree.kind !== 'table') return refused(element, words.rowsToTables);
    const table = tables.find((one) => one.id === tree.id);
    if (!table) return null;
    if (table.id === dragged.tableId) return refused(element, words.rowsAreHere(table.name));
    if (mediaColumns(table).length === 0) return refused(element, words.noMediaColumn(table.name));
    return { element, deed: { kind: 'copyRows', tableId: table.id }, text: words.copyRowsInto(dragged.count, table.name) };
  }
  if (tree.kind === 'table') return tree.id === dragged.id && dragged.entry === 'table' ? null : refused(element, words.entriesToFolders);
  const folderId = tree.kind === 'folder' ? tree.id : null;
  const where = folders.find((folder) => folder.id === folderId)?.name ?? null;
  const folder = dragged.entry === 'folder' ? folders.find((one) => one.id === dragged.id) : undefined;
  const table = dragged.entry === 'table' ? tables.find((one) => one.id === dragged.id) : undefined;
  const parentId = folder ? folder.parentId : table?.folderId;
  if (folder && isInside(folders, folderId, folder.id)) return folderId === folder.id ? null : refused(element, words.folderIntoItself);
  if (parentId === folderId) return refused(element, words.isThere(folder?.name ?? table?.name ?? '', where));
  return { element, deed: { kind: 'moveEntry', folderId }, text: words.moveInto(where) };
}
