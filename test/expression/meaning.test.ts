import { expect, test } from 'vitest';
import { checkExpression } from '../../src-shared/expression/check-expression.ts';
import { functions } from '../../src-shared/expression/function-table.ts';
import { checked, complaintOf, evaluated, scope } from './row.ts';

const row = {
  i: 7,
  k: 2,
  f: 2.5,
  s: 'Harbour',
  b: true,
  t: '2026-03-01T12:30:15.250Z',
  j: { tags: ['a', 'b'], size: 4, none: null },
  image: 's3://photos/2026/march/Pier 1.JPG',
  'image.width': 800,
  'image.height': 600,
};

test.each([
  ['i / k', 3.5],
  ['i % k', 1],
  ['-i % k', -1],
  ['i / 0', null],
  ['i % 0', null],
  ['0.0 / 0', null],
  ['1e308 * 10', null],
  ['i + 0.5', 7.5],
  ['i > 6.9', true],
  ['u + s', null],
  ['u == null', true],
  ['u != s', true],
  ['u == s', false],
  ['null == null', true],
  ['u > s', null],
  ['false && u == "a"', false],
  ['b && u > s', null],
  ['b || u > s', true],
  ['(u > s) || false', null],
  ['!(u > s)', null],
  ['(u > s) ? 1 : 2', null],
  ['b ? i : f', 7],
  ['i in [1, 7]', true],
  ['i in []', false],
  ['"a" in j.tags', true],
  ['"size" in j', true],
  ['"toString" in j', false],
  ['j.size + 1', 5],
  ['j.tags + 1', null],
  ['j["tags"][1]', 'b'],
  ['j.tags[9]', null],
  ['j.constructor', null],
  ['j.__proto__', null],
  ['j.none == null', true],
  ['j.tags == ["a", "b"]', true],
  ['has(j.size) && !has(j.sise)', true],
  ['t > "2026-01-01"', true],
  ['t in ["2026-03-01T12:30:15.25Z"]', true],
  ['t + 60', '2026-03-01T12:31:15.250Z'],
  ['t - timestamp("2026-03-01")', 45015.25],
  ['t + 1e18', null],
  ['timestamp("2026-02-30")', null],
  ['timestamp("2026-03-01T13:00:00+01:00")', '2026-03-01T12:00:00.000Z'],
  ['t.getMonth()', 2],
  ['weekday(t)', 7],
  ['format_date(t, "%Y/%m/%d %H:%M %j %%")', '2026/03/01 12:30 060 %'],
  ['size("a👍c")', 3],
  ['substring("a👍c", 1, 2)', '👍'],
  ['"👍" > "\uffee"', true],
  ['s.matches("^H.*r$")', true],
  ['s.matches(u)', null],
  ['round(2.5) + round(-2.5)', 0],
  ['round(2.345, 2)', 2.35],
  ['int("12x")', null],
  ['int(" 12 ")', 12],
  ['int(t)', 1772368215],
  ['string(2.5) + string(b) + string(j.tags)', '2.5true["a","b"]'],
  ['bool("TRUE")', true],
  ['coalesce(u, s)', 'Harbour'],
  ['name(image)', 'Pier 1.JPG'],
  ['extension(image)', 'jpg'],
  ['folder(image)', '2026/march'],
  ['bucket(image) + "/" + key(image)', 'photos/2026/march/Pier 1.JPG'],
  ['host("https://a.example:8080/x%20y/z.png?q=1")', 'a.example'],
  ['folder("https://a.example/x%20y/z.png?q=1")', 'x y'],
  ['name("https://a.example/%zz")', '%zz'],
  ['host("not an address")', null],
  ['image.width * image.height', 480000],
  ['{"a": i, "__proto__": k}["__proto__"]', 2],
  ['split("a,b,,c", ",")', ['a', 'b', '', 'c']],
  ['min("b", "a", "c")', 'a'],
  ['replace("aaa", "a", "bb")', 'bbbbbb'],
  ['5 // the rest is a remark', 5],
])('%s is %j', (source, value) => {
  expect(evaluated(source, row)).toEqual(value);
});

test('text that would grow beyond a million characters is null', () => {
  const nested = Array.from({ length: 12 }).reduce<string>((inner) => `replace(${inner}, "a", "aaaaaaaaaa")`, '"a"');
  expect(evaluated(nested)).toBeNull();
});

test.each([
  ['image.hieght', 'image has no hieght. Did you mean height?'],
  ['video.widht > 3', 'video has no widht. Did you mean width?'],
  ['imag.width', 'There is no column imag. Did you mean image?'],
  ['upperr(s)', 'There is no function upperr. Did you mean upper?'],
  ['s + i', '+ does not work with text and a number. Make text of the number with string(…), or a number of the text with double(…).'],
  ['i == s', 'A number cannot be compared with text. Correct the expression.'],
  ['i ? 1 : 2', 'A condition must be true or false. It is written condition ? a : b.'],
  ['b ? 1 : s', 'Both answers must be of one kind; these are a number and text. Correct the expression.'],
  ['lower(i)', 'lower needs text here, and this is a number. Write lower(text).'],
  ['lower()', 'lower does not take 0 arguments. Write lower(text).'],
  ['s.matches("(")', 'This is not a regular expression. Correct the expression.'],
  ['t > "soon"', 'This is not a time. Write it as 2026-03-01 or 2026-03-01T12:00:00Z.'],
  ['presigned_url(video, 0)', 'A link lives for at least 1 second. Correct the expression.'],
  ['state(i + 1)', 'state takes the name of one column. Write state(column).'],
  ['', 'The expression is empty. Write one.'],
  ['i +', 'The expression ends too early. Write the rest of it.'],
  ['"abc', 'The text that begins here has no closing quote. Correct the expression.'],
  ['i # k', '“#” cannot stand here. Correct the expression.'],
  ['99999999999999999999', 'This number is too large to be exact. Write it with a point: 1.0e18.'],
  ['[image]', 'A media column cannot be part of JSON. Take a field of it, such as fileurl.'],
  [`${'('.repeat(60)}1${')'.repeat(60)}`, 'The expression is too long or nested too deeply. Correct the expression.'],
  [`${'!'.repeat(9000)}b`, 'The expression is nested too deeply. Make it simpler.'],
  [`${'1 + '.repeat(400)}1`, 'The expression is too long or nested too deeply. Correct the expression.'],
  [' '.repeat(10_001), 'The expression has more than 10,000 characters. Make it shorter.'],
])('%s is refused in words', (source, complaint) => {
  expect(complaintOf(source)).toBe(complaint);
});

test('an error says its place in lines and columns, and the right name', () => {
  const outcome = checkExpression('i > 3 &&\n  image.hieght > 2', scope);
  expect(outcome.ok ? null : outcome.error.details).toEqual({ position: { start: 17, end: 23, line: 2, column: 9 }, suggestion: 'height' });
});

test('what an expression reads, costs and whether it is volatile is known beforehand', () => {
  const lines = [
    'i + 1',
    'image.size > 3',
    'image.size > image.width',
    'image.exif.Make',
    'presigned_url(video.fileurl, 60)',
    'state(i)',
    'now()',
    'audio.localpath',
  ].map((source) => {
    const { type, level, isVolatile, reads } = checked(source);
    return `${source}: ${type} ${level}${isVolatile ? ' volatile' : ''} ${reads.map(({ column, field }) => `${column}/${field}`).join(' ')}`.trim();
  });
  expect(lines).toEqual([
    'i + 1: int none i/null',
    'image.size > 3: bool head image/size',
    'image.size > image.width: bool header image/size image/width',
    'image.exif.Make: json header image/exif.Make',
    'presigned_url(video.fileurl, 60): string sign volatile video/fileurl',
    'state(i): string none i/state()',
    'now(): timestamp none volatile',
    'audio.localpath: string full volatile audio/localpath',
  ]);
});

test('every example in the table is an expression', () => {
  for (const { example } of functions) expect(complaintOf(example.replace('(width)', '(i)'))).toBe('nothing');
});

test('a checked expression is plain data', () => {
  const expression = checked('presigned_url(video.fileurl, 60) + lower(s)');
  expect(structuredClone(expression)).toEqual(expression);
});
