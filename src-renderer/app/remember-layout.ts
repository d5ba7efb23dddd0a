/** Brings the layout back at the start, and keeps it with the library from then on. */
import type { Client } from '../../src-shared/contract/contract.ts';
import { type LayoutState, type LayoutStore, RememberedLayout } from './layout-store.ts';

const key = 'layout';
/** A dragged splitter is written once it rests this long, in ms. */
const restMilliseconds = 400;

/** Resolves when the remembered layout is in place; the answer's function stops remembering. */
export async function rememberLayout(client: Client, layout: LayoutStore): Promise<() => void> {
  const found = await client.preferences.get({ key });
  const remembered = found.ok ? RememberedLayout.safeParse(found.value.value) : null;
  if (remembered?.success) layout.setState(remembered.data);

  let timer: ReturnType<typeof setTimeout> | undefined;
  return layout.subscribe((state, before) => {
    if (JSON.stringify(kept(state)) === JSON.stringify(kept(before))) return;
    clearTimeout(timer);
    timer = setTimeout(() => void client.preferences.set({ key, value: kept(state) }), restMilliseconds);
  });
}

function kept({ drawer: _, ...remembered }: LayoutState): RememberedLayout {
  return remembered;
}
