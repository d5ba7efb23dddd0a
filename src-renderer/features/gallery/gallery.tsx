/** The rows of the open table as tiles: any number of them, of which only those on screen exist; keys, mouse and focus over them. */
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { Column } from '../../../src-shared/model/table.ts';
import { keyOf } from '../../app/keyboard.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { ThumbBubble } from '../../ui/thumb-bubble.tsx';
import { forgetNewAbove, RowsAbove } from '../look/rows-above.tsx';
import { useMinute } from '../look/use-minute.ts';
import { isSelected, select } from '../table/selection.ts';
import styles from './gallery.module.css';
import { GalleryBar } from './gallery-bar.tsx';
import { mediaPlaceOf } from './media-place.ts';
import { StillTile } from './still-tile.tsx';
import { Tile } from './tile.tsx';
import { stagePadding } from './tile-layout.ts';
import { tileMove } from './tile-moves.ts';
import { tilePointer } from './tile-pointer.ts';
import type { Anchor, TilePlace } from './tile-stage.ts';
import { useMarquee } from './use-marquee.ts';
import { useTileStage } from './use-tile-stage.ts';
import { useWheelZoom } from './use-wheel-zoom.ts';

/** Below a tile, a line of a label, in px. */
const labelLine = 16;
const restMilliseconds = 150;

const noColumns: readonly Column[] = [];

/** The gallery and its bar. */
export function Gallery() {
  const session = useSession();
  const { table, view, pages, drawn, shifted, selection, goneTo } = useIn(session.table, (state) => state);
  const { shape, fit, tileHeight, labels, isLoupeOpen } = useIn(session.look, (state) => state);
  const scroller = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
  const column = useRef<number | null>(null);
  const minute = useMinute(session.now);

  const columns = table?.columns ?? noColumns;
  const mediaPlace = mediaPlaceOf(columns, selection.focus.column);
  const labelPlaces = useMemo(
    () => labels.map((name) => columns.findIndex((one) => one.name === name)).filter((place) => place >= 0),
    [labels, columns],
  );
  const rowCount = view?.rowCount ?? 0;
  const focusRow = Math.min(Math.max(0, selection.focus.row), Math.max(0, rowCount - 1));

  const { stage, viewport, beyond, isFast, isDragged, isReady, change, onScroll } = useTileStage({
    session,
    scroller,
    viewId: view?.viewId,
    rowCount,
    shifted,
    pages,
    drawn,
    mediaPlace,
    shape: { shape, tileHeight, labelHeight: labelPlaces.length * labelLine },
    takeAnchor: () => pointedTile() ?? focusOnScreen(),
  });
  const pointed = useWheelZoom(session, stage, scroller);
  const { marquee, ...marqueeHandlers } = useMarquee(session, stage, scroller);

  function pointedTile(): Anchor | null {
    const anchor = pointed.current;
    pointed.current = null;
    return anchor;
  }

  /** The focused tile stays in place when the size changes, where it is seen; when the gallery opens it comes to the middle. */
  function focusOnScreen(): Anchor | null {
    if (stage.scroll.viewport === 0) return focusRow > 0 ? { row: focusRow, y: (scroller.current?.clientHeight ?? 0) / 2 } : null;
    const { y, height } = stage.placeOf(focusRow);
    const middle = y + height / 2 - stage.scroll.top;
    return stage.scroll.top > 0 && middle > 0 && middle < viewport ? { row: focusRow, y: middle } : null;
  }

  const visible = stage.visibleRows();
  const { top, offset } = stage.scroll;
  const lines = stage.linesIn({ start: top - beyond, end: top + viewport + beyond });
  const wantedStart = lines.at(0)?.start ?? 0;
  const wantedEnd = lines.at(-1)?.end ?? 0;
  useEffect(() => {
    if (wantedEnd > wantedStart) pages?.want(wantedStart, wantedEnd);
  }, [pages, wantedStart, wantedEnd]);
  useEffect(() => {
    if (visible.end <= visible.start) return;
    pages?.see(visible.start, visible.end);
    forgetNewAbove(session, visible.start);
  }, [session, pages, visible.start, visible.end]);

  const viewId = view?.viewId;
  useEffect(() => {
    if (viewId === undefined || visible.end <= visible.start) return;
    const timer = setTimeout(() => void session.client.views.show({ viewId, start: visible.start, end: visible.end }), restMilliseconds);
    return () => clearTimeout(timer);
  }, [session, viewId, visible.start, visible.end]);

  // Coming from the table or out of the loupe, the element that had the focus is gone.
  useLayoutEffect(() => {
    if (!isLoupeOpen && document.activeElement === document.body) hasFocus.current = true;
  }, [isLoupeOpen]);

  // What moved the focus from elsewhere (the loupe, another filter) is followed; a tile that is seen stays where it is, and rows that came
  // or went move the focus to the same row's place, which is no reason to go there.
  const drawnView = useRef(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another row moves the screen.
  useLayoutEffect(() => {
    const hasSameRows = drawnView.current === view || drawnView.current?.viewId !== view?.viewId;
    drawnView.current = view;
    if (!hasSameRows || !isReady || rowCount === 0) return;
    const { y, height } = stage.placeOf(focusRow);
    const isSeen = y + height > stage.scroll.top && y < stage.scroll.top + stage.scroll.viewport;
    if (!isSeen) change(() => stage.reveal(focusRow));
  }, [focusRow, view?.version]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each going brings the row here once.
  useLayoutEffect(() => {
    if (!goneTo || !isReady) return;
    hasFocus.current = true;
    change(() => stage.reveal(goneTo.row));
    session.table.setState({ goneTo: null });
  }, [goneTo, isReady]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: out of the loupe the focus comes back to its tile, and a row gone to takes it.
  useLayoutEffect(() => {
    if (hasFocus.current && isReady) {
      scroller.current?.querySelector<HTMLElement>(`[data-row="${focusRow}"]`)?.focus({ preventScroll: true });
    }
  }, [focusRow, isReady, isLoupeOpen, goneTo]);

  function press(event: KeyboardEvent): void {
    const key = keyOf(event.nativeEvent, session.isMac);
    if (!key || rowCount === 0) return;
    const x = column.current ?? stage.middleOf(focusRow);
    const move = tileMove(key, { row: focusRow, rowCount, x }, stage);
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    column.current = move.isVertical ? x : null;
    const type = move.effect === 'choose' ? 'chosen' : move.effect === 'extend' ? 'extended' : 'focused';
    const focus = { row: move.row, column: selection.focus.column };
    hasFocus.current = true;
    session.table.setState((now) => ({ selection: select(now.selection, { type, focus }) }));
    change(() => stage.reveal(move.row));
  }

  const pointer = tilePointer(session, () => {
    hasFocus.current = true;
    column.current = null;
  });

  const labelHeight = labelPlaces.length * labelLine;
  const whole = useRef<ReadonlySet<number>>(new Set());
  const wholeNow = new Set<number>();
  function tile(row: number, place: TilePlace, isOnScreen: boolean) {
    // At speed new tiles are still shapes; those that have their picture keep it.
    if (isFast && row !== focusRow && !whole.current.has(row - shifted)) {
      return (
        <StillTile
          key={`still ${row - shifted}`}
          rowIndex={row}
          rowCount={rowCount}
          x={place.x}
          y={place.y + offset}
          width={place.width}
          height={place.height - labelHeight}
          isSelected={isSelected(selection, row)}
        />
      );
    }
    wholeNow.add(row - shifted);
    return (
      <Tile
        key={row - shifted}
        rowIndex={row}
        rowCount={rowCount}
        row={pages?.rowAt(row)}
        mediaPlace={mediaPlace}
        columns={columns}
        labels={labelPlaces}
        x={place.x}
        y={place.y + offset}
        width={place.width}
        height={place.height - labelHeight}
        fit={shape === 'rows' ? 'shaped' : fit}
        isSelected={isSelected(selection, row)}
        isTabStop={row === focusRow}
        isOnScreen={isOnScreen}
        minute={minute}
      />
    );
  }

  const tiles = lines.flatMap((line) => {
    const isOnScreen = line.y + line.height > top && line.y < top + viewport;
    return line.lefts.map((left, place) =>
      tile(
        line.start + place,
        { x: left + stagePadding, y: line.y, width: line.widths[place] ?? 0, height: line.height + labelHeight },
        isOnScreen,
      ),
    );
  });
  if (rowCount > 0 && !lines.some((line) => focusRow >= line.start && focusRow < line.end)) {
    // The focused tile stays just beyond the screen, so that the focus is never lost to the page and the canvas grows by nothing.
    const place = stage.placeOf(focusRow);
    const y = place.y < top ? top - viewport - place.height : Math.min(place.y, top + viewport);
    tiles.push(tile(focusRow, { ...place, y }, false));
  }
  whole.current = wholeNow;

  return (
    <div className={styles.pane}>
      <GalleryBar columns={columns} />
      <div className={styles.frame}>
        <div
          ref={scroller}
          role="listbox"
          aria-label={words.galleryOf(table?.name ?? '')}
          aria-multiselectable
          aria-orientation="horizontal"
          data-keys="gallery content"
          className={styles.scroller}
          onScroll={onScroll}
          onKeyDown={press}
          onFocus={() => {
            hasFocus.current = true;
          }}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) hasFocus.current = false;
          }}
          {...pointer}
          {...marqueeHandlers}
        >
          <div role="presentation" className={styles.canvas} style={{ height: stage.canvasHeight }}>
            {tiles}
            {marquee ? (
              <div
                className={styles.marquee}
                style={{
                  transform: `translate(${marquee.x.start}px, ${marquee.y.start + offset}px)`,
                  width: marquee.x.end - marquee.x.start,
                  height: marquee.y.end - marquee.y.start,
                }}
              />
            ) : null}
          </div>
        </div>
        <RowsAbove />
        {isDragged ? (
          <ThumbBubble top={`${(100 * top) / Math.max(1, stage.scroll.height)}%`} text={words.rowAddress(visible.start + 1)} />
        ) : null}
      </div>
    </div>
  );
}
