/** How the open table is looked at: as rows or tiles, how large, with what labels, or one file alone. Remembered a table. */
import * as z from 'zod/mini';
import { createStore } from 'zustand/vanilla';

/** Heights of tiles, in px. */
export const tileHeights = [64, 96, 128, 176, 240, 320, 480] as const;

/** What is remembered of a table, and how it is read back; anything else that is found there is left aside. */
export const RememberedLook = z.object({
  layout: z.enum(['table', 'gallery']),
  /** Lines of equal height, or squares. */
  shape: z.enum(['rows', 'squares']),
  /** Whether squares crop to the centre or show the whole. */
  fit: z.enum(['cover', 'contain']),
  tileHeight: z.literal([...tileHeights]),
  /** Names of columns under a tile, at most three. */
  labels: z.array(z.string()).check(z.maxLength(3)),
});
export type RememberedLook = z.infer<typeof RememberedLook>;

export interface LookState extends RememberedLook {
  /** The focused row's file fills the content. */
  readonly isLoupeOpen: boolean;
}

/** How a table is looked at where nothing is remembered. */
export const firstLook: LookState = {
  layout: 'table',
  shape: 'rows',
  fit: 'cover',
  tileHeight: 176,
  labels: [],
  isLoupeOpen: false,
};

/** Makes the store of how the open table is looked at. */
export function createLookStore() {
  return createStore<LookState>(() => firstLook);
}
export type LookStore = ReturnType<typeof createLookStore>;

/** The next larger or smaller height of tiles; the last stays. */
export function tileHeightBy(height: LookState['tileHeight'], step: 1 | -1): LookState['tileHeight'] {
  return tileHeights[tileHeights.indexOf(height) + step] ?? height;
}
