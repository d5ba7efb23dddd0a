/**
 * The operators. What they mean where CEL, SQL and JavaScript differ:
 *
 * | | |
 * |---|---|
 * | numbers | `int` and `float` mix. All arithmetic is double precision; `int` only says that the result is whole. |
 * | `/` | true division: `7 / 2` is 3.5. `%` keeps the sign of the left side and takes fractions. Division by zero is null. |
 * | too large | a result beyond 1.8e308 is null |
 * | `==` `!=` | null is a value like others: `null == null` is true; the result is never null |
 * | `&&` `||` | as in SQL: `false && null` is false, `true && null` is null |
 * | all others | null where one side is null |
 * | text | compared by code points; `a < b` as SQLite compares UTF-8 |
 * | times | ISO text in UTC; a literal text beside a time is read as a time; time ± number are seconds, time − time gives seconds |
 * | JSON | may stand for text, a number or a bool; where its value is another, the result is null |
 */
import type { CellValue } from '../../model/cell.ts';
import type { ExpressionType } from '../expression.ts';
import { finiteOrNull, finiteSql, numberAt, type Operation, type Overload, operation, textAt, whenKnown } from '../operation.ts';
import { areComparable, isNumberType, typeInWords, unify } from '../types.ts';
import { compare, instantText, isEqual } from '../values.ts';

/** `int` where all are, else `float`. */
function numberOf(types: readonly ExpressionType[]): ExpressionType {
  return types.every((type) => type === 'int' || type === 'null') ? 'int' : 'float';
}

function arithmetic(run: (a: number, b: number) => number, sql: (a: string, b: string) => string): Overload {
  return {
    parameters: ['number', 'number'],
    returns: numberOf,
    run: (values) => finiteOrNull(run(numberAt(values, 0), numberAt(values, 1))),
    sql: ([a = '', b = '']) => finiteSql(sql(a, b)),
  };
}

const shiftTime = (sign: 1 | -1): Overload => ({
  parameters: ['time', 'number'],
  returns: 'timestamp',
  run: (values) => instantText(Date.parse(textAt(values, 0)) + sign * numberAt(values, 1) * 1000),
});

const plusOfJson: Overload = {
  parameters: ['json', 'json'],
  returns: 'json',
  run: ([a, b]) => {
    if (typeof a === 'number' && typeof b === 'number') return finiteOrNull(a + b);
    return typeof a === 'string' && typeof b === 'string' ? a + b : null;
  },
};

function ordering(sign: '<' | '<=' | '>' | '>=', holds: (order: number) => boolean): Operation {
  const run = (values: readonly CellValue[]) => {
    const order = compare(values[0] ?? null, values[1] ?? null);
    return order === null ? null : holds(order);
  };
  const sql = ([a = '', b = '']: readonly string[]) => `(${a} ${sign} ${b})`;
  return operation(
    'operators',
    sign,
    { signature: `a ${sign} b`, help: 'Compares numbers, texts, times, or false with true.', example: `image.width ${sign} 800` },
    { parameters: ['json', 'json'], returns: 'bool', run },
    { parameters: ['number', 'number'], returns: 'bool', run, sql },
    { parameters: ['text', 'text'], returns: 'bool', run, sql },
    { parameters: ['time', 'time'], returns: 'bool', run, sql },
    { parameters: ['bool', 'bool'], returns: 'bool', run, sql },
  );
}

function equality(sign: '==' | '!=', help: string): Operation {
  return operation(
    'operators',
    sign,
    { signature: `a ${sign} b`, help, example: `image.format ${sign} "png"` },
    {
      parameters: ['any', 'any'],
      returns: 'bool',
      takesNull: true,
      refuse: ([a, b]) =>
        a && b && !areComparable(a.type, b.type) ? `${capital(typeInWords(a.type))} cannot be compared with ${typeInWords(b.type)}.` : null,
      run: ([a = null, b = null]) => isEqual(a, b) === (sign === '=='),
      sql: ([a = '', b = '']) => `(${a} ${sign === '==' ? 'IS' : 'IS NOT'} ${b})`,
    },
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const asBool = (value: CellValue): boolean | null => (typeof value === 'boolean' ? value : null);

/** `&&` and `||`: `decides` is the value of one side that settles it whatever the other is. */
function logic(sign: '&&' | '||', decides: boolean, sql: string, help: string, example: string): Operation {
  return operation(
    'logic',
    sign,
    { signature: `a ${sign} b`, help, example },
    {
      parameters: ['bool', 'bool'],
      returns: 'bool',
      takesNull: true,
      runLazily: ([left = () => null, right = () => null]) =>
        whenKnown(left(), (leftValue) => {
          const a = asBool(leftValue);
          if (a === decides) return decides;
          return whenKnown(right(), (rightValue) => {
            const b = asBool(rightValue);
            if (b === decides) return decides;
            return a === null || b === null ? null : !decides;
          });
        }),
      sql: ([a = '', b = '']) => `(${a} ${sql} ${b})`,
    },
  );
}

/** Literals of one type, so that SQL's affinity rules have nothing to convert. */
const isIn: Overload[] = [
  {
    parameters: ['any', 'json'],
    returns: 'bool',
    refuse: ([wanted, list]) => {
      if (!wanted || list?.kind !== 'list') return null;
      const other = list.items.find((item) => !areComparable(item.type, wanted.type));
      return other ? `${capital(typeInWords(wanted.type))} cannot be compared with ${typeInWords(other.type)}.` : null;
    },
    run: ([wanted = null, list = null]) => {
      if (Array.isArray(list)) return list.some((item) => isEqual(item, wanted));
      return list !== null && typeof list === 'object' && typeof wanted === 'string' ? Object.hasOwn(list, wanted) : null;
    },
    sql: ([wanted = '', list = ''], nodes) => {
      const items = nodes[1];
      if (nodes[0]?.type === 'json' || items?.kind !== 'list' || items.items.length === 0) return null;
      return items.items.every((item) => item.kind === 'literal' && item.value !== null) ? `(${wanted} IN ${list})` : null;
    },
  },
];

/** Every operator, the ternary included. */
export const operators: readonly Operation[] = [
  operation(
    'operators',
    '+',
    { signature: 'a + b', help: 'Adds numbers, joins texts, moves a time by seconds.', example: '1 + 0.5' },
    plusOfJson,
    arithmetic(
      (a, b) => a + b,
      (a, b) => `((${a} + 0.0) + ${b})`,
    ),
    {
      parameters: ['text', 'text'],
      returns: 'string',
      run: (values) => textAt(values, 0) + textAt(values, 1),
      sql: ([a = '', b = '']) => `(${a} || ${b})`,
    },
    shiftTime(1),
  ),
  operation(
    'operators',
    '-',
    { signature: 'a - b', help: 'Subtracts numbers; the seconds between two times; a time moved back by seconds.', example: '3 - 1' },
    arithmetic(
      (a, b) => a - b,
      (a, b) => `((${a} + 0.0) - ${b})`,
    ),
    shiftTime(-1),
    {
      parameters: ['time', 'time'],
      returns: 'float',
      run: (values) => finiteOrNull((Date.parse(textAt(values, 0)) - Date.parse(textAt(values, 1))) / 1000),
    },
  ),
  operation(
    'operators',
    '*',
    { signature: 'a * b', help: 'Multiplies numbers.', example: 'image.width * image.height' },
    arithmetic(
      (a, b) => a * b,
      (a, b) => `((${a} + 0.0) * ${b})`,
    ),
  ),
  operation(
    'operators',
    '/',
    { signature: 'a / b', help: 'Divides numbers; 7 / 2 is 3.5, and by zero it is null.', example: 'image.width / image.height' },
    {
      ...arithmetic(
        (a, b) => a / b,
        (a, b) => `((${a} + 0.0) / ${b})`,
      ),
      returns: 'float',
    },
  ),
  operation(
    'operators',
    '%',
    { signature: 'a % b', help: 'The rest of a division, with the sign of the left side.', example: '7 % 3' },
    arithmetic(
      (a, b) => a % b,
      (a, b) => `mod(${a}, ${b})`,
    ),
  ),
  operation(
    'operators',
    '-_',
    { signature: '-a', help: 'The number with the other sign.', example: '-5' },
    { parameters: ['number'], returns: numberOf, run: (values) => 0 - numberAt(values, 0), sql: ([a = '']) => `(0.0 - ${a})` },
  ),
  ordering('<', (order) => order < 0),
  ordering('<=', (order) => order <= 0),
  ordering('>', (order) => order > 0),
  ordering('>=', (order) => order >= 0),
  equality('==', 'True where both are the same; null equals null.'),
  equality('!=', 'True where they differ; null differs from every value.'),
  logic('&&', false, 'AND', 'True where both are.', 'image.width > 800 && image.height > 600'),
  logic('||', true, 'OR', 'True where one is.', 'image.format == "png" || image.format == "gif"'),
  operation(
    'logic',
    '!_',
    { signature: '!a', help: 'True where it is false.', example: '!video.has_audio' },
    { parameters: ['bool'], returns: 'bool', run: ([value]) => !value, sql: ([a = '']) => `(NOT ${a})` },
  ),
  operation(
    'operators',
    'in',
    {
      signature: 'a in list',
      help: 'True where the list has it, or the JSON object such a key.',
      example: 'image.format in ["png", "gif"]',
    },
    ...isIn,
  ),
  operation(
    'logic',
    '?:',
    {
      signature: 'condition ? a : b',
      help: 'The first where the condition is true, the second where it is false.',
      example: 'image.width > image.height ? "wide" : "tall"',
    },
    {
      parameters: ['bool', 'any', 'any'],
      returns: ([, a = 'null', b = 'null']) => unify(a, b) ?? 'json',
      takesNull: true,
      refuse: ([, a, b]) =>
        a && b && unify(a.type, b.type) === null
          ? `Both answers must be of one kind; these are ${typeInWords(a.type)} and ${typeInWords(b.type)}.`
          : null,
      runLazily: ([condition = () => null, a = () => null, b = () => null]) =>
        whenKnown(condition(), (value) => {
          if (value === true) return a();
          return value === false ? b() : null;
        }),
      sql: ([condition = '', a = '', b = '']) => `(CASE ${condition} WHEN 1 THEN ${a} WHEN 0 THEN ${b} END)`,
    },
  ),
  operation(
    'json',
    '[]',
    {
      signature: 'json[key]',
      help: 'A part of JSON by its key, or an item of a list by its place from 0.',
      example: 'video.metadata["tags"]',
    },
    {
      parameters: ['json', 'any'],
      returns: 'json',
      refuse: ([, key]) =>
        key && key.type !== 'string' && key.type !== 'json' && !isNumberType(key.type) ? 'A key is text or a number.' : null,
      run: ([value = null, key = null]) => partOf(value, key),
    },
  ),
];

/** A member of an object or an item of a list, by own keys only; null where there is none. */
export function partOf(value: CellValue, key: CellValue): CellValue {
  if (Array.isArray(value)) return typeof key === 'number' ? (value[key] ?? null) : null;
  if (value === null || typeof value !== 'object' || typeof key !== 'string') return null;
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}
