/** A table's rows in some order, filtered: opened once, read by place. */
import * as z from 'zod/mini';
import { Row } from '../model/cell.ts';
import { RowId } from '../model/table.ts';
import { read } from './define.ts';
import { TableReference } from './table-reference.ts';

/** One key of an order: an expression over stored values, most often a column's name. NULLs come last in both directions. */
export const OrderKey = z.object({ by: z.string(), direction: z.enum(['asc', 'desc']) });
export type OrderKey = z.infer<typeof OrderKey>;

/**
 * A view as it stands. `version` rises whenever its rows or their order changed. `total` counts the table without filter. `changedFrom` is
 * the first place at which it differs from the version before; it is missing in the first version.
 */
export const View = z.object({
  viewId: z.int(),
  version: z.int(),
  rowCount: z.int(),
  total: z.int(),
  changedFrom: z.optional(z.int()),
});
export type View = z.infer<typeof View>;

/** Calls about views. */
export const views = {
  open: read({
    input: z.object({ table: TableReference, filter: z.optional(z.string()), order: z.optional(z.array(OrderKey)) }),
    output: View,
  }),
  /**
   * Rows `start` to `end` (exclusive, at most 1,000) of the view as it stands at `version`. Presigned cells carry their end and no URL;
   * `withLinks` issues ended ones anew first and gives the URLs as values.
   */
  page: read({
    input: z.object({ viewId: z.int(), start: z.int(), end: z.int(), withLinks: z.optional(z.boolean()) }),
    output: z.object({ version: z.int(), rows: z.array(Row) }),
  }),
  /** Where a row is in the view, or null. */
  indexOf: read({ input: z.object({ viewId: z.int(), rowId: RowId }), output: z.object({ rowIndex: z.nullable(z.int()) }) }),
  /** Where these rows (at most 1,000) are in the view, null for those that are not, and the view as it stood when it was asked. */
  placesOf: read({
    input: z.object({ viewId: z.int(), rowIds: z.array(RowId).check(z.maxLength(1_000)) }),
    output: z.object({ view: View, places: z.array(z.nullable(z.int())) }),
  }),
  /** The row ids from `start` to `end` (exclusive), for selections; at most 1,000,000. */
  rowIds: read({ input: z.object({ viewId: z.int(), start: z.int(), end: z.int() }), output: z.array(RowId) }),
  /** Says which rows are on screen: their cells are computed first. */
  show: read({ input: z.object({ viewId: z.int(), start: z.int(), end: z.int() }), output: z.object({}) }),
  close: read({ input: z.object({ viewId: z.int() }), output: z.object({}) }),
};
