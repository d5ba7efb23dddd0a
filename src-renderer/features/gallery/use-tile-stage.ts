/** A stage of tiles under an element that scrolls: measured, kept true to what is known, and drawn again when it changed. */
import { type RefObject, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { Session } from '../../app/session.ts';
import { isThumbMove } from '../look/long-scroll.ts';
import type { RowPages } from '../table/row-pages.ts';
import type { TileShape } from './tile-block.ts';
import { stagePadding } from './tile-layout.ts';
import { type Anchor, TileStage } from './tile-stage.ts';

/** The bar is put where it belongs, and tiles beyond the screen are laid out again, when it rested this long, in ms. */
const restMilliseconds = 150;
/** Scrolled by more of the screen in one frame, tiles beyond it would be made to be thrown away. */
const fastPart = 0.2;
/** Dragging over fewer rows needs no number beside the thumb. */
const fewRows = 1_000;

interface StageInput {
  readonly session: Session;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly viewId: number | undefined;
  readonly rowCount: number;
  /** See `TableState.shifted`. */
  readonly shifted: number;
  readonly pages: RowPages | null;
  readonly drawn: number;
  readonly mediaPlace: number;
  readonly shape: Omit<TileShape, 'width'>;
  /** What stays in place when the shape changes; asked once a change. */
  readonly takeAnchor: () => Anchor | null;
}

/** What the gallery draws from. `change` runs a move of the stage and draws what came of it. */
export interface DrawnStage {
  readonly stage: TileStage;
  readonly viewport: number;
  /** Px laid out above and below the screen: none while it is scrolled at speed. */
  readonly beyond: number;
  /** Scrolled at speed: what comes on screen now is gone before it could be seen. */
  readonly isFast: boolean;
  readonly isDragged: boolean;
  readonly isReady: boolean;
  readonly change: (move: (stage: TileStage) => void) => void;
  readonly onScroll: () => void;
}

/** Lives with the gallery; another view is another stage. */
export function useTileStage(input: StageInput): DrawnStage {
  const { session, scroller, viewId, rowCount, shifted, pages, drawn, mediaPlace, shape, takeAnchor } = input;
  const { sizes } = session.thumbnails;
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [isFast, setFast] = useState(false);
  const [isDragged, setDragged] = useState(false);
  const known = useRef({ pages, mediaPlace });
  known.current = { pages, mediaPlace };

  // biome-ignore lint/correctness/useExhaustiveDependencies: another view has other rows at its places, so nothing of the old stage is true.
  const stage = useMemo(
    () =>
      new TileStage({
        ratioAt(row) {
          const media = known.current.pages?.rowAt(row)?.cells[known.current.mediaPlace]?.media;
          if (!media) return null;
          return media.width && media.height ? media.width / media.height : sizes.ratioOf(media.referenceId);
        },
        idAt: (row) => known.current.pages?.rowAt(row)?.rowId ?? null,
      }),
    [viewId, sizes],
  );

  // Before anything is drawn of it: tiles at other places would be other elements. Once done, doing it again does nothing.
  stage.shiftTo(shifted, rowCount);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);

  const anchor = useRef(takeAnchor);
  anchor.current = takeAnchor;
  const { shape: cut, tileHeight, labelHeight } = shape;
  useLayoutEffect(() => {
    if (size.width === 0) return;
    const width = Math.max(1, size.width - 2 * stagePadding);
    stage.measure({ shape: { shape: cut, tileHeight, labelHeight, width }, rowCount, viewport: size.height }, anchor.current());
    draw();
  }, [stage, size, cut, tileHeight, labelHeight, rowCount]);

  const beyond = isFast ? 0 : size.height / 2;
  useLayoutEffect(() => {
    stage.lookBeyond(beyond);
    draw();
  }, [stage, beyond]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` rises when rows came.
  useLayoutEffect(() => {
    stage.refresh();
    draw();
  }, [stage, drawn, mediaPlace]);

  useEffect(() => {
    let frame = 0;
    const end = sizes.onLearned(() => {
      // A screen of pictures comes within a few frames; once a frame is enough.
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        stage.refresh();
        draw();
      });
    });
    return () => {
      end();
      cancelAnimationFrame(frame);
    };
  }, [stage, sizes]);

  // The bar follows what keys, sizes and rows did. Where it already is there, asking the element would make it lay out twice.
  const bar = useRef(0);
  const { scrollTop } = stage.scroll;
  const { canvasHeight } = stage;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas that grew can take a place that it could not take before.
  useLayoutEffect(() => {
    if (!scroller.current || Math.abs(bar.current - scrollTop) < 1) return;
    scroller.current.scrollTop = scrollTop;
    bar.current = scroller.current.scrollTop;
  }, [scroller, scrollTop, canvasHeight]);

  const restTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(restTimer.current), []);
  // Where the bar and the screen parted, the bar is put right once it rests.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each shift parts them.
  useEffect(() => {
    const timer = setTimeout(() => {
      stage.rest();
      draw();
    }, restMilliseconds);
    return () => clearTimeout(timer);
  }, [stage, shifted]);

  function onScroll(): void {
    const element = scroller.current;
    if (!element) return;
    bar.current = element.scrollTop;
    const step = Math.abs(bar.current - stage.scroll.scrollTop);
    if (step === 0) return;
    setFast(step > size.height * fastPart);
    if (rowCount > fewRows && isThumbMove(stage.scroll, bar.current) && step > size.height) setDragged(true);
    stage.scrollTo(bar.current);
    draw();
    clearTimeout(restTimer.current);
    restTimer.current = setTimeout(() => {
      setDragged(false);
      setFast(false);
      stage.rest();
      draw();
    }, restMilliseconds);
  }

  return {
    stage,
    viewport: size.height,
    beyond,
    isFast,
    isDragged,
    isReady: size.width > 0,
    onScroll,
    change(move) {
      move(stage);
      draw();
    },
  };
}
