/** Which rows are selected, and where the focus is: a pure reducer over places in the view, as small for a million rows as for one. */

/** Places, `start` inclusive and `end` exclusive. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** `row` −1 is the header. */
export interface Focus {
  readonly row: number;
  readonly column: number;
}

export interface Selection {
  /** Disjoint and rising. */
  readonly ranges: readonly RowRange[];
  readonly focus: Focus;
  /** Where extending starts. */
  readonly anchor: number;
}

export type SelectionAction =
  /** A click, or a key that moves: this row alone. */
  | { readonly type: 'chosen'; readonly focus: Focus }
  | { readonly type: 'extended'; readonly focus: Focus }
  | { readonly type: 'toggled'; readonly focus: Focus }
  /** Moved without selecting. */
  | { readonly type: 'focused'; readonly focus: Focus }
  | { readonly type: 'all'; readonly rowCount: number }
  | { readonly type: 'none' }
  | { readonly type: 'inverted'; readonly rowCount: number }
  /** The view changed: what is selected is now at these places. */
  | { readonly type: 'remapped'; readonly rows: readonly number[]; readonly focusRow: number };

/** Nothing selected, nothing focused. */
export const noSelection: Selection = { ranges: [], focus: { row: 0, column: 0 }, anchor: 0 };

/** How many rows are selected. */
export function selectedCount(selection: Selection): number {
  return selection.ranges.reduce((sum, range) => sum + range.end - range.start, 0);
}

/** True where the row at this place is selected. */
export function isSelected(selection: Selection, row: number): boolean {
  let low = 0;
  let high = selection.ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = selection.ranges[middle];
    if (!range || row < range.start) high = middle - 1;
    else if (row >= range.end) low = middle + 1;
    else return true;
  }
  return false;
}

function inverted(ranges: readonly RowRange[], rowCount: number): RowRange[] {
  const gaps: RowRange[] = [];
  let from = 0;
  for (const { start, end } of ranges) {
    if (start > from) gaps.push({ start: from, end: start });
    from = end;
  }
  if (from < rowCount) gaps.push({ start: from, end: rowCount });
  return gaps;
}

/** Rows that may come in any order, as ranges. */
export function rangesOf(rows: Iterable<number>): RowRange[] {
  const ranges: RowRange[] = [];
  for (const row of [...new Set(rows)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last.end === row) ranges[ranges.length - 1] = { start: last.start, end: row + 1 };
    else ranges.push({ start: row, end: row + 1 });
  }
  return ranges;
}

/** Ranges in any order and overlapping, as disjoint and rising ones. */
export function joinedRanges(ranges: readonly RowRange[]): RowRange[] {
  const joined: RowRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && last.end >= range.start) joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else joined.push(range);
  }
  return joined;
}

function toggled(ranges: readonly RowRange[], row: number): RowRange[] {
  const result: RowRange[] = [];
  let removed = false;
  for (const range of ranges) {
    if (row < range.start || row >= range.end) result.push(range);
    else {
      removed = true;
      if (range.start < row) result.push({ start: range.start, end: row });
      if (row + 1 < range.end) result.push({ start: row + 1, end: range.end });
    }
  }
  if (removed) return result;
  return joinedRanges([...result, { start: row, end: row + 1 }]);
}

/** What a click or a key does to the selection. */
export function select(state: Selection, action: SelectionAction): Selection {
  switch (action.type) {
    case 'chosen':
      return { ranges: [{ start: action.focus.row, end: action.focus.row + 1 }], focus: action.focus, anchor: action.focus.row };
    case 'extended': {
      const [low, high] = [Math.min(state.anchor, action.focus.row), Math.max(state.anchor, action.focus.row)];
      return { ranges: [{ start: low, end: high + 1 }], focus: action.focus, anchor: state.anchor };
    }
    case 'toggled':
      return { ranges: toggled(state.ranges, action.focus.row), focus: action.focus, anchor: action.focus.row };
    case 'focused':
      return { ...state, focus: action.focus };
    case 'all':
      return { ...state, ranges: action.rowCount > 0 ? [{ start: 0, end: action.rowCount }] : [] };
    case 'none':
      return { ...state, ranges: [] };
    case 'inverted':
      return { ...state, ranges: inverted(state.ranges, action.rowCount) };
    case 'remapped':
      return { ranges: rangesOf(action.rows), focus: { ...state.focus, row: action.focusRow }, anchor: action.focusRow };
  }
}
