/** What an S3 answer means, decided by the provider's code and the status, never by the text of a message. */
import { type ErrorDetails, type Failure, fail } from '../../src-shared/model/error.ts';
import { changedUpstream } from './network-failure.ts';
import { retryAfterMs } from './retry.ts';

/** What is known of a refusal. */
export interface S3Refusal {
  /** The provider's code such as `NoSuchKey`; null where the answer had no body, as with HEAD. */
  readonly code: string | null;
  readonly status: number;
  readonly requestId: string | null;
  /** Region that the answer names, in its header or its body. */
  readonly region: string | null;
  /** Storage class, where the answer says that the object is archived. */
  readonly storageClass: string | null;
  /** The Retry-After header as it came. */
  readonly retryAfter: string | null;
  /** Size of the object, where a refused range names it. */
  readonly objectSize: number | null;
}

/** Who asked, and where: for the sentences. `identity` null is nobody. */
export interface S3Asked {
  readonly identity: string | null;
  /** The command that logs this identity in again, where one is known. */
  readonly login?: string | null;
  readonly bucket: string;
  readonly host: string;
  readonly region: string;
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now: number;
}

const throttled = new Set([
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequests',
  'BandwidthLimitExceeded',
]);
const ended = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired']);
const badKeys = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidToken',
  'InvalidSecurity',
  'NotSignedUp',
  'AccountProblem',
]);
const elsewhere = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IncorrectEndpoint',
  'IllegalLocationConstraintException',
]);

/** The failure for a refusal. Source of the codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function s3Failure(refusal: S3Refusal, asked: S3Asked): Failure {
  const { code, status, region } = refusal;
  const who = asked.identity ?? 'A reader without credentials';
  const waitMs = retryAfterMs(refusal.retryAfter, asked.now);
  const details: ErrorDetails = {
    status,
    ...(code ? { providerCode: code } : {}),
    ...(refusal.requestId ? { requestId: refusal.requestId } : {}),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  };
  if (code === 'NoSuchBucket') {
    return fail('not_found', { message: `There is no bucket “${asked.bucket}”.`, next: 'Correct the address.', details });
  }
  if (code === 'RequestTimeTooSkewed') {
    return fail('clock_skew', {
      message: 'This computer’s clock is wrong, so the request was refused.',
      next: 'Set the clock, then retry.',
      details,
    });
  }
  if (code !== null && ended.has(code)) {
    return fail('expired_credentials', {
      message: `The login of ${who} has ended.`,
      next: 'Log in again; Vitrine notices by itself.',
      details: { ...details, ...(asked.login ? { login: asked.login } : {}) },
    });
  }
  if (code !== null && badKeys.has(code)) {
    return fail('access_denied', {
      message: `The keys of ${who} were refused.`,
      next: 'Correct the keys, or choose another identity.',
      details,
    });
  }
  if (code === 'InvalidObjectState') {
    const storage = refusal.storageClass ?? 'an archive';
    return fail('archived', {
      message: `The file is in ${storage} and must be restored first.`,
      next: 'Restore it at the provider, which takes hours; then retry.',
      details,
    });
  }
  if (code !== null && throttled.has(code)) return tooFast(details);
  if (code !== null && elsewhere.has(code)) return wrongRegion(asked, region, details);
  if (code === 'NoSuchKey' || code === 'NoSuchVersion' || status === 404) {
    return fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address, or remove the row.', details });
  }
  if (code === 'PreconditionFailed' || status === 412) {
    return changedUpstream(status);
  }
  if (status === 301 || status === 307) return wrongRegion(asked, region, details);
  if (status === 401 || status === 403) {
    return asked.identity === null
      ? fail('no_credentials', {
          message: 'This bucket needs credentials and none were found.',
          next: 'Log in with “aws configure” or “aws sso login”; Vitrine notices by itself.',
          details,
        })
      : fail('access_denied', {
          message: `${who} may not read this file.`,
          next: 'Choose another identity, or ask the owner for access.',
          details,
        });
  }
  if (status === 429 || status === 503) return tooFast(details);
  if (status === 408 || code === 'RequestTimeout') {
    return fail('timeout', { message: `${asked.host} gave up waiting.`, next: 'Retry.', details });
  }
  if (status >= 500) return fail('server_error', { message: `${asked.host} answered ${status}.`, next: 'Retry later.', details });
  return fail('unsupported', { message: `${asked.host} refused the request with ${code ?? status}.`, next: 'See the details.', details });
}

function tooFast(details: ErrorDetails): Failure {
  return fail('throttled', { message: 'The server asked to slow down.', next: 'Vitrine tries again by itself.', details });
}

function wrongRegion(asked: S3Asked, region: string | null, details: ErrorDetails): Failure {
  return fail('wrong_region', {
    message:
      region === null
        ? `The bucket “${asked.bucket}” is not in ${asked.region}.`
        : `The bucket is in ${region}, the settings say ${asked.region}.`,
    next: region === null ? 'Set the region of this bucket in the settings.' : `Use ${region}.`,
    details,
  });
}

/** True where an answer refuses who asked, so that asking without credentials may still work. */
export function isRefusalOfIdentity(failure: Failure): boolean {
  return ['access_denied', 'expired_credentials', 'no_credentials'].includes(failure.error.cause);
}
