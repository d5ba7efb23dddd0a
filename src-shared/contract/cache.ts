/** The cache: what it holds, its limit, what is kept offline. Sizes in bytes; on disk they are those of the file system's blocks. */
import * as z from 'zod/mini';
import { VitrineError } from '../model/error.ts';
import { Transfer } from '../model/transfer.ts';
import { read, write } from './define.ts';
import { RowSelection, TableReference } from './table-reference.ts';

/** The cache as it stands; the names are those of the command line's JSON. `bytes` are all on disk, parts included; `kept` is what is kept offline. */
export const CacheStatus = z.object({
  bytes: z.number(),
  files: z.int(),
  limit: z.number(),
  hits: z.int(),
  misses: z.int(),
  evictions: z.int(),
  kept: z.number(),
});
export type CacheStatus = z.infer<typeof CacheStatus>;

/** One day of use, by the local date `2026-11-24`. */
export const CacheDay = z.object({ day: z.string(), hits: z.int(), misses: z.int(), fetched: z.number() });
export type CacheDay = z.infer<typeof CacheDay>;

/** What the cache's page shows beside the status. */
export const CacheDetails = z.object({
  status: CacheStatus,
  /** Bytes on disk of files that are here in part, of `status.bytes`. */
  parts: z.number(),
  keptFiles: z.int(),
  /** Where it lies, absolute. */
  folder: z.string(),
  /** Why the folder of the settings is not used now, or null. */
  folderProblem: z.nullable(VitrineError),
  /** Free on that disk, what of it is never touched, and how large the disk is. */
  disk: z.object({ free: z.number(), floor: z.number(), total: z.number() }),
  /** Files above this are streamed when they are viewed or computed, and not stored whole. */
  streamAbove: z.number(),
  /** Thumbnails and peaks, which lie beside the catalog. */
  thumbnails: z.number(),
  /** The last seven days that had any use, newest first. */
  days: z.array(CacheDay),
  /** Bytes still to be moved from a former folder; null where nothing is. */
  moving: z.nullable(z.number()),
});
export type CacheDetails = z.infer<typeof CacheDetails>;

/** A file of the cache. Times are ISO 8601 instants. */
export const CachedFile = z.object({
  canonical: z.string(),
  name: z.string(),
  state: z.enum(['whole', 'part']),
  /** On disk, and of the file itself (null where nobody said). */
  bytes: z.number(),
  size: z.nullable(z.number()),
  isKept: z.boolean(),
  isInUse: z.boolean(),
  isChanged: z.boolean(),
  since: z.string(),
  lastUsed: z.string(),
  /** Paths of tables that show it, three at most, and how many more. */
  tables: z.array(z.string()),
  moreTables: z.int(),
});
export type CachedFile = z.infer<typeof CachedFile>;

/** A file that `verify` found wrong. */
export const CacheFinding = z.object({
  canonical: z.nullable(z.string()),
  file: z.string(),
  /** damaged: other bytes than were stored · missing: no file · stray: a file that no entry names. */
  found: z.enum(['damaged', 'missing', 'stray']),
  /** True where it was kept offline and is here again. */
  isFetchedAgain: z.boolean(),
});
export type CacheFinding = z.infer<typeof CacheFinding>;

/** Calls about the cache. */
export const cache = {
  status: read({ input: z.object({}), output: CacheStatus }),
  details: read({ input: z.object({}), output: CacheDetails }),
  /** Files `start` to `end` (exclusive, at most 1,000) of all, or of those that are kept offline; the last used first. */
  list: read({
    input: z.object({ start: z.int(), end: z.int(), keptOnly: z.optional(z.boolean()) }),
    output: z.object({ total: z.int(), files: z.array(CachedFile) }),
  }),
  /**
   * Drops what is neither kept offline nor in use: everything, or what a table shows, or what was not used for so long. `left` counts
   * what stayed and why.
   */
  clear: write({
    input: z.object({ table: z.optional(TableReference), olderThanSeconds: z.optional(z.number().check(z.gte(0))) }),
    output: z.object({ bytes: z.number(), files: z.int(), left: z.object({ kept: z.int(), inUse: z.int() }) }),
  }),
  /** Drops these files, kept or not; what is in use stays until it is not. */
  drop: write({ input: z.object({ canonicals: z.array(z.string()) }), output: z.object({ bytes: z.number(), files: z.int() }) }),
  clearThumbnails: write({ input: z.object({}), output: z.object({ bytes: z.number() }) }),
  /** A lower limit evicts at once; below what is in use or kept offline it is refused with `cache_full`. */
  setLimit: write({ input: z.object({ bytes: z.number() }), output: CacheStatus }),
  /** Reads every file and holds it against its entry: length and SHA-256. What is wrong is removed; what is kept offline is fetched again. */
  verify: write({
    input: z.object({}),
    output: z.object({ checked: z.int(), bytes: z.number(), findings: z.array(CacheFinding) }),
    progress: z.object({ done: z.int(), total: z.int() }),
  }),
  /** Moves the cache to another folder while everything goes on; new files go there at once. A killed move goes on at the next start. */
  move: write({
    input: z.object({ folder: z.string(), cwd: z.optional(z.string()) }),
    output: z.object({ folder: z.string(), files: z.int(), bytes: z.number() }),
    progress: z.object({ done: z.number(), total: z.number() }),
  }),
  /**
   * Keeps the files of these rows offline, or no longer. All of them are refused with `cache_full` before the first byte where they would
   * not fit, as far as sizes are known. A failed one is named and stays asked for: it is fetched with the next try.
   */
  keep: write({
    input: z.object({ table: TableReference, rows: RowSelection, isOn: z.boolean() }),
    output: z.object({
      references: z.int(),
      fetched: z.int(),
      bytes: z.number(),
      failed: z.array(z.object({ canonical: z.string(), error: VitrineError })),
    }),
    progress: z.object({ done: z.int(), total: z.int() }),
  }),
  /** What is on its way now, the first 200. */
  transfers: read({ input: z.object({}), output: z.array(Transfer) }),
  /** Bytes of a reference that are here, as half-open ranges in order; for the bar of a player. */
  ranges: read({
    input: z.object({ referenceId: z.int() }),
    output: z.object({ size: z.nullable(z.number()), ranges: z.array(z.tuple([z.number(), z.number()])) }),
  }),
};
