/** Reads an expression and gives every part its type, or says what is wrong, where, and what was meant. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { Failure, type Outcome } from '../model/error.ts';
import { type Level, levels } from '../model/media.ts';
import { isMediaType } from '../model/table.ts';
import type { CheckedExpression, ExpressionRead, ExpressionScope, ExpressionType } from './expression.ts';
import { expressionError, type SourceRange } from './expression-error.ts';
import { fieldsOf, mediaFieldNamed } from './fields.ts';
import { functionNamed, functions, operationNamed } from './function-table.ts';
import type { Operation, Overload } from './operation.ts';
import { parseExpression } from './parse-expression.ts';
import type { TreeNode } from './tree.ts';
import { accepts, isMedia, kindInWords, type ParameterKind, typeInWords } from './types.ts';
import { instantText, parseInstant } from './values.ts';

/** Beside these a literal text is read as a time where the other side is one. */
const timeReaders: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=', 'in', 'min', 'max', 'coalesce', '?:']);

interface Checking {
  readonly source: string;
  readonly scope: ExpressionScope;
  readonly reads: Map<string, ExpressionRead>;
  level: Level;
  isVolatile: boolean;
}

/** The dearer of two levels. */
export function dearerLevel(a: Level, b: Level): Level {
  return levels.indexOf(a) >= levels.indexOf(b) ? a : b;
}

/** Checks an expression against the columns it may name. Fails with `expression`: unknown names, wrong types, text that is no expression. */
export function checkExpression(source: string, scope: ExpressionScope): Outcome<CheckedExpression> {
  const checking: Checking = { source, scope, reads: new Map(), level: 'none', isVolatile: false };
  try {
    const tree = check(parseExpression(source), checking);
    const { level, isVolatile, reads } = checking;
    return { ok: true, value: { source, type: tree.type, level, isVolatile, reads: [...reads.values()], tree } };
  } catch (thrown) {
    if (thrown instanceof Failure) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

function check(node: ASTNode, checking: Checking): TreeNode {
  const place = { start: node.start, end: node.end };
  switch (node.op) {
    case 'value':
      return literal(node.args, place, checking);
    case 'id':
      return column(node.args, place, checking);
    case '.':
      return member(node.args[0], node.args[1], place, checking);
    case 'list': {
      const items = node.args.map((item) => check(item, checking));
      refuseMedia(items, checking);
      return { kind: 'list', type: 'json', items, ...place };
    }
    case 'map': {
      const keys = node.args.map(([key]) => check(key, checking));
      const wrong = keys.find((key) => key.type !== 'string');
      if (wrong) throw expressionError(checking.source, wrong, 'A key of JSON is text.');
      const values = node.args.map(([, value]) => check(value, checking));
      refuseMedia(values, checking);
      return { kind: 'map', type: 'json', keys, values, ...place };
    }
    case 'call':
      return called(node.args[0], node.args[1], place, { start: node.start, end: node.start + node.args[0].length }, checking);
    case 'rcall': {
      const [name, receiver, rest] = node.args;
      const at = checking.source.indexOf(name, receiver.end);
      return called(name, [receiver, ...rest], place, { start: at, end: at + name.length }, checking);
    }
    case '!_':
    case '-_':
      return applied(operationOf(node.op), [check(node.args, checking)], place, checking);
    case '?:':
    case '[]':
    case '&&':
    case '||':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return applied(
        operationOf(node.op),
        node.args.map((part) => check(part, checking)),
        place,
        checking,
      );
    default:
      throw expressionError(checking.source, place, 'This is not part of the language here.');
  }
}

function operationOf(sign: string): Operation {
  const found = operationNamed(sign);
  if (!found) throw new Error(`The operator ${sign} is not in the table.`);
  return found;
}

function refuseMedia(items: readonly TreeNode[], checking: Checking): void {
  const wrong = items.find((item) => isMedia(item.type));
  if (wrong)
    throw expressionError(checking.source, wrong, 'A media column cannot be part of JSON.', {
      next: 'Take a field of it, such as fileurl.',
    });
}

function literal(value: unknown, place: SourceRange, { source }: Checking): TreeNode {
  if (value === null) return { kind: 'literal', type: 'null', value, ...place };
  if (typeof value === 'boolean') return { kind: 'literal', type: 'bool', value, ...place };
  // Half a surrogate pair cannot be stored, so no stored text could ever equal it.
  if (typeof value === 'string') return { kind: 'literal', type: 'string', value: value.toWellFormed(), ...place };
  if (typeof value === 'number') return { kind: 'literal', type: 'float', value, ...place };
  if (typeof value === 'bigint') {
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw expressionError(source, place, 'This number is too large to be exact.', { next: 'Write it with a point: 1.0e18.' });
    }
    return { kind: 'literal', type: 'int', value: Number(value), ...place };
  }
  throw expressionError(source, place, 'This kind of value is not part of the language here.', {
    next: 'Write text in quotes and numbers without a letter.',
  });
}

function noteRead(checking: Checking, name: string, field: string | null, level: Level): void {
  checking.level = dearerLevel(checking.level, level);
  checking.reads.set(`${name} ${field ?? ''}`, { column: name, field, level });
}

function columnNamed(name: string, place: SourceRange, { source, scope }: Checking): ExpressionScope['columns'][number] {
  const found = scope.columns.find((candidate) => candidate.name === name);
  if (found) return found;
  const candidates = scope.columns.map((candidate) => candidate.name);
  const isFunction = functionNamed(name) !== null;
  throw expressionError(source, place, `There is no column ${name}.`, {
    wrong: name,
    candidates,
    next: isFunction
      ? `${name} is a function: write ${functionNamed(name)?.signature}.`
      : `Columns here: ${candidates.slice(0, 12).join(', ') || 'none'}.`,
  });
}

function column(name: string, place: SourceRange, checking: Checking): TreeNode {
  const { type } = columnNamed(name, place, checking);
  noteRead(checking, name, null, 'none');
  return { kind: 'column', type, name, ...place };
}

/** `image.width`, `image.exif.Make`, and keys of JSON. */
function member(owner: ASTNode, name: string, place: SourceRange, checking: Checking): TreeNode {
  const nameRange = { start: place.end - name.length, end: place.end };
  if (owner.op === 'id') {
    const { type } = columnNamed(owner.args, owner, checking);
    if (isMediaType(type)) {
      const fields = fieldsOf(type);
      const found = fields.find((candidate) => candidate.name === name);
      if (!found) {
        throw expressionError(checking.source, nameRange, `${owner.args} has no ${name}.`, {
          wrong: name,
          candidates: fields.map((candidate) => candidate.name),
          next: `It has ${fields.map((candidate) => candidate.name).join(', ')}.`,
        });
      }
      noteRead(checking, owner.args, name, found.level);
      checking.isVolatile ||= found.isVolatile;
      return { kind: 'field', type: found.type, column: owner.args, field: name, ...place };
    }
  }
  const value = check(owner, checking);
  if (value.kind === 'field' && value.field === 'exif') {
    const field = `exif.${name}`;
    checking.reads.delete(`${value.column} exif`);
    noteRead(checking, value.column, field, mediaFieldNamed(field)?.level ?? 'header');
    return { kind: 'field', type: 'json', column: value.column, field, ...place };
  }
  if (value.type !== 'json' && value.type !== 'null') {
    const isCall = functionNamed(name) !== null;
    throw expressionError(checking.source, nameRange, `${capital(typeInWords(value.type))} has no ${name}.`, {
      next: isCall ? `${name} is a function: write ${name}(…).` : 'Only media columns and JSON have parts.',
    });
  }
  const key: TreeNode = { kind: 'literal', type: 'string', value: name, ...nameRange };
  return applied(operationOf('[]'), [value, key], place, checking);
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function called(name: string, parts: readonly ASTNode[], place: SourceRange, nameRange: SourceRange, checking: Checking): TreeNode {
  const found = functionNamed(name);
  if (!found) {
    throw expressionError(checking.source, nameRange, `There is no function ${name}.`, {
      wrong: name,
      candidates: functions.map((candidate) => candidate.name),
      next: 'The list of functions shows all.',
    });
  }
  if (found.overloads.some(({ parameters }) => parameters.includes('column'))) return cell(found, parts, place, checking);
  checking.level = dearerLevel(checking.level, found.level);
  checking.isVolatile ||= found.isVolatile;
  return applied(
    found,
    parts.map((part) => check(part, checking)),
    place,
    checking,
  );
}

/** `state(column)` and `cause(column)`. */
function cell(found: Operation, parts: readonly ASTNode[], place: SourceRange, checking: Checking): TreeNode {
  const [part] = parts;
  if (part?.op !== 'id' || parts.length !== 1) {
    throw expressionError(checking.source, part ?? place, `${found.name} takes the name of one column.`, {
      next: `Write ${found.signature}.`,
    });
  }
  const { name } = columnNamed(part.args, part, checking);
  noteRead(checking, name, 'state()', 'none');
  return { kind: 'cell', type: 'string', column: name, asks: found.name === 'cause' ? 'cause' : 'state', ...place };
}

function applied(found: Operation, written: readonly TreeNode[], place: SourceRange, checking: Checking): TreeNode {
  const nodes = timeReaders.has(found.name) ? withTimes(written, checking) : written;
  const types = nodes.map((node) => node.type);
  const index = found.overloads.findIndex((overload) => matches(overload, types));
  const overload = found.overloads[index];
  if (!overload) throw misuse(found, nodes, place, checking);
  const refusal = overload.refuse?.(nodes, checking.scope.isPattern);
  if (refusal) throw expressionError(checking.source, place, refusal);
  return {
    kind: 'call',
    type: typeof overload.returns === 'function' ? overload.returns(types) : overload.returns,
    name: found.name,
    overload: index,
    arguments: nodes,
    kinds: nodes.map((_, at) => kindAt(overload, at) ?? 'any'),
    ...place,
  };
}

function kindAt(overload: Overload, index: number): ParameterKind | null {
  return overload.parameters[index] ?? overload.rest ?? null;
}

function matches(overload: Overload, types: readonly ExpressionType[]): boolean {
  if (types.length < overload.parameters.length - (overload.optional ?? 0)) return false;
  return types.every((type, index) => {
    const kind = kindAt(overload, index);
    return kind !== null && accepts(kind, type);
  });
}

/** Literal texts as times where any of the others is a time; also inside a literal list. */
function withTimes(nodes: readonly TreeNode[], checking: Checking): readonly TreeNode[] {
  const parts = nodes.flatMap((node) => (node.kind === 'list' ? node.items : [node]));
  if (!parts.some((node) => node.type === 'timestamp')) return nodes;
  const asTime = (node: TreeNode): TreeNode => {
    if (node.kind === 'list') return { ...node, items: node.items.map(asTime) };
    if (node.kind !== 'literal' || typeof node.value !== 'string' || node.type !== 'string') return node;
    const milliseconds = parseInstant(node.value);
    const value = milliseconds === null ? null : instantText(milliseconds);
    if (value === null)
      throw expressionError(checking.source, node, 'This is not a time.', { next: 'Write it as 2026-03-01 or 2026-03-01T12:00:00Z.' });
    return { ...node, type: 'timestamp', value };
  };
  return nodes.map(asTime);
}

/** Why no way of calling it fits. */
function misuse(found: Operation, nodes: readonly TreeNode[], place: SourceRange, { source }: Checking): Failure {
  const isSign = !/^\w/.test(found.name) || found.name === 'in';
  const counts = found.overloads.map(({ parameters }) => parameters.length);
  const least = Math.min(...found.overloads.map(({ parameters, optional }) => parameters.length - (optional ?? 0)));
  const most = found.overloads.some(({ rest }) => rest) ? Number.POSITIVE_INFINITY : Math.max(...counts);
  if (!isSign && (nodes.length < least || nodes.length > most)) {
    return expressionError(
      source,
      place,
      `${found.name} does not take ${nodes.length === 1 ? '1 argument' : `${nodes.length} arguments`}.`,
      {
        next: `Write ${found.signature}.`,
      },
    );
  }
  if (isSign) {
    const kinds = nodes.map(({ type }) => typeInWords(type)).join(' and ');
    const isTextAndNumber = nodes.some(({ type }) => type === 'string') && nodes.some(({ type }) => type === 'int' || type === 'float');
    const sign = found.name === '?:' ? 'A condition' : found.name.replace('_', '');
    return expressionError(
      source,
      place,
      found.name === '?:' ? 'A condition must be true or false.' : `${sign} does not work with ${kinds}.`,
      {
        next: isTextAndNumber
          ? 'Make text of the number with string(…), or a number of the text with double(…).'
          : `It is written ${found.signature}.`,
      },
    );
  }
  const wrong = firstMisfit(found, nodes);
  return expressionError(
    source,
    wrong.node ?? place,
    `${found.name} needs ${wrong.wants} here, and this is ${wrong.node ? typeInWords(wrong.node.type) : 'missing'}.`,
    {
      next: `Write ${found.signature}.`,
    },
  );
}

/** The first argument that fits no overload, by the overload that gets furthest. */
function firstMisfit(found: Operation, nodes: readonly TreeNode[]): { node: TreeNode | undefined; wants: string } {
  let furthest = -1;
  const wants = new Set<string>();
  for (const overload of found.overloads) {
    const at = nodes.findIndex((node, index) => !accepts(kindAt(overload, index) ?? 'column', node.type));
    if (at > furthest) wants.clear();
    if (at >= furthest) {
      furthest = at;
      wants.add(kindInWords(kindAt(overload, at) ?? 'any'));
    }
  }
  return { node: nodes[furthest], wants: [...wants].join(' or ') };
}
