/** Google identities: application default credentials, under a name for people, and whether they can sign. */
import { createPrivateKey, type KeyObject, sign as signBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AuthClient,
  Compute,
  ExternalAccountClient,
  type ExternalAccountClientOptions,
  GoogleAuth,
  JWT,
  UserRefreshClient,
} from 'google-auth-library';
import * as z from 'zod/mini';
import type { Account } from '../../src-shared/model/account.ts';
import { fail } from '../../src-shared/model/error.ts';
import { fileStamp } from './aws-profiles.ts';

/** Who asks Google. */
export interface GoogleIdentity {
  /** For people: `service account reader@project.iam.gserviceaccount.com`, `your Google login`. */
  readonly name: string;
  /** Adds the access token to requests and renews it. */
  readonly client: AuthClient;
  /** Null where this identity can read but not sign. */
  readonly signer: GoogleSigner | null;
}

/** Signs in the name of a service account. Its signatures hold although access tokens end: only the service account itself can be disabled. */
export interface GoogleSigner {
  /** The service account in whose name is signed. */
  email(): Promise<string>;
  /** RSA with SHA-256 over the text; by the key here, else by the IAM call signBlob. Throws the library's errors. */
  sign(text: string): Promise<Buffer>;
  /** True where Google signs by signBlob, with keys that it changes by itself; not given is false. */
  readonly isRemote?: boolean;
}

export interface GoogleIdentities {
  /** Null when there is none. Throws `Failure` `no_credentials` when the file that was named cannot be used. */
  identity(): Promise<GoogleIdentity | null>;
  /** What there is, by name only, without network and without secrets. */
  found(): string[];
  /** The same in full, in the order of use. Reads files, asks nobody. */
  accounts(): Account[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reading needs no more than the first; signBlob and impersonation are calls of IAM and need the second. */
const readScope = 'https://www.googleapis.com/auth/devstorage.read_only';
const platformScope = 'https://www.googleapis.com/auth/cloud-platform';
const metadataLimitMs = 1_000;
const noneHoldsMs = 60_000;

const KeyFile = z.looseObject({
  type: z.string(),
  client_email: z.optional(z.string()),
  private_key: z.optional(z.string()),
  token_uri: z.optional(z.string()),
});
type KeyFile = z.infer<typeof KeyFile>;
const UserLogin = z.looseObject({ client_id: z.string(), client_secret: z.string(), refresh_token: z.string() });

/**
 * Finds application default credentials with the environment and home folder given, in Google's order: the file that
 * `GOOGLE_APPLICATION_CREDENTIALS` names, the file of `gcloud auth application-default login`, the metadata server (1 s at most;
 * `METADATA_SERVER_DETECTION=none` skips it). Files are looked at on each use, so a new login works at once.
 * Source of the order: https://cloud.google.com/docs/authentication/application-default-credentials
 * @param now milliseconds since 1970
 */
export function createGoogleIdentities(options: {
  env: Environment;
  home: string;
  now: () => number;
  platform?: 'posix' | 'win32';
}): GoogleIdentities {
  const { env, now } = options;
  const file = credentialsFileOf(env, options.home, options.platform ?? 'posix');
  let held: { stamp: string; identity: Promise<GoogleIdentity | null>; loadedAt: number; isNone: boolean } | null = null;

  async function load(): Promise<GoogleIdentity | null> {
    const key = readKeyFile(file.path);
    if (key) return identityOf(key, file.path);
    if (file.isNamed) throw unusable(file.path);
    return instanceIdentity(env);
  }

  return {
    async identity() {
      const stamp = fileStamp(file.path);
      const isOld = held?.isNone && now() - held.loadedAt > noneHoldsMs;
      if (!held || held.stamp !== stamp || isOld) {
        const next = { stamp, identity: load(), loadedAt: now(), isNone: false };
        held = next;
        next.identity.then(
          (identity) => {
            next.isNone = identity === null;
          },
          () => {
            if (held === next) held = null;
          },
        );
      }
      return held.identity;
    },
    accounts: () => {
      const key = fileStamp(file.path) === '-' ? null : readKeyFile(file.path);
      if (key === null) return [];
      const kind = key.type === 'service_account' ? 'service_account' : key.type === 'authorized_user' ? 'user' : 'external';
      return [
        {
          provider: 'gcp',
          name: key.client_email ?? 'application default credentials',
          kind,
          detail: null,
          where: file.path,
          isDefault: true,
          endsAt: null,
          canSign: kind !== 'user',
          login: null,
          problem: null,
        },
      ];
    },
    found: () => (fileStamp(file.path) === '-' ? [] : ['Google credentials']),
  };
}

function credentialsFileOf(env: Environment, home: string, platform: 'posix' | 'win32'): { path: string; isNamed: boolean } {
  if (env.GOOGLE_APPLICATION_CREDENTIALS) return { path: env.GOOGLE_APPLICATION_CREDENTIALS, isNamed: true };
  const folder = platform === 'win32' && env.APPDATA ? join(env.APPDATA, 'gcloud') : join(home, '.config', 'gcloud');
  return { path: join(env.CLOUDSDK_CONFIG || folder, 'application_default_credentials.json'), isNamed: false };
}

function readKeyFile(path: string): KeyFile | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  try {
    return KeyFile.parse(JSON.parse(text));
  } catch {
    throw unusable(path);
  }
}

function unusable(path: string) {
  return fail('no_credentials', {
    message: `The Google credentials in ${path} cannot be read.`,
    next: 'Run “gcloud auth application-default login”, or correct GOOGLE_APPLICATION_CREDENTIALS.',
  });
}

function identityOf(key: KeyFile, path: string): GoogleIdentity {
  if (key.type === 'service_account') return serviceAccountIdentity(key, path);
  const client = clientOf(key, path);
  if (key.type === 'authorized_user') return { name: 'your Google login', client, signer: null };
  const name = key.type === 'impersonated_service_account' ? 'impersonated service account' : 'external account';
  return { name, client, signer: remoteSigner(client) };
}

/** Each kind of file by its own constructor: the library's general one takes whatever a file says it is, and warns about that. */
function clientOf(key: KeyFile, path: string): AuthClient {
  let client: AuthClient | null = null;
  try {
    if (key.type === 'authorized_user') {
      const login = UserLogin.parse(key);
      client = new UserRefreshClient({
        clientId: login.client_id,
        clientSecret: login.client_secret,
        refreshToken: login.refresh_token,
        ...(key.token_uri ? { endpoints: { oauth2TokenUrl: key.token_uri } } : {}),
      });
    } else if (key.type === 'impersonated_service_account') {
      client = new GoogleAuth({ scopes: platformScope }).fromImpersonatedJSON(key);
    } else if (key.type === 'external_account') {
      const external = ExternalAccountClient.fromJSON(key as unknown as ExternalAccountClientOptions);
      if (external) external.scopes = platformScope;
      client = external;
    }
  } catch {
    throw unusable(path);
  }
  if (client === null) throw unusable(path);
  return client;
}

function serviceAccountIdentity(key: KeyFile, path: string): GoogleIdentity {
  const email = key.client_email ?? '';
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(key.private_key ?? '');
  } catch {
    throw unusable(path);
  }
  return {
    name: `service account ${email}`,
    client: new JWT({ email, key: key.private_key ?? '', scopes: [readScope] }),
    signer: { email: async () => email, sign: async (text) => signBytes('sha256', Buffer.from(text), privateKey) },
  };
}

/** Signs by IAM's signBlob, for whichever service account stands behind the client. */
function remoteSigner(client: AuthClient): GoogleSigner {
  const auth = new GoogleAuth({ authClient: client });
  return {
    email: async () => (await auth.getCredentials()).client_email ?? '',
    sign: async (text) => Buffer.from(await auth.sign(text), 'base64'),
    isRemote: true,
  };
}

async function instanceIdentity(env: Environment): Promise<GoogleIdentity | null> {
  if (env.METADATA_SERVER_DETECTION?.trim().toLowerCase() === 'none') return null;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), metadataLimitMs);
  });
  const isThere = await Promise.race([new GoogleAuth()._checkIsGCE().catch(() => false), tooLate]);
  clearTimeout(timer);
  if (!isThere) return null;
  const client = new Compute({ scopes: platformScope });
  return { name: 'the service account of this machine', client, signer: remoteSigner(client) };
}
