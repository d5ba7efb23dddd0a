/** Objects of S3's archive classes: where they stand, and what to do when their bytes are away. */
import { type ErrorDetails, type Failure, fail } from '../../src-shared/model/error.ts';
import type { ArchiveState } from '../../src-shared/model/media.ts';

/** What headers or the output of a HEAD say of it. */
export interface ArchiveHeaders {
  readonly storageClass: string | null;
  /** `x-amz-restore`, as it came. */
  readonly restore: string | null;
  /** `x-amz-archive-status`: the archive tier of INTELLIGENT_TIERING. */
  readonly archiveStatus: string | null;
}

/** Classes whose bytes must be restored first. GLACIER_IR answers at once. */
const archiveClasses: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/**
 * How long a restore takes, cheapest way last.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
const restoreTimes: Readonly<Record<string, string>> = {
  GLACIER: 'takes minutes (Expedited), 3 to 5 hours (Standard) or 5 to 12 hours (Bulk)',
  ARCHIVE_ACCESS: 'takes minutes (Expedited), 3 to 5 hours (Standard) or 5 to 12 hours (Bulk)',
  DEEP_ARCHIVE: 'takes up to 12 hours (Standard) or 48 hours (Bulk)',
  DEEP_ARCHIVE_ACCESS: 'takes up to 12 hours (Standard) or 48 hours (Bulk)',
};

/** The state, or null for an object that is read at once. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function archiveStateOf({ storageClass, restore, archiveStatus }: ArchiveHeaders): ArchiveState | null {
  const isAway = archiveStatus !== null || (storageClass !== null && archiveClasses.has(storageClass));
  if (!isAway) return null;
  if (restore !== null && /ongoing-request="true"/.test(restore)) return { state: 'restoring' };
  if (restore === null || !/ongoing-request="false"/.test(restore)) return { state: 'archived' };
  const until = Date.parse(/expiry-date="([^"]*)"/.exec(restore)?.[1] ?? '');
  return Number.isNaN(until) ? { state: 'restored' } : { state: 'restored', until: new Date(until).toISOString() };
}

/** The failure of reading an object whose bytes are away. `tier` is the class, or the archive tier of INTELLIGENT_TIERING. */
export function archivedFailure(
  object: { readonly bucket: string; readonly key: string; readonly version?: string },
  { tier, isRestoring, details }: { readonly tier: string | null; readonly isRestoring: boolean; readonly details: ErrorDetails },
): Failure {
  const place = tier ?? 'an archive';
  const time = restoreTimes[tier ?? ''] ?? 'takes hours';
  if (isRestoring) {
    return fail('archived', {
      message: `The file is being restored from ${place}.`,
      next: `That ${time}; retry then.`,
      details,
    });
  }
  return fail('archived', {
    message: `The file is in ${place} and must be restored first.`,
    next: `Run “${restoreCommand(object, tier)}”, which ${time}; then retry.`,
    details,
  });
}

/** Tiers of INTELLIGENT_TIERING come back for good and refuse a number of days. */
function restoreCommand({ bucket, key, version }: Parameters<typeof archivedFailure>[0], tier: string | null): string {
  const request = tier?.endsWith('_ACCESS') ? '{}' : '{"Days":7}';
  const pinned = version === undefined ? '' : ` --version-id ${shellWord(version)}`;
  return `aws s3api restore-object --bucket ${shellWord(bucket)} --key ${shellWord(key)}${pinned} --restore-request ${shellWord(request)}`;
}

/** One word of a POSIX shell. What cannot be shown on one line, or is too long for it, is left for the user to fill in. */
function shellWord(text: string): string {
  if (text.length > 200 || /\p{Cc}/u.test(text)) return 'KEY';
  return /^[\w.@:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
