/** A row and a table to evaluate over in tests. */
import { checkExpression } from '../../src-shared/expression/check-expression.ts';
import { evaluateExpression } from '../../src-shared/expression/evaluate-expression.ts';
import type { CheckedExpression, ExpressionScope, RowScope } from '../../src-shared/expression/expression.ts';
import { createMatcher, isPattern } from '../../src-shared/expression/linear-matcher.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';

export const scope: ExpressionScope = {
  isPattern,
  columns: [
    { name: 'image', type: 'image' },
    { name: 'video', type: 'video' },
    { name: 'audio', type: 'audio' },
    { name: 'i', type: 'int' },
    { name: 'k', type: 'int' },
    { name: 'f', type: 'float' },
    { name: 's', type: 'string' },
    { name: 'u', type: 'string' },
    { name: 'b', type: 'bool' },
    { name: 't', type: 'timestamp' },
    { name: 'j', type: 'json' },
  ],
};

export const matches = createMatcher();

/** A row whose columns have these values, and whose media fields are named `image.width`. */
export function rowOf(values: Readonly<Record<string, CellValue>>, more: Partial<RowScope> = {}): RowScope {
  return {
    column: (name) => values[name] ?? null,
    field: (column, field) => values[`${column}.${field}`] ?? null,
    state: () => 'ok',
    cause: () => null,
    now: '2026-11-23T12:00:00.000Z',
    matches,
    ...more,
  };
}

/** The checked expression; an expression that is wrong fails the test with its message. */
export function checked(source: string): CheckedExpression {
  const outcome = checkExpression(source, scope);
  if (!outcome.ok) throw new Error(`${source}: ${outcome.error.message}`);
  return outcome.value;
}

/** The value over a row. */
export function evaluated(source: string, values: Readonly<Record<string, CellValue>> = {}): CellValue | Promise<CellValue> {
  return evaluateExpression(checked(source), rowOf(values));
}

/** What is wrong, as it is said: message and next step. */
export function complaintOf(source: string): string {
  const outcome = checkExpression(source, scope);
  return outcome.ok ? 'nothing' : `${outcome.error.message} ${outcome.error.next}`;
}
