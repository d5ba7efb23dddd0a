/** Whether two states of an object are one: by the validator where both have one, else by time and size. */
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Checked, KnownState } from './store.ts';

function bare(etag: string): string {
  return etag.replace(/^W\//, '');
}

/** ETags are compared weakly (RFC 9110, 8.8.3.2). Where nothing that is known can be compared, it is not the same. */
export function isSameObject(known: KnownState, now: KnownState): boolean {
  if (known.etag !== null && now.etag !== null) return bare(known.etag) === bare(now.etag);
  if (known.modified === null || now.modified === null) return false;
  return known.modified === now.modified && (known.size === null || now.size === null || known.size === now.size);
}

/** The answer of `check` where the object's present state was asked for. */
export function checkedBy(known: KnownState, now: RemoteFacts): Checked {
  return isSameObject(known, now) ? { isSame: true } : { isSame: false, remote: now };
}
