/** What the page of the cache shows, what is typed there, and what runs from there; all of it outlives leaving the page. */
import { createStore } from 'zustand/vanilla';
import type { CacheDetails, CachedFile, CacheFinding } from '../../../src-shared/contract/cache.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { TypedAmount } from './byte-amounts.ts';

/** Files of a page of the list. */
export const filesOfPage = 100;

/** Work with a way to end it. */
export interface CacheWork {
  readonly done: number;
  readonly total: number;
  readonly stop: () => void;
}

export interface CacheState {
  /** Null until they were read. */
  readonly details: CacheDetails | null;
  readonly error: VitrineError | null;
  /** Null until they were read. */
  readonly files: readonly CachedFile[] | null;
  readonly total: number;
  /** Only files that are kept offline are listed. */
  readonly keptOnly: boolean;
  /** Place of the first file shown; the last used is 0. */
  readonly start: number;
  /** Rises with each question for files; an answer to an older one is dropped. */
  readonly question: number;
  /** The limit as it is typed, null where it is the one that holds. */
  readonly limit: TypedAmount | null;
  /** Why the typed limit was refused. */
  readonly limitError: VitrineError | null;
  readonly verifying: CacheWork | null;
  readonly verified: { readonly checked: number; readonly bytes: number; readonly findings: readonly CacheFinding[] } | null;
  /** Bytes. */
  readonly moving: CacheWork | null;
}

/** Makes the store. */
export function createCacheStore() {
  return createStore<CacheState>(() => ({
    details: null,
    error: null,
    files: null,
    total: 0,
    keptOnly: false,
    start: 0,
    question: 0,
    limit: null,
    limitError: null,
    verifying: null,
    verified: null,
    moving: null,
  }));
}
export type CacheStore = ReturnType<typeof createCacheStore>;

/** Where the page before or after begins, or null where there is none. */
export function turnedFiles({ start, total }: Pick<CacheState, 'start' | 'total'>, step: -1 | 1): number | null {
  const next = start + step * filesOfPage;
  return next <= -filesOfPage || next >= total ? null : Math.max(0, next);
}
