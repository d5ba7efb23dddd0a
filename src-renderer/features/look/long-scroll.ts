/**
 * Scrolling in px as pure functions, exact over any height; rows and tiles stand on it.
 *
 * Note: why scrolling is scaled. Browsers lose elements taller than some 17 to 33 million px. The canvas is therefore never taller than
 * `tallestCanvas`; beyond it, `top` (where we are in the content, in true px) and `scrollTop` (where the bar is) part. A small move of
 * the bar moves the content by as much, so that the wheel feels as ever; a move that only a dragged thumb can make is taken in
 * proportion. `offset` is what a true place is shifted by to lie under the viewport; small moves keep it, so what is on screen needs no
 * redraw. They part, too, where the content above turns out taller or shorter than it was thought, until the bar rests.
 */

/** The tallest element there is, in px. */
export const tallestCanvas = 8_000_000;

export interface LongScroll {
  /** Height of all content, in true px. */
  readonly height: number;
  readonly viewport: number;
  /** Where the bar is: what the element's `scrollTop` is or must become. */
  readonly scrollTop: number;
  /** Where the first visible px is in the content. */
  readonly top: number;
  /** Added to a true place to lay it on the canvas. */
  readonly offset: number;
}

/** At the top, nothing measured yet. */
export const unscrolled: LongScroll = { height: 0, viewport: 0, scrollTop: 0, top: 0, offset: 0 };

/** Height of the canvas, in px. */
export const canvasHeight = (state: LongScroll) => Math.min(state.height, tallestCanvas);
/** The largest `top` there is. */
export const lastTop = (state: LongScroll) => Math.max(0, state.height - state.viewport);
const lastScrollTop = (state: LongScroll) => Math.max(0, canvasHeight(state) - state.viewport);
const isScaled = (state: LongScroll) => state.height > tallestCanvas;
const clamp = (value: number, most: number) => Math.min(Math.max(0, value), most);

/** True for a move that only a dragged thumb can make: one px of its track moves the bar by this much. */
export function isThumbMove(state: LongScroll, scrollTop: number): boolean {
  return Math.abs(scrollTop - state.scrollTop) >= canvasHeight(state) / Math.max(1, state.viewport);
}

/** Goes to a place in the content, and puts the bar where it belongs. */
export function alignedAt<S extends LongScroll>(state: S, wanted: number): S {
  const top = clamp(wanted, lastTop(state));
  if (!isScaled(state)) return { ...state, top, scrollTop: top, offset: 0 };
  const scrollTop = Math.round((top / lastTop(state)) * lastScrollTop(state));
  return { ...state, top, scrollTop, offset: scrollTop - top };
}

/** The bar was moved. */
export function scrolledTo<S extends LongScroll>(state: S, scrollTop: number): S {
  const step = scrollTop - state.scrollTop;
  if (step === 0) return state;
  if (!isScaled(state) && state.offset === 0) return { ...state, scrollTop, top: scrollTop };
  if (!isScaled(state) || !isThumbMove(state, scrollTop)) {
    const top = clamp(state.top + step, lastTop(state));
    return { ...state, scrollTop, top, offset: scrollTop - top };
  }
  const top = (clamp(scrollTop, lastScrollTop(state)) / lastScrollTop(state)) * lastTop(state);
  return { ...state, scrollTop, top, offset: scrollTop - top };
}

/** The bar rests: it is put where it belongs, and nothing on screen moves. */
export function rested<S extends LongScroll>(state: S): S {
  return isScaled(state) || state.offset !== 0 ? alignedAt(state, state.top) : state;
}

/** Brings what lies between two places on screen, by the shortest way; what is there already stays. */
export function revealed<S extends LongScroll>(state: S, start: number, end: number): S {
  if (start >= state.top && end <= state.top + state.viewport) return state;
  const top = clamp(start < state.top ? start : end - state.viewport, lastTop(state));
  const scrollTop = top + state.offset;
  const isNear = Math.abs(top - state.top) <= state.viewport && scrollTop >= 0 && scrollTop <= lastScrollTop(state);
  return isNear ? { ...state, top, scrollTop } : alignedAt(state, top);
}

/** The content has another height, and what is on screen now lies lower by `shift`: it stays where it is seen. */
export function regrown<S extends LongScroll>(state: S, height: number, shift: number): S {
  if (height === state.height && shift === 0) return state;
  const next = { ...state, height };
  const top = clamp(state.top + shift, lastTop(next));
  const scrollTop = clamp(state.scrollTop, lastScrollTop(next));
  return { ...next, top, scrollTop, offset: scrollTop - top };
}
