/**
 * The nouns of the expression language. `check-expression.ts` makes a `CheckedExpression`, `evaluate-expression.ts` runs it over a
 * row, `expression-to-sql.ts` turns it into SQL; all three read one table of operators and functions, so that they cannot disagree.
 */
import type { CellState, CellValue } from '../model/cell.ts';
import type { Level } from '../model/media.ts';
import type { ColumnType } from '../model/table.ts';

/** Types of the language: those of columns, a media value, and `null`, the type of the literal alone. */
export type ExpressionType = ColumnType | 'null';

/** What an expression may name. */
export interface ExpressionScope {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Judges a pattern written in the expression, where patterns can be run; see `linear-matcher.ts`. */
  readonly isPattern?: (pattern: string) => boolean;
}

/** Whether a pattern occurs in a text, in linear time; null where the pattern is none. `createMatcher` of `linear-matcher.ts` makes one. */
export type TextMatcher = (text: string, pattern: string) => boolean | null;

/** A column or a field of a media column that the expression reads. */
export interface ExpressionRead {
  readonly column: string;
  /** `width`, `exif.Make`, `localpath` …; null for the column's own value; `state()` where only the cell's state or cause is asked. */
  readonly field: string | null;
  readonly level: Level;
}

/** A parsed, typed expression. `tree` is the parser's; only this folder looks into it. */
export interface CheckedExpression {
  readonly source: string;
  readonly type: ExpressionType;
  /** The dearest level of all it reads and calls. */
  readonly level: Level;
  /** True where it calls a volatile function such as `presigned_url`. */
  readonly isVolatile: boolean;
  readonly reads: readonly ExpressionRead[];
  readonly tree: unknown;
}

/** What evaluating asks of a row. Values of pending and failed cells are the caller's decision (null in filters, `input_failed` in columns). */
export interface RowScope {
  /** The value, booleans as true and false; of a media cell its address as `fileurl` gives it, or null where the cell is empty. */
  column(name: string): CellValue;
  /** A field of a media cell, null where the cell is empty; see `readField` of `fields.ts`. */
  field(column: string, field: string): CellValue | Promise<CellValue>;
  state(column: string): CellState;
  cause(column: string): string | null;
  /** The instant that `now()` gives, the same for all rows of one run. */
  readonly now: string;
  readonly matches: TextMatcher;
  /** Functions that reach outside; absent in filters. */
  readonly effects?: { presignedUrl(fileurl: string, seconds: number): Promise<string> };
}

/** How SQL reaches the row; each answer is an SQL expression over stored values that is NULL where there is none. */
export interface SqlScope {
  column(name: string): string;
  /** Null where a field is not stored; then the whole expression is run as a function. */
  field(column: string, field: string): string | null;
  state(column: string): string;
  cause(column: string): string;
}

/** SQL with `?` parameters, in order. Booleans are 0 and 1. */
export interface SqlForm {
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
}
