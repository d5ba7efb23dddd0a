/** Brings the volume back at the start, and keeps it with the library from then on. */
import type { Client } from '../../../src-shared/contract/contract.ts';
import { type LoupeStore, Volume } from './loupe-store.ts';

const key = 'volume';
/** A slider being moved is written once it rests this long, in ms. */
const restMilliseconds = 400;

/** Resolves when the remembered volume is in place. */
export async function rememberVolume(client: Client, loupe: LoupeStore): Promise<void> {
  const found = await client.preferences.get({ key });
  const remembered = found.ok ? Volume.safeParse(found.value.value) : null;
  if (remembered?.success) loupe.setState({ volume: remembered.data });
  let timer: ReturnType<typeof setTimeout> | undefined;
  loupe.subscribe(({ volume }, before) => {
    if (volume === before.volume) return;
    clearTimeout(timer);
    timer = setTimeout(() => void client.preferences.set({ key, value: { ...volume } }), restMilliseconds);
  });
}
