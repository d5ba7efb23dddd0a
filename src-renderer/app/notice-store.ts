/** What the window says in passing: one toast at a time, and what is spoken. */
import { createStore } from 'zustand/vanilla';
import type { VitrineError } from '../../src-shared/model/error.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'error';
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

export interface NoticeState {
  readonly toast: Toast | null;
  /** For the polite live region: results. Toasts speak for themselves through it. */
  readonly polite: string;
  /** For the assertive one: an error of what the user just did. */
  readonly assertive: string;
}

/** Makes the store of the toast and of what is spoken. */
export function createNoticeStore() {
  return createStore<NoticeState>(() => ({ toast: null, polite: '', assertive: '' }));
}
export type NoticeStore = ReturnType<typeof createNoticeStore>;

/** Says what happened, with one thing to do about it; replaces what was said before. */
export function say(store: NoticeStore, text: string, action: Toast['action'] = null): void {
  store.setState((state) => ({ toast: { id: (state.toast?.id ?? 0) + 1, text, tone: 'plain', action }, polite: text }));
}

/** Says why what the user just did could not be done. A call the user stopped is not worth a word. */
export function sayError(store: NoticeStore, error: VitrineError, action: Toast['action'] = null): void {
  if (error.cause === 'cancelled') return;
  const text = error.next ? `${error.message} ${error.next}` : error.message;
  store.setState((state) => ({ toast: { id: (state.toast?.id ?? 0) + 1, text, tone: 'error', action }, assertive: text }));
}

/** Speaks without showing, for what is seen elsewhere. */
export function speak(store: NoticeStore, text: string): void {
  store.setState({ polite: text });
}

/** Takes the toast away. */
export function dismissToast(store: NoticeStore, id: number): void {
  store.setState((state) => (state.toast?.id === id ? { toast: null } : state));
}
