/** How an address is reached and as whom, and what came of trying it. */
import * as z from 'zod/mini';
import { VitrineError } from './error.ts';

/** The steps of a test, in their order. `byte` reads one byte, `sign` makes a link and gives it to nobody. */
export const accessSteps = ['identity', 'region', 'endpoint', 'stat', 'byte', 'sign'] as const;
export type AccessStepName = (typeof accessSteps)[number];

/** One step. */
export const AccessStep = z.object({
  step: z.enum(accessSteps),
  /** `skipped`: it has no meaning here, or one before it failed; `text` says which. */
  state: z.enum(['ok', 'failed', 'skipped']),
  /** What was found, and why or how it is known: `profile work: the store rule “s3://media/” names it`. */
  text: z.string(),
  /** Why it failed, null where it did not. */
  error: z.nullable(VitrineError),
  /** `sign`: until when a link made now can work at most, ISO 8601; null where there is no such end, or it is not known. */
  endsAt: z.nullable(z.string()),
});
export type AccessStep = z.infer<typeof AccessStep>;

/** A fact with how it is known; `value` null where there is none. */
export const KnownBy = z.object({ value: z.nullable(z.string()), why: z.string() });
export type KnownBy = z.infer<typeof KnownBy>;

/** What is known of the way to a file without asking anybody. Region and endpoint are null where the address has none. */
export const AccessFacts = z.object({
  identity: KnownBy,
  region: z.nullable(KnownBy),
  endpoint: z.nullable(KnownBy),
  /** When the session of the identity ends, ISO 8601; null where it does not or that is not known. */
  endsAt: z.nullable(z.string()),
  /** A reader without credentials was let in to this very file. */
  isReadWithoutCredentials: z.boolean(),
});
export type AccessFacts = z.infer<typeof AccessFacts>;
