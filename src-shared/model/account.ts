/** An identity that was found, and what is known of it without asking anybody. */
import * as z from 'zod/mini';

/** Whose identities there are. */
export const AccountProvider = z.enum(['aws', 'gcp', 'azure']);
export type AccountProvider = z.infer<typeof AccountProvider>;

/**
 * How an identity gets its credentials. AWS: `keys`, `session` (keys with a token), `sso`, `login`, `assume_role`, `web_identity`, `process`,
 * `container`, `instance`. Google: `service_account`, `user`, `impersonated`, `external`, `instance`. Azure: `keys`, `sas`, `user`,
 * `service_account`, `instance`. `saved`: keys typed by hand, kept in the keychain.
 */
export const accountKinds = [
  'keys',
  'session',
  'sso',
  'login',
  'assume_role',
  'web_identity',
  'process',
  'container',
  'instance',
  'service_account',
  'user',
  'impersonated',
  'external',
  'sas',
  'saved',
] as const;
export type AccountKind = (typeof accountKinds)[number];

/** An identity that was found. No secret is in it; of a key at most the last characters of its public id. */
export const Account = z.object({
  provider: AccountProvider,
  /** As people and settings name it: a profile's name, an e-mail address, the name of saved keys. */
  name: z.string(),
  kind: z.enum(accountKinds),
  /** More for people: `key AKIA…7Q`, `role Reader`, `through work`. Null where there is no more to say. */
  detail: z.nullable(z.string()),
  /** Where it was found: `environment`, `~/.aws/config`, `keychain`. */
  where: z.string(),
  /** True for the one that is used where no rule says otherwise. */
  isDefault: z.boolean(),
  /** When the credentials or the login behind them end, ISO 8601; null where they have no end or it is not known before they are used. */
  endsAt: z.nullable(z.string()),
  /** False where it can read but not sign; null where only trying would tell. */
  canSign: z.nullable(z.boolean()),
  /** The command that logs in again, where one is known. */
  login: z.nullable(z.string()),
  /** Why it cannot be used, where that is known without asking anybody. */
  problem: z.nullable(z.string()),
});
export type Account = z.infer<typeof Account>;
