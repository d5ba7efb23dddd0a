/** Google identities: application default credentials, under a name for people, and whether they can sign. */
import type { AuthClient } from 'google-auth-library';
import type { Account, AccountKind } from '../../src-shared/model/account.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { type Connections, createConnections } from '../stores/connections.ts';
import type { Proxies } from '../stores/proxies.ts';
import { fileStamp } from './aws-profiles.ts';
import { callerOf, type GoogleCaller, iamEndpointOf, machineCaller, userLogin } from './google-clients.ts';
import { createGoogleFetch, type GoogleFetch } from './google-fetch.ts';
import { type GoogleKey, impersonatedEmail, isExecutableSource, keyPlaceOf, readGoogleKey, unusableKey } from './google-key.ts';
import { createGoogleMetadata } from './google-metadata.ts';
import { blobSigner, type GoogleSigner } from './google-signer.ts';

export type { GoogleSigner } from './google-signer.ts';

/** Who asks Google. */
export interface GoogleIdentity {
  /** For people: `service account reader@project.iam.gserviceaccount.com`, `your Google login`. */
  readonly name: string;
  /** Adds the access token to requests and renews it. */
  readonly client: AuthClient;
  /** Null where this identity can read but not sign. */
  readonly signer: GoogleSigner | null;
  /** The project that pays where a bucket's readers pay and no rule names one: of the environment, else of the credentials. */
  readonly quotaProject: string | null;
  /** The command that logs in anew, where it is known. */
  readonly login: string | null;
}

export interface GoogleIdentities {
  /**
   * Null when there is none. `signAs` is a service account in whose name `signer` then signs, by IAM and by this identity's right.
   * Throws `Failure` `no_credentials` when the file that was named cannot be used.
   */
  identity(options?: { readonly signAs?: string }): Promise<GoogleIdentity | null>;
  /** Drops what is held of an identity, its tokens too, after a server refused it: the next question reads the files anew. */
  forget(identity: GoogleIdentity): void;
  /** What there is, by name only, without network and without secrets. */
  found(): string[];
  /** The same in full, in the order of use. Reads files, asks nobody; a machine's own identity is there once it was used. */
  accounts(): Account[];
}

interface Held {
  readonly stamp: string;
  readonly caller: Promise<GoogleCaller | null>;
  readonly loadedAt: number;
  isNone: boolean;
  readonly bySigner: Map<string, Promise<GoogleIdentity | null>>;
  /** What was handed out, so that an old identity never drops a new one. */
  readonly given: WeakSet<GoogleIdentity>;
}

/** A machine without metadata server is asked again after this long, so that nobody waits a second for every file. */
const noneHoldsMs = 60_000;

/**
 * Finds application default credentials with the environment and home folder given, in Google's order: the file that
 * `GOOGLE_APPLICATION_CREDENTIALS` names, the file of `gcloud auth application-default login`, the metadata server (1 s at most;
 * `METADATA_SERVER_DETECTION=none` skips it). Files are looked at on each use, so a new login works at once.
 * Source of the order: https://cloud.google.com/docs/authentication/application-default-credentials
 *
 * Caveats: two kinds of external accounts read the process's own environment inside the library: programs (whether they are allowed) and
 * AWS as a source.
 * @param options.now milliseconds since 1970
 */
export function createGoogleIdentities(options: {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  now: () => number;
  platform?: 'posix' | 'win32';
  proxies?: Proxies;
}): GoogleIdentities {
  const { env, now } = options;
  const metadata = createGoogleMetadata(env, now);
  let connections: Connections | null = null;
  const fetch: GoogleFetch = (...asked) => {
    connections ??= createConnections(options.proxies ? { proxies: options.proxies } : {});
    return createGoogleFetch(connections)(...asked);
  };
  let held: Held | null = null;
  let isMachineKnown = false;

  const place = () => keyPlaceOf(env, options.home, options.platform ?? 'posix');

  async function load(): Promise<GoogleCaller | null> {
    const { path, isNamed } = place();
    const key = readGoogleKey(path);
    if (key) return callerOf(key, { env, fetch, path });
    if (isNamed) throw unusableKey(path);
    if (!(await metadata.isThere())) return null;
    isMachineKnown = true;
    return machineCaller(metadata, { env, fetch });
  }

  function current(): Held {
    const { path } = place();
    const stamp = `${path} ${fileStamp(path)}`;
    if (held && held.stamp === stamp && !(held.isNone && now() - held.loadedAt > noneHoldsMs)) return held;
    const next: Held = { stamp, caller: load(), loadedAt: now(), isNone: false, bySigner: new Map(), given: new WeakSet() };
    held = next;
    next.caller.then(
      (caller) => {
        next.isNone = caller === null;
      },
      () => {
        if (held === next) held = null;
      },
    );
    return next;
  }

  async function identityOf(from: Held, signAs: string): Promise<GoogleIdentity | null> {
    const caller = await from.caller;
    if (caller === null) return null;
    const { name, client, iamClient, login } = caller;
    const isOwn = signAs === '' || (caller.signer?.isRemote === false && (await caller.signer.email()) === signAs);
    const identity = {
      name,
      client,
      signer: isOwn ? caller.signer : blobSigner({ client: iamClient, email: async () => signAs, endpoint: iamEndpointOf(env) }),
      quotaProject: env.GOOGLE_CLOUD_QUOTA_PROJECT || caller.quotaProject,
      login,
    };
    from.given.add(identity);
    return identity;
  }

  return {
    async identity({ signAs = '' } = {}) {
      const from = current();
      let identity = from.bySigner.get(signAs);
      if (!identity) {
        identity = identityOf(from, signAs);
        from.bySigner.set(signAs, identity);
      }
      return identity;
    },
    forget(identity) {
      if (held?.given.has(identity)) held = null;
    },
    accounts() {
      const { path, isNamed } = place();
      const where = shortened(path, options.home);
      if (fileStamp(path) === '-' && !isNamed) return isMachineKnown ? [machineAccount] : [];
      try {
        const key = readGoogleKey(path);
        return [key === null ? brokenAccount(where, unusableKey(path)) : accountOf(key, where, env)];
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        return [brokenAccount(where, thrown)];
      }
    },
    found: () => (fileStamp(place().path) === '-' ? [] : ['Google credentials']),
  };
}

const unknown = { provider: 'gcp', detail: null, isDefault: true, endsAt: null, canSign: null, login: null, problem: null } as const;

const machineAccount: Account = { ...unknown, name: 'the service account of this machine', kind: 'instance', where: 'metadata server' };

function brokenAccount(where: string, problem: Failure): Account {
  return {
    ...unknown,
    name: 'application default credentials',
    kind: 'user',
    where,
    canSign: false,
    login: userLogin,
    problem: problem.error.message,
  };
}

/** The account of a file; whether a remote signature is allowed only trying would tell. */
function accountOf(key: GoogleKey, where: string, env: Readonly<Record<string, string | undefined>>): Account {
  const project = env.GOOGLE_CLOUD_QUOTA_PROJECT || key.quota_project_id || (key.type === 'service_account' ? key.project_id : undefined);
  const common = { ...unknown, where, detail: project ? `project ${project}` : null };
  const kindOf = (kind: AccountKind, name: string, rest: Partial<Account> = {}): Account => ({ ...common, kind, name, ...rest });
  switch (key.type) {
    case 'service_account':
      return kindOf('service_account', key.client_email, { canSign: true });
    case 'authorized_user':
      return kindOf('user', key.account || 'your Google login', { canSign: false, login: userLogin });
    case 'external_account_authorized_user':
      return kindOf('user', 'your Google login', { canSign: false, login: userLogin });
    case 'impersonated_service_account': {
      const email = impersonatedEmail(key.service_account_impersonation_url);
      const login = email === null ? userLogin : `${userLogin} --impersonate-service-account ${email}`;
      return kindOf('impersonated', email ?? 'impersonated service account', { login });
    }
    case 'external_account': {
      const url = key.service_account_impersonation_url;
      const email = url === undefined ? null : impersonatedEmail(url);
      const isForbidden = isExecutableSource(key) && env.GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES !== '1';
      return kindOf('external', email ?? 'external account', {
        canSign: email === null ? false : null,
        problem: isForbidden
          ? 'Its tokens come from a program, and none is run unless GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES is 1.'
          : null,
      });
    }
  }
}

function shortened(path: string, home: string): string {
  return path.startsWith(`${home}/`) || path.startsWith(`${home}\\`) ? `~${path.slice(home.length)}` : path;
}
