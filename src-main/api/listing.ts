/** What lies in buckets and folders. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `listing.…`. */
export function listingHandlers({ importing }: Library): HandlersOf<'listing'> {
  return {
    page: (input, { signal }) => importing.listPage(input, signal),
    count: (input, { signal, report }) => importing.countPrefix(input, { signal, onCount: report }),
  };
}
