/** How much of a file is here in part, and how far it is on its way; asks the core, and nobody else. */
import { useEffect, useState } from 'react';
import type { Transfer } from '../../../src-shared/model/transfer.ts';
import { useIn, useSession } from '../../app/session.ts';

export interface CopyNow {
  /** The file on its way here as a whole. */
  readonly transfer: Transfer | null;
  /** Bytes that are here in parts, and of how many; null where none are. */
  readonly part: { readonly bytes: number; readonly size: number | null } | null;
}

/** Read anew when the cache changed. `referenceId` null: nothing is asked. */
export function useCopy(referenceId: number | null, canonical: string | null): CopyNow {
  const session = useSession();
  const transfer = useIn(session.transfers, ({ whole }) => (canonical === null ? null : (whole.get(canonical) ?? null)));
  const cache = useIn(session.activity, (state) => state.cache);
  const [known, setKnown] = useState<{ readonly referenceId: number; readonly part: CopyNow['part'] } | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the cache is a reason to look again.
  useEffect(() => {
    if (referenceId === null) return;
    const abort = new AbortController();
    void session.client.cache.ranges({ referenceId }, { signal: abort.signal }).then((answer) => {
      if (abort.signal.aborted) return;
      const bytes = answer.ok ? answer.value.ranges.reduce((sum, [start, end]) => sum + end - start, 0) : 0;
      setKnown({ referenceId, part: answer.ok && bytes > 0 ? { bytes, size: answer.value.size } : null });
    });
    return () => abort.abort();
  }, [session, referenceId, cache]);

  return { transfer, part: known?.referenceId === referenceId ? known.part : null };
}
