import { expect, test } from 'vitest';
import { readRangeHeader } from '../../src-main/hosts/range-header.ts';

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=5-', { start: 5, end: null }],
  ['bytes=-7', { last: 7 }],
  ['bytes=9-3', null],
  ['bytes=-', null],
  ['bytes=0-1,5-6', null],
  ['items=0-1', null],
  [null, null],
])('the range header %s is read as %j', (header, expected) => {
  expect(readRangeHeader(header)).toEqual(expected);
});
