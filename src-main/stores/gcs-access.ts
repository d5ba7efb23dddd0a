/** How Google Cloud Storage is reached: endpoint and identity. The store and the links share one, so both go the same way. */
import type { Account } from '../../src-shared/model/account.ts';
import { encodeKey, encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import type { GoogleIdentities, GoogleIdentity } from '../credentials/gcp.ts';
import type { StoreRule } from '../settings/settings.ts';
import { type Endpoint, endpointText, parseEndpoint } from './endpoint.ts';
import { createPublicObjects, type PublicObjects } from './public-objects.ts';
import { storeRuleFor } from './store-rule.ts';

/** The way to a bucket. */
export interface GcsRoute {
  readonly bucket: string;
  readonly endpoint: Endpoint;
  /** True for an emulator and for an endpoint of the user's own. */
  readonly isCustomEndpoint: boolean;
  /** A rule says that this bucket is read without credentials. */
  readonly isAnonymous: boolean;
  /** The rule of the settings that speaks of it, null where none does. */
  readonly rule: StoreRule | null;
}

export interface GcsAccess {
  route(object: { bucket: string; key: string }): GcsRoute;
  /** Null when there is none, or when the rule says anonymous. Throws as `GoogleIdentities.identity` does. */
  identity(route: GcsRoute): Promise<GoogleIdentity | null>;
  /** Host and raw path of an object by the XML API, as links use it. */
  addressOf(route: GcsRoute, key: string): { host: string; path: string };
  /** Objects that readers without credentials were let in to; the store fills it. */
  readonly publicObjects: PublicObjects;
  /** Identities by name only, without network. */
  found(): string[];
  /** Identities that were found; reads files, asks nobody. */
  accounts(): Account[];
}

/** Makes the ways to buckets of GCS. @param options.rules the settings' store rules as they stand now */
export function createGcsAccess(options: {
  identities: GoogleIdentities;
  rules: () => readonly StoreRule[];
  env: Readonly<Record<string, string | undefined>>;
}): GcsAccess {
  const { identities, env } = options;
  return {
    route({ bucket, key }) {
      const rule = storeRuleFor(options.rules(), { scheme: 'gs', bucket, key });
      const emulator = env.STORAGE_EMULATOR_HOST || null;
      const endpoint = rule?.endpoint ?? (emulator === null ? null : withScheme(emulator));
      return {
        bucket,
        endpoint: parseEndpoint(endpoint ?? 'https://storage.googleapis.com'),
        isCustomEndpoint: endpoint !== null,
        isAnonymous: rule?.anonymous ?? false,
        rule,
      };
    },
    identity: async (route) => (route.isAnonymous ? null : identities.identity()),
    addressOf(route, key) {
      const { endpoint } = route;
      const path = `${endpoint.basePath}/${encodeStrictly(route.bucket)}/${encodeKey(key)}`;
      return { host: endpointText({ ...endpoint, basePath: '' }).slice(`${endpoint.protocol}//`.length), path };
    },
    publicObjects: createPublicObjects(),
    found: () => identities.found(),
    accounts: () => identities.accounts(),
  };
}

/** `STORAGE_EMULATOR_HOST` is written with a scheme or without, as `localhost:9023`. */
function withScheme(host: string): string {
  return /^https?:\/\//.test(host) ? host : `http://${host}`;
}
