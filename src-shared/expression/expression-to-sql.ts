/** Turns a checked expression into SQL that gives the same values, or says that it cannot. */
import { overloadOf } from './evaluate-expression.ts';
import type { CheckedExpression, SqlForm, SqlScope } from './expression.ts';
import type { TreeNode } from './tree.ts';
import { isMedia } from './types.ts';

/** Deepest tree that is turned into SQL: a call becomes up to four levels, and SQLite takes 1,000 in all. */
const maxDepth = 150;

type Parameters = (string | number | null)[];

/**
 * SQL for SQLite with `?` parameters, or null where the expression (or the scope) has no exact SQL form: then run it as a function. Texts
 * must be stored with SQLite's own BINARY collation.
 */
export function expressionToSql(checked: CheckedExpression, scope: SqlScope): SqlForm | null {
  const parameters: Parameters = [];
  // Only `checkExpression` makes checked expressions, and it puts its tree there.
  const sql = formOf(checked.tree as TreeNode, scope, parameters, 0);
  return sql === null ? null : { sql, parameters };
}

function formOf(node: TreeNode, scope: SqlScope, parameters: Parameters, depth: number): string | null {
  if (depth > maxDepth) return null;
  switch (node.kind) {
    case 'literal':
      return literalForm(node.value, parameters);
    case 'column':
      return scope.column(node.name);
    case 'field':
      return node.type === 'json' ? null : scope.field(node.column, node.field);
    case 'cell':
      return node.asks === 'state' ? scope.state(node.column) : scope.cause(node.column);
    case 'list': {
      const items = formsOf(node.items, scope, parameters, depth);
      return items === null ? null : `(${items.join(', ')})`;
    }
    case 'map':
      return null;
    case 'call': {
      const overload = overloadOf(node.name, node.overload);
      if (!overload.sql || !node.arguments.every((argument) => canStand(argument, node))) return null;
      const parts = formsOf(node.arguments, scope, parameters, depth);
      return parts === null ? null : overload.sql(parts, node.arguments);
    }
  }
}

function literalForm(value: unknown, parameters: Parameters): string | null {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  parameters.push(value);
  return '?';
}

/** JSON is stored as text and media as references: neither compares in SQL, but whether there is a medium can be asked. */
function canStand(argument: TreeNode, call: TreeNode & { kind: 'call' }): boolean {
  if (argument.kind === 'list') return call.name === 'in';
  if (argument.type === 'json') return false;
  if (!isMedia(argument.type)) return true;
  const isNullTest = (call.name === '==' || call.name === '!=') && call.arguments.some((other) => other.type === 'null');
  return argument.kind === 'column' && (call.name === 'has' || isNullTest);
}

function formsOf(nodes: readonly TreeNode[], scope: SqlScope, parameters: Parameters, depth: number): string[] | null {
  const forms: string[] = [];
  for (const node of nodes) {
    const form = formOf(node, scope, parameters, depth + 1);
    if (form === null) return null;
    forms.push(form);
  }
  return forms;
}
