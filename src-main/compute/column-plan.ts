/** What computing a table's columns takes: checked expressions, the order of dependence, what depends on what. */
import type { ExpressionCheck } from '../../src-shared/contract/tree.ts';
import { checkExpression } from '../../src-shared/expression/check-expression.ts';
import type { CheckedExpression } from '../../src-shared/expression/expression.ts';
import { findCycle } from '../../src-shared/expression/find-cycle.ts';
import { isPattern } from '../../src-shared/expression/linear-matcher.ts';
import { columnTypeOf } from '../../src-shared/expression/types.ts';
import { Failure, fail, type Outcome } from '../../src-shared/model/error.ts';
import { type Column, isMediaType, type Table } from '../../src-shared/model/table.ts';
import type { ComputedColumn } from '../catalog/catalog.ts';

/** A computed column that can be computed. */
export interface PlannedColumn {
  readonly column: Column;
  readonly checked: CheckedExpression;
  /** Names of the columns it reads. */
  readonly reads: readonly string[];
}

/** Names of the columns an expression reads, each once. */
function readsOf(checked: CheckedExpression): string[] {
  return [...new Set(checked.reads.map(({ column }) => column))];
}

function checkIn(table: Table, expression: string): Outcome<CheckedExpression> {
  return checkExpression(expression, { columns: table.columns, isPattern });
}

/** Checks an expression against a table; with `forColumn` also that the column would not depend on itself. */
export function checkAgainst(table: Table, expression: string, forColumn?: string): Outcome<CheckedExpression> {
  const checked = checkIn(table, expression);
  if (!checked.ok || forColumn === undefined) return checked;
  const own = { name: forColumn, reads: readsOf(checked.value) };
  const others = table.columns.flatMap(({ name, expression: other }) => {
    const outcome = other === null || name === forColumn ? null : checkIn(table, other);
    return outcome?.ok ? [{ name, reads: readsOf(outcome.value) }] : [];
  });
  const cycle = findCycle([own, ...others]);
  if (cycle === null) return checked;
  const failure = fail('expression', {
    message: `${forColumn} would depend on itself: ${cycle.join(' needs ')}.`,
    next: 'Read another column.',
    details: { position: { start: 0, end: expression.length, line: 1, column: 1 } },
  });
  return { ok: false, error: failure.error };
}

/** A column that reads a volatile column is as volatile as that one. */
function isVolatileIn(table: Table, checked: CheckedExpression): boolean {
  return (
    checked.isVolatile || checked.reads.some(({ column }) => table.columns.some(({ name, isVolatile }) => name === column && isVolatile))
  );
}

/** What the editor shows of an expression. */
export function describeCheck(table: Table, outcome: Outcome<CheckedExpression>): ExpressionCheck {
  if (!outcome.ok) return { type: null, level: null, isVolatile: false, reads: [], error: outcome.error };
  const checked = outcome.value;
  return {
    type: columnTypeOf(checked.type),
    level: checked.level,
    isVolatile: isVolatileIn(table, checked),
    reads: readsOf(checked),
    error: null,
  };
}

/** What the catalog stores of a computed column. Throws `Failure` `expression`. */
export function planColumn(table: Table, name: string, expression: string): ComputedColumn {
  const outcome = checkAgainst(table, expression, name);
  if (!outcome.ok) throw new Failure(outcome.error);
  const checked = outcome.value;
  const type = columnTypeOf(checked.type);
  if (isMediaType(type)) {
    throw fail('expression', {
      message: 'A computed column holds values, not files.',
      next: 'Take a field of the file, such as width or fileurl.',
      details: { position: { start: 0, end: expression.length, line: 1, column: 1 } },
    });
  }
  const reads = new Set(readsOf(checked));
  return {
    name,
    expression,
    type,
    level: checked.level,
    isVolatile: isVolatileIn(table, checked),
    reads: table.columns.filter((column) => reads.has(column.name)).map(({ id }) => id),
  };
}

/**
 * The asked columns with all computed ones that they read or that read them, in order of dependence: no column stands before one it reads.
 * Throws the `Failure` of a stored expression that does not hold any more (a column it read is gone).
 */
export function planColumns(table: Table, askedIds: readonly number[]): PlannedColumn[] {
  const planned = new Map<string, PlannedColumn>();
  for (const column of table.columns) {
    if (column.expression === null) continue;
    const checked = checkIn(table, column.expression);
    if (checked.ok) planned.set(column.name, { column, checked: checked.value, reads: readsOf(checked.value) });
    else if (askedIds.includes(column.id)) throw new Failure(checked.error);
  }
  const wanted = new Set([...planned.values()].filter(({ column }) => askedIds.includes(column.id)).map(({ column }) => column.name));
  addUntilStill(wanted, (name) => [...planned.values()].filter(({ reads }) => reads.includes(name)).map(({ column }) => column.name));
  addUntilStill(wanted, (name) => (planned.get(name)?.reads ?? []).filter((read) => planned.has(read)));
  return inOrder(planned, wanted);
}

function addUntilStill(names: Set<string>, next: (name: string) => string[]): void {
  // A set gives what is added while it is walked.
  for (const name of names) for (const more of next(name)) names.add(more);
}

function inOrder(planned: ReadonlyMap<string, PlannedColumn>, wanted: ReadonlySet<string>): PlannedColumn[] {
  const ordered = new Map<string, PlannedColumn>();
  const visiting = new Set<string>();
  const visit = (name: string) => {
    const column = planned.get(name);
    if (!column || ordered.has(name) || visiting.has(name)) return;
    visiting.add(name);
    for (const read of column.reads) visit(read);
    ordered.set(name, column);
  };
  for (const name of wanted) visit(name);
  return [...ordered.values()];
}
