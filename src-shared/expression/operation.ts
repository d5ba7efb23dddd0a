/** The shape of the one table: each operator and function with its type, its JavaScript and its SQL. */
import type { CellValue } from '../model/cell.ts';
import type { Level } from '../model/media.ts';
import type { ExpressionType, RowScope } from './expression.ts';
import type { TreeNode } from './tree.ts';
import type { ParameterKind } from './types.ts';

/** A value, or the promise of one where a field or an effect has to ask. */
export type MaybePromise = CellValue | Promise<CellValue>;

/** One way to call an operation. */
export interface Overload {
  readonly parameters: readonly ParameterKind[];
  /** How many of the last parameters may be left out. */
  readonly optional?: number;
  /** Kind of any number of further arguments. */
  readonly rest?: ParameterKind;
  readonly returns: ExpressionType | ((types: readonly ExpressionType[]) => ExpressionType);
  /** Refuses arguments that their kinds alone allow: a sentence, or null. */
  readonly refuse?: (nodes: readonly TreeNode[], isPattern?: (pattern: string) => boolean) => string | null;
  /** True where null is a value like others; else an argument that is null makes the result null before `run` is asked. */
  readonly takesNull?: boolean;
  readonly run?: (values: readonly CellValue[], row: RowScope) => MaybePromise;
  /** Instead of `run`, where not all arguments are always evaluated. */
  readonly runLazily?: (values: readonly (() => MaybePromise)[]) => MaybePromise;
  /**
   * The same as SQL over the SQL of the arguments, NULL wherever `run` gives null; null or absent where SQLite cannot say exactly the same.
   * Each argument may be used once only, because its parameters are bound in order.
   */
  readonly sql?: (parts: readonly string[], nodes: readonly TreeNode[]) => string | null;
}

/** An operator or a function. */
export interface Operation {
  readonly name: string;
  /** As shown in the editor: `round(number, digits)`. */
  readonly signature: string;
  /** One sentence. */
  readonly help: string;
  /** An expression with its value, `lower("A.JPG")` → `"a.jpg"`. */
  readonly example: string;
  readonly subject: 'operators' | 'logic' | 'text' | 'numbers' | 'dates' | 'json' | 'addresses' | 'links' | 'cells' | 'conversion';
  readonly level: Level;
  readonly isVolatile: boolean;
  readonly overloads: readonly Overload[];
}

type Described = Pick<Operation, 'signature' | 'help' | 'example'> & Partial<Pick<Operation, 'level' | 'isVolatile'>>;

/** Writes an entry; level `none` and not volatile unless said. */
export function operation(subject: Operation['subject'], name: string, described: Described, ...overloads: Overload[]): Operation {
  return { name, subject, level: 'none', isVolatile: false, ...described, overloads };
}

/** Goes on with a value when it is there: at once, or when its promise is kept. */
export function whenKnown(value: MaybePromise, next: (value: CellValue) => MaybePromise): MaybePromise {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** The argument as a number; `fits` was asked before, so that zero is never reached. */
export function numberAt(values: readonly CellValue[], index: number): number {
  const value = values[index];
  return typeof value === 'number' ? value : 0;
}

/** The argument as text, see `numberAt`. */
export function textAt(values: readonly CellValue[], index: number): string {
  const value = values[index];
  return typeof value === 'string' ? value : '';
}

/** Null instead of infinity and NaN. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The same in SQL; NaN is NULL there already. */
export function finiteSql(sql: string): string {
  return `nullif(nullif(${sql}, 9e999), -9e999)`;
}
