/** The tree as the flat list that is drawn: folders first, then tables, each by name. */
import type { Folder, Table } from '../../../src-shared/model/table.ts';
import type { Place } from '../../app/place-store.ts';

export interface TreeItem {
  /** `folder:3`, `table:12`. */
  readonly key: string;
  readonly kind: 'folder' | 'table';
  readonly id: number;
  readonly parentId: number | null;
  readonly name: string;
  /** From 1. */
  readonly level: number;
  /** Among its siblings, from 1. */
  readonly place: number;
  readonly siblings: number;
  /** Null for tables. */
  readonly isOpen: boolean | null;
  readonly rowCount: number;
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name, undefined, { numeric: true });

/** What is seen of the tree while these folders are folded. */
export function treeItems(folders: readonly Folder[], tables: readonly Table[], folded: ReadonlySet<number>): TreeItem[] {
  const items: TreeItem[] = [];
  function add(parentId: number | null, level: number): void {
    const inside = [
      ...folders.filter((folder) => folder.parentId === parentId).sort(byName),
      ...tables.filter((table) => table.folderId === parentId).sort(byName),
    ];
    inside.forEach((entry, index) => {
      const isTable = 'columns' in entry;
      const isOpen = isTable ? null : !folded.has(entry.id);
      items.push({
        key: `${isTable ? 'table' : 'folder'}:${entry.id}`,
        kind: isTable ? 'table' : 'folder',
        id: entry.id,
        parentId,
        name: entry.name,
        level,
        place: index + 1,
        siblings: inside.length,
        isOpen,
        rowCount: isTable ? entry.rowCount : 0,
      });
      if (isOpen) add(entry.id, level + 1);
    });
  }
  add(null, 1);
  return items;
}

/** The entry that has the focus, or would get it: the last one, else the one we are in, else the first. */
export function focusedItem(items: readonly TreeItem[], focusedKey: string | null, place: Place): TreeItem | undefined {
  const here = placeKey(place);
  return items.find((item) => item.key === focusedKey) ?? items.find((item) => item.key === here) ?? items[0];
}

/** The key of the entry that a place is, or null for the library itself. */
export function placeKey(place: Place): string | null {
  if (place.kind === 'home' || place.kind === 'settings') return null;
  return place.kind === 'table' ? `table:${place.tableId}` : `folder:${place.folderId}`;
}

/** True for the folder itself and all below it. */
export function isInside(folders: readonly Folder[], id: number | null, outerId: number): boolean {
  for (let now = id; now !== null; ) {
    if (now === outerId) return true;
    const above = folders.find((folder) => folder.id === now);
    now = above?.parentId ?? null;
  }
  return false;
}
