import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkExpression } from '../../src-shared/expression/check-expression.ts';
import { evaluateExpression } from '../../src-shared/expression/evaluate-expression.ts';
import { createMatcher } from '../../src-shared/expression/linear-matcher.ts';
import { rewriteColumnName } from '../../src-shared/expression/rewrite-column-name.ts';
import { parseOrder, parseSelectList } from '../../src-shared/expression/select-list.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { rowOf, scope } from './row.ts';

const runs = process.env.VITRINE_SOAK ? 1_000_000 : 5_000;

const row = rowOf({
  i: 3,
  f: 0.5,
  s: 'text',
  b: false,
  t: '2026-03-01T00:00:00.000Z',
  j: { a: [1, { b: 2 }] },
  image: 's3://b/k.png',
  'image.width': 10,
});

const words = [
  ...'i k f s u b t j image video image.width image.exif.Make j.a audio.localpath'.split(' '),
  ...'constructor __proto__ prototype this globalThis process require toString hasOwnProperty'.split(' '),
  ...'+ - * / % < <= > >= == != && || ! ? : ( ) [ ] { } , . .. in has coalesce size matches split replace lower int string timestamp now state cause'.split(
    ' ',
  ),
  ...'1 0 -1 1.5 1e999 0x1F 5u 99999999999999999999 "a" \'b\' """c""" r"\\d" b"x" "\\u{41}" "\\ud800" null true false // \n \0 é 👍 \ud800'.split(
    ' ',
  ),
  ...'.map( .all(x, .filter( cel.bind( optional.of( duration( type( dyn( bytes( .?a [?0]'.split(' '),
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(' ')),
  fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .tuple(fc.constantFrom(...words), fc.integer({ min: 1, max: 3000 }))
    .map(([word, times]) => word.repeat(Math.min(times, Math.floor(9_000 / word.length)))),
);

test('no text crashes the checker, the evaluator or the lists, or reaches beyond its row', () => {
  let evaluated = 0;
  fc.assert(
    fc.property(hostile, (source) => {
      const outcome = checkExpression(source, scope);
      if (!outcome.ok) {
        expect(outcome.error.cause).toBe('expression');
        const place = outcome.error.details?.position;
        expect(place && place.start >= 0 && place.start <= place.end && place.end <= source.length).toBe(true);
      } else {
        evaluated += 1;
        try {
          expect(typeof evaluateExpression(outcome.value, row)).not.toBe('function');
        } catch (thrown) {
          // presigned_url says that it cannot be used without effects.
          if (!(thrown instanceof Failure)) throw thrown;
        }
      }
      rewriteColumnName(source, 'i', 'renamed');
      for (const parse of [parseSelectList, parseOrder]) {
        try {
          parse(source);
        } catch (thrown) {
          if (!(thrown instanceof Failure)) throw thrown;
        }
      }
    }),
    { numRuns: runs, seed: 7 },
  );
  expect(evaluated).toBeGreaterThan(0);
}, 3_600_000);

test('patterns that are slow elsewhere take linear time', () => {
  const matches = createMatcher();
  expect(matches(`${'a'.repeat(5_000)}!`, '^(a+)+$')).toBe(false);
  expect(matches('a', '(')).toBeNull();
  expect(matches('a', 'a'.repeat(2_000))).toBeNull();
});
