/**
 * The store of Google Cloud Storage: its JSON API, with the access tokens of Google's auth library.
 *
 * Note: why reads do not go through the streams of `@google-cloud/storage`. They cannot be given up with a signal, take the emulator from
 * the process's own environment and put the body of a refusal into its message. The request itself is one line.
 */

import * as z from 'zod/mini';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import type { KeyPrefix, Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { ObjectReference, Reference } from '../../src-shared/reference/reference.ts';
import type { GoogleIdentity } from '../credentials/gcp.ts';
import { begun, meteredBody, noBytes } from './answer-body.ts';
import { cloudTimeouts, createConnections, type Timeouts } from './connections.ts';
import { endpointText } from './endpoint.ts';
import type { GcsAccess, GcsRoute } from './gcs-access.ts';
import { type GcsAsked, gcsFailure, loginRefusal, noTokenFailure } from './gcs-errors.ts';
import { listBucket } from './gcs-list.ts';
import { type AnswerHeaders, contentRangeOf, factsOf, headerOf, lengthOf } from './http-answer.ts';
import { md5OfBase64, md5OfDigests } from './md5.ts';
import { cancelled, networkFailure } from './network-failure.ts';
import type { Proxies } from './proxies.ts';
import { type RetryPolicy, type Sleep, withRetries } from './retry.ts';
import { isRefusalOfIdentity } from './s3-errors.ts';
import { checkedBy } from './same-object.ts';
import { checkVersion, exactBytes, sentPart } from './sent-part.ts';
import type { ByteRange, Checked, ReadAnswer, Store, TrafficMeter } from './store.ts';

/** A store with something to close. */
export interface GcsStore extends Store {
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: AsyncIterable<Uint8Array> & { destroy?: () => void };
}

/** A bucket, and the key or prefix that the rules of the settings are about. */
interface Place {
  readonly bucket: string;
  readonly key: string;
}

interface Asking {
  /** After `/storage/v1`, encoded. */
  readonly path: string;
  readonly what: GcsAsked['what'];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Statuses that are no refusal. */
  readonly accepted: readonly number[];
}

const ErrorBody = z.object({ error: z.object({ errors: z.optional(z.array(z.looseObject({ reason: z.optional(z.string()) }))) }) });
/** The fields of an object resource that are asked for; sizes and generations are decimal text, as JSON numbers are too small for them. */
const ObjectResource = z.object({
  size: z.optional(z.string()),
  contentType: z.optional(z.string()),
  generation: z.optional(z.string()),
  updated: z.optional(z.string()),
  storageClass: z.optional(z.string()),
  contentEncoding: z.optional(z.string()),
  md5Hash: z.optional(z.string()),
});
const resourceFields = Object.keys(ObjectResource.shape).join(',');

/**
 * Makes the store. The validator of an object is its generation. A token that is refused is dropped and asked for anew once; held
 * credentials that are refused then are followed by one try without any, and a bucket that was open that way is read so from then on.
 * @param options.now milliseconds since 1970
 */
export function createGcsStore(options: {
  access: GcsAccess;
  meter: TrafficMeter;
  retryPolicy: RetryPolicy;
  sleep: Sleep;
  now: () => number;
  proxies?: Proxies;
  timeouts?: Timeouts;
}): GcsStore {
  const { access, meter, now } = options;
  const timeouts = options.timeouts ?? cloudTimeouts;
  const connections = createConnections({ timeouts, ...(options.proxies ? { proxies: options.proxies } : {}) });

  async function send(place: Place, identity: GoogleIdentity | null, signal: AbortSignal, asking: Asking): Promise<Answer> {
    const route = access.route(place);
    const host = hostOf(route);
    // The token first, by itself: what fails here is the login's and not the store's.
    const token = identity === null ? null : await tokenOf(identity, signal);
    const payer = access.payerOf(route, identity);
    const query = { ...asking.query, ...(payer === null ? {} : { userProject: payer }) };
    meter.requestSent(host);
    try {
      const answer = await connections.request({
        origin: endpointText({ ...route.endpoint, basePath: '' }),
        path: `${route.endpoint.basePath}/storage/v1${asking.path}?${queryText(query)}`,
        method: 'GET',
        headers: {
          'user-agent': 'Vitrine',
          'accept-encoding': 'identity',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...asking.headers,
        },
        signal,
      });
      // Aborting destroys a body that nobody reads yet; without a listener that error would end the process.
      answer.body.on('error', () => {});
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    } catch (thrown) {
      throw signal.aborted ? cancelled() : (networkFailure(thrown, host, timeouts) ?? thrown);
    }
  }

  async function ask(place: Place, identity: GoogleIdentity | null, signal: AbortSignal, asking: Asking): Promise<Answer> {
    const answer = await send(place, identity, signal, asking);
    const { status, headers } = answer;
    const isObject = asking.what !== 'listing';
    if (status === 200 || asking.accepted.includes(status)) {
      if (identity === null && isObject) access.publicObjects.add(place);
      return answer;
    }
    let reason = await reasonOf(answer.body, headers);
    if (status === 400 && reason === null && asking.query.alt === 'media') {
      // A refusal of media says why in prose only; that of the object's own description says it by a name.
      const { alt: _, ...query } = asking.query;
      const described = await send(place, identity, signal, { ...asking, query: { ...query, fields: 'name' }, headers: {} });
      if (described.status === status) reason = await reasonOf(described.body, described.headers);
      else described.body.destroy?.();
    }
    const refusal = { status, reason, retryAfter: headerOf(headers, 'retry-after') };
    const host = hostOf(access.route(place));
    const failure = gcsFailure(refusal, { identity, host, bucket: place.bucket, what: asking.what, now: now() });
    if (identity === null && isObject && isRefusalOfIdentity(failure)) access.publicObjects.remove(place);
    throw failure;
  }

  /** As the identity there is; a token that is refused is asked for anew, once. */
  async function askHeld(place: Place, signal: AbortSignal, asking: Asking): Promise<Answer> {
    const route = access.route(place);
    const identity = await access.identity(route);
    try {
      return await ask(place, identity, signal, asking);
    } catch (thrown) {
      if (identity === null || !(thrown instanceof Failure) || thrown.error.details?.status !== 401) throw thrown;
      access.forget(identity);
      return ask(place, await access.identity(route), signal, asking);
    }
  }

  async function asWhoeverMay(place: Place, signal: AbortSignal, asking: Asking): Promise<Answer> {
    const isKnownOpen = access.readsWithoutCredentials(place.bucket);
    if (isKnownOpen) {
      try {
        return await ask(place, null, signal, asking);
      } catch (thrown) {
        if (!(thrown instanceof Failure) || !isRefusalOfIdentity(thrown)) throw thrown;
      }
    }
    try {
      const answer = await askHeld(place, signal, asking);
      if (isKnownOpen) access.learnOpenness(place.bucket, false);
      return answer;
    } catch (refused) {
      // Without credentials it was tried already: `no_credentials` of a server has a status, that of a missing file has none.
      const isTried =
        isKnownOpen ||
        (refused instanceof Failure && refused.error.cause === 'no_credentials' && refused.error.details?.status !== undefined);
      if (!(refused instanceof Failure) || !isRefusalOfIdentity(refused) || isTried) throw refused;
      const answer = await ask(place, null, signal, asking).catch((thrown: unknown) => {
        throw thrown instanceof Failure && isRefusalOfIdentity(thrown) ? refused : thrown;
      });
      access.learnOpenness(place.bucket, true);
      return answer;
    }
  }

  function retried<T>(signal: AbortSignal, work: () => Promise<T>, isOneTry?: true): Promise<T> {
    if (signal.aborted) return Promise.reject(cancelled());
    if (isOneTry) return work();
    return withRetries(work, { policy: options.retryPolicy, sleep: options.sleep, signal });
  }

  function bodyOf(object: Place, answer: Answer, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const host = hostOf(access.route(object));
    const failureOf = (thrown: unknown) => networkFailure(thrown, host, timeouts);
    return meteredBody(answer.body, { host, meter, signal, failureOf });
  }

  return {
    stat(reference, signal) {
      const object = objectOf(reference);
      return retried(signal, async () => {
        const answer = await asWhoeverMay(object, signal, askingOf(object, { query: { fields: resourceFields } }));
        return resourceFacts(await textOf(bodyOf(object, answer, signal)), hostOf(access.route(object)));
      });
    },

    read(reference, { range, ifMatch, isOneTry, mayBeginEarlier, signal }) {
      const object = objectOf(reference);
      const read = async (): Promise<ReadAnswer> => {
        const asking = askingOf(object, {
          query: { alt: 'media', ...(ifMatch === undefined ? {} : { ifGenerationMatch: ifMatch }) },
          headers: range === null ? {} : { range: rangeHeader(range) },
          accepted: [206, 416],
        });
        const answer = await asWhoeverMay(object, signal, asking);
        const { status, headers } = answer;
        const wanted = range ?? { start: 0, end: null };
        const stated = contentRangeOf(headers);
        const host = hostOf(access.route(object));
        const generation = headerOf(headers, 'x-goog-generation');
        try {
          if (status === 416) {
            answer.body.destroy?.();
            if (generation !== null) checkVersion(host, ifMatch, generation);
            const size = stated?.size ?? null;
            return { body: noBytes(), start: wanted.start, size, remote: { ...mediaFacts(headers, size), type: null } };
          }
          checkVersion(host, ifMatch, generation);
          const part = sentPart({ host, status, range: stated, length: isRecoded(headers) ? null : lengthOf(headers) }, wanted);
          const size = isRecoded(headers) ? null : part.size;
          const chunks = await begun(bodyOf(object, answer, signal));
          return { ...exactBytes(chunks, part, wanted, mayBeginEarlier ?? false), size, remote: mediaFacts(headers, size) };
        } catch (thrown) {
          answer.body.destroy?.();
          throw thrown;
        }
      };
      return retried(signal, read, isOneTry);
    },

    check(reference, known, signal) {
      const object = objectOf(reference);
      const isKnown = known.etag !== null && /^\d+$/.test(known.etag);
      const condition: Record<string, string> = isKnown && known.etag !== null ? { ifGenerationNotMatch: known.etag } : {};
      return retried(signal, async (): Promise<Checked> => {
        const asking = askingOf(object, { query: { fields: resourceFields, ...condition }, accepted: isKnown ? [304] : [] });
        const answer = await asWhoeverMay(object, signal, asking);
        const text = await textOf(bodyOf(object, answer, signal));
        return answer.status === 304 ? { isSame: true } : checkedBy(known, resourceFacts(text, hostOf(access.route(object))));
      });
    },

    list(prefix, { signal, ...rest }) {
      const start = prefixOf(prefix);
      // A listing is asked of the bucket; the store rule of its prefix holds.
      const place = { bucket: start.bucket, key: start.prefix };
      const path = `/b/${encodeStrictly(start.bucket)}/o`;
      const host = hostOf(access.route(place));
      return retried(signal, () =>
        listBucket(start, {
          ...rest,
          host,
          send: async (query) => {
            const answer = await asWhoeverMay(place, signal, { path, what: 'listing', query, headers: {}, accepted: [] });
            return parsed(await textOf(bodyOf(place, answer, signal)));
          },
        }),
      );
    },

    // What is under way is broken off; nobody waits for the sockets.
    close: () => void connections.destroy().catch(() => undefined),
  };
}

/** A request about one object; a pinned version is named by its generation. */
function askingOf(object: ObjectReference, rest: Pick<Asking, 'query'> & Partial<Asking>): Asking {
  const pinned = object.version === undefined ? {} : { generation: object.version };
  return {
    path: `/b/${encodeStrictly(object.bucket)}/o/${encodeStrictly(object.key)}`,
    what: object.version === undefined ? 'file' : 'version',
    headers: {},
    accepted: [],
    ...rest,
    query: { ...rest.query, ...pinned },
  };
}

function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${name}=${encodeStrictly(value)}`)
    .join('&');
}

async function tokenOf(identity: GoogleIdentity, signal: AbortSignal): Promise<string> {
  try {
    const { token } = await identity.client.getAccessToken();
    if (token) return token;
  } catch (thrown) {
    throw signal.aborted ? cancelled() : loginFailure(thrown, identity);
  }
  throw noTokenFailure(identity);
}

function prefixOf(prefix: Prefix): KeyPrefix {
  if (prefix.scheme === 'gs') return prefix;
  throw new TypeError(`The Cloud Storage store was asked for a prefix of scheme ${prefix.scheme}.`);
}

function objectOf(reference: Reference): ObjectReference {
  if (reference.scheme !== 'gs') throw new TypeError(`The Cloud Storage store was asked for a reference of scheme ${reference.scheme}.`);
  if (!reference.key.isWellFormed() || !reference.bucket.isWellFormed()) {
    throw fail('invalid_url', { message: 'This is not an address: it holds half a character.', next: 'Correct the address.' });
  }
  if (reference.version !== undefined && !/^\d{1,19}$/.test(reference.version)) {
    throw fail('invalid_url', {
      message: 'Versions in Cloud Storage are numbers, and this one is none.',
      next: 'Correct the version in the address.',
    });
  }
  // Cloud Storage has no such names, and in a URL they would lead to another resource.
  if (['.', '..'].includes(reference.key) || ['.', '..'].includes(reference.bucket)) {
    throw fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address, or remove the row.' });
  }
  return reference;
}

function hostOf({ endpoint }: GcsRoute): string {
  return endpoint.port === null ? endpoint.hostname : `${endpoint.hostname}:${endpoint.port}`;
}

/** Our ranges are half-open, those of HTTP name their last byte. An empty one asks for one byte and is cut. */
function rangeHeader({ start, end }: ByteRange): string {
  return end === null ? `bytes=${start}-` : `bytes=${start}-${Math.max(start, end - 1)}`;
}

/** Objects stored with gzip are sent decoded, whole and without a length of their own: https://cloud.google.com/storage/docs/transcoding */
function isRecoded(headers: AnswerHeaders): boolean {
  return headerOf(headers, 'x-goog-stored-content-encoding') === 'gzip' && headerOf(headers, 'content-encoding') !== 'gzip';
}

function mediaFacts(headers: AnswerHeaders, size: number | null): RemoteFacts {
  const facts = factsOf(headers, size);
  // The sums come in one header or in two; they are those of the bytes as they are stored.
  const md5 = isRecoded(headers) ? null : md5OfDigests([headers['x-goog-hash'] ?? []].flat().join());
  return {
    ...facts,
    etag: headerOf(headers, 'x-goog-generation'),
    storageClass: classOf(facts.storageClass),
    ...(md5 === null ? {} : { md5 }),
  };
}

function resourceFacts(text: string, host: string): RemoteFacts {
  const resource = ObjectResource.safeParse(parsed(text));
  if (!resource.success)
    throw fail('server_error', { message: `${host} answered something that is not Cloud Storage.`, next: 'Check the address.' });
  const { size, contentType, generation, updated, storageClass, contentEncoding } = resource.data;
  const md5 = contentEncoding === 'gzip' ? null : md5OfBase64(resource.data.md5Hash);
  return {
    size: size !== undefined && /^\d+$/.test(size) && contentEncoding !== 'gzip' ? Number(size) : null,
    type: contentType?.split(';')[0]?.trim().toLowerCase() || null,
    etag: generation ?? null,
    modified: updated !== undefined && !Number.isNaN(Date.parse(updated)) ? new Date(updated).toISOString() : null,
    storageClass: classOf(storageClass ?? null),
    ...(md5 === null ? {} : { md5 }),
  };
}

/** As with S3, the usual class goes without saying. */
function classOf(name: string | null): string | null {
  return name === 'STANDARD' ? null : name;
}

async function reasonOf(body: Answer['body'], headers: AnswerHeaders): Promise<string | null> {
  const isJson = headerOf(headers, 'content-type')?.startsWith('application/json') ?? false;
  if (!isJson || (lengthOf(headers) ?? 0) > 65_536) {
    body.destroy?.();
    return null;
  }
  let text: string;
  try {
    text = await textOf(body);
  } catch {
    // A refusal whose reason broke off is still a refusal: the status says what it is.
    return null;
  }
  const answer = ErrorBody.safeParse(parsed(text));
  return answer.success ? (answer.data.error.errors?.[0]?.reason ?? null) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Why there is no token. What is neither an answer nor the network is the library's word about the credentials: a token file that is gone. */
function loginFailure(thrown: unknown, identity: GoogleIdentity): Failure {
  const response: unknown = thrown instanceof Error ? Reflect.get(thrown, 'response') : null;
  const answer = z.object({ status: z.int() }).safeParse(response);
  if (!answer.success) return networkFailure(thrown, 'Google’s login', cloudTimeouts) ?? noTokenFailure(identity);
  return loginRefusal(identity, answer.data.status);
}
