/** What a status without the file means, as a failure of the taxonomy. */
import { type ErrorDetails, type Failure, fail } from '../../src-shared/model/error.ts';
import { changedUpstream } from './network-failure.ts';
import { retryAfterMs } from './retry.ts';

/** `url` is read for the end of a signed link only, and never shown. `now` in milliseconds since 1970. */
export function statusFailure(asked: {
  readonly url: URL;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly now: number;
}): Failure {
  const { status, now } = asked;
  const host = asked.url.host;
  const wait = retryAfterMs(asked.retryAfter, now);
  const details: ErrorDetails = { status, ...(wait === null ? {} : { retryAfterMs: wait }) };
  const end = signedLinkEnd(asked.url.searchParams);
  if (end !== null && end <= now && (status === 400 || status === 401 || status === 403)) {
    return fail('access_denied', {
      message: `This link ended ${ago(now - end)} ago.`,
      next: 'Ask for a new link, and replace this one.',
      details,
    });
  }
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

/** When a signed URL ends, in milliseconds since 1970: SigV4 and GOOG4 (date and seconds), their forerunners and SAS (an instant); null for others. */
function signedLinkEnd(query: URLSearchParams): number | null {
  for (const prefix of ['X-Amz-', 'X-Goog-']) {
    const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get(`${prefix}Date`) ?? '');
    const seconds = Number(query.get(`${prefix}Expires`) ?? Number.NaN);
    if (!date || Number.isNaN(seconds)) continue;
    const [, year = 0, month = 1, day, hour, minute, second] = date.map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000;
  }
  if (query.has('Signature') && /^\d{9,11}$/.test(query.get('Expires') ?? '')) return Number(query.get('Expires')) * 1000;
  const sas = query.has('sig') ? Date.parse(query.get('se') ?? '') : Number.NaN;
  return Number.isNaN(sas) ? null : sas;
}

function ago(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}
