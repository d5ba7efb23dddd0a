/** What may stand in settings.json, and what holds where nothing does. */
import * as z from 'zod/mini';
import { LookingFetch } from '../../src-shared/model/thumbnail.ts';
import type { Settings } from './settings.ts';

/** A disk for the cache must hold at least a few pictures; above an exabyte numbers lose their bytes. */
const cacheLimit = z.int().check(z.gte(1_000_000), z.lte(Number.MAX_SAFE_INTEGER));
const concurrency = z.int().check(z.gte(1), z.lte(256));
const host = z.string().check(z.regex(/^[^\s/@]+$/));

const StoreRule = z.strictObject({
  match: z.string().check(z.regex(/^(?:(?:s3|gs):\/\/[^/]+|az:\/\/[^/]+\/[^/]+)(?:\/.*)?$/s)),
  endpoint: z.optional(z.string().check(z.regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i))),
  region: z.optional(z.string().check(z.regex(/^[a-z0-9-]+$/i))),
  profile: z.optional(z.string().check(z.minLength(1))),
  anonymous: z.optional(z.boolean()),
  path_style: z.optional(z.boolean()),
  requester_pays: z.optional(z.boolean()),
  keys: z.optional(z.string().check(z.minLength(1))),
  user_project: z.optional(z.string().check(z.regex(/^[a-z0-9:.-]+$/))),
  sign_as: z.optional(z.string().check(z.regex(/^[^\s@]+@[^\s@]+$/))),
  link_cap_seconds: z.optional(z.int().check(z.gte(1), z.lte(315_360_000))),
});

/** The file as it may be written: everything may be left out. */
export const SettingsDocument = z.strictObject({
  cache: z.optional(
    z.strictObject({
      limit: z.optional(cacheLimit),
      folder: z.optional(z.nullable(z.string().check(z.regex(/^(\/|[A-Za-z]:[\\/]|\\\\)/)))),
      stream_above: z.optional(z.nullable(z.int().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER)))),
      check_after_hours: z.optional(z.nullable(z.number().check(z.gte(0), z.lte(87_600)))),
    }),
  ),
  network: z.optional(
    z.strictObject({
      allowed_hosts: z.optional(z.array(host)),
      concurrency: z.optional(concurrency),
      concurrency_per_host: z.optional(concurrency),
      bandwidth: z.optional(z.nullable(z.int().check(z.gte(1000), z.lte(Number.MAX_SAFE_INTEGER)))),
    }),
  ),
  looking: z.optional(z.strictObject({ fetch: z.optional(LookingFetch) })),
  stores: z.optional(z.array(StoreRule)),
  shell_environment: z.optional(z.boolean()),
});
export type SettingsDocument = z.infer<typeof SettingsDocument>;

/** Keys by the path of their object; list elements are `*`. For "Did you mean …?". */
export const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': ['cache', 'network', 'looking', 'stores', 'shell_environment'],
  cache: ['limit', 'folder', 'stream_above', 'check_after_hours'],
  network: ['allowed_hosts', 'concurrency', 'concurrency_per_host', 'bandwidth'],
  looking: ['fetch'],
  'stores.*': [
    'match',
    'endpoint',
    'region',
    'profile',
    'anonymous',
    'path_style',
    'requester_pays',
    'keys',
    'user_project',
    'sign_as',
    'link_cap_seconds',
  ],
};

/** What a value must be, for the sentence; by the path of its key. */
export const valueRules: Readonly<Record<string, string>> = {
  cache: 'an object',
  'cache.limit': 'a whole number of bytes from 1000000 on',
  'cache.folder': 'the absolute path of a folder, or null for the library’s own',
  'cache.stream_above': 'a whole number of bytes, or null for a third of the limit',
  'cache.check_after_hours': 'a number of hours from 0 to 87600, or null for never',
  network: 'an object',
  'network.bandwidth': 'a whole number of bytes a second from 1000 on, or null',
  'network.allowed_hosts': 'a list of host names, addresses or host:port',
  'network.allowed_hosts.*': 'a host name, an address or host:port',
  'network.concurrency': 'a whole number from 1 to 256',
  'network.concurrency_per_host': 'a whole number from 1 to 256',
  looking: 'an object',
  'looking.fetch': 'as_needed, header_bytes or when_asked',
  stores: 'a list of objects',
  shell_environment: 'true or false',
  'stores.*': 'an object with a “match”',
  'stores.*.match': 's3://bucket, gs://bucket, az://account/container or one of them with a prefix',
  'stores.*.endpoint': 'an http or https address without query or login',
  'stores.*.region': 'the name of a region',
  'stores.*.profile': 'the name of a profile',
  'stores.*.anonymous': 'true or false',
  'stores.*.path_style': 'true or false',
  'stores.*.requester_pays': 'true or false',
  'stores.*.keys': 'the name of saved keys',
  'stores.*.user_project': 'the id of a Google project',
  'stores.*.sign_as': 'the e-mail address of a service account',
  'stores.*.link_cap_seconds': 'a whole number of seconds from 1 to 315360000',
};

/** The settings that hold: the file's values over the defaults, with the hosts of `VITRINE_ALLOWED_HOSTS` added. */
export function settingsOf(document: SettingsDocument, environmentHosts: readonly string[]): Settings {
  const { cache, network, looking, stores, shell_environment } = document;
  return {
    cache: {
      limit: cache?.limit ?? 10_000_000_000,
      folder: cache?.folder ?? null,
      stream_above: cache?.stream_above ?? null,
      check_after_hours: cache?.check_after_hours === undefined ? 24 : cache.check_after_hours,
    },
    network: {
      allowed_hosts: [...new Set([...(network?.allowed_hosts ?? []), ...environmentHosts])],
      concurrency: network?.concurrency ?? 16,
      concurrency_per_host: network?.concurrency_per_host ?? 6,
      bandwidth: network?.bandwidth ?? null,
    },
    looking: { fetch: looking?.fetch ?? 'as_needed' },
    stores: (stores ?? []).map((rule) => withoutUndefined(rule)),
    shell_environment: shell_environment ?? true,
  };
}

function withoutUndefined(rule: z.infer<typeof StoreRule>): Settings['stores'][number] {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as unknown as Settings['stores'][number];
}
