/** How Azure Blob Storage is reached: endpoint and identity. The store and the links share one, so both go the same way. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Account } from '../../src-shared/model/account.ts';
import { type Failure, fail } from '../../src-shared/model/error.ts';
import { encodeKey, encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import type { AzureIdentities, AzureIdentity } from '../credentials/azure.ts';
import type { StoreRule } from '../settings/settings.ts';
import { hostOf } from './azure-answer.ts';
import { createDelegationKeys, type DelegationKeys } from './azure-delegation.ts';
import { azureFailure } from './azure-errors.ts';
import { azureTimeouts, sendAzure } from './azure-request.ts';
import type { AzureRoute, BlobPlace, SendAsSomebody } from './azure-route.ts';
import type { Timeouts } from './connections.ts';
import { type Endpoint, endpointText, parseEndpoint } from './endpoint.ts';
import { headerOf } from './http-answer.ts';
import { cancelled, networkFailure } from './network-failure.ts';
import { createPublicObjects, type PublicObjects } from './public-objects.ts';
import type { StoreMemory } from './s3-access.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import type { TrafficMeter } from './store.ts';
import { storeRuleFor } from './store-rule.ts';
import { createWhoeverMay, type WhoeverMay } from './whoever-may.ts';

export { azureApiVersion } from './azure-request.ts';
export type { AzureRoute } from './azure-route.ts';

export interface AzureAccess {
  /** Throws `invalid_url` for names that no account or container has. */
  route(blob: BlobPlace): AzureRoute;
  /** Null when there is none, or when the rule says anonymous. Throws as `AzureIdentities.identity` does, and `access_denied` for a way that is not safe. */
  identity(route: AzureRoute): Promise<AzureIdentity | null>;
  /** Host and raw path of a blob: every byte of the name encoded once, never normalised. The key '' is the container. */
  addressOf(route: AzureRoute, key: string): { host: string; path: string };
  readonly send: SendAsSomebody;
  /** How long its servers may be silent. */
  readonly timeouts: Timeouts;
  readonly delegationKey: DelegationKeys;
  /** Asks as the identity, and where it is refused as nobody; the store asks through it. */
  readonly readers: WhoeverMay<AzureIdentity>;
  /** True where the identity was refused and readers without credentials were let in; `bucket` is `account/container`. */
  readsWithoutCredentials(bucket: string): boolean;
  /** Drops a login whose token was refused. */
  forget(identity: AzureIdentity): void;
  /** Blobs that readers without credentials were let in to; `bucket` is `account/container`. The store fills it. */
  readonly publicObjects: PublicObjects;
  /** What answers' Date headers said; requests and links are signed by it. */
  readonly serverClock: ServerClock;
  /** Identities by name only, without network. */
  found(): string[];
  /** Identities that were found; reads files, asks nobody. */
  accounts(): Account[];
  close(): void;
}

/** Names of accounts: they become a part of a host that keys are sent to. */
const accountName = /^[a-z0-9]{3,24}$/;
/** Names of an emulator's accounts are not all of that form; they become a part of the path. */
const emulatedAccountName = /^[\w-]{1,63}$/;
/** Source: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#container-names */
const containerName = /^(?:\$[a-z]{3,}|[a-z0-9](?:-?[a-z0-9]){2,62})$/;
/** Azure refuses what is signed for a time further off: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key#specifying-the-date-header */
const toleratedSkewMs = 15 * 60_000;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Makes the ways to containers.
 * @param options.rules the settings' store rules as they stand now
 * @param options.now milliseconds since 1970
 * @param options.agentFor connections to an origin through a proxy; null, and all unless given, are kept-alive ones of its own
 */
export function createAzureAccess(options: {
  identities: AzureIdentities;
  rules: () => readonly StoreRule[];
  meter: TrafficMeter;
  now: () => number;
  memory: StoreMemory;
  agentFor?: (origin: string) => Promise<HttpAgent | null>;
  timeouts?: Timeouts;
}): AzureAccess {
  const { identities, meter, now } = options;
  const timeouts = options.timeouts ?? azureTimeouts;
  const serverClock = createServerClock(now);
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) } as const;

  const send: SendAsSomebody = async (route, identity, asked) => {
    const host = hostOf(route.endpoint);
    for (let isSecond = false; ; isSecond = true) {
      const offset = serverClock.offsetMs(host);
      const proxied = await options.agentFor?.(`${route.endpoint.protocol}//${host}`);
      meter.requestSent(host);
      const sentAt = now();
      const answer = await sendAzure(
        { ...asked, endpoint: route.endpoint },
        { identity, date: sentAt + offset, agent: proxied ?? agents[route.endpoint.protocol], timeouts },
      ).catch((thrown: unknown) => {
        throw asked.signal.aborted ? cancelled() : (networkFailure(thrown, host, timeouts) ?? thrown);
      });
      serverClock.learn(host, headerOf(answer.headers, 'date'), sentAt);
      if ((answer.status >= 200 && answer.status < 300) || asked.accepted?.includes(answer.status)) return answer;
      answer.body.destroy();
      const code = headerOf(answer.headers, 'x-ms-error-code');
      const isClockWrong = Math.abs(serverClock.offsetMs(host) - offset) > toleratedSkewMs - 60_000;
      if (isClockWrong && identity?.kind === 'key' && code === 'AuthenticationFailed' && !isSecond) continue;
      const refusal = {
        status: answer.status,
        code,
        requestId: headerOf(answer.headers, 'x-ms-request-id'),
        retryAfter: headerOf(answer.headers, 'retry-after'),
      };
      const { account, container } = route;
      const endsAt = identity?.kind === 'sas' ? (identity.endsAt?.getTime() ?? null) : null;
      const who = identity === null ? null : { name: identity.name, kind: identity.kind, login: identity.login, endsAt };
      throw azureFailure(refusal, {
        identity: who,
        account,
        container,
        host,
        isListing: asked.isListing ?? false,
        now: now(),
        isClockWrong,
      });
    }
  };

  const readers = createWhoeverMay<AzureIdentity>({ memory: options.memory, kind: 'az', now });

  function route({ account, container, key }: BlobPlace): AzureRoute {
    const rule = storeRuleFor(options.rules(), { scheme: 'az', bucket: `${account}/${container}`, key });
    const configured = rule?.endpoint ?? identities.endpointOf(account);
    if (!(configured === null ? accountName : emulatedAccountName).test(account)) {
      throw notNamed(account, 'a storage account', 'Names of accounts have 3 to 24 small letters and digits');
    }
    if (!containerName.test(container)) {
      throw notNamed(container, 'a container', 'Names of containers have 3 to 63 small letters, digits and single hyphens');
    }
    return {
      account,
      container,
      endpoint: configured === null ? parseEndpoint(`https://${account}.blob.core.windows.net`) : ownEndpoint(configured, account),
      isCustomEndpoint: configured !== null,
      isAnonymous: rule?.anonymous ?? false,
      rule,
    };
  }

  return {
    route,
    async identity(route) {
      if (route.isAnonymous) return null;
      const identity = await identities.identity({ account: route.account });
      if (identity !== null && identity.kind !== 'key' && route.endpoint.protocol === 'http:' && !loopback.test(route.endpoint.hostname)) {
        throw fail('access_denied', {
          message: `The endpoint of “${route.account}” is not encrypted, so ${identity.name} is not sent to it.`,
          next: 'Write https:// in its endpoint, or read it without credentials.',
        });
      }
      return identity;
    },
    addressOf,
    send,
    timeouts,
    delegationKey: createDelegationKeys({ send, serverClock, meter, now }),
    readers,
    readsWithoutCredentials(bucket) {
      const [account = '', container = ''] = bucket.split('/');
      return readers.readsWithoutCredentials(readerPlace(route({ account, container, key: '' })));
    },
    forget: (identity) => identities.forget(identity),
    publicObjects: createPublicObjects(),
    serverClock,
    found: () => identities.found(),
    accounts: () => identities.accounts(),
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/** Where it is remembered whether a container is open. */
export function readerPlace({ endpoint, account, container }: AzureRoute): string {
  return `${endpointText(endpoint)} ${account}/${container}`;
}

function addressOf(route: AzureRoute, key: string): { host: string; path: string } {
  const { endpoint, container } = route;
  const path = `${endpoint.basePath}/${encodeStrictly(container).replaceAll('%24', '$')}`;
  return { host: hostOf(endpoint), path: key === '' ? path : `${path}/${encodeKey(key)}` };
}

function notNamed(name: string, what: string, rule: string): Failure {
  return fail('invalid_url', { message: `“${name.slice(0, 40)}” is not the name of ${what}.`, next: `${rule}. Correct the address.` });
}

/** Emulators serve all accounts at one address and tell them apart by the path, so an address without one gets the account. */
function ownEndpoint(text: string, account: string): Endpoint {
  const endpoint = parseEndpoint(text);
  const isAddress = loopback.test(endpoint.hostname) || /^\d{1,3}(?:\.\d{1,3}){3}$|^\[/.test(endpoint.hostname);
  return endpoint.basePath === '' && isAddress ? { ...endpoint, basePath: `/${encodeStrictly(account)}` } : endpoint;
}
