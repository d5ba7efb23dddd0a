/** One file beside what is known of it. */
import { outcomeOf, type VitrineError } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { isKeyed, type Reference } from '../../src-shared/reference/reference.ts';
import type { Copy } from '../cache/bytes.ts';
import type { UpstreamMark } from '../catalog/catalog.ts';
import type { KnownState, Store } from '../stores/store.ts';

/** What asking for one file found. `kept`: another file, which the user decided not to take. */
export type Found =
  | { readonly state: 'same' }
  | { readonly state: 'pinned' }
  | { readonly state: 'fresh' | 'changed' | 'kept'; readonly remote: RemoteFacts }
  | { readonly state: 'failed'; readonly error: VitrineError };

/** What is known here of a file. */
export interface Knowledge {
  readonly copy: Copy | null;
  readonly remote: RemoteFacts | null;
  readonly mark: UpstreamMark | null;
}

/** True where the address names one version, whose bytes never change. */
export function isPinned(reference: Reference): boolean {
  return isKeyed(reference) && reference.version !== undefined;
}

/** True where validators say that two answers are of different files; ETags are compared weakly. */
export function isAnother(known: KnownState, now: KnownState): boolean {
  const bare = (etag: string) => etag.replace(/^W\//, '');
  if (known.etag !== null && now.etag !== null) return bare(known.etag) !== bare(now.etag);
  if (known.size !== null && now.size !== null && known.size !== now.size) return true;
  // A HEAD tells the time to a second, some listings to a millisecond.
  const second = (time: string) => Math.floor(Date.parse(time) / 1000);
  return known.modified !== null && now.modified !== null && second(known.modified) !== second(now.modified);
}

/** Asks on condition, once. The copy goes first: it is what is shown and handed out. */
export async function checkReference(
  reference: Reference,
  { copy, remote, mark }: Knowledge,
  store: Pick<Store, 'check'>,
  signal: AbortSignal,
): Promise<Found> {
  if (isPinned(reference)) return { state: 'pinned' };
  const known: KnownState = copy ?? remote ?? { etag: null, modified: null, size: null };
  const outcome = await outcomeOf(() => store.check(reference, known, signal));
  if (!outcome.ok) return { state: 'failed', error: outcome.error };
  if (!outcome.value.isSame) {
    const now = outcome.value.remote;
    if (copy === null && remote === null) return { state: 'fresh', remote: now };
    const isDecided = mark?.state === 'kept' && mark.remote !== null && !isAnother(mark.remote, now);
    return { state: isDecided ? 'kept' : 'changed', remote: now };
  }
  // The copy is the newer one: values were computed from the file before it.
  if (copy !== null && remote !== null && isAnother(remote, copy)) {
    const { etag, modified, size } = copy;
    return { state: 'changed', remote: { ...remote, etag, modified, size } };
  }
  return { state: 'same' };
}
