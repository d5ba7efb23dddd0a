/** What the sheet says of links, without their URLs: those exist only while they are copied. */
import type { LinkOutcome } from '../../../src-shared/contract/links.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { LimitedBy } from '../../../src-shared/model/link.ts';

export interface LinkSummary {
  readonly made: number;
  readonly failed: number;
  /** The earliest end, null where none ends. */
  readonly firstEnd: string | null;
  /** True where every link is the web address itself, unchanged. */
  readonly isWeb: boolean;
  /** What decides the earliest end. */
  readonly limitedBy: LimitedBy;
  readonly signedAs: readonly string[];
  readonly warnings: readonly string[];
  /** Why the first that failed could not be made. */
  readonly error: VitrineError | null;
}

/** Sums up; the addresses are left behind. */
export function summarise(outcomes: readonly LinkOutcome[]): LinkSummary {
  const links = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.link] : []));
  const ending = links.filter((link) => link.expires_at !== null).sort((a, b) => (a.expires_at ?? '').localeCompare(b.expires_at ?? ''));
  const first = ending[0] ?? links[0];
  const refused = outcomes.find((outcome) => !outcome.ok);
  return {
    made: links.length,
    failed: outcomes.length - links.length,
    firstEnd: ending[0]?.expires_at ?? null,
    isWeb: links.length > 0 && links.every((link) => link.signed_as === null && /^https?:/i.test(link.fileurl)),
    limitedBy: first?.limited_by ?? 'none',
    signedAs: [...new Set(links.flatMap((link) => link.signed_as ?? []))],
    warnings: [...new Set(links.flatMap((link) => link.warnings))],
    error: refused && !refused.ok ? refused.error : null,
  };
}
