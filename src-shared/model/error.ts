/**
 * The one shape of everything that can go wrong: a cause, a sentence, a next step.
 *
 * Expected failures are values (`Outcome`) wherever a batch goes on: a row, a cell, a link. Inside a room they may be thrown as
 * `Failure`, which carries the same value. Anything else that is thrown is a bug of ours and becomes `internal` at the door.
 */
import * as z from 'zod/mini';

/** Every cause there is, in the order in which they are documented. A cause decides the short words in a cell and whether a retry makes sense. */
export const errorCauses = [
  'not_found',
  'unknown_name',
  'already_exists',
  'access_denied',
  'expired_credentials',
  'no_credentials',
  'wrong_region',
  'throttled',
  'timeout',
  'offline',
  'dns',
  'tls',
  'unreachable',
  'server_error',
  'too_many_redirects',
  'blocked_host',
  'too_large',
  'cache_full',
  'disk_full',
  'read_only',
  'library_locked',
  'newer_version',
  'corrupt',
  'unsupported',
  'invalid_url',
  'invalid_input',
  'input_failed',
  'expression',
  'signature_not_possible',
  'clock_skew',
  'archived',
  'requester_pays',
  'cancelled',
  'internal',
] as const;

/** One of the causes above. */
export type ErrorCause = (typeof errorCauses)[number];

/** What lies behind an error: shown under "Details", never in the first sentence. No URL with a signature and no secret may be put here. */
export const ErrorDetails = z.object({
  /** HTTP status of the answer, if there was one. */
  status: z.optional(z.int()),
  /** The provider's own code, such as `NoSuchKey` or `ExpiredToken`. */
  providerCode: z.optional(z.string()),
  requestId: z.optional(z.string()),
  /** How many times it was tried. */
  attempts: z.optional(z.int()),
  /** Where in an expression, half-open, in UTF-16 units from its start; line and column count from 1. */
  position: z.optional(z.object({ start: z.int(), end: z.int(), line: z.int(), column: z.int() })),
  /** The nearest right name, for "Did you mean …?". */
  suggestion: z.optional(z.string()),
  /** Line in a list, settings file or pasted text, from 1. */
  line: z.optional(z.int()),
  /** The column whose failed cell this one needs (`input_failed`). */
  column: z.optional(z.string()),
  /** Size in bytes of the file that is too large to be fetched unasked (`too_large`). */
  bytes: z.optional(z.number()),
  /** Milliseconds the server asked to wait (Retry-After), already capped. */
  retryAfterMs: z.optional(z.number()),
  /** Nothing is wrong: looking left the file alone, and it is fetched when somebody asks for it. */
  waits: z.optional(z.boolean()),
  /** The command that logs in again (`expired_credentials`), as it is typed in a terminal. */
  login: z.optional(z.string()),
});
export type ErrorDetails = z.infer<typeof ErrorDetails>;

/** The error that crosses every border: worker, socket, IPC, HTTP, command line. */
export const VitrineError = z.object({
  cause: z.enum(errorCauses),
  /** One sentence: what happened. */
  message: z.string(),
  /** What to do now, or null where nothing can be done. */
  next: z.nullable(z.string()),
  details: z.optional(ErrorDetails),
});
export type VitrineError = z.infer<typeof VitrineError>;

/** A success or an expected failure, as plain data. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: VitrineError };

/** Carries a `VitrineError` through `throw` and `await`. Thrown only for expected failures. */
export class Failure extends Error {
  readonly error: VitrineError;
  constructor(error: VitrineError) {
    super(error.message);
    this.name = 'Failure';
    this.error = error;
  }
}

/**
 * Makes a failure to throw or to return.
 * @example throw fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address.' })
 */
export function fail(cause: ErrorCause, rest: { message: string; next?: string | null; details?: ErrorDetails }): Failure {
  return new Failure({ cause, message: rest.message, next: rest.next ?? null, ...(rest.details ? { details: rest.details } : {}) });
}

/** The value of whatever was thrown. A `Failure` gives its own; everything else is a bug and gives `internal`. */
export function errorOf(thrown: unknown): VitrineError {
  if (thrown instanceof Failure) return thrown.error;
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    cause: 'internal',
    message: 'Vitrine made a mistake here; your data is fine.',
    next: `Try again. If it stays, report it with these words: ${what}`,
  };
}

/** Turns a promise into an outcome; a bug is thrown on, so that it is logged where calls enter and never stored as if the data were bad. */
export async function outcomeOf<T>(work: () => Promise<T> | T): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    if (thrown instanceof Failure) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

const transientCauses: ReadonlySet<ErrorCause> = new Set(['throttled', 'timeout', 'offline', 'dns', 'unreachable', 'server_error']);

/** True where trying again by itself makes sense; all other causes wait for the user. */
export function isTransient(cause: ErrorCause): boolean {
  return transientCauses.has(cause);
}
