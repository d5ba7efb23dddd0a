/** How much of one file looking may fetch by itself: by the setting, less for what is slow or dear to read. */
import { type Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';
import { isArchived, type RemoteFacts } from '../../src-shared/model/media.ts';
import type { LookingFetch } from '../../src-shared/model/thumbnail.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Bytes } from '../cache/bytes.ts';

/** What was learnt of a file before. `knownError` is why it could not be read then. */
export interface KnownBefore {
  readonly known: RemoteFacts | null;
  readonly knownError?: VitrineError | null;
}

/** What looking may fetch of one file, and why no more. */
export interface LookingLimit {
  readonly fetch: LookingFetch;
  readonly because: 'setting' | 'archived' | 'requester_pays';
}

/** What the limit of a file is decided by. */
export interface LookingRules {
  readonly bytes: Pick<Bytes, 'heldOf'>;
  /** The setting, as it stands now. */
  readonly fetches: () => LookingFetch;
  /** True where the settings say that reading this is paid for by who reads it. */
  readonly isPaidFor: (reference: Reference) => boolean;
}

/** No limit: the file is here, or somebody asked for it. */
export const unlimited: LookingLimit = { fetch: 'as_needed', because: 'setting' };

/** A local file and a copy cost nothing and have no limit. */
export function lookingLimitOf(
  { bytes, fetches, isPaidFor }: LookingRules,
  reference: Reference,
  { known, knownError }: KnownBefore,
): LookingLimit {
  if (bytes.heldOf(reference) !== 'none') return unlimited;
  if (isArchived(known) || knownError?.cause === 'archived') return { fetch: 'when_asked', because: 'archived' };
  if (isPaidFor(reference) || knownError?.cause === 'requester_pays') return { fetch: 'when_asked', because: 'requester_pays' };
  return { fetch: fetches(), because: 'setting' };
}

/** Why a file was left alone. A window offers to show it all the same, with its size where that is known. */
export function leftAlone({ fetch, because }: LookingLimit, size: number | null): Failure {
  const details = { waits: true, ...(size === null ? {} : { bytes: size }) };
  if (because === 'archived') {
    return fail('archived', { message: 'Not fetched: the file lies in an archive.', next: 'Press Show to ask for it.', details });
  }
  if (because === 'requester_pays') {
    const message = 'Not fetched: whoever reads this bucket pays for it.';
    return fail('requester_pays', { message, next: 'Press Show to ask for it.', details });
  }
  const message =
    fetch === 'header_bytes' ? 'Not fetched: looking fetches header bytes only.' : 'Not fetched: looking fetches only when asked.';
  return fail('too_large', { message, next: 'Press Show.', details });
}
