/** Failed cells, by cause. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `errors.…`. */
export function errorHandlers(_library: Library): HandlersOf<'errors'> {
  return { groups: () => [], cells: () => [] };
}
