/** Signs links to S3 objects, one signer a set of credentials. */
import { fail } from '../../src-shared/model/error.ts';
import type { Link } from '../../src-shared/model/link.ts';
import { encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import type { ObjectReference } from '../../src-shared/reference/reference.ts';
import type { AwsIdentity } from '../credentials/aws.ts';
import type { S3Access, S3Route } from '../stores/s3-access.ts';
import { contentDispositionOf } from './content-disposition.ts';
import { dotSegmentsWarning, hasDotSegments } from './dot-segments.ts';
import { allowedSeconds, isoSecond, spanOf } from './link-span.ts';
import type { SignOptions } from './links.ts';
import { plainLink, unsignedOverrides } from './plain-link.ts';
import { s3Cap } from './provider-cap.ts';
import { createS3Signer, type S3Signer } from './s3-signer.ts';
import { serverTimeOf } from './server-time.ts';

/** Signs, or gives the plain address where there are no credentials. Throws `Failure`. */
export type SignS3 = (reference: ObjectReference, options: SignOptions) => Promise<Link>;

/**
 * Makes the signer of S3 links.
 * @param options.now milliseconds since 1970
 * @param options.allow is told the origins of endpoints that the user configured, when a link leads there
 */
export function createSignS3(options: { access: S3Access; now: () => number; allow: (origin: string) => void }): SignS3 {
  const { access, now } = options;
  const signers = new WeakMap<AwsIdentity, S3Signer>();

  function signerOf(identity: AwsIdentity): S3Signer {
    const known = signers.get(identity);
    if (known) return known;
    const signer = createS3Signer(identity.credentials);
    signers.set(identity, signer);
    return signer;
  }

  return async (reference, asked) => {
    const disposition = contentDispositionOf(asked, reference.key);
    const route = await access.route(reference, asked.signal);
    const cap = s3Cap(route);
    const { host, path } = access.addressOf(route, reference.key);
    const { protocol, hostname } = route.endpoint;
    if (route.isCustomEndpoint) options.allow(`${protocol}//${host}`);
    const time = serverTimeOf(access.serverClock, [host, hostname], now());
    const wantedUntil = new Date(time.nowMs + allowedSeconds(asked, cap) * 1000);
    const identity = await access.identity(route, wantedUntil);
    if (asked.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    const warnings = warningsOf(route, cap.provider, reference.key);
    if (identity === null) {
      const isPublic = access.publicObjects.has(reference);
      const address = s3PlainAddress(access, route, reference);
      return plainLink(reference, address, { nowMs: time.nowMs, warnings: [...warnings, ...unsignedOverrides(asked)], isPublic });
    }

    const span = spanOf(asked, cap, time.nowMs, { end: identity.expiration, isEndUnknown: identity.isEndUnknown });
    const url = await signerOf(identity)({
      protocol,
      host,
      path,
      query: {
        ...(reference.version === undefined ? {} : { versionId: reference.version }),
        ...(route.requesterPays ? { 'x-amz-request-payer': 'requester' } : {}),
        ...(disposition === null ? {} : { 'response-content-disposition': disposition }),
        ...(asked.contentType === undefined ? {} : { 'response-content-type': asked.contentType }),
      },
      region: route.region,
      issuedAt: span.issuedAt,
      expiresSeconds: span.seconds,
    });
    const cautions = [...time.warnings, ...warnings];
    return {
      url,
      fileurl: reference.canonical,
      issued_at: isoSecond(span.issuedAt),
      expires_at: isoSecond(span.expiresAt),
      limited_by: span.limitedBy,
      signed_as: identity.name,
      verified: null,
      warnings: [...span.warnings, ...cautions],
      signer: {
        provider: cap.provider,
        capSeconds: cap.seconds,
        session: identity.profile ?? identity.name,
        login: identity.login,
        region: route.isRegionKnown ? route.region : null,
        cautions,
      },
    };
  };
}

/** The address of an object for readers without credentials, with its version where one is pinned. */
export function s3PlainAddress(access: S3Access, route: S3Route, { key, version }: ObjectReference): string {
  const { host, path } = access.addressOf(route, key);
  return `${route.endpoint.protocol}//${host}${path}${version === undefined ? '' : `?versionId=${encodeStrictly(version)}`}`;
}

function warningsOf(route: S3Route, provider: string, key: string): string[] {
  const warnings: string[] = [];
  if (!route.isBucketThere) warnings.push(`${provider} knows no bucket “${route.bucket}”, so this link will not work.`);
  else if (!route.isRegionKnown) warnings.push(`The region of this bucket could not be asked; the link is made for ${route.region}.`);
  if (hasDotSegments(key)) warnings.push(dotSegmentsWarning);
  return warnings;
}
