/** The rooms that sign and read S3, put together as the library does, over an environment and a home folder of the test's own. */
import type { HttpClient } from '@azure/core-rest-pipeline';
import { createAwsIdentities } from '../../src-main/credentials/aws.ts';
import { createAzureIdentities } from '../../src-main/credentials/azure.ts';
import { createGoogleIdentities } from '../../src-main/credentials/gcp.ts';
import { createLinks } from '../../src-main/links/create-links.ts';
import type { Links, SignOptions } from '../../src-main/links/links.ts';
import type { StoreRule } from '../../src-main/settings/settings.ts';
import { type AzureAccess, createAzureAccess } from '../../src-main/stores/azure-access.ts';
import type { Timeouts } from '../../src-main/stores/connections.ts';
import { createGcsAccess, type GcsAccess } from '../../src-main/stores/gcs-access.ts';
import { createLinkConnections } from '../../src-main/stores/link-connections.ts';
import { noProxies } from '../../src-main/stores/proxies.ts';
import { createS3Access, type S3Access, type StoreMemory } from '../../src-main/stores/s3-access.ts';
import type { TrafficMeter } from '../../src-main/stores/store.ts';

export interface CloudRooms {
  readonly s3: S3Access;
  readonly gcs: GcsAccess;
  readonly azure: AzureAccess;
  readonly links: Links;
  readonly memory: StoreMemory;
}

export interface CloudSettings {
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: string;
  readonly now?: () => number;
  readonly rules?: readonly StoreRule[];
  readonly memory?: StoreMemory;
  /** Sends what logins of Azure ask. */
  readonly httpClient?: HttpClient;
  readonly meter?: TrafficMeter;
  /** The access of Azure takes them; the stores of the others are told by who makes them. */
  readonly timeouts?: Timeouts;
}

/** No metadata address is ever asked, whatever machine the tests run on. */
const noMetadata = { AWS_EC2_METADATA_DISABLED: 'true', METADATA_SERVER_DETECTION: 'none', AZURE_TOKEN_CREDENTIALS: 'dev' };

export function cloudRooms(settings: CloudSettings = {}): CloudRooms {
  const env = { ...noMetadata, ...settings.env };
  const home = settings.home ?? '/nonexistent';
  const now = settings.now ?? Date.now;
  const rules = () => settings.rules ?? [];
  const memory = settings.memory ?? memoryOf(new Map());
  const meter = settings.meter ?? { requestSent() {}, bytesReceived() {} };
  const s3 = createS3Access({ identities: createAwsIdentities({ env, home, now }), rules, memory, meter, now });
  const gcs = createGcsAccess({ identities: createGoogleIdentities({ env, home, now }), rules, env, memory });
  const httpClient = settings.httpClient === undefined ? {} : { httpClient: settings.httpClient };
  const azure = createAzureAccess({
    identities: createAzureIdentities({ env, home, now, ...httpClient }),
    rules,
    memory,
    meter,
    now,
    ...(settings.timeouts ? { timeouts: settings.timeouts } : {}),
  });
  // Nothing is allowed by itself: links lead where endpoints were configured. Idle connections hold no process open.
  const connections = createLinkConnections({ allowedHosts: () => [], endpoints: () => [], proxies: noProxies });
  return { s3, gcs, azure, memory, links: createLinks({ s3, gcs, azure, connections, now }) };
}

export function memoryOf(map: Map<string, string>): StoreMemory {
  return { get: (name) => map.get(name) ?? null, set: (name, value) => void map.set(name, value) };
}

/** An hour, refused over the cap, unless given. */
export function signOptions(rest: Partial<SignOptions> = {}): SignOptions {
  return { expiresSeconds: 3_600, overCap: 'refuse', signal: new AbortController().signal, ...rest };
}
