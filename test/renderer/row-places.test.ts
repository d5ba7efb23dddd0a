import { describe, expect, it } from 'vitest';
import { type MovedRow, placeNow, screenShift } from '../../src-renderer/features/table/row-places.ts';

const screen = { start: 10, end: 15 };
/** Rows from 8 on, by where they are now. */
const rows = (...now: (number | null)[]): MovedRow[] => now.map((place, number) => ({ before: 8 + number, now: place }));

describe('a screen over rows that moved', () => {
  it.each([
    ['others landed above it', rows(8, 9, 138, 139, 140, 141, 142), 128],
    ['the first rows on it are gone', rows(8, 9, null, null, 10, 11, 12), -2],
    ['the first row on it went elsewhere by itself', rows(8, 9, 500, 10, 11, 12, 13), -1],
    ['one came between rows on it', rows(8, 9, 10, 11, 13, 14, 15), 0],
    ['all on it are gone, and what came after takes their place', rows(8, 9, null, null, null, null, null, 10), 0],
    ['all on it and after it are gone', rows(3, 4, null, null, null, null, null, null), -5],
    ['none is left', rows(null, null, null), 0],
  ])('goes with them where %s', (_, moved, shift) => {
    expect(screenShift(moved, screen)).toBe(shift);
  });
});

describe('the place of a row', () => {
  it('is that of the next one where it is gone, and after the one before where none follows', () => {
    expect([placeNow(rows(8, null, 9), 9), placeNow(rows(8, null, null), 9), placeNow(rows(null), 8)]).toEqual([9, 9, null]);
  });
});
