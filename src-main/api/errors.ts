/** Failed cells, by cause. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `errors.…`. */
export function errorHandlers({ catalog: { errors } }: Library): HandlersOf<'errors'> {
  return {
    groups: ({ table }) => errors.groups(table ?? null),
    cells: ({ table, cause, start, end }) => errors.cells(table, cause, start, end),
  };
}
