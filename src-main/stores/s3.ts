/** The store of S3, and of all that speaks its language, over the AWS SDK. */
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { Failure, fail } from '../../src-shared/model/error.ts';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import type { Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { ObjectReference, Reference } from '../../src-shared/reference/reference.ts';
import type { AwsIdentity } from '../credentials/aws.ts';
import { begun, meteredBody, noBytes } from './answer-body.ts';
import { cut } from './http-answer.ts';
import { cancelled, changedUpstream, networkFailure } from './network-failure.ts';
import { type RetryPolicy, type Sleep, withRetries } from './retry.ts';
import type { S3Access, S3Route } from './s3-access.ts';
import { extentOf, refusalOf, remoteFactsOf } from './s3-answer.ts';
import { createS3Clients, s3Timeouts } from './s3-clients.ts';
import { isRefusalOfIdentity, s3Failure } from './s3-errors.ts';
import type { ByteRange, ListedObject, ReadAnswer, Store, TrafficMeter } from './store.ts';

/** A store with connections to close. */
export interface S3Store extends Store {
  close(): void;
}

/** What was learnt of a bucket: whether readers without credentials are let in. */
interface Openness {
  readonly isOpen: boolean;
  readonly learntAt: number;
}

type Identity = AwsIdentity | null;
type Send<T> = (client: S3Client, route: S3Route) => Promise<T>;

/** A bucket that refused readers without credentials is tried again that way after this long. */
const closedHoldsMs = 600_000;

/**
 * Makes the store. Identities and places come from `access`, which the links share. Held credentials that are refused are followed by one
 * try without any; what worked is remembered for the bucket.
 * @param options.now milliseconds since 1970
 */
export function createS3Store(options: {
  access: S3Access;
  meter: TrafficMeter;
  retryPolicy: RetryPolicy;
  sleep: Sleep;
  now: () => number;
}): S3Store {
  const { access, meter, now } = options;
  const clients = createS3Clients(meter);
  const openness = new Map<string, Openness>();

  /** One try in one region; a region that the answer names is followed once, a clock that the answer corrects as well. */
  async function attempt<T>(object: ObjectReference, identity: Identity, signal: AbortSignal, send: Send<T>): Promise<T> {
    let route = await access.route(object, signal);
    for (let isSecond = false; ; isSecond = true) {
      try {
        const answer = await send(clients.clientFor(route, identity), route);
        if (identity === null) access.publicObjects.add(object);
        return answer;
      } catch (thrown) {
        if (signal.aborted) throw cancelled();
        const host = access.addressOf(route, '').host;
        const refusal = refusalOf(thrown);
        if (refusal === null) throw networkFailure(thrown, host, s3Timeouts) ?? thrown;
        const asked = {
          identity: identity?.name ?? null,
          login: identity?.login ?? null,
          bucket: object.bucket,
          host,
          region: route.region,
          now: now(),
        };
        const failure = s3Failure(refusal, asked);
        if (identity === null && isRefusalOfIdentity(failure)) access.publicObjects.remove(object);
        if (isSecond) throw failure;
        // The SDK has taken the server's clock from the answer by now, so the same request is signed for the right time.
        if (refusal.code === 'RequestTimeTooSkewed') continue;
        if (refusal.region === null || !access.learnRegion(route, refusal.region)) throw failure;
        const next = await access.route(object, signal);
        if (next.region === route.region) throw failure;
        route = next;
      }
    }
  }

  async function asWhoeverMay<T>(object: ObjectReference, signal: AbortSignal, send: Send<T>): Promise<T> {
    const route = await access.route(object, signal);
    const known = openness.get(route.bucket);
    let identity: Identity = null;
    let refused: Failure | null = null;
    if (known?.isOpen) {
      try {
        return await attempt(object, null, signal, send);
      } catch (thrown) {
        if (!(thrown instanceof Failure) || !isRefusalOfIdentity(thrown)) throw thrown;
        openness.delete(route.bucket);
        refused = thrown;
      }
    }
    try {
      identity = await access.identity(route);
      if (identity !== null) return await withFreshLogin(object, identity, signal, send);
      if (refused !== null) throw refused;
      return await attempt(object, null, signal, send);
    } catch (thrown) {
      if (!(thrown instanceof Failure) || !isRefusalOfIdentity(thrown)) throw thrown;
      const isTried = refused !== null || (identity === null && thrown.error.details?.status !== undefined);
      if (isTried || (known !== undefined && !known.isOpen && now() - known.learntAt < closedHoldsMs)) throw thrown;
      return await withoutCredentials(object, signal, send, thrown);
    }
  }

  /** A login that the server calls ended may have been made anew since: whoever asks again by it gets one more try. */
  async function withFreshLogin<T>(object: ObjectReference, identity: AwsIdentity, signal: AbortSignal, send: Send<T>): Promise<T> {
    try {
      return await attempt(object, identity, signal, send);
    } catch (thrown) {
      const hasEnded = thrown instanceof Failure && thrown.error.cause === 'expired_credentials';
      if (!hasEnded || !access.forget(identity)) throw thrown;
      return await attempt(object, await access.identity(await access.route(object, signal)), signal, send);
    }
  }

  async function withoutCredentials<T>(object: ObjectReference, signal: AbortSignal, send: Send<T>, refused: Failure): Promise<T> {
    try {
      const answer = await attempt(object, null, signal, send);
      openness.set(object.bucket, { isOpen: true, learntAt: now() });
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof Failure) || !isRefusalOfIdentity(thrown)) throw thrown;
      openness.set(object.bucket, { isOpen: false, learntAt: now() });
      throw refused;
    }
  }

  function retried<T>(object: ObjectReference, signal: AbortSignal, send: Send<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(cancelled());
    const work = () => asWhoeverMay(object, signal, send);
    return withRetries(work, { policy: options.retryPolicy, sleep: options.sleep, signal });
  }

  return {
    stat(reference, signal) {
      const object = objectOf(reference);
      return retried(object, signal, async (client, route) => {
        const input = inputOf(object, route);
        try {
          return remoteFactsOf(await client.send(new HeadObjectCommand(input), { abortSignal: signal }));
        } catch (thrown) {
          const status = refusalOf(thrown)?.status;
          if (status !== 400 && status !== 403) throw thrown;
          // The answer to a HEAD has no body and so no code: a GET of one byte says why, or succeeds where only HEAD is forbidden.
          const output = await client.send(new GetObjectCommand({ ...input, Range: 'bytes=0-0' }), { abortSignal: signal });
          for await (const _ of output.Body as AsyncIterable<Uint8Array>);
          return remoteFactsOf(output);
        }
      });
    },

    read(reference, { range, ifMatch, signal }) {
      const object = objectOf(reference);
      return retried(object, signal, async (client, route): Promise<ReadAnswer> => {
        const input = {
          ...inputOf(object, route),
          ...(range ? { Range: rangeHeader(range) } : {}),
          ...(ifMatch ? { IfMatch: ifMatch } : {}),
        };
        const { host } = access.addressOf(route, '');
        const output = await client.send(new GetObjectCommand(input), { abortSignal: signal }).catch((thrown: unknown) => {
          const refusal = refusalOf(thrown);
          if (refusal?.status === 416 && refusal.objectSize !== null) return refusal.objectSize;
          throw thrown;
        });
        if (typeof output === 'number') {
          const remote = { size: output, type: null, etag: null, modified: null, storageClass: null };
          return { body: noBytes(), start: range?.start ?? 0, size: output, remote };
        }
        const remote = remoteFactsOf(output);
        const { start, size } = extentOf(output);
        const body = output.Body as AsyncIterable<Uint8Array> & { destroy?: () => void };
        const wanted = range ?? { start: 0, end: null };
        const isChanged = ifMatch !== undefined && remote.etag !== null && remote.etag !== ifMatch;
        if (isChanged || start > wanted.start) body.destroy?.();
        if (isChanged) throw changedUpstream();
        if (start > wanted.start)
          throw fail('server_error', { message: `${host} sent other bytes than it was asked for.`, next: 'Try again later.' });
        const failureOf = (thrown: unknown) => networkFailure(thrown, host, s3Timeouts);
        const chunks = await begun(meteredBody(body, { host, meter, signal, failureOf }));
        const length = wanted.end === null ? null : wanted.end - wanted.start;
        return { body: cut(chunks, wanted.start - start, length), start: wanted.start, size, remote };
      });
    },

    list(prefix, { isRecursive, cursor, limit, signal }) {
      const { bucket, prefix: start } = prefixOf(prefix);
      // A listing is asked of the bucket; the store rule of its prefix holds.
      const place = { scheme: 's3', bucket, key: start, canonical: `s3://${bucket}/${start}` } as ObjectReference;
      return retried(place, signal, async (client, route) => {
        const output = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: start,
            ...(isRecursive ? {} : { Delimiter: '/' }),
            ...(cursor === null ? {} : { ContinuationToken: cursor }),
            ...(limit === undefined ? {} : { MaxKeys: limit }),
            ...(route.requesterPays ? { RequestPayer: 'requester' as const } : {}),
          }),
          { abortSignal: signal },
        );
        const objects: ListedObject[] = [];
        let placeholders = 0;
        let empty = 0;
        for (const { Key: key, Size: size, ETag: etag, LastModified: modified, StorageClass: storageClass } of output.Contents ?? []) {
          if (key === undefined) continue;
          if (size === 0 && key.endsWith('/')) placeholders += 1;
          else if (size === 0) empty += 1;
          else {
            objects.push({
              reference: keyedAddress({ scheme: 's3', bucket, key }),
              size: size ?? null,
              etag: etag ?? null,
              modified: modified?.toISOString() ?? null,
              storageClass: storageClass ?? null,
            });
          }
        }
        const folders = (output.CommonPrefixes ?? []).flatMap(({ Prefix: folder }) =>
          folder === undefined ? [] : [{ scheme: 's3' as const, bucket, prefix: folder }],
        );
        return { objects, folders, placeholders, empty, cursor: output.IsTruncated ? (output.NextContinuationToken ?? null) : null };
      });
    },

    close: () => clients.close(),
  };
}

function objectOf(reference: Reference): ObjectReference {
  if (reference.scheme === 's3') return reference;
  throw new TypeError(`The S3 store was asked for a reference of scheme ${reference.scheme}.`);
}

function prefixOf(prefix: Prefix) {
  if (prefix.scheme === 's3') return prefix;
  throw new TypeError(`The S3 store was asked for a prefix of scheme ${prefix.scheme}.`);
}

function inputOf(object: ObjectReference, route: S3Route) {
  return { Bucket: object.bucket, Key: object.key, ...(route.requesterPays ? { RequestPayer: 'requester' as const } : {}) };
}

/** Our ranges are half-open, those of HTTP name their last byte. An empty one asks for one byte and is cut. */
function rangeHeader({ start, end }: ByteRange): string {
  if (end === null) return `bytes=${start}-`;
  if (end < start) throw fail('invalid_input', { message: 'A range must not end before it begins.' });
  return `bytes=${start}-${Math.max(start, end - 1)}`;
}
