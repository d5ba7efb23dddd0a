/** Folders and tables as the sidebar shows them. The facts come whole from the core; what is folded or being named is the window's own. */
import { createStore } from 'zustand/vanilla';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { Folder, Table } from '../../../src-shared/model/table.ts';

/** What is being named in place. */
export type Naming =
  | { readonly kind: 'new'; readonly what: 'folder' | 'table'; readonly folderId: number | null }
  | { readonly kind: 'rename'; readonly what: 'folder' | 'table'; readonly id: number };

export interface TreeState {
  readonly folders: readonly Folder[];
  readonly tables: readonly Table[];
  /** False until the first answer. */
  readonly isKnown: boolean;
  readonly error: VitrineError | null;
  readonly folded: ReadonlySet<number>;
  readonly naming: Naming | null;
  /** Key of the entry that had the focus last, see `TreeItem`. */
  readonly focusedKey: string | null;
}

/** Makes the store of the sidebar tree. */
export function createTreeStore() {
  return createStore<TreeState>(() => ({
    folders: [],
    tables: [],
    isKnown: false,
    error: null,
    folded: new Set(),
    naming: null,
    focusedKey: null,
  }));
}
export type TreeStore = ReturnType<typeof createTreeStore>;
