/** The whole bytes of a picture or sound, for who decodes them: fetched only as far as somebody looks. */

import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';
import { decodedPixels, pixelsInWords } from '../../src-shared/model/showing.ts';
import { fetchedToLookBytes } from '../../src-shared/model/thumbnail.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Bytes, LeasedFile, Priority } from '../cache/bytes.ts';
import { sizeInWords } from '../cache/disk.ts';
import { type LookingLimit, leftAlone } from './looking-limit.ts';

/** A window offers to fetch it all the same, by the number of bytes. */
function tooLarge(size: number): Failure {
  return fail('too_large', {
    message: `${sizeInWords(size)} is more than the limit of ${sizeInWords(fetchedToLookBytes)} for this.`,
    next: 'Fetch the file to see it, or open it elsewhere.',
    details: { bytes: size },
  });
}

/**
 * The file on this disk; release it. A copy and a local file are taken at any size, others up to `fetchedToLookBytes`. `size` is what
 * is known of its length. Throws `too_large`, what `leftAlone` says under a limit, and what fetching throws.
 */
export async function leaseToLook(
  bytes: Bytes,
  reference: Reference,
  { size, limit, signal, priority }: { size: number | null; limit: LookingLimit; signal: AbortSignal; priority: Priority },
): Promise<LeasedFile> {
  const isHere = bytes.heldOf(reference) !== 'none';
  if (!isHere && limit.fetch !== 'as_needed') throw leftAlone(limit, size);
  if (!isHere && size !== null && size > fetchedToLookBytes) throw tooLarge(size);
  return await bytes.fetch(reference, { signal, priority, isExplicit: false });
}

/** Refuses what the decode helper would refuse, with its pixels in words. */
export function checkPixels({ pixelWidth, pixelHeight, format }: MediaFacts): void {
  const pixels = (pixelWidth ?? 0) * (pixelHeight ?? 0);
  if (pixels <= decodedPixels || format === 'svg') return;
  throw fail('too_large', {
    message: `${pixelsInWords(pixels)} are more than the limit of ${pixelsInWords(decodedPixels)} for this.`,
    next: 'Open it elsewhere.',
  });
}

/** What makes a kept picture true: the ETag, else time and size, else nothing. */
export function validatorOf(remote: RemoteFacts | null): string | null {
  if (remote === null) return null;
  if (remote.etag !== null) return remote.etag;
  return remote.modified === null ? null : `${remote.modified} ${remote.size ?? ''}`;
}
