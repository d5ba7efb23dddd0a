import { expect, it } from 'vitest';
import { itemAt, itemCount, placeOfGroup } from '../../src-renderer/features/errors/error-items.ts';
import { errorReport } from '../../src-renderer/features/inspector/error-facts.ts';
import { causeFilter } from '../../src-renderer/features/table/filter-text.ts';
import type { ErrorGroup } from '../../src-shared/contract/errors.ts';
import type { ErrorCause } from '../../src-shared/model/error.ts';

const group = (cause: ErrorCause, ...cells: number[]): ErrorGroup => ({
  cause,
  cells: cells.reduce((sum, one) => sum + one, 0),
  example: { cause, message: '', next: null },
  tables: cells.map((count, place) => ({ tableId: place + 1, path: `t${place + 1}`, columns: ['width'], cells: count })),
});
const groups = [group('not_found', 3), group('timeout', 2, 1_000_000), group('corrupt', 1)];

it('lays groups and the cells of the open one out in one run of lines', () => {
  const inWords = (open: ErrorCause | null, index: number) => {
    const item = itemAt(groups, open, index);
    return item ? `${item.kind} ${item.group.cause} ${item.place}` : null;
  };
  expect(itemCount(groups, null)).toBe(3);
  expect([0, 1, 2, 3].map((index) => inWords(null, index))).toEqual(['group not_found 0', 'group timeout 1', 'group corrupt 2', null]);
  expect(itemCount(groups, 'timeout')).toBe(1_000_005);
  expect([1, 2, 1_000_003, 1_000_004, 1_000_005].map((index) => inWords('timeout', index))).toEqual([
    'group timeout 1',
    'cell timeout 0',
    'cell timeout 1000001',
    'group corrupt 2',
    null,
  ]);
  expect(groups.map(({ cause }) => placeOfGroup(groups, 'timeout', cause))).toEqual([0, 1, 1_000_004]);
});

it('filters to the rows that failed for a cause in any of the columns', () => {
  expect(causeFilter(['width', 'height'], 'not_found')).toBe('cause(width) == "not_found" || cause(height) == "not_found"');
});

it('gives the details of a failed cell as text', () => {
  const details = { status: 403, providerCode: 'AccessDenied', requestId: 'R1' };
  expect(errorReport('width', { cause: 'access_denied', message: 'work may not read this file.', next: 'Ask the owner.', details })).toBe(
    'width: access_denied\nwork may not read this file.\nAsk the owner.\nStatus: 403\nCode: AccessDenied\nRequest: R1\nAttempts: 1',
  );
});
