/** What an answer of Google Cloud Storage, or of Google's login, means; by status and reason, never by the text of a message. */
import { type ErrorDetails, type Failure, fail } from '../../src-shared/model/error.ts';
import { changedUpstream } from './network-failure.ts';
import { retryAfterMs } from './retry.ts';

/** What is known of a refusal. */
export interface GcsRefusal {
  readonly status: number;
  /** The JSON API's `errors[0].reason`; null where the answer has none, as with media. */
  readonly reason: string | null;
  /** The Retry-After header as it came. */
  readonly retryAfter: string | null;
}

/** Who asked Google: for the sentences. */
export interface GcsAsker {
  readonly name: string;
  /** The command that logs in anew, where it is known. */
  readonly login: string | null;
}

/** Who asked, and where: for the sentences. `identity` null is nobody. */
export interface GcsAsked {
  readonly identity: GcsAsker | null;
  readonly host: string;
  readonly bucket: string;
  /** What was asked for; a pinned version is one generation of a file. */
  readonly what: 'file' | 'version' | 'listing';
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now: number;
}

/** Reasons that speak of the project that pays. The documentation's names, and `required`, which is what comes. */
const payerReasons = new Set(['userProjectInvalid', 'userProjectInconsistent', 'userProjectAccessDenied', 'userProjectAccountProblem']);

/** The failure for a refusal. Source: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
export function gcsFailure(refusal: GcsRefusal, asked: GcsAsked): Failure {
  const { status, reason } = refusal;
  const { identity } = asked;
  const waitMs = retryAfterMs(refusal.retryAfter, asked.now);
  const details: ErrorDetails = {
    status,
    ...(reason === null ? {} : { providerCode: reason }),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  };
  if (status === 400 && (reason === 'required' || reason === 'userProjectMissing')) {
    return fail('requester_pays', {
      message: 'Whoever reads this bucket pays for it, and no project to charge is known.',
      next:
        identity === null
          ? 'Log in with “gcloud auth application-default login”, and name the project that pays: “user_project” of this bucket’s store in the settings.'
          : 'Name the project that pays: “user_project” of this bucket’s store in the settings.',
      details,
    });
  }
  if (reason !== null && payerReasons.has(reason)) {
    return fail('requester_pays', {
      message: 'The project that should pay for reading this bucket was refused.',
      next: 'Correct “user_project” of this bucket’s store in the settings, or have its owner let you use it.',
      details,
    });
  }
  if (status === 404) return notThere(asked, details);
  if (status === 412) return changedUpstream(status);
  if (status === 401 || status === 403) {
    if (reason === 'userRateLimitExceeded' || reason === 'rateLimitExceeded') return tooFast(details);
    if (identity === null) {
      return fail('no_credentials', {
        message: 'This bucket needs credentials and none were found.',
        next: 'Log in with “gcloud auth application-default login”; Vitrine notices by itself.',
        details,
      });
    }
    if (status === 401) return tokenFailure(identity, status);
    return fail('access_denied', {
      message: `${sentenceStart(identity.name)} may not ${asked.what === 'listing' ? 'list this bucket' : 'read this file'}.`,
      next: 'Choose another identity, or ask the owner for access.',
      details,
    });
  }
  if (status === 429 || (status === 503 && waitMs !== null)) return tooFast(details);
  if (status === 408) return fail('timeout', { message: `${asked.host} gave up waiting.`, next: 'Retry.', details });
  if (status >= 500) return fail('server_error', { message: `${asked.host} answered ${status}.`, next: 'Retry later.', details });
  return fail('unsupported', { message: `${asked.host} refused the request with ${reason ?? status}.`, next: 'See the details.', details });
}

/** The failure when Google gave no access token, or took it no longer. */
export function tokenFailure({ name, login }: GcsAsker, status: number): Failure {
  return fail('expired_credentials', {
    message: `The login of ${name} has ended.`,
    next: login === null ? 'Renew its credentials; Vitrine notices by itself.' : `Run “${login}”; Vitrine notices by itself.`,
    details: { status, ...(login === null ? {} : { login }) },
  });
}

/** The failure for an answer of Google's login, or of whoever stands in for it. Source: RFC 6749, section 5.2, and IAM's `generateAccessToken` */
export function loginRefusal(asker: GcsAsker, status: number): Failure {
  if (status === 400 || status === 401) return tokenFailure(asker, status);
  if (status === 403) {
    return fail('access_denied', {
      message: `Google does not let ${asker.name} be used.`,
      next: 'Have the role “Service Account Token Creator” given for it to who logged in, then retry.',
      details: { status },
    });
  }
  if (status === 408 || status === 429) return tooFast({ status });
  if (status >= 500)
    return fail('server_error', { message: `Google’s login answered ${status}.`, next: 'Retry later.', details: { status } });
  return noTokenFailure(asker);
}

/** The failure when no access token could be had, for a reason that is neither Google's nor the network's: a token file that is gone, say. */
export function noTokenFailure({ name, login }: GcsAsker): Failure {
  return fail('no_credentials', {
    message: `${sentenceStart(name)} gave no access token.`,
    next: login === null ? 'Look at where its credentials come from, then retry.' : `Run “${login}”; Vitrine notices by itself.`,
  });
}

function notThere({ what, bucket }: GcsAsked, details: ErrorDetails): Failure {
  if (what === 'listing') return fail('not_found', { message: `There is no bucket “${bucket}”.`, next: 'Correct the address.', details });
  if (what === 'version') {
    return fail('not_found', {
      message: 'This version of the file is not there any more.',
      next: 'Take the version off the address to get the file as it is now.',
      details,
    });
  }
  return fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address, or remove the row.', details });
}

function tooFast(details: ErrorDetails): Failure {
  return fail('throttled', { message: 'The server asked to slow down.', next: 'Vitrine tries again by itself.', details });
}

function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
