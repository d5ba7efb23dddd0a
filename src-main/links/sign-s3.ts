/** Signs links to S3 objects with the SDK's presigner, one a set of credentials: some three times as many a second as `getSignedUrl`. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { fail } from '../../src-shared/model/error.ts';
import type { Link } from '../../src-shared/model/link.ts';
import { encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import type { ObjectReference } from '../../src-shared/reference/reference.ts';
import type { AwsIdentity } from '../credentials/aws.ts';
import type { S3Access, S3Route } from '../stores/s3-access.ts';
import { dotSegmentsWarning, hasDotSegments } from './dot-segments.ts';
import { allowedSeconds, isoSecond, spanOf } from './link-span.ts';
import type { SignOptions } from './links.ts';
import { plainLink } from './plain-link.ts';
import { type ProviderCap, sevenDays } from './provider-cap.ts';

/** Signs, or gives the plain address where there are no credentials. Throws `Failure`. */
export type SignS3 = (reference: ObjectReference, options: SignOptions) => Promise<Link>;

/**
 * The payload of a GET is not signed; the header that says so is neither signed nor moved into the query, as in AWS's documented example.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
const payloadHeader = 'x-amz-content-sha256';

/** Makes the signer of S3 links. @param options.now milliseconds since 1970 */
export function createSignS3(options: { access: S3Access; now: () => number }): SignS3 {
  const { access, now } = options;
  const signers = new WeakMap<AwsIdentity, S3RequestPresigner>();

  function signerOf(identity: AwsIdentity): S3RequestPresigner {
    const known = signers.get(identity);
    if (known) return known;
    const signer = new S3RequestPresigner({ region: 'us-east-1', credentials: identity.credentials, sha256: NodeSha256 });
    signers.set(identity, signer);
    return signer;
  }

  return async (reference, asked) => {
    const route = await access.route(reference, asked.signal);
    const provider = route.isCustomEndpoint ? route.endpoint.hostname : 'Amazon S3';
    const cap: ProviderCap = { provider, seconds: sevenDays };
    const wantedUntil = new Date(now() + allowedSeconds(asked, cap) * 1000);
    const identity = await access.identity(route, wantedUntil);
    if (asked.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    const warnings = warningsOf(route, provider, reference.key);
    const { host, path } = access.addressOf(route, reference.key);
    const address = `${route.endpoint.protocol}//${host}${path}`;
    if (identity === null) {
      return plainLink(reference, address, { nowMs: now(), warnings, isPublic: access.publicObjects.has(reference) });
    }

    const span = spanOf(asked, cap, now(), { end: identity.expiration, isEndUnknown: identity.isEndUnknown });
    const signed = await signerOf(identity).presign(
      {
        method: 'GET',
        protocol: route.endpoint.protocol,
        hostname: host,
        path,
        query: route.requesterPays ? { 'x-amz-request-payer': 'requester' } : {},
        headers: { host },
      },
      {
        expiresIn: span.seconds,
        signingDate: span.issuedAt,
        signingRegion: route.region,
        unhoistableHeaders: new Set([payloadHeader]),
        unsignableHeaders: new Set([payloadHeader]),
      },
    );
    const query = Object.entries(signed.query ?? {}).map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(String(value))}`);
    return {
      url: `${address}?${query.join('&')}`,
      fileurl: reference.canonical,
      issued_at: isoSecond(span.issuedAt),
      expires_at: isoSecond(span.expiresAt),
      limited_by: span.limitedBy,
      signed_as: identity.name,
      verified: null,
      warnings: [...span.warnings, ...warnings],
      signer: {
        provider,
        capSeconds: cap.seconds,
        session: identity.profile ?? identity.name,
        login: identity.login,
        region: route.isRegionKnown ? route.region : null,
        cautions: warnings,
      },
    };
  };
}

function warningsOf(route: S3Route, provider: string, key: string): string[] {
  const warnings: string[] = [];
  if (!route.isBucketThere) warnings.push(`${provider} knows no bucket “${route.bucket}”, so this link will not work.`);
  else if (!route.isRegionKnown) warnings.push(`The region of this bucket could not be asked; the link is made for ${route.region}.`);
  if (hasDotSegments(key)) warnings.push(dotSegmentsWarning);
  return warnings;
}

/** SHA-256 and its HMAC in the shape that the SDK's signer asks for. */
class NodeSha256 {
  private readonly hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new TypeError('A finished hash is not used again.');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
