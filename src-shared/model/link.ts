/** A URL to hand out, and the truth about how long it works. */
import * as z from 'zod/mini';

/** What decides the end of a link. `unknown`: the credentials' own end is not known. `none`: the link has no end. */
export const LimitedBy = z.enum(['asked', 'provider', 'credentials', 'unknown', 'none']);
export type LimitedBy = z.infer<typeof LimitedBy>;

/** Who signed a link and what that allows: for a window to say in full. */
export const LinkSigner = z.object({
  /** Who sets the longest life: "Amazon S3", or the host of an endpoint of the user's own. */
  provider: z.string(),
  /** The longest life that the provider allows, in seconds; null where there is no limit. */
  capSeconds: z.nullable(z.int()),
  /** The session or login whose end counts: a profile's name, "environment". */
  session: z.string(),
  /** The command that begins a new session, null where none is known. */
  login: z.nullable(z.string()),
  /** The bucket's region, null where it is not known or the provider has none. */
  region: z.nullable(z.string()),
  /** Those of the link's warnings that are not about its end. */
  cautions: z.array(z.string()),
});
export type LinkSigner = z.infer<typeof LinkSigner>;

/**
 * A link. The field names are those of the command line's JSON. `expires_at` is the smallest of what was asked, what the provider
 * allows and how long the credentials live; null where the link has no end. `signed_as` names the identity, null where nothing was signed.
 * `signer` goes with signed links; the command line leaves it out.
 */
export const Link = z.object({
  url: z.string(),
  fileurl: z.string(),
  issued_at: z.string(),
  expires_at: z.nullable(z.string()),
  limited_by: LimitedBy,
  signed_as: z.nullable(z.string()),
  /** Whether one byte could be read by it; null where nobody tried, or could: this computer was offline. */
  verified: z.nullable(z.boolean()),
  warnings: z.array(z.string()),
  signer: z.optional(LinkSigner),
});
export type Link = z.infer<typeof Link>;
