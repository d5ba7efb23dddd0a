/** A URL to hand out, and the truth about how long it works. */
import * as z from 'zod/mini';

/** What decides the end of a link. `unknown`: the credentials' own end is not known. `none`: the link has no end. */
export const LimitedBy = z.enum(['asked', 'provider', 'credentials', 'unknown', 'none']);
export type LimitedBy = z.infer<typeof LimitedBy>;

/**
 * A link. The field names are those of the command line's JSON. `expires_at` is the smallest of what was asked, what the provider
 * allows and how long the credentials live; null where the link has no end. `signed_as` names the identity, null where nothing was signed.
 */
export const Link = z.object({
  url: z.string(),
  fileurl: z.string(),
  issued_at: z.string(),
  expires_at: z.nullable(z.string()),
  limited_by: LimitedBy,
  signed_as: z.nullable(z.string()),
  /** Null until links can be verified. */
  verified: z.nullable(z.boolean()),
  warnings: z.array(z.string()),
});
export type Link = z.infer<typeof Link>;
