/** The cache, and what is kept offline. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `cache.…`. */
export function cacheHandlers({ bytes, settings }: Library): HandlersOf<'cache'> {
  const notYet = () => Promise.reject(new Error('not yet'));
  return {
    status: () => bytes.status(),
    details: notYet,
    list: notYet,
    clear: () => bytes.clear({ kind: 'all' }),
    drop: notYet,
    clearThumbnails: notYet,
    setLimit: async ({ bytes: limit }) => {
      const status = await bytes.setLimit(limit);
      await settings.setCacheLimit(limit);
      return status;
    },
    verify: notYet,
    move: notYet,
    keep: notYet,
    transfers: () => [...bytes.transfers()],
    ranges: notYet,
  };
}
