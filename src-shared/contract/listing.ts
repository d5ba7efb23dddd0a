/** What lies in a bucket or folder, before anything of it is imported. */
import * as z from 'zod/mini';
import { MediaKind } from '../reference/reference.ts';
import { read } from './define.ts';

/** Globs over the part of a key below the last folder of its prefix: `**` any folders, `*` within a name, `{a,b}`. A name may begin with a dot. */
export const Glob = z.string().check(z.minLength(1), z.maxLength(1000));

/** An object of a listing. `url` is its canonical address; `modified` an ISO 8601 instant in UTC. */
export const ListedEntry = z.object({
  url: z.string(),
  name: z.string(),
  size: z.nullable(z.number()),
  modified: z.nullable(z.string()),
  kind: MediaKind,
  storageClass: z.nullable(z.string()),
});
export type ListedEntry = z.infer<typeof ListedEntry>;

/** What a listing leaves out, in counts: folder placeholders, other objects of zero bytes, and what the glob does not match. */
export const LeftOut = z.object({ placeholders: z.int(), empty: z.int(), notMatched: z.int() });
export type LeftOut = z.infer<typeof LeftOut>;

/** Objects below a prefix, counted so far or in all. `bytes` counts those whose size is told. */
export const ListingCount = z.object({
  objects: z.int(),
  bytes: z.number(),
  ...LeftOut.shape,
  /** The first 200. */
  first: z.array(ListedEntry),
  /** Kinds that occur, most frequent first. */
  kinds: z.array(MediaKind),
  /** A name for a new table. */
  suggestedName: z.string(),
});
export type ListingCount = z.infer<typeof ListingCount>;

/** Calls that look into buckets and folders. */
export const listing = {
  /** One page. Folders stand apart unless `isRecursive`. `cursor` is where the page before ended, good for the same question only. */
  page: read({
    input: z.object({
      prefix: z.string(),
      cwd: z.optional(z.string()),
      cursor: z.optional(z.nullable(z.string())),
      isRecursive: z.optional(z.boolean()),
      glob: z.optional(Glob),
      /** Entries at most; as many as the provider gives unless said. */
      limit: z.optional(z.int().check(z.gte(1), z.lte(1000))),
    }),
    output: z.object({
      /** As it was understood. */
      prefix: z.string(),
      folders: z.array(z.object({ prefix: z.string(), name: z.string() })),
      objects: z.array(ListedEntry),
      ...LeftOut.shape,
      cursor: z.nullable(z.string()),
    }),
  }),
  /** Counts everything below a prefix, page by page; told as it goes on. */
  count: read({
    input: z.object({ prefix: z.string(), cwd: z.optional(z.string()), glob: z.optional(Glob) }),
    output: ListingCount,
    progress: ListingCount,
  }),
};
