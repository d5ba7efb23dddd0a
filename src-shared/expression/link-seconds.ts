/** How long the links of an expression are asked to live. */
import type { CheckedExpression } from './expression.ts';
import type { TreeNode } from './tree.ts';

/** The shortest number of seconds given to `presigned_url` that is written out, such as `3600` or `7 * 24 * 3600`; null where there is none. */
export function linkSecondsOf(checked: CheckedExpression): number | null {
  const found: number[] = [];
  // Only `checkExpression` makes checked expressions, and it puts its tree there.
  collect(checked.tree as TreeNode, found);
  return found.length === 0 ? null : Math.min(...found);
}

function collect(node: TreeNode, found: number[]): void {
  if (node.kind === 'list') for (const item of node.items) collect(item, found);
  if (node.kind === 'map') for (const value of node.values) collect(value, found);
  if (node.kind !== 'call') return;
  const seconds = node.name === 'presigned_url' ? writtenNumber(node.arguments[1]) : null;
  if (seconds !== null) found.push(seconds);
  for (const argument of node.arguments) collect(argument, found);
}

/** The value of numbers and of sums, differences, products and quotients of them; null for all else. */
function writtenNumber(node: TreeNode | undefined): number | null {
  if (node?.kind === 'literal') return typeof node.value === 'number' ? node.value : null;
  if (node?.kind !== 'call' || node.arguments.length !== 2) return null;
  const [left, right] = node.arguments.map(writtenNumber);
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  switch (node.name) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return null;
  }
}
