/** Looks into the folders of a bucket, a page at a time and only into what is opened. */
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { useSession } from '../../app/session.ts';
import { cursorOf, isUnread, noFolders, reduceFolders } from './bucket-folders.ts';

/** Pages of objects alone that are passed over on the way to the first folder. */
const pagesWithoutFolder = 10;

/** `root` null: nothing is asked yet. Another root begins anew and stops what was asked before. */
export function useBucketFolders(root: string | null) {
  const { client } = useSession();
  const [state, dispatch] = useReducer(reduceFolders, noFolders(root ?? ''));
  const abort = useRef(new AbortController());

  const readOn = useCallback(
    async (prefix: string, from: string | null): Promise<void> => {
      const { signal } = abort.current;
      dispatch({ type: 'asked', prefix });
      let cursor = from;
      for (let pages = 0; ; pages += 1) {
        const answer = await client.listing.page({ prefix, cursor }, { signal });
        if (signal.aborted) return;
        if (!answer.ok) {
          dispatch({ type: 'failed', prefix, error: answer.error });
          return;
        }
        const { folders } = answer.value;
        cursor = answer.value.cursor;
        if (folders.length > 0 || cursor === null || pages === pagesWithoutFolder) {
          dispatch({ type: 'came', prefix, folders, cursor });
          return;
        }
      }
    },
    [client],
  );

  useEffect(() => {
    if (root === null) return;
    abort.current = new AbortController();
    dispatch({ type: 'rooted', prefix: root });
    void readOn(root, null);
    return () => abort.current.abort();
  }, [root, readOn]);

  return {
    state,
    open(prefix: string): void {
      dispatch({ type: 'opened', prefix });
      if (isUnread(state, prefix)) void readOn(prefix, null);
    },
    close: (prefix: string) => dispatch({ type: 'closed', prefix }),
    /** The next page, or the one that failed once more. */
    readMore: (prefix: string) => void readOn(prefix, cursorOf(state, prefix)),
  };
}
