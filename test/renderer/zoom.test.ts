import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boxOf,
  canPan,
  initialZoom,
  type Point,
  pixelAt,
  type ZoomAction,
  type ZoomState,
  zoom,
  zoomOf,
} from '../../src-renderer/features/loupe/zoom.ts';

const stage = { width: 1000, height: 600 };
const after = (...actions: ZoomAction[]): ZoomState => actions.reduce(zoom, initialZoom);
const fitted = (width: number, height: number, ratio = 1) =>
  after({ type: 'sized', stage, ratio }, { type: 'shown', picture: { width, height } });
const rounded = ({ x, y, width, height }: ReturnType<typeof boxOf>) => [x, y, width, height].map((value) => Math.round(value * 10) / 10);

describe('a picture', () => {
  it.each([
    ['a wide one touches the sides', 4000, 1000, 1, [0, 175, 1000, 250]],
    ['a tall one touches top and bottom', 1000, 4000, 1, [425, 0, 150, 600]],
    ['a small one is not blown up', 100, 100, 1, [450, 250, 100, 100]],
    ['a small one on a fine screen has a pixel of it a pixel', 100, 100, 2, [475, 275, 50, 50]],
  ] as const)('is fitted: %s', (_, width, height, ratio, box) => {
    expect(rounded(boxOf(fitted(width, height, ratio)))).toEqual(box);
  });

  it('fills the stage, and what is cut off can be moved to', () => {
    const state = zoom(fitted(4000, 1000), { type: 'fitted', mode: 'fill' });
    expect(rounded(boxOf(state))).toEqual([-700, 0, 2400, 600]);
    expect([canPan(fitted(4000, 1000)), canPan(state)]).toEqual([false, true]);
  });

  it('has at 100 % one of its pixels a pixel of the screen', () => {
    for (const ratio of [1, 1.5, 2]) {
      const state = zoom(fitted(4000, 3000, ratio), { type: 'toggled', at: null });
      expect([zoomOf(state), boxOf(state).width * ratio]).toEqual([1, 4000]);
    }
  });

  const place = fc.record({ x: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.double({ min: 0, max: 1, noNaN: true }) });
  const size = fc.record({ width: fc.integer({ min: 1, max: 20_000 }), height: fc.integer({ min: 1, max: 20_000 }) });
  const onPicture = (state: ZoomState, { x, y }: Point): Point => {
    const box = boxOf(state);
    return { x: box.x + box.width * x, y: box.y + box.height * y };
  };

  it('keeps the pixel under the pointer there, however one zooms in', () => {
    fc.assert(
      fc.property(
        size,
        place,
        fc.array(fc.double({ min: 1, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 }),
        (picture, where, factors) => {
          let state = fitted(picture.width, picture.height);
          const at = onPicture(state, where);
          const pixel = pixelAt(state, at);
          for (const by of factors) state = zoom(state, { type: 'multiplied', by, at });
          const now = pixelAt(state, at);
          // A hundredth of what one sees.
          expect(Math.abs(now.x - pixel.x) * state.scale).toBeLessThan(0.01);
          expect(Math.abs(now.y - pixel.y) * state.scale).toBeLessThan(0.01);
        },
      ),
    );
  });

  it('stays between 5 and 1600 %, or the fit where that is less, and never leaves the middle of the stage', () => {
    const action: fc.Arbitrary<ZoomAction> = fc.oneof(
      place.map(({ x, y }) => ({ type: 'panned', by: { x: (x - 0.5) * 5000, y: (y - 0.5) * 5000 } }) as const),
      fc
        .record({ by: fc.double({ min: 0.05, max: 20, noNaN: true }), at: place })
        .map(({ by, at }) => ({ type: 'multiplied', by, at: { x: at.x * stage.width, y: at.y * stage.height } }) as const),
      fc.constantFrom({ type: 'stepped', direction: 1, at: null } as const, { type: 'stepped', direction: -1, at: null } as const),
      fc.constant({ type: 'toggled', at: null } as const),
    );
    fc.assert(
      fc.property(size, fc.array(action, { maxLength: 20 }), (picture, actions) => {
        const start = fitted(picture.width, picture.height);
        const state = actions.reduce(zoom, start);
        expect(zoomOf(state)).toBeGreaterThanOrEqual(Math.min(0.05, zoomOf(start)) - 1e-9);
        expect(zoomOf(state)).toBeLessThanOrEqual(16 + 1e-9);
        expect(state.centre.x).toBeGreaterThanOrEqual(0);
        expect(state.centre.x).toBeLessThanOrEqual(picture.width);
        expect(state.centre.y).toBeGreaterThanOrEqual(0);
        expect(state.centre.y).toBeLessThanOrEqual(picture.height);
      }),
    );
  });

  it('opens no gap by being moved', () => {
    const near = zoom(fitted(4000, 3000), { type: 'zoomed', zoom: 1, at: null });
    const far = [1, 2, 3, 4].reduce((state) => zoom(state, { type: 'panned', by: { x: 900, y: 900 } }), near);
    expect(rounded(boxOf(far)).slice(0, 2)).toEqual([0, 0]);
  });

  it('is in the middle again once all of it is seen', () => {
    const near = zoom(fitted(4000, 3000), { type: 'zoomed', zoom: 1, at: { x: 150, y: 10 } });
    const away = zoom(near, { type: 'multiplied', by: 0.01, at: { x: 900, y: 590 } });
    expect(rounded(boxOf(away))).toEqual([400, 225, 200, 150]);
  });

  it('goes through the steps by keys, and back to the fit by the same key as to 100 %', () => {
    const start = fitted(4000, 3000);
    const steps = [1, 2, 3, 4].reduce<number[]>(
      (seen) => [
        ...seen,
        zoomOf(
          seen.reduce(
            (state) => zoom(state, { type: 'stepped', direction: 1, at: null }),
            zoom(start, { type: 'stepped', direction: 1, at: null }),
          ),
        ),
      ],
      [],
    );
    expect(steps.map((step) => Math.round(step * 100))).toEqual([25, 33, 50, 67]);
    const toggled = zoom(zoom(start, { type: 'toggled', at: { x: 300, y: 200 } }), { type: 'toggled', at: { x: 300, y: 200 } });
    expect(toggled).toEqual(start);
  });

  it('keeps zoom and place for the next one of equal size, and fits any other', () => {
    const near = zoom(fitted(4000, 3000), { type: 'zoomed', zoom: 2, at: { x: 700, y: 100 } });
    expect(zoom(near, { type: 'shown', picture: { width: 4000, height: 3000 } })).toBe(near);
    expect(zoom(near, { type: 'shown', picture: { width: 3000, height: 4000 } }).mode).toBe('fit');
  });

  it('follows a stage that changes its size', () => {
    const wider = zoom(fitted(4000, 1000), { type: 'sized', stage: { width: 2000, height: 600 }, ratio: 1 });
    expect(rounded(boxOf(wider))).toEqual([0, 50, 2000, 500]);
  });
});
