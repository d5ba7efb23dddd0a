/** What the loupe is doing: where the picture lies, which player is there, whether it has the whole screen. */
import * as z from 'zod/mini';
import { createStore } from 'zustand/vanilla';
import { initialZoom, type Point, type ZoomAction, type ZoomState, zoom } from './zoom.ts';

/** What keys do to the player that is shown. */
export interface PlayerDeeds {
  playOrPause(): void;
  seekBy(seconds: number): void;
  stepFrame(step: 1 | -1): void;
  changeSpeed(step: 1 | -1): void;
}

/** One volume for all players, remembered by the library. `level` from 0 to 1. */
export const Volume = z.object({ level: z.number().check(z.minimum(0), z.maximum(1)), isMuted: z.boolean() });
export type Volume = z.infer<typeof Volume>;

export interface LoupeState {
  readonly zoom: ZoomState;
  /** Where the pointer is on the stage, in CSS px from its corner; null while it is elsewhere. */
  readonly pointer: Point | null;
  /** A picture is shown that can be zoomed. */
  readonly hasPicture: boolean;
  readonly player: PlayerDeeds | null;
  readonly isFullScreen: boolean;
  readonly volume: Volume;
}

/** Nothing shown yet. */
export function createLoupeStore() {
  return createStore<LoupeState>(() => ({
    zoom: initialZoom,
    pointer: null,
    hasPicture: false,
    player: null,
    isFullScreen: false,
    volume: { level: 1, isMuted: false },
  }));
}
export type LoupeStore = ReturnType<typeof createLoupeStore>;

/** Zooms or moves the picture. */
export function dispatchZoom(store: LoupeStore, action: ZoomAction): void {
  store.setState((state) => ({ zoom: zoom(state.zoom, action) }));
}
