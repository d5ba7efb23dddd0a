/** Which parts of a film or sound the core has, for its bar: asked when a player opens, and while bytes move. */
import { useEffect, useState } from 'react';
import { useSession } from '../../app/session.ts';
import { type HeldRange, secondsOf } from './held-ranges.ts';

/** Asked at most this often, in ms; bytes move ten times a second. */
const askedEvery = 1000;

/** None while it is not known how long the file is, in seconds or in bytes. */
export function useHeldParts(referenceId: number, duration: number | null): readonly HeldRange[] {
  const session = useSession();
  const [parts, setParts] = useState<readonly HeldRange[]>([]);

  useEffect(() => {
    if (duration === null) return;
    const length = duration;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function ask(): Promise<void> {
      const answer = await session.client.cache.ranges({ referenceId }, { signal: abort.signal });
      // An error costs the marks, and nothing else: what the player holds is marked all the same.
      if (answer.ok && !abort.signal.aborted) setParts(secondsOf(answer.value, length));
    }
    /** Rejects when one moves on, and then nobody waits for it. */
    const askNow = () => void ask().catch(() => undefined);
    const stop = session.listen('transfersChanged', () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        askNow();
      }, askedEvery);
    });
    askNow();
    return () => {
      stop();
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, referenceId, duration]);

  return parts;
}
