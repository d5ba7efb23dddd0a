/**
 * Scrolling as a pure reducer, exact over any number of rows.
 *
 * Note: why scrolling is scaled. Browsers lose elements taller than some 17 to 33 million px. The canvas is therefore never taller than
 * `tallestCanvas`; beyond it, `top` (where we are in the rows, in true px) and `scrollTop` (where the bar is) part. A small move of the
 * bar moves the rows by as much, so that the wheel feels as ever; a move that only a dragged thumb can make is taken in proportion.
 * `offset` is what a row's true place is shifted by to lie under the viewport; small moves keep it, so rows on screen need no redraw.
 */

/** The tallest element there is, in px. */
export const tallestCanvas = 8_000_000;

export interface ScrollState {
  readonly rowCount: number;
  readonly rowHeight: number;
  /** Height left for rows, without the header. */
  readonly viewport: number;
  /** Where the bar is: what the element's `scrollTop` is or must become. */
  readonly scrollTop: number;
  /** Where the first visible px is among all rows. */
  readonly top: number;
  /** Added to `rowIndex * rowHeight` to place a row on the canvas. */
  readonly offset: number;
}

export type ScrollAction =
  | { readonly type: 'sized'; readonly rowCount: number; readonly rowHeight: number; readonly viewport: number }
  | { readonly type: 'scrolled'; readonly scrollTop: number }
  /** The bar rests: it is put where it belongs. */
  | { readonly type: 'rested' }
  | { readonly type: 'revealed'; readonly rowIndex: number };

/** At the top, nothing measured yet. */
export const initialScroll: ScrollState = { rowCount: 0, rowHeight: 28, viewport: 0, scrollTop: 0, top: 0, offset: 0 };

const fullHeight = (state: ScrollState) => state.rowCount * state.rowHeight;
/** Height of the canvas, in px. */
export const canvasHeight = (state: ScrollState) => Math.min(fullHeight(state), tallestCanvas);
const lastTop = (state: ScrollState) => Math.max(0, fullHeight(state) - state.viewport);
const lastScrollTop = (state: ScrollState) => Math.max(0, canvasHeight(state) - state.viewport);
const isScaled = (state: ScrollState) => fullHeight(state) > tallestCanvas;
const clamp = (value: number, most: number) => Math.min(Math.max(0, value), most);

/** Puts the bar where `top` belongs. */
function aligned(state: ScrollState, wanted: number): ScrollState {
  const top = clamp(wanted, lastTop(state));
  if (!isScaled(state)) return { ...state, top, scrollTop: top, offset: 0 };
  const scrollTop = Math.round((top / lastTop(state)) * lastScrollTop(state));
  return { ...state, top, scrollTop, offset: scrollTop - top };
}

function scrolled(state: ScrollState, scrollTop: number): ScrollState {
  const step = scrollTop - state.scrollTop;
  if (step === 0) return state;
  if (!isScaled(state)) return { ...state, scrollTop, top: scrollTop, offset: 0 };
  // A thumb dragged by one px of its track moves the bar by this much; what is smaller comes from a wheel, a finger or a key.
  const thumbStep = canvasHeight(state) / Math.max(1, state.viewport);
  if (Math.abs(step) < thumbStep) {
    const top = clamp(state.top + step, lastTop(state));
    return { ...state, scrollTop, top, offset: scrollTop - top };
  }
  const top = (clamp(scrollTop, lastScrollTop(state)) / lastScrollTop(state)) * lastTop(state);
  return { ...state, scrollTop, top, offset: scrollTop - top };
}

function revealed(state: ScrollState, rowIndex: number): ScrollState {
  const start = rowIndex * state.rowHeight;
  const end = start + state.rowHeight;
  if (start >= state.top && end <= state.top + state.viewport) return state;
  const top = clamp(start < state.top ? start : end - state.viewport, lastTop(state));
  const scrollTop = top + state.offset;
  const isNear = Math.abs(top - state.top) <= state.viewport && scrollTop >= 0 && scrollTop <= lastScrollTop(state);
  return isNear ? { ...state, top, scrollTop } : aligned(state, top);
}

/** What scrolling does; `scrollTop` of the answer is where the element must be put if it is elsewhere. */
export function scroll(state: ScrollState, action: ScrollAction): ScrollState {
  switch (action.type) {
    case 'sized': {
      if (action.rowCount === state.rowCount && action.rowHeight === state.rowHeight && action.viewport === state.viewport) return state;
      // The first visible row stays where it is when the density changes.
      const top = (state.top / state.rowHeight) * action.rowHeight;
      return aligned({ ...state, rowCount: action.rowCount, rowHeight: action.rowHeight, viewport: action.viewport }, top);
    }
    case 'scrolled':
      return scrolled(state, action.scrollTop);
    case 'rested':
      return isScaled(state) ? aligned(state, state.top) : state;
    case 'revealed':
      return revealed(state, action.rowIndex);
  }
}

/** Rows on screen, `start` inclusive and `end` exclusive, partly seen ones too. */
export function visibleRows(state: ScrollState): { start: number; end: number } {
  const start = Math.floor(state.top / state.rowHeight);
  return { start, end: Math.min(state.rowCount, Math.ceil((state.top + state.viewport) / state.rowHeight)) };
}
