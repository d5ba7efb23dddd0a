/** The nouns of the library: folder, table, column. */
import * as z from 'zod/mini';
import { Level } from './media.ts';

/** Type of a column's values. The first four hold references. `timestamp` is an ISO 8601 instant in UTC with milliseconds, so that text order is time order. */
export const columnTypes = ['image', 'video', 'audio', 'media', 'string', 'int', 'float', 'bool', 'timestamp', 'json'] as const;
/** One of the types above. */
export const ColumnType = z.enum(columnTypes);
export type ColumnType = z.infer<typeof ColumnType>;

/** True for the types whose cells are references. */
export function isMediaType(type: ColumnType): type is 'image' | 'video' | 'audio' | 'media' {
  return type === 'image' || type === 'video' || type === 'audio' || type === 'media';
}

/** Identity of a row within its table: survives every edit, never used twice. Not the place in a view, which is `rowIndex`. */
export const RowId = z.int().brand<'RowId'>();
export type RowId = z.infer<typeof RowId>;

/** A column as it stands. `expression` is null but for computed columns. */
export const Column = z.object({
  id: z.int(),
  name: z.string(),
  type: ColumnType,
  kind: z.enum(['media', 'plain', 'computed']),
  expression: z.nullable(z.string()),
  /** A volatile column (a presigned link) is a recipe: its cells end and are issued anew when read. */
  isVolatile: z.boolean(),
  /** What a computed column's cells cost; null for the others. */
  level: z.nullable(Level),
  /** Rises with each change of the expression; a result of an older one is not stored. */
  revision: z.int(),
});
export type Column = z.infer<typeof Column>;

/** A folder; `path` is `a/b`, the library itself has none. */
export const Folder = z.object({ id: z.int(), parentId: z.nullable(z.int()), name: z.string(), path: z.string() });
export type Folder = z.infer<typeof Folder>;

/** A table; `path` is `folder/table`, or just `table` at the top. `rowCount` leaves the trash out. */
export const Table = z.object({
  id: z.int(),
  folderId: z.nullable(z.int()),
  name: z.string(),
  path: z.string(),
  rowCount: z.int(),
  columns: z.array(Column),
});
export type Table = z.infer<typeof Table>;
