/** Opens all stores of a library: one guard, one meter and one retry policy under them, and the ways to buckets that links share. */
import type { CatalogMemory } from '../catalog/catalog.ts';
import { createAwsIdentities } from '../credentials/aws.ts';
import { createGoogleIdentities } from '../credentials/gcp.ts';
import type { MfaDesk } from '../credentials/mfa-desk.ts';
import type { SavedKeys } from '../credentials/saved-keys.ts';
import type { Log } from '../log/log.ts';
import type { SettingsFile } from '../settings/settings.ts';
import { createAzureStore } from './azure.ts';
import { createFileStore } from './file.ts';
import { createGcsStore } from './gcs.ts';
import { createGcsAccess, type GcsAccess } from './gcs-access.ts';
import { createHttpStore } from './http.ts';
import type { Proxies } from './http-dispatcher.ts';
import { createNetworkGuard } from './network-guard.ts';
import { createRetryPolicy, type Sleep } from './retry.ts';
import { createS3Store } from './s3.ts';
import { createS3Access, type S3Access, type StoreMemory } from './s3-access.ts';
import { createStores, type Stores } from './stores.ts';

/** The stores, and the ways to buckets that the links room shares with them. */
export interface OpenStores extends Stores {
  readonly s3Access: S3Access;
  readonly gcsAccess: GcsAccess;
  close(): Promise<void>;
}

/** Key in the catalog's memory of what was learnt of buckets. */
const bucketsKey = 'stores.buckets';

/** What was learnt of buckets, read once and written behind. A lost write costs one question more. */
async function rememberBuckets(memory: CatalogMemory, log: Log): Promise<StoreMemory> {
  const stored = await memory.get(bucketsKey);
  const known = new Map<string, string>(
    Object.entries(stored !== null && typeof stored === 'object' && !Array.isArray(stored) ? stored : {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
  return {
    get: (name) => known.get(name) ?? null,
    set(name, value) {
      if (known.get(name) === value) return;
      known.set(name, value);
      memory
        .set(bucketsKey, Object.fromEntries(known))
        .catch((thrown: unknown) => log.warn('what was learnt of a bucket is not kept', { reason: String(thrown) }));
    },
  };
}

/** Proxies in the variables that curl and most tools read, lower case first. */
function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const read = (name: string) => env[name.toLowerCase()] || env[name];
  const http = read('HTTP_PROXY') ?? read('ALL_PROXY');
  const https = read('HTTPS_PROXY') ?? read('ALL_PROXY');
  const no = read('NO_PROXY');
  return { ...(http ? { http } : {}), ...(https ? { https } : {}), ...(no ? { no } : {}) };
}

/** Opens them; nothing is asked of the network. @param options.env where credentials, endpoints and proxies are read from */
export async function openStores(options: {
  env: NodeJS.ProcessEnv;
  home: string;
  settings: SettingsFile;
  mfa: MfaDesk;
  savedKeys: SavedKeys;
  memory: CatalogMemory;
  version: string;
  clock: { now(): number; sleep: Sleep };
  log: Log;
}): Promise<OpenStores> {
  const { env, home, settings } = options;
  const { now, sleep } = options.clock;
  const rules = () => settings.current().stores;
  const meter = { requestSent: () => undefined, bytesReceived: () => undefined };
  const guard = createNetworkGuard({
    allowedHosts: () => settings.current().network.allowed_hosts,
    endpoints: () => [...rules(), ...options.savedKeys.list()].flatMap(({ endpoint }) => endpoint ?? []),
  });
  const retryPolicy = createRetryPolicy(Math.random);
  const s3Access = createS3Access({
    identities: createAwsIdentities({ env, home, now, mfa: options.mfa }),
    savedKeys: options.savedKeys,
    rules,
    memory: await rememberBuckets(options.memory, options.log),
    meter,
    now,
  });
  const gcsAccess = createGcsAccess({
    identities: createGoogleIdentities({ env, home, now, platform: process.platform === 'win32' ? 'win32' : 'posix' }),
    rules,
    env,
  });
  const http = createHttpStore({
    userAgent: `Vitrine/${options.version}`,
    guard,
    meter,
    now,
    random: Math.random,
    sleep,
    proxies: proxiesOf(env),
  });
  const s3 = createS3Store({ access: s3Access, meter, retryPolicy, sleep, now });
  const gcs = createGcsStore({ access: gcsAccess, meter, retryPolicy, sleep, now });
  return {
    ...createStores({ http, s3, gcs, azure: createAzureStore(), file: createFileStore({ guard }) }),
    s3Access,
    gcsAccess,
    async close() {
      await http.close();
      s3.close();
      gcs.close();
    },
  };
}
