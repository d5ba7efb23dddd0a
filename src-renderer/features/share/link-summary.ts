/** What the sheet says of links, without their URLs: those exist only while they are copied. */
import type { LinkOutcome } from '../../../src-shared/contract/links.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { LimitedBy, Link, LinkSigner } from '../../../src-shared/model/link.ts';
import { causeWords, words } from '../../app/words.ts';

export interface LinkSummary {
  /** The end of each link that was made, the earliest first; those without one last. */
  readonly ends: readonly (string | null)[];
  /** How many cannot be signed, by the reason in a word or two. */
  readonly refused: ReadonlyMap<string, number>;
  /** True where every link is the web address itself, unchanged. */
  readonly isWeb: boolean;
  /** What decides the earliest end, and whose end that is. */
  readonly limitedBy: LimitedBy;
  readonly signer: LinkSigner | null;
  /** Identities, each with the region where it is known. */
  readonly signedAs: readonly string[];
  /** What to know beside the ends. */
  readonly cautions: readonly string[];
  /** The address without a signature, of one public object. */
  readonly plain: string | null;
  /** Why the first that failed could not be made, and whether that is because it lies on this computer. */
  readonly error: VitrineError | null;
  readonly isLocal: boolean;
}

/** True for what was a web address already: its link is the address itself. */
export function isWebAddress(link: Pick<Link, 'fileurl' | 'signed_as'>): boolean {
  return link.signed_as === null && /^https?:/i.test(link.fileurl);
}

/** Sums up; the signed addresses are left behind. */
export function summarise(outcomes: readonly LinkOutcome[]): LinkSummary {
  const links = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.link] : []));
  const rising = [...links].sort((a, b) => compareEnds(a.expires_at, b.expires_at));
  const [first] = rising;
  const [only] = outcomes.length === 1 ? outcomes : [];
  const failed = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome]));
  const reasons = failed.map((outcome) => (outcome.scheme === 'file' ? words.localFile : causeWords[outcome.error.cause]));
  return {
    ends: rising.map((link) => link.expires_at),
    refused: new Map([...Map.groupBy(reasons, (reason) => reason)].map(([reason, same]) => [reason, same.length])),
    isWeb: links.length > 0 && links.every(isWebAddress),
    limitedBy: first?.limited_by ?? 'none',
    signer: first?.signer ?? null,
    signedAs: [...new Set(links.flatMap(signedAs))],
    cautions: [...new Set(links.flatMap((link) => link.signer?.cautions ?? link.warnings))],
    plain: only?.ok ? (only.plain ?? null) : null,
    error: failed[0]?.error ?? null,
    isLocal: failed[0]?.scheme === 'file',
  };
}

function compareEnds(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a.localeCompare(b);
}

function signedAs({ signed_as, signer }: Link): string[] {
  if (signed_as === null) return [];
  return [[signer?.session ?? signed_as, ...(signer?.region ? [signer.region] : [])].join(' · ')];
}
