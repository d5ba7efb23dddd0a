/** What is remembered of a link that was handed out: never the link itself, nor its signature. */
import * as z from 'zod/mini';
import { LimitedBy, type Link } from './link.ts';

/** Who asked for a link; `column`: a presigned column issued it. */
export const IssuedBy = z.enum(['window', 'browser', 'command line', 'column']);
export type IssuedBy = z.infer<typeof IssuedBy>;

/** One signed link. The field names are those of the command line's JSON; instants are ISO 8601 in UTC. */
export const IssuedLink = z.object({
  id: z.int(),
  /** The canonical reference. */
  fileurl: z.string(),
  /** As it was asked for. */
  typed: z.string(),
  issued_at: z.string(),
  /** Null where the link has no end. */
  expires_at: z.nullable(z.string()),
  limited_by: LimitedBy,
  signed_as: z.string(),
  asked_seconds: z.int(),
  disposition: z.nullable(z.enum(['attachment', 'inline'])),
  filename: z.nullable(z.string()),
  content_type: z.nullable(z.string()),
  by: IssuedBy,
});
export type IssuedLink = z.infer<typeof IssuedLink>;

/** The same before it is kept. */
export type NewIssuedLink = Omit<IssuedLink, 'id'>;

/** What was asked of a link, as far as it is remembered. */
export interface IssuedWish {
  readonly typed: string;
  readonly expiresSeconds: number;
  readonly disposition?: 'attachment' | 'inline' | undefined;
  readonly filename?: string | undefined;
  readonly contentType?: string | undefined;
}

/**
 * What to remember of a link; null of one that nobody signed, which tells nothing that its reference does not.
 * A web address with a query is remembered by its reference alone, since a signature of somebody else's may be in it.
 */
export function issuedLinkOf(link: Link, wish: IssuedWish, by: IssuedBy): NewIssuedLink | null {
  if (link.signed_as === null) return null;
  return {
    fileurl: link.fileurl,
    typed: /^https?:[^?]*\?/i.test(wish.typed) ? link.fileurl : wish.typed,
    issued_at: link.issued_at,
    expires_at: link.expires_at,
    limited_by: link.limited_by,
    signed_as: link.signed_as,
    asked_seconds: wish.expiresSeconds,
    disposition: wish.disposition ?? null,
    filename: wish.filename ?? null,
    content_type: wish.contentType ?? null,
    by,
  };
}
