/** Identities that were found on this computer, and what they may do. */
import * as z from 'zod/mini';
import { Account } from '../model/account.ts';
import { read, write } from './define.ts';

/** A one-time code that a role waits for. */
export const MfaQuestion = z.object({ id: z.int(), profile: z.string(), role: z.string(), device: z.string() });
export type MfaQuestion = z.infer<typeof MfaQuestion>;

/** Calls about identities. */
export const accounts = {
  /** Every identity that was found, in the order in which they are used. Reads files, asks nobody. */
  list: read({ input: z.object({}), output: z.object({ accounts: z.array(Account), questions: z.array(MfaQuestion) }) }),
  /** Gives the code that a question waits for; null declines. `isTaken` is false where the question was closed before. */
  answerMfa: write({
    input: z.object({ id: z.int(), code: z.nullable(z.string().check(z.regex(/^\d{6,8}$/))) }),
    output: z.object({ isTaken: z.boolean() }),
  }),
};
