/** Whether files are still what is known of them. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `health.…`. */
export function healthHandlers(_library: Library): HandlersOf<'health'> {
  const notYet = () => Promise.reject(new Error('not yet'));
  return { check: notYet, stateOf: notYet, decide: notYet };
}
