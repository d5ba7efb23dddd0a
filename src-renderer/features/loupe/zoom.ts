/**
 * Where a picture lies on the stage, and how large: a pure reducer. Places are kept as the pixel of the picture in the middle of the
 * stage, so that a stage that changes its size needs no care.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ZoomState {
  /** Room for the picture, in CSS px. */
  readonly stage: Size;
  /** Pixels of the picture as it is shown, or null while they are not known. */
  readonly picture: Size | null;
  /** Device pixels a CSS px. At 100 % a pixel of the picture is one of the device. */
  readonly ratio: number;
  /** `fit` and `fill` follow the stage; `free` keeps its scale. */
  readonly mode: 'fit' | 'fill' | 'free';
  /** CSS px a pixel of the picture. */
  readonly scale: number;
  /** The picture's pixel in the middle of the stage. */
  readonly centre: Point;
}

export type ZoomAction =
  | { readonly type: 'sized'; readonly stage: Size; readonly ratio: number }
  /** A picture came. One of equal size stays where the last one was; any other is fitted. */
  | { readonly type: 'shown'; readonly picture: Size }
  | { readonly type: 'fitted'; readonly mode: 'fit' | 'fill' }
  /** To a share of its true size: 1 is 100 %. `at` is a place on the stage, in CSS px from its corner; its middle where null. */
  | { readonly type: 'zoomed'; readonly zoom: number; readonly at: Point | null }
  | { readonly type: 'multiplied'; readonly by: number; readonly at: Point | null }
  /** To the next of the steps there are. */
  | { readonly type: 'stepped'; readonly direction: 1 | -1; readonly at: Point | null }
  /** Between fit and 100 %. */
  | { readonly type: 'toggled'; readonly at: Point | null }
  /** Moves the picture by so many CSS px. */
  | { readonly type: 'panned'; readonly by: Point };

/** Shares of the true size that keys step through; the first and the last are the limits. */
export const zoomSteps = [0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.33, 0.5, 0.67, 1, 1.5, 2, 3, 4, 6, 8, 12, 16] as const;
const least = zoomSteps[0];
const most = 16;
/** Shares this near are the same: what is left of dividing and multiplying. */
const tolerance = 1e-6;

/** Nothing measured, nothing shown. */
export const initialZoom: ZoomState = {
  stage: { width: 0, height: 0 },
  picture: null,
  ratio: 1,
  mode: 'fit',
  scale: 1,
  centre: { x: 0, y: 0 },
};

/** The share of its true size at which the picture is shown; 1 is 100 %. */
export function zoomOf({ scale, ratio }: Pick<ZoomState, 'scale' | 'ratio'>): number {
  return scale * ratio;
}

/** Where the picture lies on the stage, in CSS px. */
export function boxOf({ picture, scale, centre, stage }: ZoomState): { x: number; y: number; width: number; height: number } {
  const { width, height } = picture ?? { width: 0, height: 0 };
  return {
    x: stage.width / 2 - centre.x * scale,
    y: stage.height / 2 - centre.y * scale,
    width: width * scale,
    height: height * scale,
  };
}

/** The picture's pixel under a place on the stage. */
export function pixelAt({ stage, scale, centre }: ZoomState, at: Point): Point {
  return { x: centre.x + (at.x - stage.width / 2) / scale, y: centre.y + (at.y - stage.height / 2) / scale };
}

/** True where a part of the picture lies outside the stage, so that there is something to move to. */
export function canPan(state: ZoomState): boolean {
  const box = boxOf(state);
  return box.width > state.stage.width + 1 || box.height > state.stage.height + 1;
}

function fitScale({ picture, stage, ratio }: ZoomState, mode: 'fit' | 'fill'): number {
  if (!picture || picture.width <= 0 || picture.height <= 0 || stage.width <= 0 || stage.height <= 0) return 1 / ratio;
  const [across, down] = [stage.width / picture.width, stage.height / picture.height];
  // A small picture is not blown up to fit.
  return mode === 'fit' ? Math.min(across, down, 1 / ratio) : Math.max(across, down);
}

function fitted(state: ZoomState, mode: 'fit' | 'fill'): ZoomState {
  const { width, height } = state.picture ?? { width: 0, height: 0 };
  return { ...state, mode, scale: fitScale(state, mode), centre: { x: width / 2, y: height / 2 } };
}

const between = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** Where the middle may lie along one side so that no gap opens; the middle itself where all of the side is seen. */
function tight(length: number, room: number, scale: number): readonly [low: number, high: number] {
  const half = room / 2 / scale;
  return length * scale <= room ? [length / 2, length / 2] : [half, length - half];
}

/**
 * Zooms so that the pixel under `at` stays there. Nearer, that always holds, even if a gap opens beside the picture; farther away, gaps
 * close first, and from where all is seen on, the picture is in the middle.
 */
function scaled(state: ZoomState, wanted: number, at: Point | null): ZoomState {
  const { picture, stage, ratio } = state;
  if (!picture) return state;
  const smallest = Math.min(least / ratio, fitScale(state, 'fit'));
  const scale = between(wanted, smallest, most / ratio);
  const point = at ?? { x: stage.width / 2, y: stage.height / 2 };
  const pixel = pixelAt(state, point);
  const centre = { x: pixel.x - (point.x - stage.width / 2) / scale, y: pixel.y - (point.y - stage.height / 2) / scale };
  if (scale >= state.scale) {
    return {
      ...state,
      mode: 'free',
      scale,
      centre: { x: between(centre.x, 0, picture.width), y: between(centre.y, 0, picture.height) },
    };
  }
  const x = tight(picture.width, stage.width, scale);
  const y = tight(picture.height, stage.height, scale);
  return { ...state, mode: 'free', scale, centre: { x: between(centre.x, ...x), y: between(centre.y, ...y) } };
}

function stepped(state: ZoomState, direction: 1 | -1, at: Point | null): ZoomState {
  const zoom = zoomOf(state);
  const next = direction === 1 ? zoomSteps.find((step) => step > zoom + tolerance) : zoomSteps.findLast((step) => step < zoom - tolerance);
  return next === undefined ? state : scaled(state, next / state.ratio, at);
}

/** A gap that is there may stay, but does not grow. */
function panned(state: ZoomState, by: Point): ZoomState {
  const { picture, stage, scale, centre } = state;
  if (!picture) return state;
  const along = (now: number, move: number, length: number, room: number) => {
    const [low, high] = tight(length, room, scale);
    return between(now - move / scale, Math.min(low, now), Math.max(high, now));
  };
  return {
    ...state,
    mode: 'free',
    centre: { x: along(centre.x, by.x, picture.width, stage.width), y: along(centre.y, by.y, picture.height, stage.height) },
  };
}

/** What an action does to the picture's place and scale. */
export function zoom(state: ZoomState, action: ZoomAction): ZoomState {
  switch (action.type) {
    case 'sized': {
      const { stage, ratio } = action;
      if (stage.width === state.stage.width && stage.height === state.stage.height && ratio === state.ratio) return state;
      const next = { ...state, stage, ratio };
      return state.mode === 'free' ? next : fitted(next, state.mode);
    }
    case 'shown': {
      const { picture } = action;
      const isEqual = picture.width === state.picture?.width && picture.height === state.picture.height;
      return isEqual ? state : fitted({ ...state, picture }, 'fit');
    }
    case 'fitted':
      return fitted(state, action.mode);
    case 'zoomed':
      return scaled(state, action.zoom / state.ratio, action.at);
    case 'multiplied':
      return scaled(state, state.scale * action.by, action.at);
    case 'stepped':
      return stepped(state, action.direction, action.at);
    case 'toggled':
      return state.mode === 'fit' ? scaled(state, 1 / state.ratio, action.at) : fitted(state, 'fit');
    case 'panned':
      return panned(state, action.by);
  }
}
