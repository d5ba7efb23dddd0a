import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkExpression } from '../../src-shared/expression/check-expression.ts';
import { evaluateExpression } from '../../src-shared/expression/evaluate-expression.ts';
import { expressionToSql } from '../../src-shared/expression/expression-to-sql.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import { rowOf, scope } from './row.ts';

const runs = process.env.VITRINE_SOAK ? 200_000 : 3_000;

const numbers = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, 0.5, -2.5, 1e308, -1e308, 1e-320, 2 ** 53 - 1, 4503599627370497),
  fc.integer({ min: -50, max: 50 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const texts = fc.oneof(
  fc.constantFrom('', 'a', 'A', 'ab', 'b', 'é', 'e\u0301', '👍', '\uffee', '10', '9', '%'),
  fc.string({ unit: 'binary', maxLength: 4 }).map((text) => text.toWellFormed().replaceAll('\0', '')),
);
const times = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const orNull = <T extends CellValue>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });
const rows = fc.record({
  i: orNull(fc.integer({ min: -1000, max: 1000 })),
  k: orNull(fc.constantFrom(0, 1, 2, -3, 2 ** 53 - 1, -(2 ** 53) + 1)),
  f: orNull(numbers),
  s: orNull(texts),
  u: orNull(texts),
  b: orNull(fc.boolean()),
  t: orNull(times),
});

const quoted = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\u007f');
const numberText = (value: number) => (Number.isSafeInteger(value) ? String(value) : `double("${value}")`);

/** Random well-typed expressions, mostly of what has an SQL form. */
const { bool } = fc.letrec<{ number: string; text: string; time: string; bool: string }>((tie) => {
  const [n, s, t, b] = [tie('number'), tie('text'), tie('time'), tie('bool')];
  const call = (name: string, ...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((args) => `${name}(${args.join(', ')})`);
  const infix = (left: fc.Arbitrary<string>, signs: string[], right: fc.Arbitrary<string>) =>
    fc.tuple(left, fc.constantFrom(...signs), right).map(([a, sign, c]) => `(${a} ${sign} ${c})`);
  const choice = (part: fc.Arbitrary<string>) => fc.tuple(b, part, part).map(([c, a, d]) => `(${c} ? ${a} : ${d})`);
  const orders = ['<', '<=', '>', '>=', '==', '!='];
  return {
    number: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom('i', 'k', 'f', 'null'),
      fc.integer({ min: 0, max: 20 }).map(String),
      fc.constantFrom('0.5', '2.5', '1e308', '4503599627370497.0'),
      infix(n, ['+', '-', '*', '/', '%'], n),
      n.map((part) => `(-${part})`),
      call('abs', n),
      call('round', n),
      call('floor', n),
      call('ceil', n),
      call('sqrt', n),
      call('min', n, n),
      call('max', n, n, n),
      call('coalesce', n, n),
      call('year', t),
      call('getMonth', t),
      call('getMilliseconds', t),
      choice(n),
    ),
    text: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('s', 'u', 'null'),
      texts.map(quoted),
      infix(s, ['+'], s),
      call('coalesce', s, s),
      call('min', s, s),
      choice(s),
    ),
    time: fc.oneof({ maxDepth: 2 }, fc.constantFrom('t', 't', 'timestamp("2026-01-01")'), call('max', t, t), choice(t)),
    bool: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('b', 'true', 'false', 'b'),
      infix(n, orders, n),
      infix(s, orders, s),
      infix(t, orders, t),
      infix(b, ['&&', '||', '==', '!=', '<'], b),
      b.map((part) => `!${part}`),
      call('has', n),
      call('has', s),
      fc.tuple(s, texts.map(quoted), texts.map(quoted)).map(([a, c, d]) => `(${a} in [${c}, ${d}])`),
      fc.tuple(n, fc.integer({ min: 0, max: 9 })).map(([a, c]) => `(${a} in [1, 2.5, ${c}])`),
      call('contains', s, s),
      call('startsWith', s, s),
      choice(b),
    ),
  };
});

test('JavaScript and SQL give the same value', () => {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE r (i INTEGER, k INTEGER, f REAL, s TEXT, u TEXT, b INTEGER, t TEXT) STRICT');
  const put = database.prepare('INSERT INTO r VALUES (@i, @k, @f, @s, @u, @b, @t)');
  const column = { column: (name: string) => name, field: () => null, state: () => "'ok'", cause: () => 'NULL' };
  let compared = 0;
  fc.assert(
    fc.property(bool, rows, numbers, (source, row, number) => {
      for (const expression of [source, `(${source}) ? f : ${numberText(number)}`]) {
        const outcome = checkExpression(expression, scope);
        if (!outcome.ok) {
          expect(outcome.error.message).toMatch(/too long|cannot be compared|be of one kind|does not work|needs/);
          continue;
        }
        const form = expressionToSql(outcome.value, column);
        if (!form) continue;
        database.exec('DELETE FROM r');
        put.run({ ...row, b: row.b === null ? null : Number(row.b) });
        const stored = database.prepare<unknown[], { value: CellValue }>(`SELECT ${form.sql} AS value FROM r`).get(...form.parameters);
        const inJavaScript = evaluateExpression(outcome.value, rowOf(row));
        const plain = typeof inJavaScript === 'boolean' ? Number(inJavaScript) : inJavaScript === 0 ? 0 : inJavaScript;
        expect({ expression, value: stored?.value === 0 ? 0 : stored?.value }).toEqual({ expression, value: plain });
        compared += 1;
      }
    }),
    { numRuns: runs, seed: 20261123 },
  );
  database.close();
  expect(compared).toBeGreaterThan(runs / 2);
}, 3_600_000);
