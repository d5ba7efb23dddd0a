/** How calls name a table. */
import * as z from 'zod/mini';

/** A table by id, or by path `folder/table` (`folder.table` is read as the same). */
export const TableReference = z.union([z.int(), z.string()]);
export type TableReference = z.infer<typeof TableReference>;

/** Which rows of a table: by identity, or all for which an expression is true. */
export const RowSelection = z.union([z.object({ rowIds: z.array(z.int()) }), z.object({ where: z.string() })]);
export type RowSelection = z.infer<typeof RowSelection>;
