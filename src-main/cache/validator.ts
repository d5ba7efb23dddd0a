/** What proves that two answers are parts of the same bytes. */
import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';

/** Only a strong ETag can say "the same bytes" (RFC 9110, 13.1.1). Generations of Cloud Storage are written without `W/` too, and are. */
export function strongEtag(etag: string | null): string | null {
  return etag !== null && !etag.startsWith('W/') ? etag : null;
}

/** True for a pinned version, whose bytes never change. */
export function isPinned(reference: Reference): boolean {
  return 'version' in reference && reference.version !== undefined;
}

/** True where a broken transfer can go on, and bytes of several answers may be joined for good. */
export function canJoin(reference: Reference, etag: string | null): boolean {
  return isPinned(reference) || strongEtag(etag) !== null;
}

/** True where two answers cannot be of the same object: whatever both of them say must be equal. */
export function isOtherObject(known: RemoteFacts, now: RemoteFacts): boolean {
  const differs = (one: string | number | null, other: string | number | null) => one !== null && other !== null && one !== other;
  return differs(known.etag, now.etag) || differs(known.size, now.size) || (known.etag === null && differs(known.modified, now.modified));
}

/** What a reader is told who has read bytes of the former state. */
export function changedWhileRead(): Failure {
  return fail('input_failed', { message: 'The file changed while it was read.', next: 'Try again.' });
}
