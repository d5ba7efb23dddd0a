/** Brings back how a table was looked at when it opens, and keeps it with the library from then on. */
import type { Session } from '../../app/session.ts';
import { firstLook, type LookState, RememberedLook } from './look-store.ts';

const keyOf = (tableId: number) => `table ${tableId} look`;
/** A slider being moved is written once it rests this long, in ms. */
const restMilliseconds = 400;

/** Follows the place for as long as the window lives. */
export function followLook({ client, place, look }: Session): void {
  let tableId: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  place.subscribe((state, before) => {
    if (state.place === before.place) return;
    tableId = null;
    const { place: now } = state;
    look.setState(firstLook);
    if (now.kind !== 'table') return;
    void client.preferences.get({ key: keyOf(now.tableId) }).then((found) => {
      if (place.getState().place !== now) return;
      const remembered = found.ok ? RememberedLook.safeParse(found.value.value) : null;
      if (remembered?.success) look.setState(remembered.data);
      tableId = now.tableId;
    });
  });
  look.subscribe((state, before) => {
    if (tableId === null || JSON.stringify(kept(state)) === JSON.stringify(kept(before))) return;
    const key = keyOf(tableId);
    clearTimeout(timer);
    timer = setTimeout(() => void client.preferences.set({ key, value: kept(state) }), restMilliseconds);
  });
}

function kept({ layout, shape, fit, tileHeight, labels }: LookState): RememberedLook {
  return { layout, shape, fit, tileHeight, labels };
}
