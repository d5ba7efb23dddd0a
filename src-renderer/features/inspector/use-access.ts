/** What is known of the way to the file in view, read anew when accounts or settings changed. Asks no server. */
import { useEffect, useState } from 'react';
import type { AccessFacts } from '../../../src-shared/model/access.ts';
import { useIn, useSession } from '../../app/session.ts';

/** Null for web addresses and files, which are read as they stand. `askedAt` is a reason to look again. */
export function useAccess(address: string | null, askedAt: string | null): AccessFacts | null {
  const session = useSession();
  const accounts = useIn(session.settings, (state) => state.accounts);
  const seen = useIn(session.settings, (state) => state.seen);
  const [known, setKnown] = useState<{ readonly address: string; readonly access: AccessFacts } | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: accounts, settings and a first answer are reasons to look again.
  useEffect(() => {
    if (address === null || !/^(s3|gs|az)/.test(address)) return;
    const abort = new AbortController();
    void session.client.accounts.explain({ url: address }, { signal: abort.signal }).then((answer) => {
      if (!abort.signal.aborted) setKnown(answer.ok ? { address, access: answer.value } : null);
    });
    return () => abort.abort();
  }, [session, address, askedAt, accounts, seen]);

  return known?.address === address ? known.access : null;
}
