/** How Azure Blob Storage is reached: endpoint and identity. The store and the links share one, so both go the same way. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { UserDelegationKey } from '@azure/storage-blob';
import type { Account } from '../../src-shared/model/account.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import { encodeKey, encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import type { AzureIdentities, AzureIdentity } from '../credentials/azure.ts';
import type { StoreRule } from '../settings/settings.ts';
import { azureFailure } from './azure-errors.ts';
import { blobService, understood } from './azure-library.ts';
import { type AzureAnswer, type AzureRequest, azureTimeouts, sendAzure } from './azure-request.ts';
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

/** The way to a container. */
export interface AzureRoute {
  readonly account: string;
  readonly container: string;
  /** The account's blob service, as `BlobEndpoint` of a connection string: an emulator's has the account as its path. */
  readonly endpoint: Endpoint;
  /** True for an emulator, another cloud and any other endpoint of the user's own. */
  readonly isCustomEndpoint: boolean;
  /** A rule says that this container is read without credentials. */
  readonly isAnonymous: boolean;
  /** The rule of the settings that speaks of it, null where none does. */
  readonly rule: StoreRule | null;
}

/** Where a blob lies, name byte-exact. */
export interface BlobPlace {
  readonly account: string;
  readonly container: string;
  readonly key: string;
}

export interface AzureAccess {
  route(blob: BlobPlace): AzureRoute;
  /** Null when there is none, or when the rule says anonymous. Throws as `AzureIdentities.identity` does, and `access_denied` for a way that is not safe. */
  identity(route: AzureRoute): Promise<AzureIdentity | null>;
  /** Host and raw path of a blob: every byte of the name encoded once, never normalised. The key '' is the container. */
  addressOf(route: AzureRoute, key: string): { host: string; path: string };
  /**
   * Sends a request signed as somebody and gives every answer of 2xx and of `accepted`; other answers become failures. A clock that an answer
   * shows to be wrong is corrected, and the request sent once more. Retries nothing else.
   */
  send(
    route: AzureRoute,
    identity: AzureIdentity | null,
    asked: Pick<AzureRequest, 'method' | 'path' | 'query' | 'headers' | 'body' | 'signal'> & {
      readonly accepted?: readonly number[];
      readonly isListing?: boolean;
    },
  ): Promise<AzureAnswer>;
  /** A key to sign links with in the name of a login, good at least until `until` where the provider allows that: it lives seven days at most. */
  delegationKey(route: AzureRoute, identity: AzureIdentity, until: Date, signal: AbortSignal): Promise<UserDelegationKey>;
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
/** Azure refuses what is signed for a time further off: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key#specifying-the-date-header */
const toleratedSkewMs = 15 * 60_000;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** Seven days, the longest life of a delegation key: https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key */
const longestKeyMs = 604_800_000;
/** A server whose clock is behind ours takes seven days for more, so a second try asks for this much less. */
const clockMarginMs = 300_000;
/** A page of a listing has some megabytes; this is a limit for what is no listing. */
const mostTextBytes = 64 * 1024 * 1024;

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
}): AzureAccess {
  const { identities, meter, now } = options;
  const serverClock = createServerClock(now);
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) } as const;
  const delegationKeys = new WeakMap<AzureIdentity, Map<string, UserDelegationKey>>();

  const send: AzureAccess['send'] = async (route, identity, asked) => {
    const host = hostOf(route.endpoint);
    for (let isSecond = false; ; isSecond = true) {
      const offset = serverClock.offsetMs(host);
      const proxied = await options.agentFor?.(`${route.endpoint.protocol}//${host}`);
      meter.requestSent(host);
      const sentAt = now();
      const answer = await sendAzure(
        { ...asked, endpoint: route.endpoint },
        { identity, date: sentAt + offset, agent: proxied ?? agents[route.endpoint.protocol] },
      ).catch((thrown: unknown) => {
        throw asked.signal.aborted ? cancelled() : (networkFailure(thrown, host, azureTimeouts) ?? thrown);
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

  async function newDelegationKey(route: AzureRoute, identity: AzureIdentity, signal: AbortSignal): Promise<UserDelegationKey> {
    const host = hostOf(route.endpoint);
    const service = await blobService(route.endpoint, 'UserDelegationKey', async (request) => {
      const answer = await send(route, identity, { ...request, signal });
      return { status: answer.status, headers: plainHeaders(answer), text: await textOf(answer, signal, host, meter) };
    });
    const startMs = now() + serverClock.offsetMs(host);
    const ask = (lifeMs: number) =>
      understood(route.endpoint, () => service.getUserDelegationKey(new Date(startMs), new Date(startMs + lifeMs)));
    return ask(longestKeyMs).catch((thrown: unknown) => {
      if (!(thrown instanceof Failure) || thrown.error.details?.status !== 400) throw thrown;
      return ask(longestKeyMs - clockMarginMs);
    });
  }

  const readers = createWhoeverMay<AzureIdentity>({ memory: options.memory, kind: 'az', now });

  function route({ account, container, key }: BlobPlace): AzureRoute {
    const rule = storeRuleFor(options.rules(), { scheme: 'az', bucket: `${account}/${container}`, key });
    const configured = rule?.endpoint ?? identities.endpointOf(account);
    return {
      account,
      container,
      endpoint: configured === null ? providerEndpoint(account) : ownEndpoint(configured, account),
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
    async delegationKey(route, identity, until, signal) {
      const known = delegationKeys.get(identity) ?? new Map<string, UserDelegationKey>();
      delegationKeys.set(identity, known);
      const name = `${route.account} ${endpointText(route.endpoint)}`;
      const held = known.get(name);
      // A key that was made a moment ago will not live longer by being made again.
      const isNew = held !== undefined && now() - held.signedStartsOn.getTime() < 60_000;
      if (held && (held.signedExpiresOn.getTime() >= until.getTime() || isNew)) return held;
      const key = await newDelegationKey(route, identity, signal);
      known.set(name, key);
      return key;
    },
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

/** The body of a short answer as text. Throws `server_error` for one that never ends. */
export async function textOf(answer: AzureAnswer, signal: AbortSignal, host: string, meter: TrafficMeter): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      meter.bytesReceived(host, chunk.byteLength);
      size += chunk.byteLength;
      if (size > mostTextBytes)
        throw fail('server_error', { message: `${host} sent far more than was asked.`, next: 'Check the address.' });
      chunks.push(chunk);
    }
  } catch (thrown) {
    throw signal.aborted ? cancelled() : (networkFailure(thrown, host, azureTimeouts) ?? thrown);
  }
  // Azure begins its XML with a byte order mark.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** Headers of an answer with one value each. */
export function plainHeaders(answer: AzureAnswer): Record<string, string> {
  return Object.fromEntries(Object.keys(answer.headers).map((name) => [name, headerOf(answer.headers, name) ?? '']));
}

/** Where it is remembered whether a container is open. */
export function readerPlace({ endpoint, account, container }: AzureRoute): string {
  return `${endpointText(endpoint)} ${account}/${container}`;
}

/** Host of an endpoint, with the port where it is not the protocol's own. */
export function hostOf({ hostname, port }: Endpoint): string {
  return port === null ? hostname : `${hostname}:${port}`;
}

function addressOf(route: AzureRoute, key: string): { host: string; path: string } {
  const { endpoint, container } = route;
  const path = `${endpoint.basePath}/${encodeStrictly(container).replaceAll('%24', '$')}`;
  return { host: hostOf(endpoint), path: key === '' ? path : `${path}/${encodeKey(key)}` };
}

function providerEndpoint(account: string): Endpoint {
  if (accountName.test(account)) return parseEndpoint(`https://${account}.blob.core.windows.net`);
  throw fail('invalid_url', {
    message: `“${account.slice(0, 40)}” is not the name of a storage account.`,
    next: 'Names of accounts have 3 to 24 small letters and digits. Correct the address.',
  });
}

/** Emulators serve all accounts at one address and tell them apart by the path, so an address without one gets the account. */
function ownEndpoint(text: string, account: string): Endpoint {
  const endpoint = parseEndpoint(text);
  const isAddress = loopback.test(endpoint.hostname) || /^\d{1,3}(?:\.\d{1,3}){3}$|^\[/.test(endpoint.hostname);
  return endpoint.basePath === '' && isAddress ? { ...endpoint, basePath: `/${encodeStrictly(account)}` } : endpoint;
}
