/**
 * The store of Google Cloud Storage: its JSON API, asked by the client of Google's auth library.
 *
 * Note: why reads do not go through the streams of `@google-cloud/storage`. They cannot be given up with a signal, take the emulator from
 * the process's own environment and put the body of a refusal into its message. The request itself is one line.
 */
import { type AuthClient, PassThroughClient } from 'google-auth-library';
import * as z from 'zod/mini';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { ObjectReference, Reference } from '../../src-shared/reference/reference.ts';
import type { GoogleIdentity } from '../credentials/gcp.ts';
import { begun, meteredBody, noBytes } from './answer-body.ts';
import { endpointText } from './endpoint.ts';
import type { GcsAccess, GcsRoute } from './gcs-access.ts';
import { gcsFailure, tokenFailure } from './gcs-errors.ts';
import { type AnswerHeaders, contentRangeOf, cut, factsOf, headerOf, lengthOf } from './http-answer.ts';
import { cancelled, changedUpstream, networkFailure } from './network-failure.ts';
import { notListed } from './not-listed.ts';
import { type RetryPolicy, type Sleep, withRetries } from './retry.ts';
import { isRefusalOfIdentity } from './s3-errors.ts';
import type { ByteRange, ReadAnswer, Store, TrafficMeter } from './store.ts';

/** A store with something to close. */
export interface GcsStore extends Store {
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: AsyncIterable<Uint8Array> & { destroy?: () => void };
}

interface Asking {
  readonly query: string;
  readonly headers: Record<string, string>;
  /** Statuses that are no refusal. */
  readonly accepted: readonly number[];
}

const timeouts = { connectMs: 10_000, silenceMs: 30_000 } as const;
const ErrorBody = z.object({ error: z.object({ errors: z.optional(z.array(z.looseObject({ reason: z.optional(z.string()) }))) }) });
/** The fields of an object resource that are asked for; sizes and generations are decimal text, as JSON numbers are too small for them. */
const ObjectResource = z.object({
  size: z.optional(z.string()),
  contentType: z.optional(z.string()),
  generation: z.optional(z.string()),
  updated: z.optional(z.string()),
  storageClass: z.optional(z.string()),
  contentEncoding: z.optional(z.string()),
});
const resourceFields = Object.keys(ObjectResource.shape).join(',');

/**
 * Makes the store. The validator of an object is its generation. Held credentials that are refused are followed by one try without any;
 * a bucket that was open that way is read so from then on.
 * @param options.now milliseconds since 1970
 */
export function createGcsStore(options: {
  access: GcsAccess;
  meter: TrafficMeter;
  retryPolicy: RetryPolicy;
  sleep: Sleep;
  now: () => number;
}): GcsStore {
  const { access, meter, now } = options;
  const nobody = new PassThroughClient();
  const open = new Set<string>();

  async function ask(object: ObjectReference, identity: GoogleIdentity | null, signal: AbortSignal, asking: Asking): Promise<Answer> {
    const route = access.route(object);
    const host = hostOf(route);
    const client: AuthClient = identity?.client ?? nobody;
    // The token first, by itself: what fails here is the login's and not the store's.
    if (identity !== null) {
      await client.getAccessToken().catch((thrown: unknown) => {
        throw signal.aborted ? cancelled() : (loginFailure(thrown, identity) ?? thrown);
      });
    }
    meter.requestSent(host);
    const answer = await client
      .request<Answer['body']>({
        url: `${endpointText(route.endpoint)}/storage/v1/b/${encodeURIComponent(object.bucket)}/o/${encodeURIComponent(object.key)}?${asking.query}`,
        headers: { 'accept-encoding': 'identity', ...asking.headers },
        responseType: 'stream',
        validateStatus: () => true,
        retry: false,
        signal,
      })
      .catch((thrown: unknown) => {
        throw signal.aborted ? cancelled() : (networkFailure(thrown, host, timeouts) ?? thrown);
      });
    const headers: AnswerHeaders = Object.fromEntries(answer.headers.entries());
    const status = answer.status;
    if (status === 200 || asking.accepted.includes(status)) {
      if (identity === null) access.publicObjects.add(object);
      return { status, headers, body: answer.data };
    }
    const reason = await reasonOf(answer.data, headers);
    const refusal = { status, reason, retryAfter: headerOf(headers, 'retry-after') };
    const failure = gcsFailure(refusal, { identity: identity?.name ?? null, host, now: now() });
    if (identity === null && isRefusalOfIdentity(failure)) access.publicObjects.remove(object);
    throw failure;
  }

  async function asWhoeverMay(object: ObjectReference, signal: AbortSignal, asking: Asking): Promise<Answer> {
    if (open.has(object.bucket)) {
      try {
        return await ask(object, null, signal, asking);
      } catch (thrown) {
        if (!(thrown instanceof Failure) || !isRefusalOfIdentity(thrown)) throw thrown;
        open.delete(object.bucket);
      }
    }
    let identity: GoogleIdentity | null = null;
    try {
      identity = await access.identity(access.route(object));
      return await ask(object, identity, signal, asking);
    } catch (refused) {
      const isAsked = identity === null && refused instanceof Failure && refused.error.details?.status !== undefined;
      if (!(refused instanceof Failure) || !isRefusalOfIdentity(refused) || isAsked) throw refused;
      const answer = await ask(object, null, signal, asking).catch((thrown: unknown) => {
        throw thrown instanceof Failure && isRefusalOfIdentity(thrown) ? refused : thrown;
      });
      open.add(object.bucket);
      return answer;
    }
  }

  function retried<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(cancelled());
    return withRetries(work, { policy: options.retryPolicy, sleep: options.sleep, signal });
  }

  function bodyOf(object: ObjectReference, answer: Answer, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const host = hostOf(access.route(object));
    const failureOf = (thrown: unknown) => networkFailure(thrown, host, timeouts);
    return meteredBody(answer.body, { host, meter, signal, failureOf });
  }

  return {
    stat(reference, signal) {
      const object = objectOf(reference);
      return retried(signal, async () => {
        const answer = await asWhoeverMay(object, signal, { query: `fields=${resourceFields}`, headers: {}, accepted: [] });
        const chunks: Uint8Array[] = [];
        for await (const chunk of bodyOf(object, answer, signal)) chunks.push(chunk);
        return resourceFacts(Buffer.concat(chunks).toString('utf8'), hostOf(access.route(object)));
      });
    },

    read(reference, { range, ifMatch, signal }) {
      const object = objectOf(reference);
      return retried(signal, async (): Promise<ReadAnswer> => {
        const answer = await asWhoeverMay(object, signal, {
          query: ifMatch === undefined ? 'alt=media' : `alt=media&ifGenerationMatch=${encodeURIComponent(ifMatch)}`,
          headers: range === null ? {} : { range: rangeHeader(range) },
          accepted: [206, 416],
        });
        const { status, headers } = answer;
        const wanted = range ?? { start: 0, end: null };
        const stated = contentRangeOf(headers);
        const size = isRecoded(headers) ? null : (stated?.size ?? (status === 200 ? lengthOf(headers) : null));
        const remote = mediaFacts(headers, size);
        const start = status === 206 ? (stated?.start ?? null) : 0;
        const isChanged = ifMatch !== undefined && remote.etag !== null && remote.etag !== ifMatch;
        if (status === 416 || isChanged || start === null || start > wanted.start) answer.body.destroy?.();
        if (isChanged) throw changedUpstream();
        if (status === 416) return { body: noBytes(), start: wanted.start, size, remote: { ...remote, type: null } };
        if (start === null || start > wanted.start) {
          const host = hostOf(access.route(object));
          throw fail('server_error', { message: `${host} sent other bytes than it was asked for.`, next: 'Try again later.' });
        }
        const chunks = await begun(bodyOf(object, answer, signal));
        const length = wanted.end === null ? null : wanted.end - wanted.start;
        return { body: cut(chunks, wanted.start - start, length), start: wanted.start, size, remote };
      });
    },

    list: notListed('Buckets of Cloud Storage are not listed yet.'),
    close: () => open.clear(),
  };
}

function objectOf(reference: Reference): ObjectReference {
  if (reference.scheme !== 'gs') throw new TypeError(`The Cloud Storage store was asked for a reference of scheme ${reference.scheme}.`);
  if (!reference.key.isWellFormed() || !reference.bucket.isWellFormed()) {
    throw fail('invalid_url', { message: 'This is not an address: it holds half a character.', next: 'Correct the address.' });
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
  return { ...facts, etag: headerOf(headers, 'x-goog-generation'), storageClass: classOf(facts.storageClass) };
}

function resourceFacts(text: string, host: string): RemoteFacts {
  const resource = ObjectResource.safeParse(parsed(text));
  if (!resource.success)
    throw fail('server_error', { message: `${host} answered something that is not Cloud Storage.`, next: 'Check the address.' });
  const { size, contentType, generation, updated, storageClass, contentEncoding } = resource.data;
  return {
    size: size !== undefined && /^\d+$/.test(size) && contentEncoding !== 'gzip' ? Number(size) : null,
    type: contentType?.split(';')[0]?.trim().toLowerCase() || null,
    etag: generation ?? null,
    modified: updated !== undefined && !Number.isNaN(Date.parse(updated)) ? new Date(updated).toISOString() : null,
    storageClass: classOf(storageClass ?? null),
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
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch {
    // A refusal whose reason broke off is still a refusal: the status says what it is.
    return null;
  }
  const answer = ErrorBody.safeParse(parsed(Buffer.concat(chunks).toString('utf8')));
  return answer.success ? (answer.data.error.errors?.[0]?.reason ?? null) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function loginFailure(thrown: unknown, identity: GoogleIdentity): Failure | null {
  const response: unknown = thrown instanceof Error ? Reflect.get(thrown, 'response') : null;
  const answer = z.object({ status: z.int() }).safeParse(response);
  if (!answer.success) return networkFailure(thrown, 'Google’s login', timeouts);
  if (answer.data.status < 500) return tokenFailure(identity.name, answer.data.status);
  return fail('server_error', { message: `Google’s login answered ${answer.data.status}.`, next: 'Retry later.' });
}
