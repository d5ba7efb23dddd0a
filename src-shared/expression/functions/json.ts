/** Null and parts of JSON. */
import type { ExpressionType } from '../expression.ts';
import { type MaybePromise, type Operation, operation, whenKnown } from '../operation.ts';
import { typeInWords, unify } from '../types.ts';

function firstOf(values: readonly (() => MaybePromise)[], index: number): MaybePromise {
  const value = values[index];
  return value ? whenKnown(value(), (known) => (known === null ? firstOf(values, index + 1) : known)) : null;
}

function unifyAll(types: readonly ExpressionType[]): ExpressionType | null {
  return types.reduce<ExpressionType | null>((all, type) => (all === null ? null : unify(all, type)), 'null');
}

/** The functions. */
export const jsonFunctions: readonly Operation[] = [
  operation(
    'json',
    'has',
    { signature: 'has(value)', help: 'True where there is a value, false where it is null.', example: 'has(image.exif.Make)' },
    {
      parameters: ['any'],
      returns: 'bool',
      takesNull: true,
      run: ([value = null]) => value !== null,
      sql: ([value = '']) => `(${value} IS NOT NULL)`,
    },
  ),
  operation(
    'json',
    'coalesce',
    { signature: 'coalesce(a, b, …)', help: 'The first of them that is not null.', example: 'coalesce(audio.title, name(audio))' },
    {
      parameters: ['any', 'any'],
      rest: 'any',
      takesNull: true,
      returns: (types) => unifyAll(types) ?? 'json',
      refuse: (nodes) => {
        if (unifyAll(nodes.map((node) => node.type)) !== null) return null;
        const kinds = [...new Set(nodes.map((node) => typeInWords(node.type)))];
        return `All must be of one kind; these are ${kinds.join(' and ')}.`;
      },
      runLazily: (values) => firstOf(values, 0),
      sql: (parts) => `coalesce(${parts.join(', ')})`,
    },
  ),
];
