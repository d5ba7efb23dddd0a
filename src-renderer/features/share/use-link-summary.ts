/** Signs what is about to be copied to learn its true end, and keeps nothing but that. */
import { useEffect, useState } from 'react';
import { useSession } from '../../app/session.ts';
import { issueLinks } from './link-deeds.ts';
import { type Life, secondsOf } from './link-life.ts';
import { type LinkSummary, summarise } from './link-summary.ts';

/** A life being typed is signed for once it rests this long, in ms. */
const restMilliseconds = 120;

/**
 * The summary for a life, the one before it until it is there; `isRefused` where nothing could be issued at all.
 * @param key names the life; null for one that is no time, which is not signed for
 */
export function useLinkSummary(
  key: string | null,
  life: Life | null,
): { summary: LinkSummary | null; isSigning: boolean; isRefused: boolean } {
  const session = useSession();
  const [state, setState] = useState<{ summary: LinkSummary | null; isSigning: boolean; isRefused: boolean }>({
    summary: null,
    isSigning: true,
    isRefused: false,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the life in a word; its object is a new one at each drawing.
  useEffect(() => {
    if (key === null || life === null) return;
    const abort = new AbortController();
    setState((before) => ({ ...before, isSigning: true }));
    const timer = setTimeout(
      async () => {
        const seconds = secondsOf(life, session.now());
        const outcomes = seconds === null ? null : await issueLinks(session, seconds, { signal: abort.signal });
        if (abort.signal.aborted) return;
        setState({ summary: outcomes && summarise(outcomes), isSigning: false, isRefused: outcomes === null });
      },
      life.kind === 'preset' ? 0 : restMilliseconds,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, key]);

  return state;
}
