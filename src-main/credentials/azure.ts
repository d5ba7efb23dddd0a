/** Azure identities: which keys, signatures and logins there are, under a name for people. The provider's library gets the tokens. */
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { AccessToken, TokenCredential } from '@azure/identity';
import type { Account } from '../../src-shared/model/account.ts';
import { Failure, isTransient } from '../../src-shared/model/error.ts';
import { type AzureStorageKey, type AzureStorageKeys, sasEnd, storageKeysOf, storageVariables } from './azure-storage-keys.ts';
import { type EntraSource, entraAccounts, entraFailure, entraSources, entraStamp } from './entra.ts';

/** Signs requests and links of its own account by the account's key. */
export interface AzureKeyIdentity {
  readonly kind: 'key';
  readonly account: string;
  /** In base64, as the portal shows it. */
  readonly key: string;
}

/** A shared access signature that somebody else made. */
export interface AzureSasIdentity {
  readonly kind: 'sas';
  readonly account: string;
  /** As it stands, without a question mark. */
  readonly sas: string;
  /** Null where it does not say, as with a stored access policy. */
  readonly endsAt: Date | null;
}

/** A login of Microsoft Entra: a person, a service principal or a machine. */
export interface AzureTokenIdentity {
  readonly kind: 'token';
  /** A bearer token for Azure Storage that holds for some minutes more. Throws `Failure`, `expired_credentials` where the login has ended. */
  token(): Promise<string>;
}

/** Who asks. */
export type AzureIdentity = {
  /** For people: `the key of myaccount`, `anna@example.com (Azure CLI)`. */
  readonly name: string;
  /** The command that logs in anew, where one is known. */
  readonly login: string | null;
} & (AzureKeyIdentity | AzureSasIdentity | AzureTokenIdentity);

export interface AzureIdentities {
  /**
   * The identity for an account: its own key or SAS from the environment, else a login of Entra in the order environment, workload identity,
   * Azure CLI, Azure Developer CLI, managed identity. Null where there is none.
   * Throws `Failure` `expired_credentials` or `no_credentials` where logins were found and none gave a token.
   */
  identity(options: { readonly account: string }): Promise<AzureIdentity | null>;
  /** The blob service of an account as a connection string names it, null where none does. */
  endpointOf(account: string): string | null;
  /** Drops a login whose token was refused, so that the next use asks for a new one. */
  forget(identity: AzureIdentity): void;
  /** Identities that were found, in the order of use. Reads files, asks nobody. */
  accounts(): Account[];
  /** The same by name only. */
  found(): string[];
}

interface Held {
  readonly stamp: string;
  readonly identity: AzureIdentity | null;
  readonly failure: Failure | null;
  readonly loadedAt: number;
}

/** Every account of every cloud takes tokens of this scope: https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory */
const storageScope = 'https://storage.azure.com/.default';
/** A token is renewed this long before its end. */
const renewBeforeMs = 5 * 60_000;
/** “None” and “refused” are asked again after this long, or at once when a login changes a file. */
const noneHoldsMs = 60_000;

/**
 * Finds identities with the environment and home folder given. Files are looked at on each use, so a new login works at once.
 *
 * Caveats: `az` and `azd` are started by the provider's library with the process's own environment, and it reads the addresses of managed
 * identities (`IDENTITY_ENDPOINT` and its like) from there as well.
 * @param options.now milliseconds since 1970
 * @param options.httpClient sends the requests of logins; the library's own unless given. It is the way to send them through a proxy:
 * `request.agent` of what it is handed takes one of `node:http`
 */
export function createAzureIdentities(options: {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  now: () => number;
  httpClient?: HttpClient;
}): AzureIdentities {
  const { env, now } = options;
  const surroundings = { env, home: options.home, ...(options.httpClient ? { httpClient: options.httpClient } : {}) };
  let known: { readonly by: string; readonly stored: AzureStorageKeys; readonly identities: Map<string, AzureIdentity> } | null = null;
  let held: Held | null = null;
  let loading: { readonly stamp: string; readonly work: Promise<Held> } | null = null;

  /** Read anew when the variables are others: those of a login shell may come late. */
  function ofEnvironment() {
    const by = JSON.stringify(storageVariables.map((name) => env[name] ?? null));
    if (known?.by !== by) {
      const stored = storageKeysOf(env);
      known = { by, stored, identities: new Map(stored.keys.toReversed().map((key) => [key.account, identityOfKey(key)])) };
    }
    return known;
  }

  async function load(stamp: string): Promise<Held> {
    let failure: Failure | null = null;
    for (const source of entraSources(surroundings)) {
      try {
        const credential = await source.open();
        const first = await credential.getToken(storageScope);
        if (first === null) continue;
        const identity = { kind: 'token', name: source.name, login: source.login, token: tokens(source, credential, first, now) } as const;
        return { stamp: entraStamp(surroundings), identity, failure: null, loadedAt: now() };
      } catch (thrown) {
        // A machine without a managed identity is the usual case and no failure.
        if (!source.isGuess) failure ??= entraFailure(source, thrown);
      }
    }
    return { stamp, identity: null, failure, loadedAt: now() };
  }

  async function login(): Promise<AzureIdentity | null> {
    const stamp = entraStamp(surroundings);
    const isFresh = held !== null && now() - held.loadedAt < noneHoldsMs && !(held.failure && isTransient(held.failure.error.cause));
    const isGood = held !== null && held.stamp === stamp && (held.identity !== null || isFresh);
    if (!isGood) {
      if (loading?.stamp !== stamp) {
        const work = load(stamp).finally(() => {
          if (loading?.work === work) loading = null;
        });
        loading = { stamp, work };
      }
      held = await loading.work;
    }
    if (held?.failure) throw held.failure;
    return held?.identity ?? null;
  }

  return {
    identity: async ({ account }) => ofEnvironment().identities.get(account) ?? (await login()),
    endpointOf: (account) => ofEnvironment().stored.keys.find((key) => key.account === account && key.endpoint !== null)?.endpoint ?? null,
    forget(identity) {
      if (held?.identity === identity) held = null;
    },
    accounts() {
      const { stored } = ofEnvironment();
      const ofStorage = stored.keys.map((key): Account => {
        const ends = key.secret.kind === 'sas' ? sasEnd(key.secret.sas) : null;
        const hasEnded = ends !== null && ends.getTime() <= now();
        return {
          ...plain(key.account, key.secret.kind === 'key' ? 'keys' : 'sas', key.variable),
          endsAt: ends?.toISOString() ?? null,
          problem: hasEnded ? 'It has ended.' : null,
        };
      });
      const unusable = stored.problems.map(({ kind, variable, problem }): Account => {
        return { ...plain(variable, kind, variable), canSign: false, problem };
      });
      const all = [...ofStorage, ...entraAccounts(surroundings)];
      const first = all.findIndex(({ problem }) => problem === null);
      return [...all.map((account, index) => ({ ...account, isDefault: index === first })), ...unusable];
    },
    found() {
      const ofStorage = ofEnvironment().stored.keys.map(
        ({ account, secret }) => `Azure ${secret.kind === 'key' ? 'key' : 'SAS'} of ${account}`,
      );
      return [...ofStorage, ...entraAccounts(surroundings).map(({ name }) => `Azure login ${name}`)];
    },
  };
}

function plain(name: string, kind: 'keys' | 'sas', variable: string): Account {
  const rest = { detail: variable, where: 'environment', isDefault: false, endsAt: null, canSign: true, login: null, problem: null };
  return { provider: 'azure', name, kind, ...rest };
}

function identityOfKey({ account, secret }: AzureStorageKey): AzureIdentity {
  if (secret.kind === 'key') return { kind: 'key', name: `the key of ${account}`, login: null, account, key: secret.key };
  return { kind: 'sas', name: `the SAS of ${account}`, login: null, account, sas: secret.sas, endsAt: sasEnd(secret.sas) };
}

/** One renewal at a time, however many ask. */
function tokens(source: EntraSource, credential: TokenCredential, first: AccessToken, now: () => number): () => Promise<string> {
  let current = first;
  let renewal: Promise<string> | null = null;
  async function renew(): Promise<string> {
    try {
      const next = await credential.getToken(storageScope);
      if (next === null) throw new TypeError('The library gave no token and no reason.');
      current = next;
      return next.token;
    } catch (thrown) {
      // Some logins give what they have until the very end.
      if (current.expiresOnTimestamp > now()) return current.token;
      throw thrown instanceof Failure ? thrown : entraFailure(source, thrown);
    } finally {
      renewal = null;
    }
  }
  return async () => {
    if (current.expiresOnTimestamp - now() > renewBeforeMs) return current.token;
    renewal ??= renew();
    return renewal;
  };
}
