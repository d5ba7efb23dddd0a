/** Signs links to objects of Google Cloud Storage in the name of a service account. */
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { Link } from '../../src-shared/model/link.ts';
import type { ObjectReference } from '../../src-shared/reference/reference.ts';
import type { GcsAccess } from '../stores/gcs-access.ts';
import { dotSegmentsWarning, hasDotSegments } from './dot-segments.ts';
import { signGcsRequest } from './gcs-signature.ts';
import { isoSecond, spanOf } from './link-span.ts';
import type { SignOptions } from './links.ts';
import { plainLink } from './plain-link.ts';
import { type ProviderCap, sevenDays } from './provider-cap.ts';

/** Signs, or gives the plain address where there are no credentials. Throws `Failure`. */
export type SignGcs = (reference: ObjectReference, options: SignOptions) => Promise<Link>;

/** Makes the signer of GCS links. @param options.now milliseconds since 1970 */
export function createSignGcs(options: { access: GcsAccess; now: () => number }): SignGcs {
  const { access, now } = options;
  return async (reference, asked) => {
    const route = access.route(reference);
    const provider = route.isCustomEndpoint ? route.endpoint.hostname : 'Google Cloud Storage';
    const cap: ProviderCap = { provider, seconds: sevenDays };
    const span = spanOf(asked, cap, now(), { end: null, isEndUnknown: false });
    const identity = await access.identity(route);
    if (asked.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    const warnings = hasDotSegments(reference.key) ? [dotSegmentsWarning] : [];
    const { host, path } = access.addressOf(route, reference.key);
    const { protocol } = route.endpoint;
    if (identity === null) {
      const isPublic = access.publicObjects.has(reference);
      return plainLink(reference, `${protocol}//${host}${path}`, { nowMs: now(), warnings, isPublic });
    }
    if (identity.signer === null) {
      throw fail('signature_not_possible', {
        message: `${capitalised(identity.name)} can read but not sign: only a service account can.`,
        next: 'Sign as a service account: gcloud auth application-default login --impersonate-service-account EMAIL',
      });
    }
    const { name, signer } = identity;
    const signed = await atGoogle(name, async () =>
      signGcsRequest(
        { method: 'GET', protocol, host, path, issuedAt: span.issuedAt, expiresSeconds: span.seconds },
        { email: await signer.email(), sign: signer.sign },
      ),
    );
    return {
      url: signed.url,
      fileurl: reference.canonical,
      issued_at: isoSecond(span.issuedAt),
      expires_at: isoSecond(span.expiresAt),
      limited_by: span.limitedBy,
      signed_as: identity.name,
      verified: null,
      warnings: [...span.warnings, ...warnings],
      signer: { provider, capSeconds: cap.seconds, session: identity.name, login: null, region: null, cautions: warnings },
    };
  };
}

/** Whatever the library throws while it signs at Google is a refusal or a broken connection; neither is a bug of ours. */
async function atGoogle<T>(name: string, sign: () => Promise<T>): Promise<T> {
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
    throw fail('signature_not_possible', {
      message: `${capitalised(name)} can read but not sign: Google refused it.`,
      next: 'Give it the role “Service Account Token Creator” on the service account, then retry.',
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
