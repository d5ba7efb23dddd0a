/** Where in the library the window is, and the way back. Back and forward walk places, not edits. */
import { createStore } from 'zustand/vanilla';
import type { SettingsPage } from '../features/settings/settings-store.ts';

/** `home` is the library itself. */
export type Place =
  | { readonly kind: 'home' }
  | { readonly kind: 'folder'; readonly folderId: number }
  | { readonly kind: 'table'; readonly tableId: number }
  | { readonly kind: 'settings'; readonly page: SettingsPage };

export interface PlaceState {
  readonly place: Place;
  readonly past: readonly Place[];
  readonly future: readonly Place[];
}

/** Starts at the library itself. */
export function createPlaceStore() {
  return createStore<PlaceState>(() => ({ place: { kind: 'home' }, past: [], future: [] }));
}
export type PlaceStore = ReturnType<typeof createPlaceStore>;

const isSame = (a: Place, b: Place) => JSON.stringify(a) === JSON.stringify(b);
const mostPast = 100;

/** Goes to a place; what lay ahead is forgotten. */
export function goTo(store: PlaceStore, place: Place): void {
  store.setState((state) =>
    isSame(state.place, place) ? state : { place, past: [...state.past, state.place].slice(-mostPast), future: [] },
  );
}

/** Goes to the place before this one. */
export function goBack(store: PlaceStore): void {
  store.setState((state) => {
    const place = state.past.at(-1);
    return place ? { place, past: state.past.slice(0, -1), future: [state.place, ...state.future] } : state;
  });
}

/** Goes to the place that was left by going back. */
export function goForward(store: PlaceStore): void {
  store.setState((state) => {
    const [place, ...future] = state.future;
    return place ? { place, past: [...state.past, state.place], future } : state;
  });
}
