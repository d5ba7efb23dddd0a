/** What an S3 answer means, decided by the provider's code and the status, never by the text of a message. */
import { type ErrorDetails, type Failure, fail } from '../../src-shared/model/error.ts';
import type { Deed } from './bucket-memory.ts';
import { changedUpstream } from './network-failure.ts';
import { retryAfterMs } from './retry.ts';
import { archivedFailure } from './s3-archive.ts';

/** What is known of a refusal. */
export interface S3Refusal {
  /** The provider's code such as `NoSuchKey`; null where the answer had no body, as with HEAD. */
  readonly code: string | null;
  readonly status: number;
  readonly requestId: string | null;
  /** Region that the answer names, in its header or its body. */
  readonly region: string | null;
  /** Storage class or archive tier, where the answer says that the object is archived. */
  readonly archiveTier: string | null;
  /** What stands at the key is the note that the object was deleted. */
  readonly isDeleteMarker: boolean;
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
  readonly deed: Deed;
  readonly bucket: string;
  /** For a listing the prefix. */
  readonly key: string;
  /** The version asked for, where one is pinned. */
  readonly version?: string;
  /** Whether readers pay: the settings allow it, an answer said so before and the settings do not allow it, or nobody knows. */
  readonly charging: 'allowed' | 'known' | 'unknown';
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
  const details: ErrorDetails = { ...detailsOf(refusal), ...(waitMs === null ? {} : { retryAfterMs: waitMs }) };
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
    return archivedFailure(asked, { tier: refusal.archiveTier, isRestoring: false, details });
  }
  if (code !== null && throttled.has(code)) return tooFast(details);
  if (code !== null && elsewhere.has(code)) return wrongRegion(asked, region, details);
  if (refusal.isDeleteMarker) return deleted(asked, details);
  if (isMissingVersion(refusal, asked)) {
    return fail('not_found', {
      message: 'There is no such version of this file.',
      next: 'Give the address of another version, or the address without one.',
      details,
    });
  }
  if (code === 'NoSuchKey' || status === 404) {
    return fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address, or remove the row.', details });
  }
  if (code === 'PreconditionFailed' || status === 412) {
    return changedUpstream(status);
  }
  if (status === 301 || status === 307) return wrongRegion(asked, region, details);
  if (status === 401 || status === 403) return denied(who, asked, details);
  if (status === 429 || status === 503) return tooFast(details);
  if (status === 408 || code === 'RequestTimeout') {
    return fail('timeout', { message: `${asked.host} gave up waiting.`, next: 'Retry.', details });
  }
  if (status >= 500) return fail('server_error', { message: `${asked.host} answered ${status}.`, next: 'Retry later.', details });
  return fail('unsupported', { message: `${asked.host} refused the request with ${code ?? status}.`, next: 'See the details.', details });
}

/** What an answer says of itself, for the details of a failure. */
export function detailsOf({ status, code, requestId }: Pick<S3Refusal, 'status' | 'code' | 'requestId'>): ErrorDetails {
  return { status, ...(code ? { providerCode: code } : {}), ...(requestId ? { requestId } : {}) };
}

/**
 * Note: why a bucket whose readers pay cannot be told from one that is closed. S3 answers a request without `x-amz-request-payer` with
 * the same 403 and the same code as any other refusal, and only the owner may ask for the setting. What is known for certain is what an
 * answer said before: that it was charged. Elsewhere the sentence names the possibility.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html
 */
function denied(who: string, asked: S3Asked, details: ErrorDetails): Failure {
  const { identity, deed, bucket } = asked;
  if (identity === null) {
    const message =
      deed === 'list'
        ? 'Listing this bucket needs credentials and none were found. Its files may be readable without.'
        : 'This bucket needs credentials and none were found.';
    return fail('no_credentials', { message, next: 'Log in with “aws configure” or “aws sso login”; Vitrine notices by itself.', details });
  }
  if (asked.charging === 'known') {
    return fail('requester_pays', {
      message: `The bucket “${bucket}” charges its readers: the account of ${who} would pay for each request and download.`,
      next: 'Allow it with “requester_pays”: true for this bucket under “stores” in the settings.',
      details,
    });
  }
  const pays =
    asked.charging === 'allowed'
      ? ''
      : ' If the bucket charges its readers, allow that with “requester_pays” under “stores” in the settings.';
  if (deed === 'list') {
    return fail('access_denied', {
      message: `${who} may not list this bucket. Reading its files by name may still be allowed.`,
      next: `Give the addresses of the files, or ask the owner for s3:ListBucket.${pays}`,
      details,
    });
  }
  return fail('access_denied', {
    message: `${who} may not read this ${asked.version === undefined ? 'file' : 'version of the file'}.`,
    next:
      asked.version === undefined
        ? `Choose another identity, or ask the owner for access.${pays}`
        : `Choose another identity, or ask the owner for s3:GetObjectVersion.${pays}`,
    details,
  });
}

/** Pinned, the marker itself was asked for; otherwise it is what stands there now. */
function deleted({ version }: S3Asked, details: ErrorDetails): Failure {
  return version === undefined
    ? fail('not_found', {
        message: 'The file was deleted. The bucket keeps versions, so an older one may still be there.',
        next: 'Give the address of an older version, or remove the row.',
        details,
      })
    : fail('not_found', {
        message: 'This version only notes that the file was deleted; it has no bytes.',
        next: 'Give the address of an older version, or remove the row.',
        details,
      });
}

/** An id that was never one of S3's is refused as an invalid argument; a HEAD says only 404. */
function isMissingVersion({ code, status }: S3Refusal, { version }: S3Asked): boolean {
  return version !== undefined && (code === 'NoSuchVersion' || code === 'InvalidArgument' || (code === null && status === 404));
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
