/** What is known of the file that is shown, and why it cannot be shown. Asked once the row rests; given up when one moves on. */
import { useEffect, useRef, useState } from 'react';
import type { Look } from '../../../src-shared/contract/files.ts';
import type { Row } from '../../../src-shared/model/cell.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { type Session, useIn, useSession } from '../../app/session.ts';

/** Rows passed over faster than this ask for nothing, in ms. */
const restMilliseconds = 80;

interface Answer {
  readonly referenceId: number;
  readonly look: Look | null;
  readonly error: VitrineError | null;
}

export interface Looked {
  readonly look: Look | null;
  readonly error: VitrineError | null;
  /** The row has rested: what costs bytes may be asked for. */
  readonly hasRested: boolean;
  /** How often this file was loaded anew. */
  readonly attempt: number;
  /** Says that what was to be shown could not be, and why. */
  readonly fail: (error: VitrineError) => void;
  readonly reload: () => void;
}

interface LookOptions {
  readonly row: Row | undefined;
  /** Answers of neighbours that came before one moved there. */
  readonly early: ReadonlyMap<number, Look>;
  /** Somebody asks for the file on purpose, whatever looking may fetch. */
  readonly isAsked: boolean;
}

/** `referenceId` is null where the cell is empty. */
export function useLook(referenceId: number | null, { row, early, isAsked }: LookOptions): Looked {
  const session = useSession();
  const looking = useIn(session.info, (state) => state.value?.looking.fetch);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [rested, setRested] = useState<number | null>(null);
  const [attempts, setAttempts] = useState({ referenceId, count: 0 });
  const attempt = attempts.referenceId === referenceId ? attempts.count : 0;
  const latest = useRef({ row, early });
  latest.current = { row, early };

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt, or what looking may fetch, is a reason to look again.
  useEffect(() => {
    if (referenceId === null) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      setRested(referenceId);
      const { row: asked } = latest.current;
      const outcome = await session.client.files.look({ referenceId, asked: isAsked }, { signal: abort.signal });
      if (abort.signal.aborted) return;
      // A player may have failed meanwhile, and why is said already.
      setAnswer((now) => {
        const failed = now?.referenceId === referenceId ? now.error : null;
        return outcome.ok ? { referenceId, look: outcome.value, error: failed } : { referenceId, look: null, error: outcome.error };
      });
      // What was learnt shows in the table and the inspector as well.
      const isNews = asked?.cells.some(
        ({ media }) => media?.referenceId === referenceId && media.width === null && media.duration === null,
      );
      if (asked && isNews && outcome.ok && outcome.value.facts) session.table.getState().pages?.refresh([asked.rowId]);
    }, restMilliseconds);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, referenceId, attempt, isAsked, looking]);

  const own = answer?.referenceId === referenceId ? answer : null;
  return {
    look: own?.look ?? (own || referenceId === null ? null : (early.get(referenceId) ?? null)),
    error: own?.error ?? null,
    hasRested: rested === referenceId || (referenceId !== null && early.has(referenceId)),
    attempt,
    fail(error) {
      if (referenceId === null) return;
      setAnswer((now) => ({ referenceId, look: now?.referenceId === referenceId ? now.look : null, error }));
    },
    reload() {
      if (referenceId === null) return;
      const again = () => setAttempts({ referenceId, count: attempt + 1 });
      setAnswer(null);
      if (own?.error?.cause === 'input_failed') void takeNew(session, referenceId).then(again);
      else again();
    },
  };
}

/** Where another file lies upstream, loading again means that one. What cannot be done is said by the look that follows. */
async function takeNew({ client }: Session, referenceId: number): Promise<void> {
  // It may have changed once more since.
  const asked = await client.files.ask({ referenceId, level: 'head' });
  if (asked.ok) await client.health.decide({ referenceIds: [referenceId], choice: 'take_new' });
}
