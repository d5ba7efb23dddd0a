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
import { type AzureAnswer, azureTimeouts } from './azure-request.ts';
import type { AzureRoute, BlobPlace } from './azure-route.ts';
import { contentRangeOf, cut, factsOf, headerOf, lengthOf } from './http-answer.ts';
import { cancelled, changedUpstream, networkFailure } from './network-failure.ts';
import { type RetryPolicy, type Sleep, withRetries } from './retry.ts';
import { checkedBy } from './same-object.ts';
import type { ByteRange, ReadAnswer, Store, TrafficMeter } from './store.ts';

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
    { signal, isBlob }: { signal: AbortSignal; isBlob: boolean },
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
    return withRetries(work, { policy: options.retryPolicy, sleep: options.sleep, signal });
  }

  function head(blob: BlobReference, route: AzureRoute, identity: Identity, signal: AbortSignal): Promise<AzureAnswer> {
    return access.send(route, identity, { method: 'HEAD', ...targetOf(access, blob, route), headers: {}, signal });
  }

  return {
    stat(reference, signal) {
      const blob = blobOf(reference);
      return asked(blob, { signal, isBlob: true }, async (route, identity) => {
        const answer = await head(blob, route, identity, signal);
        answer.body.resume();
        return blobFacts(answer, lengthOf(answer.headers));
      });
    },

    read(reference, { range, ifMatch, signal }) {
      const blob = blobOf(reference);
      return asked(blob, { signal, isBlob: true }, async (route, identity): Promise<ReadAnswer> => {
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
            const found = await head(blob, route, identity, signal).catch(() => null);
            found?.body.resume();
            throw found !== null && headerOf(found.headers, 'x-ms-archive-status') ? rehydrating(thrown.error.details ?? {}) : thrown;
          });
        return readAnswer(answer, route, { range, ifMatch, signal });
      });
    },

    async check(reference, known, signal) {
      return checkedBy(known, await this.stat(reference, signal));
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

  async function readAnswer(
    answer: AzureAnswer,
    route: AzureRoute,
    { range, ifMatch, signal }: { range: ByteRange | null; ifMatch: string | undefined; signal: AbortSignal },
  ): Promise<ReadAnswer> {
    const { status, headers, body } = answer;
    const host = hostOf(route.endpoint);
    const wanted = range ?? { start: 0, end: null };
    const stated = contentRangeOf(headers);
    const size = stated?.size ?? (status === 200 ? lengthOf(headers) : null);
    const remote = blobFacts(answer, size);
    const start = status === 206 ? (stated?.start ?? null) : 0;
    const isChanged = ifMatch !== undefined && remote.etag !== null && remote.etag !== ifMatch;
    if (status === 416 || isChanged || start === null || start > wanted.start) body.destroy();
    if (isChanged) throw changedUpstream();
    if (status === 416) return { body: noBytes(), start: wanted.start, size, remote: { ...remote, type: null } };
    if (start === null || start > wanted.start) {
      throw fail('server_error', { message: `${host} sent other bytes than it was asked for.`, next: 'Try again later.' });
    }
    const failureOf = (thrown: unknown) => networkFailure(thrown, host, azureTimeouts);
    const chunks = await begun(meteredBody(body, { host, meter, signal, failureOf }));
    const length = wanted.end === null ? null : wanted.end - wanted.start;
    return { body: cut(chunks, wanted.start - start, length), start: wanted.start, size, remote };
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
function blobFacts({ headers }: AzureAnswer, size: number | null): RemoteFacts {
  const tier = headerOf(headers, 'x-ms-access-tier');
  const facts = { ...factsOf(headers, size), storageClass: tier === 'Hot' ? null : tier };
  if (tier !== 'Archive') return facts;
  return { ...facts, archive: { state: headerOf(headers, 'x-ms-archive-status') === null ? 'archived' : 'restoring' } };
}
