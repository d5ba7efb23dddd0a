/** The newest links that were handed out to one reference. */
import { useEffect, useState } from 'react';
import type { IssuedLink } from '../../../src-shared/model/issued-link.ts';
import { useSession } from '../../app/session.ts';

/** Shown at once; the panel has the rest. */
const mostShown = 5;

export interface IssuedTo {
  readonly reference: string;
  readonly total: number;
  readonly entries: readonly IssuedLink[];
}

/** Null before the first answer, and where there is no reference. Kept true as links are handed out and taken off the list. */
export function useIssued(reference: string | null): IssuedTo | null {
  const session = useSession();
  const [issued, setIssued] = useState<IssuedTo | null>(null);
  useEffect(() => {
    if (reference === null) return;
    const abort = new AbortController();
    async function read(asked: string): Promise<void> {
      const answer = await session.client.links.ledger({ reference: asked, start: 0, end: mostShown }, { signal: abort.signal });
      if (answer.ok && !abort.signal.aborted) setIssued({ reference: asked, ...answer.value });
    }
    void read(reference);
    const end = session.listen('ledgerChanged', () => void read(reference));
    return () => {
      end();
      abort.abort();
    };
  }, [session, reference]);
  return issued?.reference === reference ? issued : null;
}
