/** The one open sheet and the one docked panel. Features put theirs here; `sheet-host.tsx` draws them. */
import type { ReactNode } from 'react';
import { createStore } from 'zustand/vanilla';

/** Draws a sheet or panel; `close` takes it away. */
export type Drawn = (close: () => void) => ReactNode;

export interface SheetState {
  /** Modal, over the window. */
  readonly sheet: Drawn | null;
  /** Docked on the right in place of the inspector; the table stays usable beside it. */
  readonly panel: Drawn | null;
}

/** Makes the store of the open sheet and the docked panel. */
export function createSheetStore() {
  return createStore<SheetState>(() => ({ sheet: null, panel: null }));
}
export type SheetStore = ReturnType<typeof createSheetStore>;

/** Opens a sheet; one that is open gives way. */
export function openSheet(store: SheetStore, sheet: Drawn): void {
  store.setState({ sheet });
}

/** Opens a docked panel in place of the inspector. */
export function openPanel(store: SheetStore, panel: Drawn): void {
  store.setState({ panel });
}
