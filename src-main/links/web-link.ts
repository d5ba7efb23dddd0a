/** Links to what is a web address already. */
import type { Link } from '../../src-shared/model/link.ts';
import type { WebReference } from '../../src-shared/reference/reference.ts';
import { endedLink, signatureOf } from '../../src-shared/reference/signed-url.ts';
import { isoSecond } from './link-span.ts';
import type { LinkOverrides } from './links.ts';
import { unsignedOverrides } from './plain-link.ts';

/** The address unchanged. A recognised signed one has the end that it says itself; one that has ended is `access_denied`. */
export function webLink(reference: WebReference, nowMs: number, overrides: LinkOverrides = {}): Link {
  const signature = signatureOf(reference.url);
  const end = signature?.endsAt ?? null;
  if (end !== null && end.getTime() <= nowMs) throw endedLink(end, nowMs);
  // A session's end cuts a SigV4 link short and is not written into it.
  const isSession = signature?.scheme === 'SigV4' && /[?&]X-Amz-Security-Token=/i.test(reference.url);
  const hasUnknownEnd = signature !== null && (end === null || isSession);
  return {
    url: reference.url,
    fileurl: reference.canonical,
    issued_at: isoSecond(new Date(nowMs)),
    expires_at: end === null ? null : isoSecond(end),
    limited_by: signature === null ? 'none' : hasUnknownEnd ? 'unknown' : 'asked',
    signed_as: null,
    verified: null,
    warnings: [
      ...(isSession ? ['This link was signed by a session that may end before the link does.'] : []),
      ...unsignedOverrides(overrides),
    ],
  };
}
