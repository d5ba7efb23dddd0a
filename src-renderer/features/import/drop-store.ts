/** What hovers over the window now, over which place, and what was picked up inside it. */
import { createStore } from 'zustand/vanilla';

/** Where an import goes: a table, or a new one in a folder. `folderId` null is the library itself. */
export type ImportTarget =
  | { readonly kind: 'table'; readonly tableId: number }
  | { readonly kind: 'new'; readonly folderId: number | null };

/** Rows or an entry of the tree, picked up inside the window. */
export type Dragged =
  | {
      readonly kind: 'rows';
      readonly tableId: number;
      readonly viewId: number;
      /** The media column whose references are carried. */
      readonly column: string;
      /** Places in the view, `start` inclusive and `end` exclusive. */
      readonly ranges: readonly { readonly start: number; readonly end: number }[];
      readonly count: number;
    }
  | { readonly kind: 'entry'; readonly entry: 'folder' | 'table'; readonly id: number };

/** A place of the window that is dragged over: where its frame is drawn, and what it says. */
export interface Hovered {
  readonly frame: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** Names the place, so that a new one is told from the last. */
  readonly key: string;
  readonly text: string;
  /** True where a drop does nothing; `text` is then the reason. */
  readonly isRefused: boolean;
}

/** What a drop on a place does. */
export type DropDeed =
  | { readonly kind: 'import'; readonly target: ImportTarget }
  | { readonly kind: 'copyRows'; readonly tableId: number }
  | { readonly kind: 'moveEntry'; readonly folderId: number | null }
  | { readonly kind: 'refused' };

export interface DropState {
  readonly hovered: Hovered | null;
  readonly dragged: Dragged | null;
}

/** Makes the store of what is dragged. */
export function createDropStore() {
  return createStore<DropState>(() => ({ hovered: null, dragged: null }));
}
export type DropStore = ReturnType<typeof createDropStore>;
