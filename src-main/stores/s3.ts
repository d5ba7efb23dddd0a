/** The store of S3, and of all that speaks its language, over the AWS SDK. */

import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import type { KeyPrefix, Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { ObjectReference, Reference } from '../../src-shared/reference/reference.ts';
import type { AwsIdentity } from '../credentials/aws.ts';
import { begun, meteredBody, noBytes } from './answer-body.ts';
import type { Deed } from './bucket-memory.ts';
import type { Timeouts } from './connections.ts';
import { cancelled, networkFailure } from './network-failure.ts';
import type { Proxies } from './proxies.ts';
import { type RetryPolicy, type Sleep, withRetries } from './retry.ts';
import type { S3Access, S3Route } from './s3-access.ts';
import { headOf, type ObjectOutput, refusalOf, remoteFactsOf } from './s3-answer.ts';
import { archivedFailure } from './s3-archive.ts';
import { createS3Clients, s3Timeouts } from './s3-clients.ts';
import { detailsOf, isRefusalOfIdentity, type S3Refusal, s3Failure } from './s3-errors.ts';
import { listInput, listPageOf } from './s3-list.ts';
import { checkedBy } from './same-object.ts';
import { checkVersion, exactBytes, sentPart } from './sent-part.ts';
import type { ByteRange, Checked, ReadAnswer, Store, TrafficMeter } from './store.ts';

/** A store with connections to close. */
export interface S3Store extends Store {
  close(): void;
}

type Identity = AwsIdentity | null;

/** One question: to what, what for, and how it is sent. */
interface Asking<T> {
  readonly deed: Deed;
  /** For a listing its `key` is the prefix, so that the store rule of that prefix holds. */
  readonly object: ObjectReference;
  readonly signal: AbortSignal;
  /** May also throw a `Failure` of its own, which is passed on. */
  send(client: S3Client, route: S3Route): Promise<T>;
}

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
  proxies?: Proxies;
  timeouts?: Timeouts;
}): S3Store {
  const { access, meter, now } = options;
  const { buckets, placeOf } = access;
  const timeouts = options.timeouts ?? s3Timeouts;
  const clients = createS3Clients({
    meter,
    clock: access.serverClock,
    now,
    timeouts,
    ...(options.proxies ? { proxies: options.proxies } : {}),
  });

  /** One try in one region; a region that the answer names is followed once, a clock that the answer corrects as well. */
  async function attempt<T>(asking: Asking<T>, identity: Identity, known?: S3Route): Promise<T> {
    const { deed, object, signal } = asking;
    let route = known ?? (await access.route(object, signal));
    for (let isSecond = false; ; isSecond = true) {
      try {
        const answer = await asking.send(clients.clientFor(route, identity), route);
        if (identity === null && deed === 'read') access.publicObjects.add(object);
        return answer;
      } catch (thrown) {
        if (signal.aborted) throw cancelled();
        const host = access.addressOf(route, '').host;
        const refusal = refusalOf(thrown);
        if (refusal === null) throw networkFailure(thrown, host, timeouts) ?? thrown;
        const { bucket, key, version } = object;
        const failure = s3Failure(refusal, {
          identity: identity?.name ?? null,
          login: identity?.login ?? null,
          deed,
          bucket,
          key,
          ...(version === undefined ? {} : { version }),
          charging: route.requesterPays ? 'allowed' : buckets.isCharging(placeOf(route)) ? 'known' : 'unknown',
          host,
          region: route.region,
          now: now(),
        });
        if (identity === null && deed === 'read' && isRefusalOfIdentity(failure)) access.publicObjects.remove(object);
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

  async function asWhoeverMay<T>(asking: Asking<T>): Promise<T> {
    const { deed } = asking;
    const route = await access.route(asking.object, asking.signal);
    const place = placeOf(route);
    let identity: Identity = null;
    let refused: Failure | null = null;
    if (!route.isAnonymous && buckets.isOpen(place, deed)) {
      try {
        return await attempt(asking, null, route);
      } catch (thrown) {
        if (!(thrown instanceof Failure) || !isRefusalOfIdentity(thrown)) throw thrown;
        refused = thrown;
      }
    }
    try {
      identity = await access.identity(route);
      if (identity === null && refused !== null) throw refused;
      const known = refused === null ? route : undefined;
      const answer = identity === null ? await attempt(asking, null, known) : await withFreshLogin(asking, identity, known);
      // Where the held credentials are refused as well, it is this object that is closed and not the bucket.
      if (refused !== null) buckets.forgetOpen(place, deed);
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof Failure) || !isRefusalOfIdentity(thrown)) throw thrown;
      const isTried = refused !== null || (identity === null && thrown.error.details?.status !== undefined);
      // Who has nobody to charge is never let in to a bucket whose readers pay.
      if (isTried || route.requesterPays || buckets.isClosed(place, deed)) throw thrown;
      return await withoutCredentials(asking, route, thrown);
    }
  }

  /** A login that the server calls ended may have been made anew since: whoever asks again by it gets one more try. */
  async function withFreshLogin<T>(asking: Asking<T>, identity: AwsIdentity, known?: S3Route): Promise<T> {
    try {
      return await attempt(asking, identity, known);
    } catch (thrown) {
      const hasEnded = thrown instanceof Failure && thrown.error.cause === 'expired_credentials';
      if (!hasEnded || !access.forget(identity)) throw thrown;
      return await attempt(asking, await access.identity(await access.route(asking.object, asking.signal)));
    }
  }

  async function withoutCredentials<T>(asking: Asking<T>, route: S3Route, refused: Failure): Promise<T> {
    try {
      const answer = await attempt(asking, null);
      buckets.learnOpen(placeOf(route), asking.deed);
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof Failure) || !isRefusalOfIdentity(thrown)) throw thrown;
      buckets.learnClosed(placeOf(route), asking.deed);
      throw refused;
    }
  }

  function retried<T>(asking: Asking<T>, isOneTry?: true): Promise<T> {
    const { signal } = asking;
    if (signal.aborted) return Promise.reject(cancelled());
    if (isOneTry) return asWhoeverMay(asking);
    return withRetries(() => asWhoeverMay(asking), { policy: options.retryPolicy, sleep: options.sleep, signal });
  }

  /** What the answer says of the object; that it was charged is remembered for the bucket. */
  function factsOf(output: ObjectOutput, route: S3Route): RemoteFacts {
    const remote = remoteFactsOf(output, !route.isCustomEndpoint);
    if (remote.billed === 'reader') buckets.learnCharging(placeOf(route));
    return remote;
  }

  /** The refusal of an archived object does not say whether it is on its way back; a HEAD does, and costs no bytes. */
  async function archived(object: ObjectReference, refusal: S3Refusal, client: S3Client, route: S3Route, signal: AbortSignal) {
    const head = await client.send(new HeadObjectCommand(inputOf(object, route)), { abortSignal: signal }).catch(() => null);
    const isRestoring = head !== null && remoteFactsOf(head, !route.isCustomEndpoint).archive?.state === 'restoring';
    return archivedFailure(object, { tier: refusal.archiveTier, isRestoring, details: detailsOf(refusal) });
  }

  /** What a HEAD says of the object, or a GET of one byte. `condition` may make either 304, which the SDK throws. */
  async function look(
    object: ObjectReference,
    condition: { readonly IfNoneMatch?: string },
    { client, route, signal }: { client: S3Client; route: S3Route; signal: AbortSignal },
  ): Promise<RemoteFacts> {
    const input = { ...inputOf(object, route), ...condition };
    try {
      return factsOf(await client.send(new HeadObjectCommand(input), { abortSignal: signal }), route);
    } catch (thrown) {
      const status = refusalOf(thrown)?.status;
      if (status !== 400 && status !== 403) throw thrown;
      // The answer to a HEAD has no body and so no code: a GET of one byte says why, or succeeds where only HEAD is forbidden.
      const output = await client.send(new GetObjectCommand({ ...input, Range: 'bytes=0-0' }), { abortSignal: signal });
      for await (const _ of output.Body as AsyncIterable<Uint8Array>);
      return factsOf(output, route);
    }
  }

  return {
    stat(reference, signal) {
      const object = objectOf(reference);
      const send = (client: S3Client, route: S3Route) => look(object, {}, { client, route, signal });
      return retried({ deed: 'read', object, signal, send });
    },

    read(reference, { range, ifMatch, isOneTry, mayBeginEarlier, signal }) {
      const object = objectOf(reference);
      const send = async (client: S3Client, route: S3Route): Promise<ReadAnswer> => {
        const input = {
          ...inputOf(object, route),
          ...(range ? { Range: rangeHeader(range) } : {}),
          ...(ifMatch ? { IfMatch: ifMatch } : {}),
        };
        const output = await client.send(new GetObjectCommand(input), { abortSignal: signal }).catch(async (thrown: unknown) => {
          const refusal = refusalOf(thrown);
          if (refusal?.status === 416 && refusal.objectSize !== null) return refusal.objectSize;
          if (refusal?.code === 'InvalidObjectState') throw await archived(object, refusal, client, route, signal);
          throw thrown;
        });
        if (typeof output === 'number') {
          const remote = { size: output, type: null, etag: null, modified: null, storageClass: null };
          return { body: noBytes(), start: range?.start ?? 0, size: output, remote };
        }
        const { host } = access.addressOf(route, '');
        const remote = factsOf(output, route);
        const body = output.Body as AsyncIterable<Uint8Array> & { destroy?: () => void };
        const wanted = range ?? { start: 0, end: null };
        try {
          checkVersion(host, ifMatch, remote.etag);
          const part = sentPart({ host, ...headOf(output) }, wanted);
          const failureOf = (thrown: unknown) => networkFailure(thrown, host, timeouts);
          const chunks = await begun(meteredBody(body, { host, meter, signal, failureOf }));
          return { ...exactBytes(chunks, part, wanted, mayBeginEarlier ?? false), size: part.size, remote };
        } catch (thrown) {
          body.destroy?.();
          throw thrown;
        }
      };
      return retried({ deed: 'read', object, signal, send }, isOneTry);
    },

    check(reference, known, signal) {
      const object = objectOf(reference);
      const condition = known.etag === null ? {} : { IfNoneMatch: known.etag };
      const send = async (client: S3Client, route: S3Route): Promise<Checked> => {
        try {
          return checkedBy(known, await look(object, condition, { client, route, signal }));
        } catch (thrown) {
          if (refusalOf(thrown)?.status === 304) return { isSame: true };
          throw thrown;
        }
      };
      return retried({ deed: 'read', object, signal, send });
    },

    list(prefix, { signal, ...page }) {
      const place = prefixOf(prefix);
      const object = objectOf(keyedAddress({ scheme: 's3', bucket: place.bucket, key: place.prefix }));
      const send = async (client: S3Client, { requesterPays }: S3Route) => {
        const input = listInput(place, { ...page, requesterPays });
        return listPageOf(await client.send(new ListObjectsV2Command(input), { abortSignal: signal }), place);
      };
      return retried({ deed: 'list', object, signal, send });
    },

    close: () => clients.close(),
  };
}

function objectOf(reference: Reference): ObjectReference {
  if (reference.scheme === 's3') return reference;
  throw new TypeError(`The S3 store was asked for a reference of scheme ${reference.scheme}.`);
}

function prefixOf(prefix: Prefix): KeyPrefix {
  if (prefix.scheme === 's3') return prefix;
  throw new TypeError(`The S3 store was asked for a prefix of scheme ${prefix.scheme}.`);
}

function inputOf({ bucket, key, version }: ObjectReference, { requesterPays }: S3Route) {
  return {
    Bucket: bucket,
    Key: key,
    ...(version === undefined ? {} : { VersionId: version }),
    ...(requesterPays ? { RequestPayer: 'requester' as const } : {}),
  };
}

/** Our ranges are half-open, those of HTTP name their last byte. An empty one asks for one byte and is cut. */
function rangeHeader({ start, end }: ByteRange): string {
  if (end === null) return `bytes=${start}-`;
  if (end < start) throw fail('invalid_input', { message: 'A range must not end before it begins.' });
  return `bytes=${start}-${Math.max(start, end - 1)}`;
}
