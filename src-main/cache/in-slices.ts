/** Work over all files of the cache, which must not hold up the window however many they are. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many are worked on before others have their turn: about a millisecond. */
const sliceLength = 250;
/** Node has four threads for files unless told otherwise; more than they take at once would only keep others waiting for one. */
const mostAtOnce = 8;

/** Gives the items to `work` a slice at a time. What it reads may change from slice to slice. */
export async function inSlices<T>(items: readonly T[], work: (slice: readonly T[]) => void): Promise<void> {
  for (let start = 0; start < items.length; start += sliceLength) {
    if (start > 0) await nextTurn();
    work(items.slice(start, start + sliceLength));
  }
}

/** Runs `work` over all items, a few at a time. Rejects with the first that fails; those that began go on. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let begun = 0;
  const run = async (): Promise<void> => {
    for (;;) {
      const index = begun;
      if (index >= items.length) return;
      begun += 1;
      // Items for which there is nothing to do never wait, so others would not have their turn.
      if (index % sliceLength === sliceLength - 1) await nextTurn();
      const item = items[index];
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, run));
}
