/** Which references are kept offline: never evicted, and refused where what is known of them would not fit. */
import { fail } from '../../src-shared/model/error.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import { blocksFor, sizeInWords } from './disk.ts';
import type { FileCore } from './file-core.ts';

export interface KeepOffline {
  /** Throws `cache_full` where they do not fit beside what is kept, and what the catalog throws. */
  set(references: readonly { canonical: CanonicalUrl; size: number | null }[], isKept: boolean): Promise<void>;
}

/** Over the items and the index of `core`. */
export function createKeepOffline(core: FileCore): KeepOffline {
  const { items, block } = core;
  /** Sizes of kept files that are not here yet. */
  const expected = new Map<CanonicalUrl, number>();

  /** Bytes on disk that a kept file takes, or will take once it is here. */
  function bytesOf(canonical: CanonicalUrl): number {
    const whole = items.wholeOf(canonical);
    if (whole) return whole.counted;
    const here = items.statesOf(canonical).reduce((sum, item) => sum + (item.claim?.bytes ?? item.counted), 0);
    const size = expected.get(canonical);
    return size === undefined ? here : Math.max(here, blocksFor(size, block) + block);
  }

  function checkRoom(added: readonly CanonicalUrl[]): void {
    const before = [...items.kept()].reduce((sum, canonical) => sum + bytesOf(canonical), 0);
    const need = added.reduce((sum, canonical) => sum + bytesOf(canonical), 0);
    const room = Math.max(0, core.space.limit - before);
    if (need <= room) return;
    throw fail('cache_full', {
      message: `Keeping this offline needs ${sizeInWords(need)}; beside what is kept already ${sizeInWords(room)} is left.`,
      next: 'Open the cache and raise its limit, or keep less offline.',
    });
  }

  return {
    async set(references, isKept) {
      const canonicals = [...new Set(references.map(({ canonical }) => canonical))];
      if (isKept) {
        const known = new Map(references.map(({ canonical, size }) => [canonical, size]));
        const added = canonicals.filter((canonical) => !items.isKept(canonical));
        const before = canonicals.map((canonical) => [canonical, expected.get(canonical)] as const);
        for (const [canonical, size] of known) if (size !== null) expected.set(canonical, size);
        try {
          checkRoom(added);
        } catch (thrown) {
          for (const [canonical, size] of before) {
            if (size === undefined) expected.delete(canonical);
            else expected.set(canonical, size);
          }
          throw thrown;
        }
      } else for (const canonical of canonicals) expected.delete(canonical);
      await core.index.setKept(canonicals, isKept);
      items.keep(canonicals, isKept);
      if (!isKept) core.released();
    },
  };
}
