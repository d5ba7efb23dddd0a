/** The answer of a store that has no listing. */
import { fail } from '../../src-shared/model/error.ts';
import type { Store } from './store.ts';

/** A `list` that always fails with `unsupported` and this sentence. */
export function notListed(message: string): Store['list'] {
  return () => Promise.reject(fail('unsupported', { message, next: 'Name the files one by one, or give a list of them.' }));
}
