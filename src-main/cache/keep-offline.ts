/** Which references are kept offline: never evicted, and refused where what is known of them would not fit. */
import { fail } from '../../src-shared/model/error.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import { blocksFor, sizeInWords } from './disk.ts';
import type { FileCore } from './file-core.ts';
import { inSlices } from './in-slices.ts';

export interface KeepOffline {
  /** Throws `cache_full` where they do not fit beside what is kept, and what the catalog throws. */
  set(references: readonly { canonical: CanonicalUrl; size: number | null }[], isKept: boolean): Promise<void>;
}

/** Over the items and the index of `core`. */
export function createKeepOffline(core: FileCore): KeepOffline {
  const { items, block } = core;
  /** Sizes of kept files that are not here yet. */
  const expected = new Map<CanonicalUrl, number>();
  let tail: Promise<unknown> = Promise.resolve();

  /** Bytes on disk that a kept file takes, or will take once it is here. */
  function bytesOf(canonical: CanonicalUrl): number {
    const whole = items.wholeOf(canonical);
    if (whole) return whole.counted;
    const here = items.statesOf(canonical).reduce((sum, item) => sum + (item.claim?.bytes ?? item.counted), 0);
    const size = expected.get(canonical);
    return size === undefined ? here : Math.max(here, blocksFor(size, block) + block);
  }

  async function sumOf(canonicals: readonly CanonicalUrl[]): Promise<number> {
    let sum = 0;
    await inSlices(canonicals, (slice) => {
      for (const canonical of slice) sum += bytesOf(canonical);
    });
    return sum;
  }

  async function checkRoom(added: readonly CanonicalUrl[]): Promise<void> {
    const before = await sumOf([...items.kept()]);
    const need = await sumOf(added);
    const room = Math.max(0, core.space.limit - before);
    if (need <= room) return;
    throw fail('cache_full', {
      message: `Keeping this offline needs ${sizeInWords(need)}; beside what is kept already ${sizeInWords(room)} is left.`,
      next: 'Open the cache and raise its limit, or keep less offline.',
    });
  }

  async function expect(references: readonly { canonical: CanonicalUrl; size: number | null }[]): Promise<void> {
    const before = new Map<CanonicalUrl, number | undefined>();
    const added: CanonicalUrl[] = [];
    await inSlices(references, (slice) => {
      for (const { canonical, size } of slice) {
        if (!before.has(canonical)) {
          before.set(canonical, expected.get(canonical));
          if (!items.isKept(canonical)) added.push(canonical);
        }
        if (size !== null) expected.set(canonical, size);
      }
    });
    try {
      await checkRoom(added);
    } catch (thrown) {
      await inSlices([...before], (slice) => {
        for (const [canonical, size] of slice) {
          if (size === undefined) expected.delete(canonical);
          else expected.set(canonical, size);
        }
      });
      throw thrown;
    }
  }

  async function set(references: readonly { canonical: CanonicalUrl; size: number | null }[], isKept: boolean): Promise<void> {
    if (isKept) await expect(references);
    const canonicals = [...new Set(references.map(({ canonical }) => canonical))];
    await core.index.setKept(canonicals, isKept);
    await inSlices(canonicals, (slice) => {
      if (!isKept) for (const canonical of slice) expected.delete(canonical);
      items.keep(slice, isKept);
    });
    if (!isKept) core.released();
  }

  return {
    set(references, isKept) {
      // One after the other: two that are reckoned at once would each be given the room of both.
      const next = tail.then(() => set(references, isKept));
      tail = next.catch(() => undefined);
      return next;
    },
  };
}
