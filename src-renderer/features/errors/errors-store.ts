/** Failed cells by cause, as the errors panel and the status bar show them. The cells themselves stay in `FailedPages`. */
import { createStore } from 'zustand/vanilla';
import type { ErrorGroup } from '../../../src-shared/contract/errors.ts';
import type { ErrorCause, VitrineError } from '../../../src-shared/model/error.ts';
import type { FailedPages } from './failed-pages.ts';

/** Whose errors are shown: the open table's, or all. Without an open table they are those of the library. */
export type ErrorScope = 'table' | 'library';

export interface ErrorsState {
  readonly scope: ErrorScope;
  /** The largest first; null before the first answer. */
  readonly groups: readonly ErrorGroup[] | null;
  /** The group that is open, with its cells. */
  readonly open: ErrorCause | null;
  readonly pages: FailedPages | null;
  /** Rises whenever a page came: what is drawn from `pages` is drawn again. */
  readonly drawn: number;
  readonly error: VitrineError | null;
}

/** Makes the store of failed cells. */
export function createErrorsStore() {
  return createStore<ErrorsState>(() => ({ scope: 'table', groups: null, open: null, pages: null, drawn: 0, error: null }));
}
export type ErrorsStore = ReturnType<typeof createErrorsStore>;

/** How many cells failed, in all groups. */
export function failedCount(groups: readonly ErrorGroup[] | null): number {
  return groups?.reduce((sum, group) => sum + group.cells, 0) ?? 0;
}
