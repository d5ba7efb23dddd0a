/** How each S3 bucket is reached: endpoint, addressing style, region and identity. The store and the links share one, so both go the same way. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import type { Account } from '../../src-shared/model/account.ts';
import { type Failure, fail } from '../../src-shared/model/error.ts';
import { type AccessPoint, accessPointOf, hostLabelOf, isArn } from '../../src-shared/reference/access-point.ts';
import { encodeKey, encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import { providerOfEndpoint } from '../../src-shared/reference/endpoint-provider.ts';
import type { AwsIdentities, AwsIdentity, AwsProfileSettings } from '../credentials/aws.ts';
import type { SavedKeys } from '../credentials/saved-keys.ts';
import type { StoreRule } from '../settings/settings.ts';
import { type BucketMemory, type BucketPlace, createBucketMemory, type StoreMemory } from './bucket-memory.ts';
import { type Endpoint, endpointText, parseEndpoint } from './endpoint.ts';
import { agentThrough } from './proxied-handler.ts';
import { noProxies, type Proxies } from './proxies.ts';
import { createPublicObjects, type PublicObjects } from './public-objects.ts';
import { regionOfRedirect } from './region-of-redirect.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import type { TrafficMeter } from './store.ts';
import { storeRuleFor } from './store-rule.ts';

export type { StoreMemory } from './bucket-memory.ts';

/** The way to a bucket. */
export interface S3Route {
  /** As the reference names it: a bucket, or the ARN of an access point. */
  readonly bucket: string;
  /** What stands before the endpoint where the style is not by path: the bucket, or name and account of an access point. */
  readonly hostLabel: string;
  readonly endpoint: Endpoint;
  readonly isPathStyle: boolean;
  /** True where the user configured the endpoint, so that AWS's own rules do not hold. */
  readonly isCustomEndpoint: boolean;
  readonly region: string;
  /** False where nobody could be asked for the region; the one given is then a guess. */
  readonly isRegionKnown: boolean;
  /** False where the provider says that there is no such bucket. */
  readonly isBucketThere: boolean;
  /** The profile to sign as; null is the usual order of identities. */
  readonly profile: string | null;
  /** A rule says that this bucket is read without credentials. */
  readonly isAnonymous: boolean;
  readonly requesterPays: boolean;
  /** The rule of the settings that speaks of it, null where none does. */
  readonly rule: StoreRule | null;
  /** Who said the endpoint: a rule, the environment or a profile; `provider` is AWS's own. */
  readonly endpointFrom: 'rule' | 'configured' | 'provider';
  /**
   * Who said the region. `learnt`: the bucket itself, now or before; `configured`: environment, profile, the host of the endpoint or an
   * ARN; `guess`: nobody.
   */
  readonly regionFrom: 'rule' | 'learnt' | 'configured' | 'guess';
}

export interface S3Access {
  /**
   * With `isAsking` false nobody is asked for a region that is not known yet. Throws `unsupported` for an ARN that is no access point of one
   * region, `invalid_input` for an endpoint that is no address.
   */
  route(object: { bucket: string; key: string }, signal: AbortSignal, options?: { readonly isAsking: boolean }): Promise<S3Route>;
  /**
   * Null when there is none, or when the rule says anonymous. Throws as `AwsIdentities.identity` and `SavedKeys.identity` do, and
   * `invalid_input` where saved keys would go to another place than their own.
   */
  identity(route: S3Route, wantedUntil?: Date): Promise<AwsIdentity | null>;
  /** Drops an identity that a server calls ended; true where another may be had. See `AwsIdentities.forget`. */
  forget(identity: AwsIdentity): boolean;
  /** Remembers a region that an answer named. Text that cannot be a region is ignored: it would become part of a host name. */
  learnRegion(route: S3Route, region: string): boolean;
  /** Host and raw path of an object: every byte of the key encoded once, never normalised. `host` has the port where it is not the protocol's own. */
  addressOf(route: S3Route, key: string): { host: string; path: string };
  /** Who is let in where, and who pays; the store fills it. */
  readonly buckets: BucketMemory;
  /** Where that memory keeps what it knows of a bucket. */
  placeOf(route: S3Route): BucketPlace;
  /** True where a bucket is read without credentials: a rule says so, or held ones were refused and nobody's were let in. Asks nobody. */
  readsWithoutCredentials(bucket: string): boolean;
  /** Objects that readers without credentials were let in to; the store fills it. */
  readonly publicObjects: PublicObjects;
  /** Identities by name only, without network. */
  found(): string[];
  /** What answers' Date headers said; the store teaches it, links are signed by it. */
  readonly serverClock: ServerClock;
  /** Identities that were found; reads files, asks nobody. */
  accounts(): Account[];
  /** Whether the rules and the configuration lead an object to this endpoint now, null being AWS's own. Asks nobody. */
  leadsTo(object: { bucket: string; key: string }, endpoint: { url: string; region: string } | null): boolean;
}

interface RegionAnswer {
  readonly region: string | null;
  readonly wasAnswered: boolean;
  readonly isBucketThere: boolean;
}

/** Takes what an answer says about the time; `sentAtMs` is this computer's. */
type Hear = (said: { region: string | null; date: string | undefined; sentAtMs: number }) => void;

const regionLimitMs = 2_000;
/** An endpoint that did not answer is asked again after this long, not for every one of a million links. */
const noAnswerHoldsMs = 60_000;
const regionOfAws = /^[a-z]{2,}(-[a-z0-9]+){1,4}$/;
const regionOfOthers = /^[A-Za-z0-9_-]{1,64}$/;
/** What may stand in a host at all; a rule can ask for virtual hosts with dotted buckets, never with a bucket that would end the host. */
const hostCharacters = /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/;
/** Names that can be one label of a host, as certificates want it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
const hostLabel = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/**
 * Makes the ways to buckets of S3.
 * @param options.rules the settings' store rules as they stand now
 * @param options.now milliseconds since 1970
 */
export function createS3Access(options: {
  identities: AwsIdentities;
  savedKeys?: SavedKeys;
  rules: () => readonly StoreRule[];
  memory: StoreMemory;
  meter: TrafficMeter;
  now: () => number;
  proxies?: Proxies;
}): S3Access {
  const { identities, savedKeys, memory, meter, now } = options;
  const asked = new Map<string, { answer: Promise<RegionAnswer>; heldUntil: number }>();
  const knownEndpoints = new Map<string, Endpoint>();
  const buckets = createBucketMemory(memory, now);
  const serverClock = createServerClock(now);
  let endpoints: S3Client | null = null;

  function endpointOfUser(text: string): Endpoint {
    const known = knownEndpoints.get(text);
    if (known) return known;
    const found = parseEndpoint(text);
    knownEndpoints.set(text, found);
    return found;
  }

  /** AWS's own regional endpoint; the SDK knows the partitions and their domains. */
  function endpointOfRegion(region: string): Endpoint {
    const known = knownEndpoints.get(region);
    if (known) return known;
    endpoints ??= new S3Client({ region: 'us-east-1' });
    const found = parseEndpoint(endpoints.config.endpointProvider({ Region: region }).url.href);
    knownEndpoints.set(region, found);
    return found;
  }

  /** The same for access points: https://docs.aws.amazon.com/general/latest/gr/s3.html */
  function endpointOfAccessPoint(point: AccessPoint, arn: string): Endpoint {
    const known = knownEndpoints.get(`access points ${point.region}`);
    if (known) return known;
    endpoints ??= new S3Client({ region: 'us-east-1' });
    const found = parseEndpoint(endpoints.config.endpointProvider({ Region: point.region, Bucket: arn, UseArnRegion: true }).url.href);
    const endpoint = { ...found, hostname: found.hostname.slice(hostLabelOf(point).length + 1) };
    knownEndpoints.set(`access points ${point.region}`, endpoint);
    return endpoint;
  }

  /** One question a bucket, however many ask at once. The clock decides when an empty answer is forgotten, so that no timer is left running. */
  function askedOnce(name: string, ask: () => Promise<RegionAnswer>): Promise<RegionAnswer> {
    const known = asked.get(name);
    if (known && known.heldUntil > now()) return known.answer;
    const entry = { answer: ask(), heldUntil: Number.POSITIVE_INFINITY };
    asked.set(name, entry);
    void entry.answer.then(({ region, isBucketThere }) => {
      if (region !== null) memory.set(name, region);
      if (region === null || !isBucketThere) entry.heldUntil = now() + noAnswerHoldsMs;
    });
    return entry.answer;
  }

  /** Saved keys say where they go themselves: no endpoint of the environment or of a profile holds for them. */
  function settingsOf(rule: StoreRule | null): AwsProfileSettings {
    if (!savedKeys || rule?.keys === undefined) return identities.settingsOf(rule?.profile ?? null);
    const keys = savedKeys.find(rule.keys);
    return { region: keys?.region ?? null, s3Endpoint: keys?.endpoint ?? null };
  }

  return {
    async route({ bucket, key }, signal, { isAsking } = { isAsking: true }) {
      const rule = storeRuleFor(options.rules(), { scheme: 's3', bucket, key });
      const profile = rule?.profile ?? null;
      const settings = settingsOf(rule);
      const customEndpoint = rule?.endpoint ?? settings.s3Endpoint;
      const point = accessPointOf(bucket);
      if (point === null && isArn(bucket)) throw notAnAccessPoint(bucket);
      const isDefaultStyle = customEndpoint !== null || !hostLabel.test(bucket);
      const isPathStyle = point === null && ((rule?.path_style ?? isDefaultStyle) || !hostCharacters.test(bucket));
      const common = {
        bucket,
        hostLabel: point === null ? bucket : hostLabelOf(point),
        isPathStyle,
        isCustomEndpoint: customEndpoint !== null,
        profile,
        isAnonymous: rule?.anonymous ?? false,
        requesterPays: rule?.requester_pays ?? false,
        rule,
        endpointFrom: rule?.endpoint !== undefined ? 'rule' : customEndpoint !== null ? 'configured' : 'provider',
      } as const;
      const endpointFor = (region: string) => (customEndpoint === null ? endpointOfRegion(region) : endpointOfUser(customEndpoint));
      const routeTo = (region: string, rest: Pick<S3Route, 'isRegionKnown' | 'isBucketThere' | 'regionFrom'>): S3Route => ({
        ...common,
        endpoint: endpointFor(region),
        region,
        ...rest,
      });
      if (point !== null) {
        const endpoint = customEndpoint === null ? endpointOfAccessPoint(point, bucket) : endpointOfUser(customEndpoint);
        return { ...common, endpoint, region: point.region, isRegionKnown: true, isBucketThere: true, regionFrom: 'configured' };
      }
      if (rule?.region) return routeTo(rule.region, { isRegionKnown: true, isBucketThere: true, regionFrom: 'rule' });
      const name = memoryName(customEndpoint === null ? null : endpointOfUser(customEndpoint), bucket);
      const remembered = memory.get(name);
      if (remembered !== null && isRegion(remembered, customEndpoint !== null))
        return routeTo(remembered, { isRegionKnown: true, isBucketThere: true, regionFrom: 'learnt' });
      // A provider's own host is surer than AWS_REGION, which is often there for other buckets.
      const regionOfHost = customEndpoint === null ? null : (providerOfEndpoint(endpointOfUser(customEndpoint).hostname)?.region ?? null);
      if (regionOfHost !== null) return routeTo(regionOfHost, { isRegionKnown: true, isBucketThere: true, regionFrom: 'configured' });
      const fallback = settings.region ?? 'us-east-1';
      const fallbackFrom = settings.region === null ? 'guess' : 'configured';
      const ask = routeTo(fallback, { isRegionKnown: false, isBucketThere: true, regionFrom: fallbackFrom });
      if (!isAsking) return ask;
      // The clock is learnt for the host that was asked and for the one that links to this bucket will name.
      const hear: Hear = ({ region, date, sentAtMs }) => {
        for (const each of new Set([ask.region, region ?? ask.region])) {
          const { host } = addressOf({ ...ask, endpoint: endpointFor(each) }, '');
          serverClock.learn(host, date, sentAtMs);
        }
      };
      const answer = await askedOnce(name, () => askRegion(ask, { meter, hear, now, proxies: options.proxies ?? noProxies }));
      if (signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
      // An endpoint of the user's own that answers without naming a region has none to name: what is configured holds.
      const isKnown = answer.region !== null || (answer.wasAnswered && customEndpoint !== null);
      const regionFrom = answer.region === null ? fallbackFrom : 'learnt';
      return routeTo(answer.region ?? fallback, { isRegionKnown: isKnown, isBucketThere: answer.isBucketThere, regionFrom });
    },

    async identity(route, wantedUntil) {
      if (route.isAnonymous) return null;
      if (savedKeys && route.rule?.keys !== undefined) return identityOfKeys(savedKeys, route, route.rule.keys);
      return identities.identity({ profile: route.profile, ...(wantedUntil ? { wantedUntil } : {}) });
    },

    forget: (identity) => identities.forget(identity),

    learnRegion(route, region) {
      if (!isRegion(region, route.isCustomEndpoint) || region === route.region) return false;
      const name = memoryName(route.isCustomEndpoint ? route.endpoint : null, route.bucket);
      memory.set(name, region);
      return true;
    },

    addressOf,
    buckets,
    placeOf,
    readsWithoutCredentials(bucket) {
      const rule = storeRuleFor(options.rules(), { scheme: 's3', bucket, key: '' });
      const endpoint = rule?.endpoint ?? identities.settingsOf(rule?.profile ?? null).s3Endpoint;
      const place = { bucket, endpoint: endpoint === null ? null : endpointText(parseEndpoint(endpoint)) };
      return rule?.anonymous === true || buckets.isOpen(place, 'read');
    },
    publicObjects: createPublicObjects(),
    serverClock,
    found: () => identities.found(),
    accounts: () => identities.accounts(),
    leadsTo({ bucket, key }, endpoint) {
      const rule = storeRuleFor(options.rules(), { scheme: 's3', bucket, key });
      const custom = rule?.endpoint ?? identities.settingsOf(rule?.profile ?? null).s3Endpoint;
      if (custom !== null) return endpoint !== null && endpointText(parseEndpoint(custom)) === endpoint.url;
      if (endpoint === null) return true;
      // Another partition of AWS, which a region alone leads to.
      return rule?.region === endpoint.region && endpointText(endpointOfRegion(endpoint.region)) === endpoint.url;
    },
  };
}

/** Their own endpoint is read where the secret is, so that nothing else can send them to another host. */
async function identityOfKeys(savedKeys: SavedKeys, route: S3Route, name: string): Promise<AwsIdentity> {
  const own = await savedKeys.endpointOf(name);
  const asked = route.isCustomEndpoint ? endpointText(route.endpoint) : null;
  if (asked !== own) {
    throw fail('invalid_input', {
      message: `The saved keys “${name}” belong to ${own ?? 'Amazon S3'} and are not sent to ${asked ?? 'Amazon S3'}.`,
      next: 'Take the endpoint out of the store rule, or save keys for it.',
    });
  }
  return savedKeys.identity(name);
}

function addressOf(route: S3Route, key: string): { host: string; path: string } {
  const { endpoint } = route;
  const port = endpoint.port === null ? '' : `:${endpoint.port}`;
  const host = hostNameOf(route);
  const bucket = route.isPathStyle ? `/${encodeStrictly(route.bucket)}` : '';
  return { host: `${host}${port}`, path: `${endpoint.basePath}${bucket}/${encodeKey(key)}` };
}

function hostNameOf({ endpoint, hostLabel, isPathStyle }: S3Route): string {
  return isPathStyle ? endpoint.hostname : `${hostLabel}.${endpoint.hostname}`;
}

function placeOf({ bucket, endpoint, isCustomEndpoint }: S3Route): BucketPlace {
  return { bucket, endpoint: isCustomEndpoint ? endpointText(endpoint) : null };
}

function notAnAccessPoint(arn: string): Failure {
  const what = arn.endsWith('.mrap')
    ? 'a multi-region access point'
    : arn.startsWith('arn:aws:s3-outposts:')
      ? 'an access point of an Outpost'
      : arn.includes(':s3-object-lambda:')
        ? 'an Object Lambda access point'
        : 'something else';
  return fail('unsupported', {
    message: `Of ARNs only access points of one region are read, and this one names ${what}.`,
    next: 'Give the bucket behind it, or an ARN such as arn:aws:s3:eu-west-1:123456789012:accesspoint/NAME.',
  });
}

/** AWS's regions become part of a host name that keys are sent to, so their shape is strict; an endpoint of the user's own names them as it likes. */
function isRegion(text: string, isCustomEndpoint: boolean): boolean {
  return (isCustomEndpoint ? regionOfOthers : regionOfAws).test(text);
}

function memoryName(endpoint: Endpoint | null, bucket: string): string {
  return `s3-region ${endpoint === null ? 'aws' : endpointText(endpoint)} ${bucket}`;
}

/**
 * Asks for a bucket's region with an unsigned HEAD, which needs no permission, as GetBucketLocation would: S3 names the region with 200,
 * 301, 400 and 403 alike.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
async function askRegion(
  route: S3Route,
  { meter, hear, now, proxies }: { meter: TrafficMeter; hear: Hear; now: () => number; proxies: Proxies },
): Promise<RegionAnswer> {
  const { path, host } = addressOf(route, '');
  const hostname = hostNameOf(route);
  const noAnswer: RegionAnswer = { region: null, wasAnswered: false, isBucketThere: true };
  // A proxy that is named wrongly is told by the request that needs the answer; past it nothing is asked.
  const proxy = await proxies.proxyFor(`${route.endpoint.protocol}//${host}/`).catch(() => undefined);
  if (proxy === undefined) return noAnswer;
  const begin = route.endpoint.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    meter.requestSent(hostname);
    const sentAtMs = now();
    const request = begin({
      method: 'HEAD',
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port: route.endpoint.port,
      path: path.replace(/\/$/, '') || '/',
      headers: { host },
      agent: proxy === null ? false : agentThrough(proxy),
      signal: AbortSignal.timeout(regionLimitMs),
    });
    request.on('response', (response) => {
      response.resume();
      const named = response.headers['x-amz-bucket-region'];
      // A bucket made minutes ago may be answered with 307 and the address of its region alone.
      const said = typeof named === 'string' ? named : regionOfRedirect(URL.parse(response.headers.location ?? '')?.hostname ?? '');
      const region = said !== null && isRegion(said, route.isCustomEndpoint) ? said : null;
      hear({ region, date: response.headers.date, sentAtMs });
      resolve({ region, wasAnswered: true, isBucketThere: response.statusCode !== 404 });
    });
    request.on('error', () => resolve(noAnswer));
    request.end();
  });
}
