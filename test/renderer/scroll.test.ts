import { describe, expect, it } from 'vitest';
import { canvasHeight, regrown, rested, scrolledTo, tallestCanvas } from '../../src-renderer/features/look/long-scroll.ts';
import { initialScroll, type ScrollState, scroll, visibleRows } from '../../src-renderer/features/table/scroll.ts';

const sized = (rowCount: number, rowHeight = 28, viewport = 700): ScrollState =>
  scroll(initialScroll, { type: 'sized', rowCount, rowHeight, viewport });

describe('scrolling', () => {
  it('follows the bar exactly while the canvas is small enough', () => {
    const state = scroll(sized(1000), { type: 'scrolled', scrollTop: 2800 });
    expect(visibleRows(state)).toEqual({ start: 100, end: 125 });
    expect(state.offset).toBe(0);
  });

  it.each([28, 40, 72])('never makes an element above 8 million px, and reaches the last of a million rows of %i px', (rowHeight) => {
    const state = sized(1_000_000, rowHeight);
    expect(canvasHeight(state)).toBe(tallestCanvas);
    const end = scroll(state, { type: 'scrolled', scrollTop: tallestCanvas - 700 });
    expect(visibleRows(end).end).toBe(1_000_000);
    const shownAt = 999_999 * rowHeight + end.offset - end.scrollTop;
    expect(shownAt).toBeCloseTo(700 - rowHeight, 3);
  });

  it('moves rows by as many px as the wheel says, also when the canvas is scaled', () => {
    const middle = scroll(sized(1_000_000), { type: 'scrolled', scrollTop: 4_000_000 });
    const next = scroll(middle, { type: 'scrolled', scrollTop: middle.scrollTop + 120 });
    expect(next.top - middle.top).toBe(120);
    expect(next.offset).toBe(middle.offset);
  });

  it('puts the bar where it belongs when it rests, without moving a row', () => {
    let state = scroll(sized(1_000_000), { type: 'scrolled', scrollTop: 4_000_000 });
    for (let step = 0; step < 50; step += 1) state = scroll(state, { type: 'scrolled', scrollTop: state.scrollTop + 120 });
    const rested = scroll(state, { type: 'rested' });
    expect(rested.top).toBe(state.top);
    expect(rested.scrollTop).toBeLessThan(state.scrollTop);
    expect(rested.offset).toBe(rested.scrollTop - rested.top);
  });

  it('shows a revealed row and leaves one that is on screen where it is', () => {
    const state = sized(1_000_000);
    const last = scroll(state, { type: 'revealed', rowIndex: 999_999 });
    expect(visibleRows(last).end).toBe(1_000_000);
    expect(scroll(last, { type: 'revealed', rowIndex: 999_990 })).toBe(last);
    expect(visibleRows(scroll(last, { type: 'revealed', rowIndex: 0 })).start).toBe(0);
  });

  it.each([1_000, 1_000_000])('keeps rows where they are seen when others come and go above, among %i', (rowCount) => {
    const before = scroll(sized(rowCount), { type: 'scrolled', scrollTop: 2810 });
    const seenAt = (state: ScrollState, row: number) => row * state.rowHeight + state.offset - state.scrollTop;
    const { start } = visibleRows(before);
    let state = before;
    let shifted = 0;
    for (const by of [128, -40, -57]) {
      shifted += by;
      state = scroll(state, { type: 'shifted', by, rowCount: rowCount + shifted });
      expect([visibleRows(state).start, seenAt(state, start + shifted)]).toEqual([start + shifted, seenAt(before, start)]);
      state = scroll(state, { type: 'rested' });
      expect(seenAt(state, start + shifted)).toBeCloseTo(seenAt(before, start), 6);
    }
  });

  it('keeps the first row on screen when the density changes', () => {
    const state = scroll(sized(1000), { type: 'scrolled', scrollTop: 2800 });
    const tall = scroll(state, { type: 'sized', rowCount: 1000, rowHeight: 72, viewport: 700 });
    expect(visibleRows(tall).start).toBe(100);
  });

  it('keeps what is on screen where it is seen when the content above turns out taller, and puts the bar right when it rests', () => {
    const before = scroll(sized(1000), { type: 'scrolled', scrollTop: 2800 });
    const grown = regrown(before, before.height + 500, 500);
    expect([grown.top - before.top, grown.scrollTop - before.scrollTop]).toEqual([500, 0]);
    expect(grown.offset).toBe(-500);
    const next = scrolledTo(grown, grown.scrollTop + 120);
    expect([next.top - grown.top, next.offset]).toEqual([120, -500]);
    const still = rested(next);
    expect([still.top, still.scrollTop, still.offset]).toEqual([next.top, next.top, 0]);
  });
});
