/** Identities that were found on this computer, and what they may do. */
import * as z from 'zod/mini';
import { AccessFacts, AccessStep } from '../model/access.ts';
import { Account } from '../model/account.ts';
import { read, write } from './define.ts';

/** A one-time code that a role waits for. `wasRefused`: one was given before, and refused. */
export const MfaQuestion = z.object({ id: z.int(), profile: z.string(), role: z.string(), device: z.string(), wasRefused: z.boolean() });
export type MfaQuestion = z.infer<typeof MfaQuestion>;

/** What was taken over from the login shell, by name only, because the app was started from the desktop and not from a terminal. */
export const AdoptedEnvironment = z.object({
  /** Variables that were taken over, sorted. Their values are told to nobody. */
  names: z.array(z.string()),
  /** False where `shell_environment` in the settings switches it off. */
  isOn: z.boolean(),
  /** False where there was nothing to do: started from a terminal, or on Windows, where every program has the same environment. */
  isNeeded: z.boolean(),
  /** Why nothing could be taken over, as a sentence; null where all went well. */
  problem: z.nullable(z.string()),
});
export type AdoptedEnvironment = z.infer<typeof AdoptedEnvironment>;

/** Calls about identities. */
export const accounts = {
  /** Every identity that was found, in the order in which they are used. Reads files, asks nobody. */
  list: read({ input: z.object({}), output: z.object({ accounts: z.array(Account), questions: z.array(MfaQuestion) }) }),
  /** What was taken over from the login shell; answers when that is done, ten seconds after the start at most. */
  environment: read({ input: z.object({}), output: AdoptedEnvironment }),
  /** Gives the code that a question waits for; null declines. `isTaken` is false where the question was closed before. A read-only library asks too. */
  answerMfa: read({
    input: z.object({ id: z.int(), code: z.nullable(z.string().check(z.regex(/^\d{6,8}$/))) }),
    output: z.object({ isTaken: z.boolean() }),
  }),
  /** The way to a file as far as it is known; asks nobody. */
  explain: read({ input: z.object({ url: z.string(), cwd: z.optional(z.string()) }), output: AccessFacts }),
  /** Tries the way to a file; `progress` gives each step as it is known, the answer all of them. */
  test: read({
    input: z.object({ url: z.string(), cwd: z.optional(z.string()) }),
    output: z.object({ steps: z.array(AccessStep) }),
    progress: AccessStep,
  }),
  /**
   * Keeps keys for an endpoint, null for AWS itself, under a name that store rules can use; keys of that name are replaced. With `match`
   * a store rule for that bucket or prefix names them from then on. `keptIn` is null where no keychain takes them and `mayUseFile` is
   * false: then nothing was kept, and `file` is the private file that they would be put into.
   */
  save: write({
    input: z.object({
      name: z.string(),
      endpoint: z.nullable(z.string()),
      region: z.nullable(z.string()),
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
      match: z.nullable(z.string()),
      mayUseFile: z.boolean(),
    }),
    output: z.object({ keptIn: z.nullable(z.enum(['keychain', 'file'])), file: z.string() }),
  }),
  /** Forgets saved keys. `rules` are the matches of store rules that still name them. */
  forget: write({
    input: z.object({ name: z.string() }),
    output: z.object({ isForgotten: z.boolean(), rules: z.array(z.string()) }),
  }),
};
