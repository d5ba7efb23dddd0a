/** What a status without the file means, as a failure of the taxonomy. */
import { type ErrorDetails, type Failure, fail } from '../../src-shared/model/error.ts';
import { endedLink, statedEnd } from '../../src-shared/reference/signed-url.ts';
import { changedUpstream } from './network-failure.ts';
import { retryAfterMs } from './retry.ts';

/** `url` is read for the end of a signed link only, and never shown. `now` in milliseconds since 1970. */
export function statusFailure(asked: {
  readonly url: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly now: number;
}): Failure {
  const { status, now } = asked;
  const { host } = new URL(asked.url);
  const wait = retryAfterMs(asked.retryAfter, now);
  const details: ErrorDetails = { status, ...(wait === null ? {} : { retryAfterMs: wait }) };
  const end = statedEnd(asked.url);
  if (end !== null && end.getTime() <= now && (status === 400 || status === 401 || status === 403)) return endedLink(end, now, details);
  if (status === 401 || status === 402 || status === 403 || status === 407 || status === 451) {
    return fail('access_denied', {
      message: `${host} does not let this file be read.`,
      next: 'Ask its owner for access or for a signed link.',
      details,
    });
  }
  if (status === 404 || status === 410) {
    return fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address, or remove the row.', details });
  }
  if (status === 408) return fail('timeout', { message: `${host} waited too long for the request.`, next: 'Try again.', details });
  if (status === 412) return changedUpstream(412);
  if (status === 429 || (status === 503 && wait !== null)) {
    return fail('throttled', { message: 'The server asked to slow down.', next: 'Try again in a while.', details });
  }
  if (status >= 500) return fail('server_error', { message: `${host} answered ${status}.`, next: 'Try again later.', details });
  return fail('unsupported', {
    message: `${host} answered ${status}, so this address cannot be read.`,
    next: 'Check the address.',
    details,
  });
}
