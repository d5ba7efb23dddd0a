/** Why a link does not open, decided by the provider's code, the status and the clocks, never by the text of a message. */
import { type ErrorCause, type ErrorDetails, fail, type VitrineError } from '../../src-shared/model/error.ts';
import { signatureOf } from '../../src-shared/reference/signed-url.ts';
import { isoSecond } from './link-span.ts';

/** What is known of a refusal. */
export interface LinkRefusal {
  /** Read for its end only, and never shown. */
  readonly url: string;
  readonly host: string;
  readonly status: number;
  /** The code of S3, Cloud Storage or Azure; null where the body names none. */
  readonly code: string | null;
  /** The region that the answer names. */
  readonly region: string | null;
  /** Milliseconds since 1970 by the server, where its answer says so; else by this computer. */
  readonly serverNow: number;
  /** How much the answer changed what is known of the server's clock, in milliseconds. */
  readonly clockShiftMs: number;
  readonly isDeleteMarker: boolean;
}

/** Any difference below is one that links are not refused for by mistake. */
const noticedShiftMs = 60_000;

interface Meaning {
  readonly cause: ErrorCause;
  readonly message: string;
  readonly next: string;
}

const notFound: Meaning = {
  cause: 'not_found',
  message: 'There is no file at this address.',
  next: 'Correct the address, or remove the row.',
};
const noSuchVersion: Meaning = { ...notFound, message: 'This version of the file is not there.' };
const notMatching: Meaning = {
  cause: 'access_denied',
  message: 'The server does not accept the signature of this link.',
  next: 'Check the secret key; if it is right, a proxy may have changed the address.',
};
const unknownKeys: Meaning = {
  cause: 'access_denied',
  message: 'The server does not know the keys that signed this link.',
  next: 'Correct the keys, or choose another identity.',
};
const endedSession: Meaning = {
  cause: 'expired_credentials',
  message: 'The session that signed this link has ended.',
  next: 'Log in again, then issue the link anew.',
};
const byPolicy: Meaning = {
  cause: 'access_denied',
  message: 'The signature is right, but whoever signed may not read this file.',
  next: 'Sign as another identity, or ask the owner for s3:GetObject; a policy may also refuse links as such.',
};
const byRole: Meaning = {
  cause: 'access_denied',
  message: 'The signature is right, but whoever signed may not read this file.',
  next: 'Sign as another identity, or ask the owner for the right to read it.',
};
const archived: Meaning = {
  cause: 'archived',
  message: 'The file is in an archive and must be restored first.',
  next: 'Restore it at the provider, which takes hours; the link works then, if it has not ended.',
};
const skewed: Meaning = {
  cause: 'clock_skew',
  message: 'This computer’s clock is wrong, so the link was refused.',
  next: 'Set the clock, then issue the link anew.',
};
const payer: Meaning = {
  cause: 'requester_pays',
  message: 'Whoever reads this bucket pays for it, and the link names nobody who does.',
  next: 'Set requester_pays, and for Cloud Storage user_project, for this store in the settings.',
};
const slow: Meaning = { cause: 'throttled', message: 'The server asked to slow down.', next: 'Try again in a while.' };

/**
 * Codes of Amazon S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), Cloud Storage's XML API
 * (https://cloud.google.com/storage/docs/xml-api/reference-status) and Azure (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes).
 */
const meanings = new Map<string, Meaning>([
  ...['NoSuchKey', 'NoSuchBucket', 'BlobNotFound', 'ContainerNotFound', 'ResourceNotFound'].map((code): [string, Meaning] => [
    code,
    notFound,
  ]),
  ['NoSuchVersion', noSuchVersion],
  ...['SignatureDoesNotMatch', 'AuthenticationFailed'].map((code): [string, Meaning] => [code, notMatching]),
  ...['InvalidAccessKeyId', 'InvalidToken', 'InvalidSecurity', 'NotSignedUp'].map((code): [string, Meaning] => [code, unknownKeys]),
  ...['ExpiredToken', 'TokenRefreshRequired'].map((code): [string, Meaning] => [code, endedSession]),
  ['AccessDenied', byPolicy],
  ...['AuthorizationFailure', 'AuthorizationPermissionMismatch', 'InsufficientAccountPermissions', 'AuthorizationSourceIPMismatch'].map(
    (code): [string, Meaning] => [code, byRole],
  ),
  ...['InvalidObjectState', 'BlobArchived'].map((code): [string, Meaning] => [code, archived]),
  ['RequestTimeTooSkewed', skewed],
  ['UserProjectMissing', payer],
  ...['SlowDown', 'ServerBusy', 'TooManyRequests'].map((code): [string, Meaning] => [code, slow]),
]);

const elsewhere = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'IncorrectEndpoint',
  'IllegalLocationConstraintException',
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
]);

/**
 * The error for a refusal. No provider has a code of its own for a link that is not yet, or no longer, in its time: what the answer's Date
 * taught, and the end that stands in the link, decide that.
 */
export function linkRefusal(refusal: LinkRefusal): VitrineError {
  const { status, code, region, host } = refusal;
  const details: ErrorDetails = { status, ...(code === null ? {} : { providerCode: code }) };
  const said = ({ cause, message, next }: Meaning) => fail(cause, { message, next, details }).error;
  const signature = signatureOf(refusal.url);
  const isDenial = status === 400 || status === 401 || status === 403;
  const isOfTime =
    code === null || code === 'AccessDenied' || code === (signature?.scheme === 'Goog' ? 'ExpiredToken' : 'AuthenticationFailed');
  const isNewTime = Math.abs(refusal.clockShiftMs) > noticedShiftMs;
  if (code === 'RequestTimeTooSkewed' || (isDenial && signature !== null && isOfTime && isNewTime)) return said(skewed);
  if (isDenial && isOfTime && signature?.endsAt && signature.endsAt.getTime() <= refusal.serverNow) {
    return said({
      cause: 'access_denied',
      message: `This link ended at ${isoSecond(signature.endsAt)}.`,
      next: 'Issue it anew.',
    });
  }
  if (refusal.isDeleteMarker) return said({ ...notFound, message: 'The file was deleted; only older versions of it are there.' });
  if (code !== null && elsewhere.has(code)) {
    return said({
      cause: 'wrong_region',
      message:
        region === null
          ? 'The bucket is not in the region that the link was signed for.'
          : `The bucket is in ${region}, not where the link was signed for.`,
      next: region === null ? 'Set the region of this bucket in the settings.' : `Use ${region}, then issue the link anew.`,
    });
  }
  // Without a signature the same code means that the object is not public.
  if (isDenial && signature === null) {
    return said({
      cause: 'access_denied',
      message: `${host} does not let everybody read this file.`,
      next: 'Log in to make a signed link, or ask its owner for one.',
    });
  }
  const meaning = code === null ? undefined : meanings.get(code);
  if (meaning) return said(meaning === byPolicy && signature?.scheme !== 'SigV4' ? byRole : meaning);
  if (status === 404 || status === 410) return said(notFound);
  if (status === 429 || status === 503) return said(slow);
  if (status >= 500) return said({ cause: 'server_error', message: `${host} answered ${status}.`, next: 'Try again later.' });
  if (isDenial)
    return said({
      cause: 'access_denied',
      message: `${host} answered ${status}, so this link does not open.`,
      next: 'Check who may read it.',
    });
  return said({ cause: 'unsupported', message: `${host} answered ${status}, so this link does not open.`, next: 'Check the address.' });
}
