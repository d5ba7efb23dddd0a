/** References in, rows changed, rows taken out. */
import * as z from 'zod/mini';
import { Cell, CellValue } from '../model/cell.ts';
import { Job } from '../model/job.ts';
import { MediaFacts, RemoteFacts } from '../model/media.ts';
import { RowId } from '../model/table.ts';
import { MediaKind, schemes } from '../reference/reference.ts';
import { read, write } from './define.ts';
import { UpstreamState } from './health.ts';
import { Glob, LeftOut } from './listing.ts';
import { RowSelection, TableReference } from './table-reference.ts';
import { ComputeWhen } from './tree.ts';

/** How a list is written. `lines`: one address a line. */
export const ListFormat = z.enum(['lines', 'csv', 'tsv', 'json', 'ndjson']);
export type ListFormat = z.infer<typeof ListFormat>;

/**
 * Where rows come from. `texts`: one address each, relative paths against `cwd` (folders only with `recursive`). `text`: a pasted or
 * piped list. `file`: a list on this computer. `drop`: the forms of a drag, best first, as UX section 7 orders them. `prefix`: everything
 * below a prefix of a bucket or a folder, asked of its store page by page.
 */
export const ImportSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('texts'), texts: z.array(z.string()), cwd: z.optional(z.string()) }),
  z.object({ kind: z.literal('text'), text: z.string(), format: z.optional(ListFormat), cwd: z.optional(z.string()) }),
  z.object({ kind: z.literal('file'), path: z.string(), format: z.optional(ListFormat) }),
  z.object({
    kind: z.literal('drop'),
    paths: z.array(z.string()),
    html: z.optional(z.string()),
    mozUrl: z.optional(z.string()),
    uriList: z.optional(z.string()),
    plain: z.optional(z.string()),
    downloadUrl: z.optional(z.string()),
    /** Address of the page the drag came from, where the browser tells it; relative links need it. */
    baseUrl: z.optional(z.string()),
    /** Dropped lists by name, read by the page: a browser gives no path, but the text. */
    lists: z.optional(z.array(z.object({ name: z.string(), text: z.string() }))),
    /** Dropped files that give no row, and why: the host tells no path · it is a folder without one · no file on this computer · a list too long to be read in a page. */
    withoutPath: z.optional(z.array(z.object({ name: z.string(), why: z.enum(['noPath', 'folder', 'virtual', 'tooLarge']) }))),
  }),
  z.object({ kind: z.literal('prefix'), prefix: z.string(), glob: z.optional(Glob), cwd: z.optional(z.string()) }),
]);
export type ImportSource = z.infer<typeof ImportSource>;

/** A line that gives no row, with the reason. `line` counts from 1. */
export const Rejected = z.object({ line: z.int(), text: z.string(), cause: z.string(), message: z.string(), next: z.nullable(z.string()) });
export type Rejected = z.infer<typeof Rejected>;

/** A line of the preview. */
export const PreviewLine = z.object({
  line: z.int(),
  typed: z.string(),
  result: z.enum(['new', 'already', 'rejected']),
  name: z.string(),
  scheme: z.nullable(z.enum(schemes)),
  provider: z.nullable(z.string()),
  kind: MediaKind,
  /** Where it is already: the row of this table, another table's path, or an earlier line of this list. */
  already: z.optional(z.string()),
  /** Offered as this instead: an object address of a known provider's https URL. */
  offered: z.optional(z.string()),
  /** The rule that has to be set up before `offered` leads to the same object; the line is imported as it was given until then. */
  offeredStore: z.optional(z.object({ match: z.string(), endpoint: z.string(), region: z.string() })),
  /** Seconds of life left of a signed address; negative where it has ended. */
  endsInSeconds: z.optional(z.number()),
  /** A signed page link around a dragged picture, and the like. */
  alternative: z.optional(z.string()),
  /** The alternative was taken; `alternative` is now the picture it wraps. */
  isAlternative: z.optional(z.boolean()),
  rejected: z.optional(Rejected),
});
export type PreviewLine = z.infer<typeof PreviewLine>;

/** What an import would do, in counts; the lines are read by place. */
export const Preview = z.object({
  previewId: z.int(),
  all: z.int(),
  fresh: z.int(),
  already: z.int(),
  rejected: z.int(),
  /** Kinds that occur, most frequent first. */
  kinds: z.array(MediaKind),
  /** A name for a new table, from bucket, host or folder. */
  suggestedName: z.string(),
});
export type Preview = z.infer<typeof Preview>;

/** Calls that look at what would be imported. */
export const importing = {
  /** Understands everything that was given; asks no network. The preview lives until it is inserted, closed, or 16 newer ones came. */
  preview: read({
    input: z.object({ source: ImportSource, table: z.optional(TableReference), recursive: z.optional(z.boolean()) }),
    output: Preview,
  }),
  /** Lines `start` to `end` (exclusive) of those with this result. */
  previewLines: read({
    input: z.object({ previewId: z.int(), result: z.optional(z.enum(['new', 'already', 'rejected'])), start: z.int(), end: z.int() }),
    output: z.array(PreviewLine),
  }),
  /** Reads one line anew after the user corrected it. */
  editLine: read({ input: z.object({ previewId: z.int(), line: z.int(), text: z.string() }), output: Preview }),
  /** Takes a line's alternative in its place, or goes back to what was there first. */
  takeAlternative: read({ input: z.object({ previewId: z.int(), line: z.int() }), output: Preview }),
  /**
   * Adds the rule of a line's `offeredStore` to the settings, read without credentials until the user names some. Refused as
   * `already_exists` where another rule speaks of the bucket, or where rows of it are here already, which would then lead elsewhere.
   */
  setUpStore: write({ input: z.object({ previewId: z.int(), line: z.int() }), output: Preview }),
  closePreview: read({ input: z.object({ previewId: z.int() }), output: z.object({}) }),
};

/** What an insert came to; the names are those of the command line's JSON. */
export const InsertResult = z.object({
  rows: z.int(),
  values: z.int(),
  errors: z.int(),
  rejected: z.array(Rejected),
  /** What a prefix was left without. */
  leftOut: z.optional(LeftOut),
  seconds: z.number(),
});
export type InsertResult = z.infer<typeof InsertResult>;

/**
 * A table beside what lies below a prefix now, in rows: `fresh` are not in the table, `gone` not in the store, `changed` have another ETag
 * (or size and time, where one of the two says none); of `unknown` ones nothing is known to compare with.
 */
export const RefreshCount = z.object({
  fresh: z.int(),
  gone: z.int(),
  changed: z.int(),
  same: z.int(),
  unknown: z.int(),
  leftOut: LeftOut,
});
export type RefreshCount = z.infer<typeof RefreshCount>;

/** Calls that insert, change, remove and inspect rows. */
export const rows = {
  /**
   * Inserts a row for each address. With `onError: 'abort'` a reject inserts nothing and the answer has `rows: 0` and all rejects.
   * In a table with several media columns `column` says which; `map` fills columns from a list's fields.
   */
  insert: write({
    input: z.object({
      table: TableReference,
      source: z.union([
        ImportSource,
        z.object({
          kind: z.literal('preview'),
          previewId: z.int(),
          skippedLines: z.optional(z.array(z.int())),
          useOffered: z.optional(z.boolean()),
        }),
      ]),
      column: z.optional(z.string()),
      map: z.optional(z.record(z.string(), z.string())),
      onError: z.enum(['abort', 'ignore']),
      skipDuplicates: z.optional(z.boolean()),
      recursive: z.optional(z.boolean()),
      dryRun: z.optional(z.boolean()),
      compute: ComputeWhen,
    }),
    output: InsertResult,
    progress: Job,
  }),
  /** Sets cells of plain columns, or the reference of a media column (by its address as text); values are converted to the column's type or refused. */
  update: write({
    input: z.object({
      table: TableReference,
      rows: RowSelection,
      set: z.record(z.string(), CellValue),
      compute: z.optional(ComputeWhen),
      cwd: z.optional(z.string()),
    }),
    output: z.object({ rows: z.int() }),
  }),
  /**
   * Compares a table with what lies below a prefix, and unless `dryRun` makes it so, as one undoable change: new objects become rows, rows
   * whose object is gone go to the trash (not with `keepGone`), values of changed ones are computed again. A listing that breaks off
   * changes nothing. Without `column` all media columns are compared.
   */
  refresh: write({
    input: z.object({
      table: TableReference,
      prefix: z.string(),
      cwd: z.optional(z.string()),
      glob: z.optional(Glob),
      column: z.optional(z.string()),
      dryRun: z.optional(z.boolean()),
      keepGone: z.optional(z.boolean()),
      compute: ComputeWhen,
    }),
    output: z.object({ ...RefreshCount.shape, values: z.int(), errors: z.int() }),
    progress: Job,
  }),
  /** Moves rows to the trash. */
  delete: write({ input: z.object({ table: TableReference, rows: RowSelection }), output: z.object({ rows: z.int() }) }),
  /** All that is known of a row; asks nothing of the network. Computed cells come with full error details. */
  inspect: read({
    input: z.object({ table: TableReference, rowId: RowId }),
    output: z.object({
      rowId: RowId,
      cells: z.array(Cell),
      media: z.array(
        z.object({
          column: z.string(),
          referenceId: z.int(),
          typed: z.string(),
          canonical: z.string(),
          provider: z.string(),
          remote: z.nullable(RemoteFacts),
          facts: z.nullable(MediaFacts),
          askedAt: z.nullable(z.string()),
          /** The copy that is here. `bytes` are those of the file. */
          held: z.nullable(z.object({ bytes: z.number(), since: z.string(), lastUsed: z.string(), isKept: z.boolean() })),
          upstream: z.nullable(UpstreamState),
        }),
      ),
    }),
  }),
};
