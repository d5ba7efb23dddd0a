import { describe, expect, it } from 'vitest';
import { moveBy } from '../../src-renderer/features/table/moves.ts';
import { isSelected, noSelection, rangesOf, type Selection, select, selectedCount } from '../../src-renderer/features/table/selection.ts';

const at = (row: number, column = 0) => ({ row, column });
const text = (selection: Selection) =>
  selection.ranges.map(({ start, end }) => (end - start === 1 ? start : `${start}-${end - 1}`)).join(' ');

describe('the selection', () => {
  it('selects one row by a click and extends from it in both directions', () => {
    const clicked = select(noSelection, { type: 'chosen', focus: at(5) });
    expect(text(select(clicked, { type: 'extended', focus: at(8) }))).toBe('5-8');
    expect(text(select(select(clicked, { type: 'extended', focus: at(8) }), { type: 'extended', focus: at(2) }))).toBe('2-5');
  });

  it('toggles single rows, joining and cutting ranges', () => {
    let state = select(noSelection, { type: 'chosen', focus: at(1) });
    for (const row of [3, 2, 7]) state = select(state, { type: 'toggled', focus: at(row) });
    expect(text(state)).toBe('1-3 7');
    expect(text(select(state, { type: 'toggled', focus: at(2) }))).toBe('1 3 7');
  });

  it('selects a million rows as one range and inverts a hole in it', () => {
    const all = select(noSelection, { type: 'all', rowCount: 1_000_000 });
    expect(all.ranges).toHaveLength(1);
    const holed = select(all, { type: 'toggled', focus: at(512_003) });
    expect(selectedCount(holed)).toBe(999_999);
    expect(isSelected(holed, 512_003)).toBe(false);
    expect(text(select(holed, { type: 'inverted', rowCount: 1_000_000 }))).toBe('512003');
  });

  it('gathers rows in any order into ranges', () => {
    expect(rangesOf([9, 3, 4, 5, 3])).toEqual([
      { start: 3, end: 6 },
      { start: 9, end: 10 },
    ]);
  });
});

describe('moving', () => {
  const size = { rowCount: 100, columnCount: 3, page: 10 };
  it.each([
    ['ArrowDown', 5, 6, 'choose'],
    ['Shift+ArrowUp', 5, 4, 'extend'],
    ['Mod+ArrowDown', 5, 6, 'focus'],
    ['Home', 5, 0, 'choose'],
    ['End', 5, 99, 'choose'],
    ['PageDown', 95, 99, 'choose'],
    ['ArrowUp', 0, -1, 'focus'],
  ] as const)('%s from row %i leads to %i and does %s', (key, from, to, effect) => {
    expect(moveBy(key, at(from), size)).toEqual({ focus: at(to), effect });
  });

  it('leaves keys alone that do not move', () => {
    expect(moveBy('g', at(0), size)).toBeNull();
  });
});
