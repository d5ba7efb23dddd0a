/** Folders, tables and columns. */
import * as z from 'zod/mini';
import { Cell } from '../model/cell.ts';
import { VitrineError } from '../model/error.ts';
import { ComputeResult, Job } from '../model/job.ts';
import { Cost, Level } from '../model/media.ts';
import { Column, ColumnType, Folder, RowId, Table } from '../model/table.ts';
import { read, write } from './define.ts';
import { TableReference } from './table-reference.ts';

/** `wait`: the answer comes when the cells are computed · `background`: a job goes on · `none`: cells stay pending. */
export const ComputeWhen = z.enum(['wait', 'background', 'none']);
export type ComputeWhen = z.infer<typeof ComputeWhen>;

const Dropped = z.object({ dropped: z.boolean(), rows: z.int(), tables: z.int() });

/** Calls about folders. */
export const folders = {
  create: write({ input: z.object({ path: z.string(), ifNotExists: z.optional(z.boolean()) }), output: Folder }),
  /** A full folder goes only with `force`; with `force` a missing one is no error and gives `dropped: false`. */
  drop: write({ input: z.object({ path: z.string(), force: z.optional(z.boolean()) }), output: Dropped }),
  /** All folders and tables below `path`, or of the library. */
  list: read({ input: z.object({ path: z.optional(z.string()) }), output: z.object({ folders: z.array(Folder), tables: z.array(Table) }) }),
  rename: write({ input: z.object({ id: z.int(), name: z.string() }), output: Folder }),
  /** `folderId` null is the library itself. */
  move: write({ input: z.object({ id: z.int(), folderId: z.nullable(z.int()) }), output: Folder }),
};

/** Calls about tables. */
export const tables = {
  create: write({
    input: z.object({
      path: z.string(),
      columns: z.array(z.object({ name: z.string(), type: ColumnType })),
      ifNotExists: z.optional(z.boolean()),
    }),
    output: Table,
  }),
  drop: write({ input: z.object({ table: TableReference }), output: Dropped }),
  get: read({ input: z.object({ table: TableReference }), output: Table }),
  rename: write({ input: z.object({ table: TableReference, name: z.string() }), output: Table }),
  move: write({ input: z.object({ table: TableReference, folderId: z.nullable(z.int()) }), output: Table }),
};

/** What checking an expression says, before anything is stored. */
export const ExpressionCheck = z.object({
  /** Type a column of it would have, or null where it is wrong. */
  type: z.nullable(ColumnType),
  level: z.nullable(Level),
  isVolatile: z.boolean(),
  /** Columns it reads. */
  reads: z.array(z.string()),
  error: z.nullable(VitrineError),
});
export type ExpressionCheck = z.infer<typeof ExpressionCheck>;

const ComputedColumn = z.object({ column: Column, result: z.nullable(ComputeResult) });

/** Calls about columns and their expressions. */
export const columns = {
  add: write({ input: z.object({ table: TableReference, name: z.string(), type: ColumnType }), output: Column }),
  /** `onError: 'abort'` with `compute: 'wait'`: the first failed cell takes the column back and is the error. */
  addComputed: write({
    input: z.object({
      table: TableReference,
      name: z.string(),
      expression: z.string(),
      compute: ComputeWhen,
      onError: z.optional(z.enum(['ignore', 'abort'])),
    }),
    output: ComputedColumn,
    progress: Job,
  }),
  setExpression: write({
    input: z.object({ table: TableReference, name: z.string(), expression: z.string(), compute: ComputeWhen }),
    output: ComputedColumn,
    progress: Job,
  }),
  drop: write({ input: z.object({ table: TableReference, name: z.string() }), output: z.object({}) }),
  rename: write({ input: z.object({ table: TableReference, name: z.string(), newName: z.string() }), output: Column }),
  check: read({ input: z.object({ table: TableReference, expression: z.string() }), output: ExpressionCheck }),
  /**
   * Values of expressions for some rows, shown and not stored; one list of cells a row, in the order asked.
   * Costs at most `maxLevel`: cells that need more stay `pending`.
   */
  evaluate: read({
    input: z.object({ table: TableReference, expressions: z.array(z.string()), rowIds: z.array(RowId), maxLevel: Level }),
    output: z.object({ cells: z.array(z.array(Cell)), cost: Cost }),
  }),
  /** Computes pending and stale cells, or with `errorsOnly` the failed ones (of one cause), or with `rowIds` just those rows' cells whatever their state. */
  recompute: write({
    input: z.object({
      table: TableReference,
      columns: z.optional(z.array(z.string())),
      where: z.optional(z.string()),
      rowIds: z.optional(z.array(RowId)),
      errorsOnly: z.optional(z.boolean()),
      cause: z.optional(z.string()),
      compute: ComputeWhen,
    }),
    output: z.nullable(ComputeResult),
    progress: Job,
  }),
};
