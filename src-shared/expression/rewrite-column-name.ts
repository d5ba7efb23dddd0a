/** Follows a renamed column through an expression. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { Failure } from '../model/error.ts';
import { parseExpression } from './parse-expression.ts';

/** The expression with each mention of the column under its new name, all else as the user wrote it. What cannot be parsed comes back unchanged. */
export function rewriteColumnName(expression: string, name: string, newName: string): string {
  const places: { start: number; end: number }[] = [];
  try {
    collect(parseExpression(expression), name, places);
  } catch (thrown) {
    if (thrown instanceof Failure) return expression;
    throw thrown;
  }
  let rewritten = expression;
  for (const { start, end } of places.sort((a, b) => b.start - a.start)) {
    rewritten = rewritten.slice(0, start) + newName + rewritten.slice(end);
  }
  return rewritten;
}

function collect(node: ASTNode, name: string, places: { start: number; end: number }[]): void {
  if (node.op === 'id') {
    if (node.args === name) places.push({ start: node.start, end: node.end });
    return;
  }
  for (const child of childrenOf(node)) collect(child, name, places);
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}
