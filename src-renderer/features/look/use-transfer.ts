/** What is on its way, read for one file: drawn again when its own percent changes, and for no other. */
import { useCallback } from 'react';
import { useIn, useSession } from '../../app/session.ts';
import { percentHere, type TransfersState } from './transfers-store.ts';

/** How far the file of a cell is on its way, as `percentHere` says it; null while it is not. */
export function usePercentHere(canonical: string | undefined): number | null {
  const { transfers } = useSession();
  return useIn(
    transfers,
    useCallback(
      ({ whole }: TransfersState) => {
        const transfer = canonical === undefined ? undefined : whole.get(canonical);
        return transfer ? percentHere(transfer) : null;
      },
      [canonical],
    ),
  );
}

/** Whether the file of a cell is on its way. */
export function useIsFetching(canonical: string | undefined): boolean {
  const { transfers } = useSession();
  return useIn(
    transfers,
    useCallback(({ whole }: TransfersState) => canonical !== undefined && whole.has(canonical), [canonical]),
  );
}
