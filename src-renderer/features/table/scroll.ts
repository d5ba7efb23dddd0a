/** Scrolling over rows of one height, as a pure reducer; see Note: why scrolling is scaled. */
import { alignedAt, type LongScroll, regrown, rested, revealed, scrolledTo, unscrolled } from '../look/long-scroll.ts';

export interface ScrollState extends LongScroll {
  readonly rowCount: number;
  readonly rowHeight: number;
}

export type ScrollAction =
  | { readonly type: 'sized'; readonly rowCount: number; readonly rowHeight: number; readonly viewport: number }
  /** The rows on screen have other places now, `by` more than before: they stay where they are seen. */
  | { readonly type: 'shifted'; readonly by: number; readonly rowCount: number }
  | { readonly type: 'scrolled'; readonly scrollTop: number }
  /** The bar rests: it is put where it belongs. */
  | { readonly type: 'rested' }
  | { readonly type: 'revealed'; readonly rowIndex: number };

/** At the top, nothing measured yet. */
export const initialScroll: ScrollState = { ...unscrolled, rowCount: 0, rowHeight: 28 };

/** What scrolling does; `scrollTop` of the answer is where the element must be put if it is elsewhere. */
export function scroll(state: ScrollState, action: ScrollAction): ScrollState {
  switch (action.type) {
    case 'sized': {
      const { rowCount, rowHeight, viewport } = action;
      if (rowCount === state.rowCount && rowHeight === state.rowHeight && viewport === state.viewport) return state;
      // The first visible row stays where it is when the density changes.
      const top = (state.top / state.rowHeight) * rowHeight;
      return alignedAt({ ...state, rowCount, rowHeight, viewport, height: rowCount * rowHeight }, top);
    }
    case 'shifted': {
      const { by, rowCount } = action;
      return regrown({ ...state, rowCount }, rowCount * state.rowHeight, by * state.rowHeight);
    }
    case 'scrolled':
      return scrolledTo(state, action.scrollTop);
    case 'rested':
      return rested(state);
    case 'revealed':
      return revealed(state, action.rowIndex * state.rowHeight, (action.rowIndex + 1) * state.rowHeight);
  }
}

/** Rows on screen, `start` inclusive and `end` exclusive, partly seen ones too. */
export function visibleRows(state: ScrollState): { start: number; end: number } {
  const start = Math.floor(state.top / state.rowHeight);
  return { start, end: Math.min(state.rowCount, Math.ceil((state.top + state.viewport) / state.rowHeight)) };
}
