/** All that is known of the focused row, kept until the next row's is there. */
import { useEffect, useState } from 'react';
import type { OutputOf } from '../../../src-shared/contract/contract.ts';
import type { rows } from '../../../src-shared/contract/rows.ts';
import { useIn, useSession } from '../../app/session.ts';

export type Inspection = OutputOf<typeof rows.inspect>;

/** The row must keep the focus this long before it is asked about, in ms; arrows held down ask for nothing. */
const restMilliseconds = 80;

/** Null before the first answer and where no row is focused. */
export function useInspection(): { inspection: Inspection | null; reload: () => void } {
  const session = useSession();
  const tableId = useIn(session.table, (state) => state.table?.id);
  const rowId = useIn(session.table, (state) => state.pages?.rowAt(state.selection.focus.row)?.rowId);
  const drawn = useIn(session.table, (state) => state.drawn);
  const [inspection, setInspection] = useState<Inspection | null>(null);
  const [asked, setAsked] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` and `asked` are reasons to look again.
  useEffect(() => {
    if (tableId === undefined || rowId === undefined) {
      setInspection(null);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await session.client.rows.inspect({ table: tableId, rowId }, { signal: abort.signal });
      if (answer.ok && !abort.signal.aborted) setInspection(answer.value);
    }, restMilliseconds);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, tableId, rowId, drawn, asked]);

  return { inspection, reload: () => setAsked((count) => count + 1) };
}
