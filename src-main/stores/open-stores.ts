/** Opens all stores of a library: one guard, one meter and one retry policy under them, and the ways to buckets that links share. */
import type { CatalogMemory } from '../catalog/catalog.ts';
import { createAwsIdentities } from '../credentials/aws.ts';
import { createAzureIdentities } from '../credentials/azure.ts';
import { createGoogleIdentities } from '../credentials/gcp.ts';
import type { MfaDesk } from '../credentials/mfa-desk.ts';
import type { SavedKeys } from '../credentials/saved-keys.ts';
import type { Log } from '../log/log.ts';
import type { SettingsFile } from '../settings/settings.ts';
import { createAzureStore } from './azure.ts';
import { type AzureAccess, createAzureAccess } from './azure-access.ts';
import { createAzureHttpClient } from './azure-http-client.ts';
import { createFileStore } from './file.ts';
import { createGcsStore } from './gcs.ts';
import { createGcsAccess, type GcsAccess } from './gcs-access.ts';
import { createHttpStore } from './http.ts';
import { createLinkConnections, type LinkConnections } from './link-connections.ts';
import { createNetworkGuard } from './network-guard.ts';
import { agentAsking, agentThrough } from './proxied-handler.ts';
import { createProxies, type ResolveProxy } from './proxies.ts';
import { createRetryPolicy, type Sleep } from './retry.ts';
import { createS3Store } from './s3.ts';
import { createS3Access, type S3Access, type StoreMemory } from './s3-access.ts';
import { createStores, type Stores } from './stores.ts';

/** The stores, and the ways to buckets that the links room shares with them. */
export interface OpenStores extends Stores {
  readonly s3Access: S3Access;
  readonly gcsAccess: GcsAccess;
  readonly azureAccess: AzureAccess;

  /** By which links are tried. */
  readonly linkConnections: LinkConnections;
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

/**
 * Opens them; nothing is asked of the network.
 * @param options.env where credentials, endpoints and proxies are read from
 * @param options.whenEnvironment variables of a login shell are in `env` then: they may decide where a bucket is and who asks, so the first
 * way to a bucket waits for them
 */
export async function openStores(options: {
  env: NodeJS.ProcessEnv;
  whenEnvironment: Promise<unknown>;
  home: string;
  settings: SettingsFile;
  mfa: MfaDesk;
  savedKeys: SavedKeys;
  memory: CatalogMemory;
  version: string;
  clock: { now(): number; sleep: Sleep };
  log: Log;
  resolveProxy?: ResolveProxy;
  /** Resolves when https connections may be opened; to a sentence where something of that failed. */
  whenTrusted?: () => Promise<string | null>;
}): Promise<OpenStores> {
  const { env, home, settings } = options;
  const { now, sleep } = options.clock;
  const rules = () => settings.current().stores;
  const meter = { requestSent: () => undefined, bytesReceived: () => undefined };
  const allowed = {
    allowedHosts: () => settings.current().network.allowed_hosts,
    endpoints: () => [...rules(), ...options.savedKeys.list()].flatMap(({ endpoint }) => endpoint ?? []),
  };
  const guard = createNetworkGuard(allowed);
  let told: string | null = null;
  const proxies = createProxies({
    env,
    now,
    ...(options.resolveProxy ? { resolveProxy: options.resolveProxy } : {}),
    async whenReady() {
      const problem = (await options.whenTrusted?.()) ?? null;
      if (problem !== null && problem !== told) options.log.warn('certificates are missing', { problem });
      told = problem;
    },
  });
  const linkConnections = createLinkConnections({ ...allowed, proxies });
  const remembered = await rememberBuckets(options.memory, options.log);
  const retryPolicy = createRetryPolicy(Math.random);
  const s3Now = createS3Access({
    identities: createAwsIdentities({ env, home, now, mfa: options.mfa, agent: agentAsking(proxies) }),
    savedKeys: options.savedKeys,
    rules,
    memory: remembered,
    meter,
    now,
    proxies,
  });
  const s3Access: S3Access = { ...s3Now, route: (...asked) => options.whenEnvironment.then(() => s3Now.route(...asked)) };
  const gcsNow = createGcsAccess({
    identities: createGoogleIdentities({ env, home, now, platform: process.platform === 'win32' ? 'win32' : 'posix', proxies }),
    rules,
    env,
    memory: remembered,
  });
  const gcsAccess: GcsAccess = { ...gcsNow, identity: (route) => options.whenEnvironment.then(() => gcsNow.identity(route)) };
  const azureNow = createAzureAccess({
    identities: createAzureIdentities({ env, home, now, httpClient: createAzureHttpClient(proxies) }),
    rules,
    async agentFor(origin) {
      const proxy = await proxies.proxyFor(origin);
      return proxy === null ? null : agentThrough(proxy);
    },
    memory: remembered,
    meter,
    now,
  });
  const azureAccess: AzureAccess = { ...azureNow, identity: (...asked) => options.whenEnvironment.then(() => azureNow.identity(...asked)) };
  const http = createHttpStore({
    userAgent: `Vitrine/${options.version}`,
    guard,
    meter,
    now,
    random: Math.random,
    sleep,
    proxies,
  });
  const s3 = createS3Store({ access: s3Access, meter, retryPolicy, sleep, now, proxies });
  const gcs = createGcsStore({ access: gcsAccess, meter, retryPolicy, sleep, now, proxies });
  const azure = createAzureStore({ access: azureAccess, meter, retryPolicy, sleep });
  return {
    ...createStores({ http, s3, gcs, azure, file: createFileStore({ guard }) }),
    s3Access,
    gcsAccess,
    azureAccess,
    linkConnections,
    async close() {
      await http.close();
      await linkConnections.close();
      s3.close();
      gcs.close();
      azureAccess.close();
    },
  };
}
