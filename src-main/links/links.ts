/** The face of the links room: URLs that work, with their true end. */
import type { Outcome, VitrineError } from '../../src-shared/model/error.ts';
import type { Link } from '../../src-shared/model/link.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';

/** How a browser is to take the file. */
export interface LinkOverrides {
  /** `attachment` saves it, `inline` shows it where it can. Absent: as the object itself says, or `attachment` where a name is given. */
  readonly disposition?: 'attachment' | 'inline' | undefined;
  /** The name it is saved under; the last part of the key where only a disposition is given. */
  readonly filename?: string | undefined;
  /** In place of the object's own Content-Type. */
  readonly contentType?: string | undefined;
}

/** What is asked of a link. */
export interface SignOptions extends LinkOverrides {
  /** 1 s to the provider's cap (S3 and GCS: 604,800). See `provider-cap.ts`. */
  readonly expiresSeconds: number;
  /** Above the cap: `refuse` gives `invalid_input` naming the cap, `clamp` the longest there is with `limited_by: 'provider'`. */
  readonly overCap: 'refuse' | 'clamp';
  readonly signal: AbortSignal;
}

/** A link that was tried: `link.verified` is null where nobody could try (offline), and `check` then says so. */
export interface CheckedLink {
  readonly link: Link;
  /** Why it does not work, null where it does. */
  readonly check: VitrineError | null;
}

export interface Links {
  /** http(s) passes through unchanged; a local file is `signature_not_possible` with the reason. */
  sign(reference: Reference, options: SignOptions): Promise<Outcome<Link>>;
  /**
   * Signs, and asks for one byte. Where the answer teaches that this computer's clock is wrong or the bucket in another region, the link is
   * signed anew, once.
   */
  signAndVerify(reference: Reference, options: SignOptions): Promise<Outcome<CheckedLink>>;
  /** Asks for one byte of a signed link without any credentials but its own. Null where it works, else why it does not. */
  verify(link: Link, signal: AbortSignal): Promise<VitrineError | null>;
  /** The address without a signature of an object that readers without credentials were let in to; null where that is not known. Asks nobody. */
  plainAddress(reference: Reference, signal: AbortSignal): Promise<string | null>;
  /**
   * Milliseconds since 1970 by the clock of the servers that links were signed for last: what a link's end is compared with. This
   * computer's own time unless it is known to be more than a minute wrong.
   */
  serverNow(): number;
}
