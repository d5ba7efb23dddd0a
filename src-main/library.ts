/** Opens a library folder: builds the rooms in order and closes them in reverse. */
import { join } from 'node:path';
import type { Account } from '../src-shared/model/account.ts';
import { placeOf } from '../src-shared/reference/keyed-address.ts';
import { isKeyed } from '../src-shared/reference/reference.ts';
import type { Access } from './access/access.ts';
import { createAccess } from './access/create-access.ts';
import type { Bytes } from './cache/bytes.ts';
import { createBytes } from './cache/create-bytes.ts';
import type { Catalog } from './catalog/catalog.ts';
import { openCatalog } from './catalog/open-catalog.ts';
import type { Compute } from './compute/compute.ts';
import { createCompute } from './compute/create-compute.ts';
import { type Keychain, systemKeychain } from './credentials/keychain.ts';
import { createMfaDesk, type MfaDesk } from './credentials/mfa-desk.ts';
import { createSavedKeys, type SavedKeys } from './credentials/saved-keys.ts';
import type { AdoptedEnvironment } from './credentials/shell-environment.ts';
import { createHealth } from './health/create-health.ts';
import type { Health } from './health/health.ts';
import { createImporting } from './importing/create-importing.ts';
import type { Importing, Refresh } from './importing/importing.ts';
import { createRefresh } from './importing/refresh-rows.ts';
import { insertSample } from './insert-sample.ts';
import { createJobs } from './jobs/job-list.ts';
import type { Jobs } from './jobs/jobs.ts';
import { createLinks } from './links/create-links.ts';
import type { Links } from './links/links.ts';
import { openFileLog } from './log/file-log.ts';
import type { Log } from './log/log.ts';
import { createMedia } from './media/create-media.ts';
import { findFfmpeg } from './media/find-ffmpeg.ts';
import type { Media, StartHelper } from './media/media.ts';
import { openSettings } from './settings/open-settings.ts';
import type { SettingsFile } from './settings/settings.ts';
import { openStores } from './stores/open-stores.ts';
import type { ResolveProxy } from './stores/proxies.ts';
import { sleepFor } from './stores/retry.ts';
import { storeRuleFor } from './stores/store-rule.ts';
import type { Stores } from './stores/stores.ts';

/** Where the parts of this installation lie, as absolute paths; the host says it. */
export interface Installation {
  readonly version: string;
  readonly platform: NodeJS.Platform;
  readonly catalogWorker: string;
  readonly decodeHelper: string;
  /** A plain Node to run the decode helper with. */
  readonly node: string;
  /** Where the binary of the `ffmpeg-static` package would be. It need not be there. */
  readonly bundledFfmpeg: string;
  readonly assets: string;
  readonly renderer: string;
}

/** What a host says to open a library. */
export interface OpenOptions {
  /** The library folder, absolute; made where it is missing. */
  readonly folder: string;
  /** Credentials, endpoints and allowed hosts are read from here and from nowhere else. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Takes variables of the login shell over into `env`; absent where this process was started from a terminal. Called while the library
   * opens, unless the settings switch it off; the first use of credentials waits for it, nothing else does.
   */
  readonly adoptEnvironment?: (signal: AbortSignal) => Promise<AdoptedEnvironment>;
  /** The user's home folder, where `~/.aws` and the like are. */
  readonly home: string;
  readonly installation: Installation;
  readonly startDecoder: StartHelper;
  /** The system's proxy for an address, in the form of PAC files (`PROXY host:port; DIRECT`), where the host can tell it. */
  readonly resolveProxy?: ResolveProxy;
  /** Asked before each https connection: resolves when the process trusts what it should, to a sentence where something of that failed. */
  readonly whenTrusted?: () => Promise<string | null>;
  /** Where keys typed by hand are kept; the system's own unless given. */
  readonly keychain?: Keychain;
}

/** The rooms of an open library. */
export interface Library {
  readonly folder: string;
  readonly installation: Installation;
  readonly settings: SettingsFile;
  readonly log: Log;
  readonly catalog: Catalog;
  readonly stores: Stores;
  readonly bytes: Bytes;
  readonly media: Media;
  readonly links: Links;
  readonly jobs: Jobs;
  readonly importing: Importing;
  readonly refresh: Refresh;
  readonly compute: Compute;
  readonly health: Health;
  /** Where credentials were seen, by name only. */
  accountsFound(): string[];
  /** Where roles wait for one-time codes. */
  readonly mfa: MfaDesk;
  /** What was taken over from the login shell; answers when that is done. */
  environment(): Promise<AdoptedEnvironment>;
  /** Identities that were found, in the order in which they are used; reads files, asks nobody. */
  accounts(): Account[];
  /** Keys typed by hand. */
  readonly savedKeys: SavedKeys;
  /** The way to a file, explained and tried. */
  readonly access: Access;
  /** Puts the sample into the library as one undoable change; gives the id of its first table. */
  insertSample(): Promise<number>;
  close(): Promise<void>;
}

const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number, signal: AbortSignal) => sleepFor(milliseconds, signal),
};

/**
 * Opens the library in `folder`, making what is missing. Nothing is fetched and no job starts.
 * @throws Failure `newer_version`, `read_only`, `corrupt`, `disk_full`: the folder is then as it was
 */
export async function openLibrary(options: OpenOptions): Promise<Library> {
  const { folder, env, home, installation, startDecoder, resolveProxy, whenTrusted, keychain } = options;
  const closers: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const platform = installation.platform === 'win32' ? 'win32' : 'posix';
    const settings = openSettings(folder, env);
    closers.push(() => settings.close());
    const log = openFileLog({ folder, now: clock.now });
    closers.push(() => log.close());
    if (settings.problem) log.warn('settings.json has a mistake; defaults are used', { problem: settings.problem.message });
    const adopting = new AbortController();
    closers.push(() => adopting.abort());
    const environment = adoptedEnvironment(options, { settings, log, signal: adopting.signal });
    const catalog = await openCatalog({
      folder,
      workerUrl: installation.catalogWorker,
      appVersion: installation.version,
      slowQuery: ({ sql, milliseconds }) => log.warn('a slow query', { sql, milliseconds }),
    });
    closers.push(() => catalog.close());
    const mfa = createMfaDesk();
    const savedKeys = createSavedKeys({ env, home, platform: installation.platform, keychain: keychain ?? systemKeychain() });
    const stores = await openStores({
      env,
      whenEnvironment: environment,
      home,
      settings,
      mfa,
      savedKeys,
      memory: catalog.memory,
      version: installation.version,
      clock,
      log,
      ...(resolveProxy ? { resolveProxy } : {}),
      ...(whenTrusted ? { whenTrusted } : {}),
    });
    closers.push(() => stores.close());
    const bytes = await createBytes({
      folder: join(folder, 'cache'),
      chosenFolder: settings.current().cache.folder,
      limit: settings.current().cache.limit,
      index: catalog.cacheIndex,
      storeOf: stores.storeOf,
      settings: () => {
        const { cache, network } = settings.current();
        return {
          streamAbove: cache.stream_above,
          checkAfterHours: cache.check_after_hours,
          bandwidth: network.bandwidth,
          concurrency: network.concurrency,
          concurrencyPerHost: network.concurrency_per_host,
        };
      },
      clock: clock.now,
      sleep: clock.sleep,
      memory: catalog.memory,
      onDamaged: (canonical) => log.warn('a file did not come as its provider says it is, and was removed from the cache', { canonical }),
    });
    closers.push(() => bytes.close());
    const media = createMedia({
      bytes,
      thumbnails: catalog.thumbnails,
      startHelper: startDecoder,
      findFfmpeg: () => findFfmpeg({ env, bundled: installation.bundledFfmpeg }),
      lookingFetches: () => settings.current().looking.fetch,
      isPaidFor: (reference) => isKeyed(reference) && storeRuleFor(settings.current().stores, placeOf(reference))?.requester_pays === true,
      now: clock.now,
    });
    closers.push(() => media.close());
    const links = createLinks({
      s3: stores.s3Access,
      gcs: stores.gcsAccess,
      azure: stores.azureAccess,
      connections: stores.linkConnections,
      now: clock.now,
    });
    const accounts = () => [
      ...stores.s3Access.accounts(),
      ...savedKeys.accounts(),
      ...stores.gcsAccess.accounts(),
      ...stores.azureAccess.accounts(),
    ];
    const access = createAccess({
      stores,
      accounts,
      keyFile: savedKeys.file,
      links,
      settings,
      env,
      home,
      platform: installation.platform,
      now: clock.now,
    });
    const jobs = createJobs(clock);
    const computer = { platform, home } as const;
    const importing = createImporting({
      catalog,
      computer,
      now: clock.now,
      storeOf: stores.storeOf,
      leadsTo: (place, endpoint) => {
        if (place.scheme === 's3') return stores.s3Access.leadsTo(place, endpoint);
        return endpoint === null && storeRuleFor(settings.current().stores, { ...place, scheme: place.scheme })?.endpoint === undefined;
      },
      isBucketUsed: (scheme, bucket) => catalog.references.isBucketUsed(scheme, bucket),
      addStoreRule: (rule) => settings.addStoreRule(rule),
    });
    const refresh = createRefresh({
      catalog,
      storeOf: stores.storeOf,
      async dropCopies(changed) {
        for (const { reference, size, etag, modified, storageClass } of changed) {
          await bytes.dropChanged(reference, { size, type: null, etag, modified, storageClass });
        }
      },
      computer,
      now: clock.now,
    });
    const compute = createCompute({
      catalog,
      media,
      bytes,
      links,
      jobs,
      log,
      clock,
      stat: (reference, signal) => stores.storeOf(reference).stat(reference, signal),
    });
    closers.push(() => compute.close());
    const health = createHealth({
      catalog,
      bytes,
      storeOf: stores.storeOf,
      caps: () => ({ total: settings.current().network.concurrency, perHost: settings.current().network.concurrency_per_host }),
      log,
      now: clock.now,
    });
    closers.push(() => health.close());
    return {
      folder,
      installation,
      settings,
      log,
      catalog,
      stores,
      bytes,
      media,
      links,
      jobs,
      importing,
      refresh,
      compute,
      health,
      mfa,
      environment: async () => ({ ...(await environment), isOn: settings.current().shell_environment }),
      accounts,
      savedKeys,
      access,
      accountsFound: () => [...stores.s3Access.found(), ...stores.gcsAccess.found(), ...stores.azureAccess.found()],
      insertSample: () => insertSample({ assets: installation.assets, platform, catalog, compute, log }),
      close: closeAll,
    };
  } catch (thrown) {
    await closeAll();
    throw thrown;
  }
}

/** Begins to take over what the login shell knows, where the host says that this is needed and the settings let it. */
async function adoptedEnvironment(
  { adoptEnvironment }: OpenOptions,
  { settings, log, signal }: { settings: SettingsFile; log: Log; signal: AbortSignal },
): Promise<AdoptedEnvironment> {
  const isOn = settings.current().shell_environment;
  if (!adoptEnvironment || !isOn) return { names: [], isOn, isNeeded: adoptEnvironment !== undefined, problem: null };
  const adopted = await adoptEnvironment(signal);
  if (signal.aborted) return adopted;
  if (adopted.problem === null) log.info('variables of the login shell were taken over', { names: adopted.names });
  else log.warn('the login shell was asked for its variables in vain', { problem: adopted.problem });
  return adopted;
}
