/** What is on its way now. Each cell and tile listens for its own file alone: a step of one transfer draws one badge again. */
import { createStore } from 'zustand/vanilla';
import type { Transfer } from '../../../src-shared/model/transfer.ts';

export interface TransfersState {
  /** In the order of the core. */
  readonly all: readonly Transfer[];
  /** Whole files on their way here, by canonical reference. */
  readonly whole: ReadonlyMap<string, Transfer>;
}

/** Makes the store. */
export function createTransfersStore() {
  return createStore<TransfersState>(() => withTransfers([]));
}
export type TransfersStore = ReturnType<typeof createTransfersStore>;

/** The state for what the core told. */
export function withTransfers(all: readonly Transfer[]): TransfersState {
  return { all, whole: new Map(all.filter(({ purpose }) => purpose === 'whole').map((one) => [one.canonical, one])) };
}

/** Whole percent of a file that is here, -1 while its size is not known. */
export function percentHere({ bytes, size }: Pick<Transfer, 'bytes' | 'size'>): number {
  return size === null || size <= 0 ? -1 : Math.min(100, Math.floor((100 * bytes) / size));
}

/** Bytes a second of all that runs, in all; null where nothing does. */
export function rateNow(all: readonly Transfer[]): number | null {
  const running = all.filter(({ state }) => state === 'running');
  return running.length === 0 ? null : running.reduce((sum, { rate }) => sum + (rate ?? 0), 0);
}
