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

/** Who asked, and where: for the sentences. `identity` null is nobody. */
export interface GcsAsked {
  readonly identity: string | null;
  readonly host: string;
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now: number;
}

/** The failure for a refusal. Source: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
export function gcsFailure(refusal: GcsRefusal, asked: GcsAsked): Failure {
  const { status, reason } = refusal;
  const waitMs = retryAfterMs(refusal.retryAfter, asked.now);
  const details: ErrorDetails = {
    status,
    ...(reason === null ? {} : { providerCode: reason }),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  };
  if (status === 400 && reason === 'required') {
    return fail('requester_pays', {
      message: 'Whoever reads this bucket pays for it, and no project to charge is known.',
      next: 'Set one with “gcloud auth application-default set-quota-project PROJECT”.',
      details,
    });
  }
  if (status === 404) {
    return fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address, or remove the row.', details });
  }
  if (status === 412) return changedUpstream(status);
  if (status === 401 || status === 403) {
    if (reason === 'userRateLimitExceeded' || reason === 'rateLimitExceeded') return tooFast(details);
    return asked.identity === null
      ? fail('no_credentials', {
          message: 'This bucket needs credentials and none were found.',
          next: 'Log in with “gcloud auth application-default login”; Vitrine notices by itself.',
          details,
        })
      : fail('access_denied', {
          message: `${sentenceStart(asked.identity)} may not read this file.`,
          next: 'Choose another identity, or ask the owner for access.',
          details,
        });
  }
  if (status === 429) return tooFast(details);
  if (status === 408) return fail('timeout', { message: `${asked.host} gave up waiting.`, next: 'Retry.', details });
  if (status >= 500) return fail('server_error', { message: `${asked.host} answered ${status}.`, next: 'Retry later.', details });
  return fail('unsupported', { message: `${asked.host} refused the request with ${reason ?? status}.`, next: 'See the details.', details });
}

/** The failure when Google gave no access token to `identity`. */
export function tokenFailure(identity: string, status: number): Failure {
  return fail('expired_credentials', {
    message: `The login of ${identity} has ended.`,
    next: 'Run “gcloud auth application-default login”; Vitrine notices by itself.',
    details: { status, login: 'gcloud auth application-default login' },
  });
}

function tooFast(details: ErrorDetails): Failure {
  return fail('throttled', { message: 'The server asked to slow down.', next: 'Vitrine tries again by itself.', details });
}

function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
