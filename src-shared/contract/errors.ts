/** Failed cells, by cause: seen together, retried together. */
import * as z from 'zod/mini';
import { errorCauses, VitrineError } from '../model/error.ts';
import { RowId } from '../model/table.ts';
import { read } from './define.ts';
import { TableReference } from './table-reference.ts';

const Cause = z.enum(errorCauses);

/** All failed cells of one cause. `example` is one of their errors; `tables` says where they are, by the names of their columns. */
export const ErrorGroup = z.object({
  cause: Cause,
  cells: z.int(),
  example: VitrineError,
  tables: z.array(z.object({ tableId: z.int(), path: z.string(), columns: z.array(z.string()), cells: z.int() })),
});
export type ErrorGroup = z.infer<typeof ErrorGroup>;

/** One failed cell. `name` is that of the row's file, or its number where it has none. */
export const FailedCell = z.object({ tableId: z.int(), rowId: RowId, column: z.string(), name: z.string(), error: VitrineError });
export type FailedCell = z.infer<typeof FailedCell>;

/** Calls about failed cells. Retrying a group is `columns.recompute` with `errorsOnly` and its cause. */
export const errors = {
  /** Groups of one table, or of the library; the largest first. */
  groups: read({ input: z.object({ table: z.optional(TableReference) }), output: z.array(ErrorGroup) }),
  /** Cells `start` to `end` (exclusive, at most 1,000) of one cause in one table, by row. */
  cells: read({ input: z.object({ table: TableReference, cause: Cause, start: z.int(), end: z.int() }), output: z.array(FailedCell) }),
};
