/** Which part of the list of handed-out links is looked at, and what is there. The links themselves are nowhere. */
import { createStore } from 'zustand/vanilla';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { IssuedLink } from '../../../src-shared/model/issued-link.ts';

/** Entries of a page. */
export const pageSize = 100;
/** Whether links still work. */
export const issuedStates = ['all', 'alive', 'ended'] as const;
export type IssuedState = (typeof issuedStates)[number];

export interface IssuedList {
  readonly search: string;
  readonly state: IssuedState;
  /** Place of the first entry shown; the newest is 0. */
  readonly start: number;
  readonly total: number;
  /** Null before the first answer. */
  readonly entries: readonly IssuedLink[] | null;
  readonly error: VitrineError | null;
  /** Rises with each question; an answer to an older one is dropped. */
  readonly question: number;
}

/** Makes the store. */
export function createIssuedStore() {
  return createStore<IssuedList>(() => ({ search: '', state: 'all', start: 0, total: 0, entries: null, error: null, question: 0 }));
}
export type IssuedStore = ReturnType<typeof createIssuedStore>;

/** Where the page before or after begins, or null where there is none. */
export function turned({ start, total }: Pick<IssuedList, 'start' | 'total'>, step: -1 | 1): number | null {
  const next = start + step * pageSize;
  return next <= -pageSize || next >= total ? null : Math.max(0, next);
}
