/** Signs links to objects of Google Cloud Storage in the name of a service account. */
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { Link } from '../../src-shared/model/link.ts';
import { encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import type { ObjectReference } from '../../src-shared/reference/reference.ts';
import type { GoogleIdentity } from '../credentials/gcp.ts';
import type { GcsAccess, GcsRoute } from '../stores/gcs-access.ts';
import type { ServerClock } from '../stores/server-clock.ts';
import { contentDispositionOf } from './content-disposition.ts';
import { dotSegmentsWarning, hasDotSegments } from './dot-segments.ts';
import { signGcsRequest } from './gcs-signature.ts';
import { allowedSeconds, isoSecond, spanOf } from './link-span.ts';
import type { SignOptions } from './links.ts';
import { plainLink, unsignedOverrides } from './plain-link.ts';
import { gcsCap } from './provider-cap.ts';
import { serverTimeOf } from './server-time.ts';

/** Signs, or gives the plain address where there are no credentials. Throws `Failure`. */
export type SignGcs = (reference: ObjectReference, options: SignOptions) => Promise<Link>;

/**
 * Google changes the keys behind signBlob by itself: a signature by them holds for 12 hours at least, and may not hold longer.
 * Source: https://docs.cloud.google.com/storage/docs/authentication/creating-signatures
 */
const remoteKeysSeconds = 12 * 3_600;
const remoteKeysSentence = 'Google signed this link with a key that it may change after 12 hours; the link then ends early.';

/**
 * Makes the signer of GCS links.
 * @param options.now milliseconds since 1970; `clock` knows how far Google's is from that
 * @param options.allow is told the origins of endpoints that the user configured, when a link leads there
 */
export function createSignGcs(options: {
  access: GcsAccess;
  clock: ServerClock;
  now: () => number;
  allow: (origin: string) => void;
}): SignGcs {
  const { access, clock, now } = options;
  return async (reference, asked) => {
    const disposition = contentDispositionOf(asked, reference.key);
    const route = access.route(reference);
    const cap = gcsCap(route);
    const seconds = allowedSeconds(asked, cap);
    const { host, path } = access.addressOf(route, reference.key);
    const { protocol, hostname } = route.endpoint;
    if (route.isCustomEndpoint) options.allow(`${protocol}//${host}`);
    const time = serverTimeOf(clock, [host, hostname], now());
    const identity = await access.identity(route);
    if (asked.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    const warnings = hasDotSegments(reference.key) ? [dotSegmentsWarning] : [];
    if (identity === null) {
      const isPublic = access.publicObjects.has(reference);
      const address = gcsPlainAddress(access, route, reference);
      return plainLink(reference, address, { nowMs: time.nowMs, warnings: [...warnings, ...unsignedOverrides(asked)], isPublic });
    }
    const { name, signer } = identity;
    if (signer === null) throw cannotSign(name, route);
    const hasMovingKeys = signer.isRemote === true && seconds > remoteKeysSeconds;
    const span = spanOf(asked, cap, time.nowMs, { end: null, isEndUnknown: hasMovingKeys, unknownSentence: remoteKeysSentence });
    const userProject = access.payerOf(route, identity);
    const email = await atGoogle(identity, route, () => signer.email());
    const signedAs = route.rule?.sign_as === undefined ? name : `service account ${email}`;
    const signed = await atGoogle(identity, route, async () =>
      signGcsRequest(
        {
          method: 'GET',
          protocol,
          host,
          path,
          query: {
            ...(reference.version === undefined ? {} : { generation: reference.version }),
            ...(userProject === null ? {} : { userProject }),
            ...(disposition === null ? {} : { 'response-content-disposition': disposition }),
            ...(asked.contentType === undefined ? {} : { 'response-content-type': asked.contentType }),
          },
          issuedAt: span.issuedAt,
          expiresSeconds: span.seconds,
        },
        { email, sign: signer.sign },
      ),
    );
    // The window has a sentence of its own for an unknown end, which is about sessions.
    const cautions = [...time.warnings, ...(hasMovingKeys ? [remoteKeysSentence] : []), ...warnings];
    return {
      url: signed.url,
      fileurl: reference.canonical,
      issued_at: isoSecond(span.issuedAt),
      expires_at: isoSecond(span.expiresAt),
      limited_by: span.limitedBy,
      signed_as: signedAs,
      verified: null,
      warnings: [...span.warnings, ...time.warnings, ...warnings],
      signer: { provider: cap.provider, capSeconds: cap.seconds, session: name, login: null, region: null, cautions },
    };
  };
}

/** The address of an object for readers without credentials, with its generation where one is pinned. */
export function gcsPlainAddress(access: GcsAccess, route: GcsRoute, { key, version }: ObjectReference): string {
  const { host, path } = access.addressOf(route, key);
  return `${route.endpoint.protocol}//${host}${path}${version === undefined ? '' : `?generation=${encodeStrictly(version)}`}`;
}

function cannotSign(name: string, { bucket, rule }: GcsRoute): Failure {
  const match = rule?.match ?? `gs://${bucket}`;
  return fail('signature_not_possible', {
    message: `${capitalised(name)} can read but not sign: only a service account can, and none is named for ${match}.`,
    next: 'Name one as “sign_as” of this store in the settings, or run: gcloud auth application-default login --impersonate-service-account EMAIL',
  });
}

/** Whatever the library throws while it signs at Google is a refusal or a broken connection; neither is a bug of ours. */
async function atGoogle<T>({ name }: GoogleIdentity, { rule }: GcsRoute, sign: () => Promise<T>): Promise<T> {
  try {
    return await sign();
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    const status = statusOf(thrown);
    if (status === null || status >= 500) {
      throw fail('unreachable', {
        message: 'Google’s signing service could not be asked.',
        next: 'Check the connection, then retry.',
        ...(status === null ? {} : { details: { status } }),
      });
    }
    const account = rule?.sign_as ?? 'the service account';
    if (status === 404) {
      throw fail('signature_not_possible', {
        message: `Google knows no service account ${rule?.sign_as ?? 'of that name'}.`,
        next: 'Correct “sign_as” of this store in the settings.',
        details: { status },
      });
    }
    throw fail('signature_not_possible', {
      message: `${capitalised(name)} can read but not sign: Google refused to sign as ${account}.`,
      next: `Give it the role “Service Account Token Creator” on ${account}, and enable the IAM Service Account Credentials API; then retry.`,
      details: { status },
    });
  }
}

function statusOf(thrown: unknown): number | null {
  if (typeof thrown !== 'object' || thrown === null) return null;
  if ('status' in thrown && typeof thrown.status === 'number') return thrown.status;
  return 'code' in thrown && typeof thrown.code === 'number' ? thrown.code : null;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
