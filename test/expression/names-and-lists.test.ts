import { expect, test } from 'vitest';
import { fieldsOf, readField } from '../../src-shared/expression/fields.ts';
import { findCycle } from '../../src-shared/expression/find-cycle.ts';
import { rewriteColumnName } from '../../src-shared/expression/rewrite-column-name.ts';
import { parseOrder, parseSelectList } from '../../src-shared/expression/select-list.ts';

test('a select list is split where no bracket and no text is open', () => {
  expect(parseSelectList('image, area: width * height, max(a, b), t: b ? 1 : 2, b ? 1 : 2, x: "a,\\",b"')).toEqual([
    { name: 'image', expression: 'image' },
    { name: 'area', expression: 'width * height' },
    { name: 'max(a, b)', expression: 'max(a, b)' },
    { name: 't', expression: 'b ? 1 : 2' },
    { name: 'b ? 1 : 2', expression: 'b ? 1 : 2' },
    { name: 'x', expression: '"a,\\",b"' },
  ]);
});

test('a select list refuses empty entries and names that come twice', () => {
  expect(() => parseSelectList('a,,b')).toThrow('“a,,b” has an empty entry.');
  expect(() => parseSelectList('a: 1, a: 2')).toThrow('“a” is asked for twice.');
});

test('an order has a direction behind each key, ascending unless said', () => {
  expect(parseOrder('width desc, name, min(a, b) ASC')).toEqual([
    { by: 'width', direction: 'desc' },
    { by: 'name', direction: 'asc' },
    { by: 'min(a, b)', direction: 'asc' },
  ]);
});

test('renaming a column changes its name only where it is meant', () => {
  expect(rewriteColumnName('size + image.size + size("size") + (size) // size', 'size', 'bytes')).toBe(
    'bytes + image.size + size("size") + (bytes) // size',
  );
  expect(rewriteColumnName('size +', 'size', 'bytes')).toBe('size +');
});

test('a circle of columns is named', () => {
  expect(
    findCycle([
      { name: 'a', reads: ['b'] },
      { name: 'b', reads: ['image', 'c'] },
      { name: 'c', reads: ['b'] },
    ]),
  ).toEqual(['b', 'c', 'b']);
  expect(
    findCycle([
      { name: 'a', reads: ['b'] },
      { name: 'b', reads: [] },
    ]),
  ).toBeNull();
});

test('fields read what is known of a file, by own keys only', () => {
  const known = {
    remote: { size: 10, type: null, etag: '"e"', modified: null, storageClass: null },
    facts: null,
    reference: { canonical: 'https://a.example/x.png', url: 'https://a.example/x.png?sig=1' },
  };
  expect(
    ['size', 'etag', 'modified', 'width', 'fileurl', 'exif.Make', 'exif.constructor', 'nothing'].map((name) => readField(name, known)),
  ).toEqual([10, '"e"', null, null, 'https://a.example/x.png?sig=1', null, null, null]);
  expect(fieldsOf('audio').map(({ name }) => name)).not.toContain('width');
  expect(fieldsOf('string')).toEqual([]);
});
