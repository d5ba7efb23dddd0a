/** The words in which the contract is written: a call is data, and every host, client and handler type is derived from it. */
import type * as z from 'zod/mini';

/** Any schema of zod/mini. */
export type Schema = z.ZodMiniType;

/**
 * A call. `read` changes nothing a user made; `write` does, and is refused on a read-only library.
 * `progress` is what a long call reports to its caller alone while it runs.
 */
export interface Call<I extends Schema = Schema, O extends Schema = Schema, P extends Schema = Schema> {
  readonly access: 'read' | 'write';
  readonly input: I;
  readonly output: O;
  readonly progress?: P;
}

/** Declares a call that changes nothing. */
export function read<I extends Schema, O extends Schema, P extends Schema = Schema>(call: {
  input: I;
  output: O;
  progress?: P;
}): Call<I, O, P> {
  return { access: 'read', ...call };
}

/** Declares a call that changes the library. */
export function write<I extends Schema, O extends Schema, P extends Schema = Schema>(call: {
  input: I;
  output: O;
  progress?: P;
}): Call<I, O, P> {
  return { access: 'write', ...call };
}
