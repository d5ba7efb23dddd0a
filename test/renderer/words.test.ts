import { describe, expect, it } from 'vitest';
import { formatDuration, formatLeft, formatSize } from '../../src-renderer/app/format.ts';
import { plural } from '../../src-renderer/app/plural.ts';
import { causeWords, words } from '../../src-renderer/app/words.ts';
import { cellName } from '../../src-renderer/features/table/cell-text.ts';
import { filterOf } from '../../src-renderer/features/table/filter-text.ts';
import type { Cell } from '../../src-shared/model/cell.ts';
import { errorCauses } from '../../src-shared/model/error.ts';
import type { Column } from '../../src-shared/model/table.ts';

const column = (name: string, type: Column['type'], kind: Column['kind']): Column => ({
  id: 1,
  name,
  type,
  kind,
  expression: null,
  isVolatile: false,
  level: null,
  revision: 1,
});

describe('words', () => {
  it('count by the rules of the language', () => {
    const forms = { zero: 'no rows', one: '# row', other: '# rows' };
    expect([0, 1, 2, 3214].map((count) => plural(count, forms))).toEqual(['no rows', '1 row', '2 rows', '3,214 rows']);
  });

  it('tell what an import came to, values only where there are any', () => {
    expect(words.imported(3, 0, 0)).toBe('3 rows inserted, 0 errors');
    expect(words.imported(3, 6, 1)).toBe('3 rows inserted, 6 values computed, 1 error');
  });

  it('have short words for every cause', () => {
    expect(Object.keys(causeWords)).toEqual([...errorCauses]);
  });

  it('give sizes in powers of 1000 and times in two units', () => {
    expect([999, 1000, 8_412_345, 999_950].map(formatSize)).toEqual(['999\u00a0B', '1\u00a0kB', '8.4\u00a0MB', '1\u00a0MB']);
    expect(formatLeft((5 * 60 + 12) * 60_000)).toBe('5\u00a0h 12\u00a0min');
    expect([42, 190, 3800].map(formatDuration)).toEqual(['0:42', '3:10', '1:03:20']);
  });

  it('name a failed cell by column and cause', () => {
    const error = { cause: 'not_found', message: 'There is no file at this address.', next: null } as const;
    expect(cellName(column('height', 'int', 'computed'), { state: 'error', value: null, error }, 0)).toBe('height, error: not found');
  });
});

describe('the states of a cell', () => {
  it('can be told apart by their names', () => {
    const error = { cause: 'timeout', message: '', next: null } as const;
    const name = (state: Cell['state'], value: Cell['value'], more = {}) =>
      cellName(column('width', 'int', 'computed'), { state, value, ...more }, 0);
    expect([name('pending', null), name('running', null), name('ok', 640), name('stale', 640), name('error', null, { error })]).toEqual([
      'width, not computed yet',
      'width, being computed',
      'width, 640',
      'width, 640, out of date',
      'width, error: timed out',
    ]);
  });
});

describe('the filter field', () => {
  const columns = [column('image', 'image', 'media'), column('title', 'string', 'plain'), column('width', 'int', 'computed')];
  it('looks for plain words in addresses and texts', () => {
    expect(filterOf('Low IMG_2041.jpg', columns)).toBe(
      '(lower(image.fileurl).contains("low") || lower(title).contains("low")) && (lower(image.fileurl).contains("img_2041.jpg") || lower(title).contains("img_2041.jpg"))',
    );
  });
  it('takes what has operators as an expression, and blanks as no filter', () => {
    expect(filterOf(' width > 3000 ', columns)).toBe('width > 3000');
    expect(filterOf('  ', columns)).toBeUndefined();
  });
});
