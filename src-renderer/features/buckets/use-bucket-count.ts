/** Counts what lies below a prefix while somebody looks, and stops when another one is asked or nobody looks any more. */
import { useEffect, useState } from 'react';
import type { ListingCount } from '../../../src-shared/contract/listing.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { useSession } from '../../app/session.ts';

export interface BucketCount {
  /** What is counted so far; null before the first page. */
  readonly count: ListingCount | null;
  /** All was counted. */
  readonly isWhole: boolean;
  readonly error: VitrineError | null;
}

const nothingYet: BucketCount = { count: null, isWhole: false, error: null };

/** Typing in the glob rests this long before it is counted anew, in ms. */
const restMilliseconds = 250;

/** `prefix` null counts nothing. `attempt` rises when the user tries again. */
export function useBucketCount(prefix: string | null, glob: string, attempt: number): BucketCount {
  const { client } = useSession();
  const [state, setState] = useState<BucketCount>(nothingYet);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks the same once more.
  useEffect(() => {
    setState(nothingYet);
    if (prefix === null) return;
    const abort = new AbortController();
    const { signal } = abort;
    const timer = setTimeout(
      async () => {
        const answer = await client.listing.count(
          { prefix, ...(glob === '' ? {} : { glob }) },
          { signal, onProgress: (count) => (signal.aborted ? undefined : setState({ count, isWhole: false, error: null })) },
        );
        if (signal.aborted) return;
        if (answer.ok) setState({ count: answer.value, isWhole: true, error: null });
        else setState(({ count }) => ({ count, isWhole: false, error: answer.error }));
      },
      glob === '' ? 0 : restMilliseconds,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, prefix, glob, attempt]);
  return state;
}
