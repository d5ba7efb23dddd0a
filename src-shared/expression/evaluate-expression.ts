/** Runs a checked expression over a row. */
import type { CellValue } from '../model/cell.ts';
import type { CheckedExpression, RowScope } from './expression.ts';
import { operationNamed } from './function-table.ts';
import type { MaybePromise, Overload } from './operation.ts';
import type { TreeNode } from './tree.ts';
import { fits } from './types.ts';

/**
 * The value, or the promise of it where a field or an effect of the row gave one. Throws (or rejects with) only what the row throws; all
 * else that goes wrong inside an expression is null, see the table in `functions/operators.ts`.
 */
export function evaluateExpression(checked: CheckedExpression, row: RowScope): CellValue | Promise<CellValue> {
  // Only `checkExpression` makes checked expressions, and it puts its tree there.
  return evaluate(checked.tree as TreeNode, row);
}

function evaluate(node: TreeNode, row: RowScope): MaybePromise {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'column':
      return row.column(node.name);
    case 'field':
      return row.field(node.column, node.field);
    case 'cell':
      return node.asks === 'state' ? row.state(node.column) : row.cause(node.column);
    case 'list':
      return all(node.items, row, (items) => [...items]);
    case 'map':
      return all([...node.keys, ...node.values], row, (parts) =>
        Object.fromEntries(node.keys.map((_, index) => [String(parts[index]), parts[node.keys.length + index] ?? null])),
      );
    case 'call':
      return call(node, overloadOf(node.name, node.overload), row);
  }
}

/** The way of calling that the checker chose. */
export function overloadOf(name: string, index: number): Overload {
  const overload = operationNamed(name)?.overloads[index];
  if (!overload) throw new Error(`The table has no ${name} number ${index}.`);
  return overload;
}

function call(node: TreeNode & { kind: 'call' }, overload: Overload, row: RowScope): MaybePromise {
  const { run, runLazily } = overload;
  if (runLazily) return runLazily(node.arguments.map((argument) => () => evaluate(argument, row)));
  return all(node.arguments, row, (values) => {
    const taken = values.map((value, index) => (value !== null && fits(node.kinds[index] ?? 'any', value) ? value : null));
    if (!overload.takesNull && taken.includes(null)) return null;
    return run?.(taken, row) ?? null;
  });
}

/** The values of all nodes at once; a promise only where one of them is. */
function all(nodes: readonly TreeNode[], row: RowScope, next: (values: readonly CellValue[]) => MaybePromise): MaybePromise {
  const values = nodes.map((node) => evaluate(node, row));
  const known: CellValue[] = [];
  for (const value of values) {
    if (value instanceof Promise) return Promise.all(values).then(next);
    known.push(value);
  }
  return next(known);
}
