/** How long a link works: the smallest of what was asked, what the provider allows and how long the credentials live. */
import { fail } from '../../src-shared/model/error.ts';
import type { LimitedBy } from '../../src-shared/model/link.ts';
import type { ProviderCap } from './provider-cap.ts';

export interface LinkSpan {
  /** Whole seconds, as signatures count. */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly seconds: number;
  readonly limitedBy: LimitedBy;
  readonly warnings: readonly string[];
}

/** The seconds to sign for before the credentials are looked at. Throws `invalid_input` below one second, and above the cap where that is refused. */
export function allowedSeconds(asked: { expiresSeconds: number; overCap: 'refuse' | 'clamp' }, cap: ProviderCap): number {
  const { expiresSeconds, overCap } = asked;
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1) {
    throw fail('invalid_input', {
      message: 'The time a link works must be a whole number of seconds, 1 or more.',
      next: 'Ask for 3600 for an hour.',
    });
  }
  if (cap.seconds === null) return expiresSeconds;
  if (expiresSeconds > cap.seconds && overCap === 'refuse') {
    throw fail('invalid_input', {
      message: `${cap.provider} allows ${spanInWords(cap.seconds)} at most (${cap.seconds} seconds); ${expiresSeconds} were asked.`,
      next: `Ask for ${cap.seconds} seconds or less.`,
    });
  }
  return Math.min(expiresSeconds, cap.seconds);
}

/** What is known of the end of whoever signs. */
export interface SignerEnd {
  /** Null where there is no end. */
  readonly end: Date | null;
  /** True where there may be an end that nobody says. */
  readonly isEndUnknown: boolean;
  /** Said where the end is not known; a sentence about credentials unless given. */
  readonly unknownSentence?: string;
}

const unknownEnd = 'The end of these credentials is not known. Short links are safer.';

/**
 * The true span of a link signed at `nowMs`, by the server's clock. An end that nobody knows is told before the provider's limit: it may
 * come first.
 */
export function spanOf(
  asked: { expiresSeconds: number; overCap: 'refuse' | 'clamp' },
  cap: ProviderCap,
  nowMs: number,
  credentials: SignerEnd,
): LinkSpan {
  const seconds = allowedSeconds(asked, cap);
  const issuedSecond = Math.floor(nowMs / 1000);
  const left = credentials.end === null ? Number.POSITIVE_INFINITY : Math.floor(credentials.end.getTime() / 1000) - issuedSecond;
  const at = (second: number) => new Date(second * 1000);
  const end = issuedSecond + Math.min(seconds, Math.max(left, 0));
  const common = { issuedAt: at(issuedSecond), expiresAt: at(end), seconds: end - issuedSecond };
  if (left < 1) {
    throw fail('expired_credentials', {
      message: 'The credentials end within this second.',
      next: 'Log in again; Vitrine notices by itself.',
    });
  }
  if (left < seconds) {
    return { ...common, limitedBy: 'credentials', warnings: [] };
  }
  const clamped =
    seconds < asked.expiresSeconds
      ? [`${cap.provider} allows ${spanInWords(seconds)} at most, so the link ends ${isoSecond(common.expiresAt)}.`]
      : [];
  if (credentials.isEndUnknown) {
    return { ...common, limitedBy: 'unknown', warnings: [credentials.unknownSentence ?? unknownEnd, ...clamped] };
  }
  if (clamped.length > 0) return { ...common, limitedBy: 'provider', warnings: clamped };
  return { ...common, limitedBy: 'asked', warnings: [] };
}

/** `7 days`, `12 hours`, `90 s`: in its largest whole unit. */
function spanInWords(seconds: number): string {
  if (seconds % 86_400 === 0) return seconds === 86_400 ? '1 day' : `${seconds / 86_400} days`;
  if (seconds % 3_600 === 0) return seconds === 3_600 ? '1 hour' : `${seconds / 3_600} hours`;
  return `${seconds} s`;
}

/** An instant as ISO 8601 in UTC without fractions, such as `2026-11-24T00:15:00Z`. */
export function isoSecond(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
