/** The store of Azure Blob Storage. */

import { Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { BlobReference, Reference } from '../../src-shared/reference/reference.ts';
import type { AzureIdentity } from '../credentials/azure.ts';
import { begun, meteredBody, noBytes } from './answer-body.ts';
import { type AzureAccess, readerPlace } from './azure-access.ts';
import { hostOf } from './azure-answer.ts';
import { rehydrating } from './azure-errors.ts';
import { listContainer } from './azure-list.ts';
import type { AzureAnswer } from './azure-request.ts';
import type { AzureRoute, BlobPlace } from './azure-route.ts';
import { contentRangeOf, factsOf, headerOf, lengthOf } from './http-answer.ts';
import { md5OfBase64 } from './md5.ts';
import { cancelled, networkFailure } from './network-failure.ts';
import { type RetryPolicy, type Sleep, withRetries } from './retry.ts';
import { checkedBy } from './same-object.ts';
import { checkVersion, exactBytes, sentPart } from './sent-part.ts';
import type { ByteRange, Checked, ReadAnswer, ReadOptions, Store, TrafficMeter } from './store.ts';

type Identity = AzureIdentity | null;

/**
 * Makes the store. Identities and places come from `access`, which the links share. Held credentials that are refused are followed by one
 * try without any; what worked is remembered for the container.
 */
export function createAzureStore(options: { access: AzureAccess; meter: TrafficMeter; retryPolicy: RetryPolicy; sleep: Sleep }): Store {
  const { access, meter } = options;

  /** `isBlob` is false where a container is listed: that its list is public says nothing of a blob. */
  function asked<T>(
    blob: BlobPlace,
    { signal, isBlob, isOneTry }: { signal: AbortSignal; isBlob: boolean; isOneTry?: true | undefined },
    send: (route: AzureRoute, identity: Identity) => Promise<T>,
  ): Promise<T> {
    if (signal.aborted) return Promise.reject(cancelled());
    const bucket = `${blob.account}/${blob.container}`;
    const work = async () => {
      const route = access.route(blob);
      const attempt = async (identity: Identity): Promise<T> => {
        try {
          const answer = await send(route, identity);
          if (identity === null && isBlob) access.publicObjects.add({ bucket, key: blob.key });
          return answer;
        } catch (thrown) {
          const cause = thrown instanceof Failure ? thrown.error.cause : null;
          if (identity === null && isBlob && cause === 'no_credentials') access.publicObjects.remove({ bucket, key: blob.key });
          if (identity?.kind !== 'token' || cause !== 'expired_credentials') throw thrown;
          // The token was refused before its time: its login is asked once for another.
          access.forget(identity);
          const again = await access.identity(route);
          if (again === null || again === identity) throw thrown;
          return send(route, again);
        }
      };
      const place = readerPlace(route);
      return access.readers.ask(isBlob ? place : `${place} list`, { identity: () => access.identity(route), attempt });
    };
    return isOneTry ? work() : withRetries(work, { policy: options.retryPolicy, sleep: options.sleep, signal });
  }

  function head(
    blob: BlobReference,
    route: AzureRoute,
    identity: Identity,
    { signal, unlessIs = null }: { signal: AbortSignal; unlessIs?: string | null },
  ): Promise<AzureAnswer> {
    return access.send(route, identity, {
      method: 'HEAD',
      ...targetOf(access, blob, route),
      headers: unlessIs === null ? {} : { 'if-none-match': unlessIs },
      signal,
      accepted: unlessIs === null ? [] : [304],
    });
  }

  return {
    stat(reference, signal) {
      const blob = blobOf(reference);
      return asked(blob, { signal, isBlob: true }, async (route, identity) => {
        const answer = await head(blob, route, identity, { signal });
        answer.body.resume();
        return blobFacts(answer, lengthOf(answer.headers));
      });
    },

    read(reference, options) {
      const { range, ifMatch, isOneTry, signal } = options;
      const blob = blobOf(reference);
      return asked(blob, { signal, isBlob: true, isOneTry }, async (route, identity): Promise<ReadAnswer> => {
        const answer = await access
          .send(route, identity, {
            method: 'GET',
            ...targetOf(access, blob, route),
            headers: {
              ...(range === null ? {} : { range: rangeHeader(range) }),
              ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
            },
            signal,
            accepted: [416],
          })
          .catch(async (thrown: unknown) => {
            if (!(thrown instanceof Failure) || thrown.error.cause !== 'archived') throw thrown;
            // The refusal does not say whether somebody has asked for the blob already.
            const found = await head(blob, route, identity, { signal }).catch(() => null);
            found?.body.resume();
            throw found !== null && headerOf(found.headers, 'x-ms-archive-status') ? rehydrating(thrown.error.details ?? {}) : thrown;
          });
        return readAnswer(answer, route, options);
      });
    },

    check(reference, known, signal) {
      const blob = blobOf(reference);
      return asked(blob, { signal, isBlob: true }, async (route, identity): Promise<Checked> => {
        const answer = await head(blob, route, identity, { signal, unlessIs: known.etag });
        answer.body.resume();
        return answer.status === 304 ? { isSame: true } : checkedBy(known, blobFacts(answer, lengthOf(answer.headers)));
      });
    },

    list(prefix, listOptions) {
      const { bucket, prefix: start } = prefixOf(prefix);
      const slash = bucket.indexOf('/');
      const container = { account: bucket.slice(0, slash), container: bucket.slice(slash + 1), key: start };
      return asked(container, { signal: listOptions.signal, isBlob: false }, (route, identity) => {
        return listContainer({ access, meter, route, identity, bucket, prefix: start, options: listOptions });
      });
    },
  };

  async function readAnswer(answer: AzureAnswer, route: AzureRoute, options: ReadOptions): Promise<ReadAnswer> {
    const { range, ifMatch, mayBeginEarlier, signal } = options;
    const { status, headers, body } = answer;
    const host = hostOf(route.endpoint);
    const wanted = range ?? { start: 0, end: null };
    const stated = contentRangeOf(headers);
    const etag = headerOf(headers, 'etag');
    try {
      if (status === 416) {
        body.destroy();
        if (etag !== null) checkVersion(host, ifMatch, etag);
        const size = stated?.size ?? null;
        return { body: noBytes(), start: wanted.start, size, remote: { ...blobFacts(answer, size), type: null } };
      }
      checkVersion(host, ifMatch, etag);
      const part = sentPart({ host, status, range: stated, length: lengthOf(headers) }, wanted);
      const failureOf = (thrown: unknown) => networkFailure(thrown, host, access.timeouts);
      const chunks = await begun(meteredBody(body, { host, meter, signal, failureOf }));
      return { ...exactBytes(chunks, part, wanted, mayBeginEarlier ?? false), size: part.size, remote: blobFacts(answer, part.size) };
    } catch (thrown) {
      body.destroy();
      throw thrown;
    }
  }
}

function blobOf(reference: Reference): BlobReference {
  if (reference.scheme === 'az') return reference;
  throw new TypeError(`The Azure store was asked for a reference of scheme ${reference.scheme}.`);
}

function prefixOf(prefix: Prefix) {
  if (prefix.scheme === 'az') return prefix;
  throw new TypeError(`The Azure store was asked for a prefix of scheme ${prefix.scheme}.`);
}

function targetOf(access: AzureAccess, blob: BlobReference, route: AzureRoute): { path: string; query: string } {
  const query = blob.version === undefined ? '' : `versionid=${encodeURIComponent(blob.version)}`;
  return { path: access.addressOf(route, blob.key).path, query };
}

/** Our ranges are half-open, those of HTTP name their last byte. An empty one asks for one byte and is cut. */
function rangeHeader({ start, end }: ByteRange): string {
  if (end === null) return `bytes=${start}-`;
  if (end < start) throw fail('invalid_input', { message: 'A range must not end before it begins.' });
  return `bytes=${start}-${Math.max(start, end - 1)}`;
}

/** As with S3, the usual class goes without saying. A blob keeps its tier until it is rehydrated as a whole, so there is no copy with an end. */
function blobFacts({ status, headers }: AzureAnswer, size: number | null): RemoteFacts {
  const tier = headerOf(headers, 'x-ms-access-tier');
  // With a part Content-MD5 is that of the part, and the blob's has a header of its own.
  const md5 = md5OfBase64(headerOf(headers, status === 206 ? 'x-ms-blob-content-md5' : 'content-md5'));
  const facts = { ...factsOf(headers, size), storageClass: tier === 'Hot' ? null : tier, ...(md5 === null ? {} : { md5 }) };
  if (tier !== 'Archive') return facts;
  return { ...facts, archive: { state: headerOf(headers, 'x-ms-archive-status') === null ? 'archived' : 'restoring' } };
}
