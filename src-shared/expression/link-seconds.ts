/** How long the links of an expression are asked to live. */
import type { CheckedExpression } from './expression.ts';
import type { TreeNode } from './tree.ts';

/** The shortest literal number of seconds given to `presigned_url`, or null where there is none. */
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
  const seconds = node.arguments[1];
  if (node.name === 'presigned_url' && seconds?.kind === 'literal' && typeof seconds.value === 'number') found.push(seconds.value);
  for (const argument of node.arguments) collect(argument, found);
}
