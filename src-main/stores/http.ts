/** The store of web addresses: http and https, by range, with every redirect checked. */

import type { Readable } from 'node:stream';
import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { endedLink, signatureOf } from '../../src-shared/reference/signed-url.ts';
import { begun, noBytes } from './answer-body.ts';
import type { Timeouts } from './connections.ts';
import { type AnswerHeaders, contentRangeOf, decoded, encodingsOf, factsOf, headerOf, lengthOf } from './http-answer.ts';
import { createHttpConnections } from './http-connections.ts';
import { statusFailure } from './http-status.ts';
import { md5OfBase64, md5OfDigests } from './md5.ts';
import { cancelled, networkFailure } from './network-failure.ts';
import type { NetworkGuard } from './network-guard.ts';
import { notListed } from './not-listed.ts';
import { noProxies, type Proxies } from './proxies.ts';
import { createRetryPolicy, type Sleep, withRetries } from './retry.ts';
import { checkedBy } from './same-object.ts';
import { checkVersion, exactBytes, sentPart } from './sent-part.ts';
import type { ByteRange, KnownState, ReadAnswer, ReadOptions, Store, TrafficMeter } from './store.ts';

/** What the web store needs of the world. */
export interface HttpStoreOptions {
  readonly userAgent: string;
  readonly guard: NetworkGuard;
  readonly meter: TrafficMeter;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** [0, 1), for the jitter of retries. */
  readonly random: () => number;
  readonly sleep: Sleep;
  readonly proxies?: Proxies;
  /** 10 s to connect and 30 s of silence unless given. */
  readonly timeouts?: Timeouts;
}

/** A store that holds connections. */
export interface HttpStore extends Store {
  /** Breaks what is under way and closes all connections. */
  close(): Promise<void>;
}

/** As many hops as curl and browsers would think wrong: browsers follow 20, most chains have 1 or 2. */
const maxRedirects = 10;

/** Bodies up to this size, in bytes, cost less to read than a new connection does. */
const worthReading = 16 * 1024;

type Reading = Pick<ReadOptions, 'range' | 'ifMatch' | 'mayBeginEarlier' | 'signal'>;

/** Where a request goes. */
interface Hop {
  readonly url: URL;
  /** Path and query as they go out. */
  readonly target: string;
}

interface Answer {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: Readable;
}

/**
 * Makes the store of `http` and `https` references.
 *
 * Redirects are followed up to ten times, each hop checked by the guard, credentials of the address sent to its own origin only; one that
 * leads from https to http is refused (`tls`), because what comes could be anybody's. Bodies come as they are stored: where a server
 * compresses although identity was asked for, they are decoded, and their size is then unknown until they end.
 *
 * A range that begins at or after the end (an empty file, for instance) gives an empty body.
 */
export function createHttpStore(options: HttpStoreOptions): HttpStore {
  const { guard, meter, now } = options;
  const timeouts = options.timeouts ?? { connectMs: 10_000, silenceMs: 30_000 };
  const connections = createHttpConnections(guard, timeouts, options.proxies ?? noProxies);
  const policy = createRetryPolicy(options.random);

  const failureOf = (thrown: unknown, host: string, signal: AbortSignal): unknown =>
    signal.aborted ? cancelled() : (networkFailure(thrown, host, timeouts) ?? thrown);

  const sendOnce = async (
    { url, target }: Hop,
    method: 'GET' | 'HEAD',
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Answer> => {
    guard.checkHost(url.hostname, portOf(url));
    if (signal.aborted) throw cancelled();
    meter.requestSent(url.host);
    try {
      const sent = await connections.request({ origin: url.origin, path: target, method, headers, signal });
      // Aborting destroys a body that nobody reads yet; without a listener that error would end the process.
      sent.body.on('error', () => {});
      return { method, url, status: sent.statusCode, headers: sent.headers, body: sent.body };
    } catch (thrown) {
      throw failureOf(thrown, url.host, signal);
    }
  };

  /** Lets go of a body that nobody wants: a short one is read to its end, so that the connection can be used again. */
  const drop = (answer: Answer): void => {
    const length = answer.method === 'HEAD' || answer.status === 304 ? 0 : (lengthOf(answer.headers) ?? Number.POSITIVE_INFINITY);
    if (length > worthReading) answer.body.destroy();
    else answer.body.on('data', (chunk: Uint8Array) => meter.bytesReceived(answer.url.host, chunk.length));
  };

  /** Follows redirects to an answer that is none. */
  const send = async (start: Hop, method: 'GET' | 'HEAD', asked: Record<string, string>, signal: AbortSignal): Promise<Answer> => {
    const seen = new Set<string>();
    let hop = start;
    for (;;) {
      const { url } = hop;
      seen.add(url.href);
      const headers: Record<string, string> = { 'user-agent': options.userAgent, accept: '*/*', 'accept-encoding': 'identity', ...asked };
      if (start.url.username !== '' && url.origin === start.url.origin) headers.authorization = basic(start.url);
      const answer = await sendOnce(hop, method, headers, signal);
      if (![301, 302, 303, 307, 308].includes(answer.status)) return answer;
      drop(answer);
      hop = nextHop(url, headerOf(answer.headers, 'location'), answer.status);
      if (seen.has(hop.url.href)) {
        throw fail('too_many_redirects', {
          message: 'The address leads in a circle.',
          next: 'Correct the address.',
          details: { status: answer.status },
        });
      }
      if (seen.size > maxRedirects) {
        throw fail('too_many_redirects', {
          message: `The address leads on more than ${maxRedirects} times.`,
          next: 'Correct the address.',
          details: { status: answer.status },
        });
      }
    }
  };

  const refuse = (answer: Answer): Failure => {
    drop(answer);
    return statusFailure({ url: answer.url.href, status: answer.status, retryAfter: headerOf(answer.headers, 'retry-after'), now: now() });
  };

  /** The chunks of a body: counted, and with failures of the taxonomy. */
  async function* chunksOf(answer: Answer, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        meter.bytesReceived(answer.url.host, chunk.length);
        yield chunk;
      }
    } catch (thrown) {
      throw failureOf(thrown, answer.url.host, signal);
    } finally {
      answer.body.destroy();
    }
  }

  const readOnce = async (start: Hop, asked: Reading): Promise<ReadAnswer> => {
    const { range, ifMatch, signal } = asked;
    const headers = {
      ...(isPart(range) ? { range: rangeHeader(range) } : {}),
      // A weak validator never matches in If-Match (RFC 9110, 13.1.1); it is compared with the answer's below.
      ...(ifMatch !== undefined && !ifMatch.startsWith('W/') ? { 'if-match': ifMatch } : {}),
    };
    return readFrom(await send(start, 'GET', headers, signal), start, asked);
  };

  const readFrom = async (answer: Answer, start: Hop, asked: Reading): Promise<ReadAnswer> => {
    const { range, ifMatch, signal } = asked;
    const { status, headers } = answer;
    const { host } = answer.url;
    const wanted = range ?? { start: 0, end: null };
    const stated = contentRangeOf(headers);
    if (status === 416 && isPart(range)) {
      const etag = headerOf(headers, 'etag');
      drop(answer);
      if (etag !== null) checkVersion(host, ifMatch, etag);
      const size = stated?.size ?? null;
      return { body: noBytes(), start: wanted.start, size, remote: factsOf({ ...headers, 'content-type': undefined }, size) };
    }
    if (status < 200 || status > 299) throw refuse(answer);
    const encodings = encodingsOf(headers);
    try {
      checkVersion(host, ifMatch, headerOf(headers, 'etag'));
      if (status === 206 && encodings.length > 0) {
        // A part of compressed bytes cannot be decoded: the whole is, and cut.
        answer.body.destroy();
        const whole = await readOnce(start, { ...asked, range: null });
        return {
          ...whole,
          ...exactBytes(whole.body, { host, start: 0, end: null, size: null, isWhole: true }, wanted, asked.mayBeginEarlier ?? false),
        };
      }
      const length = encodings.length > 0 ? null : lengthOf(headers);
      const part = sentPart({ host, status, range: stated, length }, wanted);
      const chunks = await begun(encodings.length === 0 ? chunksOf(answer, signal) : decodedChunks(answer, encodings, signal));
      return {
        ...exactBytes(chunks, part, wanted, asked.mayBeginEarlier ?? false),
        size: part.size,
        remote: wholeFacts(answer, part.size),
      };
    } catch (thrown) {
      answer.body.destroy();
      throw thrown;
    }
  };

  async function* decodedChunks(answer: Answer, encodings: readonly string[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
    answer.body.on('data', (chunk: Uint8Array) => meter.bytesReceived(answer.url.host, chunk.length));
    const stream = decoded(answer.body, encodings);
    if (!stream) {
      answer.body.destroy();
      throw fail('unsupported', {
        message: `${answer.url.host} sent the file in an encoding that cannot be read.`,
        next: 'Tell whoever runs the server.',
      });
    }
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk;
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && /^(?:Z_|ZSTD_|ERR_+(?:ERROR_|BROTLI))/.test(String(thrown.code))) {
        throw fail('corrupt', {
          message: 'The file is damaged: it cannot be decompressed.',
          details: { providerCode: String(thrown.code) },
        });
      }
      throw failureOf(thrown, answer.url.host, signal);
    } finally {
      answer.body.destroy();
    }
  }

  const retrying = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    withRetries(work, { policy, sleep: options.sleep, signal });

  /** What a HEAD says; status 304 where the object still fits the conditions. */
  const lookOnce = async (
    start: Hop,
    conditions: Record<string, string>,
    signal: AbortSignal,
  ): Promise<{ status: number; remote: RemoteFacts }> => {
    const isSame = ({ status }: Answer) => status === 304 && Object.keys(conditions).length > 0;
    const head = await send(start, 'HEAD', conditions, signal);
    // A URL signed for GET is refused to HEAD, and some servers do not know HEAD: one byte answers as well.
    if ([400, 401, 403, 405, 501].includes(head.status)) {
      drop(head);
      const answer = await send(start, 'GET', { ...conditions, range: 'bytes=0-0' }, signal);
      if (isSame(answer)) {
        drop(answer);
        return { status: 304, remote: factsOf(answer.headers, null) };
      }
      const part = await readFrom(answer, start, { range: { start: 0, end: 1 }, signal });
      for await (const _ of part.body);
      return { status: answer.status, remote: part.remote };
    }
    if (!isSame(head) && (head.status < 200 || head.status > 299)) throw refuse(head);
    drop(head);
    const size = encodingsOf(head.headers).length > 0 ? null : lengthOf(head.headers);
    return { status: head.status, remote: wholeFacts(head, size) };
  };

  return {
    stat: async (reference, signal) => {
      const start = hopOf(reference, now());
      return (await retrying(() => lookOnce(start, {}, signal), signal)).remote;
    },
    read: async (reference: Reference, asked: ReadOptions) => {
      const start = hopOf(reference, now());
      checkRange(asked.range);
      return asked.isOneTry ? readOnce(start, asked) : retrying(() => readOnce(start, asked), asked.signal);
    },
    check: async (reference, known, signal) => {
      const start = hopOf(reference, now());
      const { status, remote } = await retrying(() => lookOnce(start, conditionOf(known), signal), signal);
      return status === 304 ? { isSame: true } : checkedBy(known, remote);
    },

    list: notListed('A web server has no listing that could be read.'),
    close: () => connections.destroy(),
  };
}

/** Refuses ranges that are none; a bug of the caller, so not a `Failure`. */
function checkRange(range: ByteRange | null): void {
  if (range === null) return;
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || start < 0 || (end !== null && (!Number.isSafeInteger(end) || end <= start))) {
    throw new RangeError(`A range must be whole numbers with 0 <= start < end, not ${start} to ${end}.`);
  }
}

/** A clock that is wrong by more than this is refused by the providers themselves, so an end this long ago is certain. */
const certainlyEndedMs = 15 * 60_000;

/** The first hop. Throws for a signed link that ended long enough ago: asking would only tell the same. */
function hopOf(reference: Reference, now: number): Hop {
  if (reference.scheme !== 'https' && reference.scheme !== 'http')
    throw new TypeError(`The web store does not read ${reference.scheme} references.`);
  const end = signatureOf(reference.url)?.endsAt ?? null;
  if (end !== null && end.getTime() + certainlyEndedMs < now) throw endedLink(end, now);
  const url = new URL(reference.url);
  return { url, target: targetOf(reference.url, url) };
}

/** Path and query. A signature holds for the text as it was given, which a URL would write in its own way; all else goes out as a URL does. */
function targetOf(text: string, url: URL): string {
  const given = /^https?:\/\/[^/?#]*([^#]*)/i.exec(text)?.[1];
  if (given === undefined || signatureOf(text) === null || !/^[\x21-\x5b\x5d-\x7e]*$/.test(text)) return `${url.pathname}${url.search}`;
  return given.startsWith('/') ? given : `/${given}`;
}

function portOf(url: URL): number {
  return url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;
}

function basic(url: URL): string {
  const plain = (text: string) => {
    try {
      return decodeURIComponent(text);
    } catch {
      // A lone % is left by the URL parser as it was typed, and meant so.
      return text;
    }
  };
  return `Basic ${Buffer.from(`${plain(url.username)}:${plain(url.password)}`).toString('base64')}`;
}

function nextHop(from: URL, location: string | null, status: number): Hop {
  const next = location === null ? null : URL.parse(location, from.href);
  if (next === null || (next.protocol !== 'http:' && next.protocol !== 'https:')) {
    const where = next === null ? 'nowhere' : `to a ${next.protocol} address`;
    throw fail('unsupported', {
      message: `The address leads ${where}, which is not read.`,
      next: 'Correct the address.',
      details: { status },
    });
  }
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw fail('tls', {
      message: `The address leads from a secure connection to an insecure one at ${next.host}.`,
      next: 'Use the http address itself if you trust the way to it.',
      details: { status },
    });
  }
  next.hash = '';
  return { url: next, target: targetOf(location ?? '', next) };
}

/** A whole object needs no Range, and an empty one could not fulfil it. */
function isPart(range: ByteRange | null): range is ByteRange {
  return range !== null && (range.start > 0 || range.end !== null);
}

function rangeHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${end === null ? '' : end - 1}`;
}

/** Asks for the object only where it is another one. Without a validator its time decides, to the second that HTTP knows. */
function conditionOf({ etag, modified }: KnownState): Record<string, string> {
  if (etag !== null) return { 'if-none-match': etag };
  return modified === null ? {} : { 'if-modified-since': new Date(modified).toUTCString() };
}

/** Facts with the MD5 of the bytes, where the answer is about all of them as they are. */
function wholeFacts({ status, headers }: Pick<Answer, 'status' | 'headers'>, size: number | null): RemoteFacts {
  const facts = factsOf(headers, size);
  if (status !== 200 || encodingsOf(headers).length > 0) return facts;
  const md5 = md5OfBase64(headerOf(headers, 'content-md5')) ?? md5OfDigests(headerOf(headers, 'repr-digest'));
  return md5 === null ? facts : { ...facts, md5 };
}
