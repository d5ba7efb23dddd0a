/** The answer to a text that is no address. */
import type { Outcome } from '../model/error.ts';
import { fail } from '../model/error.ts';

/** `invalid_url` with a sentence and the next step. */
export function refused(message: string, next = 'Correct the address.'): Outcome<never> {
  return { ok: false, error: fail('invalid_url', { message, next }).error };
}
