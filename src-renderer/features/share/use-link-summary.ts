/** Tries what is about to be copied to learn its true end and whether it opens. The core keeps the URL. */
import { useEffect, useState } from 'react';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { LinkSource, LinkWish } from './link-source.ts';
import { type LinkSummary, summarise } from './link-summary.ts';

/** What is being typed is signed for once it rests this long, in ms. */
const restMilliseconds = 120;

/** Whether one byte came by the link: it is being asked, it came, or why not. */
export type LinkCheck = 'asking' | 'works' | VitrineError;

export interface LinkTrial {
  /** The one before it until the first answer is there; null before any. */
  readonly summary: LinkSummary | null;
  readonly isSigning: boolean;
  /** Nothing could be issued at all, which is said. */
  readonly isRefused: boolean;
  /** Of the one link; null where nothing is checked: several links, or a web address. */
  readonly check: LinkCheck | null;
}

/**
 * The summary of a wish, then the check of its only link.
 * @param key names the wish; null for one that cannot be asked, which is not signed for
 * @param wish what is asked now, or null; a date is another number of seconds at each call
 */
export function useLinkSummary(key: string | null, source: LinkSource, wish: () => LinkWish | null, isTyped: boolean): LinkTrial {
  const [trial, setTrial] = useState<LinkTrial>({ summary: null, isSigning: true, isRefused: false, check: null });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the wish in a word; the function is a new one at each drawing.
  useEffect(() => {
    if (key === null) return;
    const abort = new AbortController();
    const { signal } = abort;
    setTrial((before) => ({ ...before, isSigning: true, check: null }));
    const timer = setTimeout(
      async () => {
        const asked = wish();
        if (asked === null) return;
        const outcomes = await source.issue(asked, { signal, isTrial: true });
        if (signal.aborted) return;
        const summary = outcomes && summarise(outcomes);
        const isChecked = outcomes?.length === 1 && summary?.ends.length === 1 && !summary.isWeb;
        setTrial({ summary, isSigning: false, isRefused: outcomes === null, check: isChecked ? 'asking' : null });
        if (!isChecked) return;
        const [tried] = (await source.issue(asked, { signal, isTrial: true, verify: true })) ?? [];
        if (signal.aborted) return;
        const check = !tried ? null : tried.ok ? (tried.check ?? 'works') : tried.error;
        setTrial((now) => ({ ...now, check }));
      },
      isTyped ? restMilliseconds : 0,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [source, key]);

  return trial;
}
