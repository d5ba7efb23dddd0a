/** Links to hand out. */
import * as z from 'zod/mini';
import { VitrineError } from '../model/error.ts';
import { IssuedLink } from '../model/issued-link.ts';
import { Link } from '../model/link.ts';
import { RowId } from '../model/table.ts';
import { schemes } from '../reference/reference.ts';
import { read, write } from './define.ts';
import { TableReference } from './table-reference.ts';

/**
 * A link or the reason why there is none, for each thing asked, in the order asked. `plain` is the object's address without a
 * signature, only where an anonymous read of it has worked. `scheme` is that of what cannot be signed, where it could be read.
 */
export const LinkOutcome = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    asked: z.string(),
    link: Link,
    plain: z.optional(z.string()),
    /** Why the link does not work, where it was verified and does not (`link.verified` is false), or could not be tried: offline (null). */
    check: z.optional(VitrineError),
  }),
  z.object({ ok: z.literal(false), asked: z.string(), error: VitrineError, scheme: z.optional(z.enum(schemes)) }),
]);
export type LinkOutcome = z.infer<typeof LinkOutcome>;

/** `refuse`: more than the provider allows is an error. `clamp`: the link gets the most there is, and `limited_by` says `provider`. */
const OverCap = z.enum(['refuse', 'clamp']);

/** A name to save a file under. */
export const LinkFilename = z.string().check(z.minLength(1), z.maxLength(255));
/** A media type, such as `image/jpeg` or `text/plain; charset=utf-8`. */
export const LinkContentType = z.string().check(z.regex(/^[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?$/));

/** What is asked of each link. */
const LinkWish = {
  expiresSeconds: z.int(),
  overCap: OverCap,
  /** `attachment` makes a browser save the file, `inline` show it. Absent: as the object itself says. */
  disposition: z.optional(z.enum(['attachment', 'inline'])),
  /** The name a browser saves it under. */
  filename: z.optional(LinkFilename),
  /** In place of the object's own Content-Type. */
  contentType: z.optional(LinkContentType),
  /** Asks for one byte of each link after it was signed, and says whether it came. */
  verify: z.optional(z.boolean()),
  /** Only tells what the link would be: it is made and dropped, its `url` is empty, and the ledger does not list it. */
  isTrial: z.optional(z.boolean()),
};

/** Entries of the ledger that are asked for at a time. */
const mostIds = 10_000;
const Ids = z.array(z.int()).check(z.maxLength(mostIds));

/** Calls that make links, and those about the links that were made: the ledger, which holds no URL. */
export const links = {
  presign: read({
    input: z.object({ urls: z.array(z.string()), cwd: z.optional(z.string()), ...LinkWish }),
    output: z.array(LinkOutcome),
  }),
  /** The same for the media cells of one column of some rows; or, for a presigned column, its links issued anew. */
  presignRows: read({
    input: z.object({ table: TableReference, column: z.string(), rowIds: z.array(RowId), ...LinkWish }),
    output: z.array(LinkOutcome),
  }),
  /**
   * Signed links that were issued, newest first: entries `start` to `end` (exclusive, at most 1,000) and how many there are in all.
   * `search` is a part of the reference, `reference` the whole canonical one.
   */
  ledger: read({
    input: z.object({
      search: z.optional(z.string().check(z.maxLength(4_096))),
      reference: z.optional(z.string()),
      state: z.optional(z.enum(['alive', 'ended'])),
      start: z.int(),
      end: z.int(),
    }),
    output: z.object({ total: z.int(), entries: z.array(IssuedLink) }),
  }),
  /** Links to the same references, issued now, in the order of `ids`: as was wished then, clamped where that is too long, or as `wish` says. */
  reissue: read({
    input: z.object({ ids: Ids, wish: z.optional(z.object(LinkWish)) }),
    output: z.array(LinkOutcome),
  }),
  /** Takes entries off the list. The links themselves work until their end. */
  forget: write({ input: z.object({ ids: Ids }), output: z.object({ forgotten: z.int() }) }),
};
