/** The tiles of a view under a screen that scrolls: what is seen where, and where a move leads. Knows no element; the component draws it. */
import {
  alignedAt,
  canvasHeight,
  isThumbMove,
  type LongScroll,
  lastTop,
  regrown,
  rested,
  revealed,
  scrolledTo,
  unscrolled,
} from '../look/long-scroll.ts';
import { tileGap } from './lines.ts';
import type { Span, TileFacts, TileLine, TileShape } from './tile-block.ts';
import { stagePadding, TileLayout } from './tile-layout.ts';

/** A tile, in px from the top left of the stage; the label below it is part of its height. */
export interface TilePlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A row, and how far below the top of the screen its middle is to be. */
export interface Anchor {
  readonly row: number;
  readonly y: number;
}

/** Rows farther from the screen than this are not seen together with it. */
const farRows = 400;

/** Keeps a layout under a screen. All answers are of now; every change of either goes through here. */
export class TileStage {
  readonly #facts: TileFacts;
  #layout: TileLayout;
  #scroll: LongScroll = unscrolled;
  #beyond = 0;
  #shifted = 0;
  #isPieced = false;

  constructor(facts: TileFacts) {
    this.#facts = facts;
    this.#layout = new TileLayout({ shape: 'rows', width: 0, tileHeight: 1, labelHeight: 0 }, 0, facts);
  }

  /** Where the screen is. */
  get scroll(): LongScroll {
    return this.#scroll;
  }

  /** Height of the element that scrolls, in px. */
  get canvasHeight(): number {
    return canvasHeight(this.#scroll);
  }

  /** Sets what is measured. Another shape is laid out anew around `anchor`, or around what is on screen. */
  measure(next: { shape: TileShape; rowCount: number; viewport: number }, anchor: Anchor | null = null): void {
    const { shape, rowCount, viewport } = next;
    const now = this.#layout.shape;
    const isSame = (Object.keys(shape) as (keyof TileShape)[]).every((key) => shape[key] === now[key]);
    if (isSame) {
      this.#layout.setRowCount(rowCount);
      this.#scroll = { ...this.#scroll, viewport };
      this.#fit(0);
    } else {
      const kept = anchor ?? this.#middleOfFirst();
      this.#layout = new TileLayout(shape, rowCount, this.#facts);
      this.#scroll = alignedAt({ ...this.#scroll, viewport, height: this.#layout.height }, 0);
      if (kept && kept.row < rowCount) this.show(kept);
    }
    this.#settle();
  }

  /** The rows on screen have moved by so many places in all; they stay where they are seen. Called again, it does nothing. */
  shiftTo(shifted: number, rowCount: number): void {
    const by = shifted - this.#shifted;
    this.#shifted = shifted;
    if (by === 0 || this.#layout.rowCount === 0) return;
    const { top, viewport } = this.#scroll;
    const first = this.visibleRows().start;
    const lower = this.#layout.shift(by, rowCount, { start: top, end: top + viewport });
    this.#layout.learned();
    if (lower === null) this.#layAnewAt(Math.min(Math.max(0, first + by), Math.max(0, rowCount - 1)), rowCount);
    else {
      this.#isPieced = true;
      this.#fit(lower);
    }
    this.#settle();
  }

  /** The bar was moved; a drag to its end ends at the last row, however high the rows turn out. */
  scrollTo(scrollTop: number): void {
    const isThumb = isThumbMove(this.#scroll, scrollTop);
    const isEnd = scrollTop > this.#scroll.scrollTop && scrollTop >= canvasHeight(this.#scroll) - this.#scroll.viewport - 1;
    this.#scroll = scrolledTo(this.#scroll, scrollTop);
    this.#settle();
    if (!(isThumb && isEnd)) return;
    for (let pass = 0; pass < 2; pass += 1) {
      const top = lastTop(this.#scroll);
      this.#scroll = { ...this.#scroll, top, offset: this.#scroll.scrollTop - top };
      this.#settle();
    }
  }

  /** The bar rests. */
  rest(): void {
    this.#scroll = rested(this.#scroll);
  }

  /** Sizes or rows came. What is on screen stays. */
  refresh(): void {
    this.#layout.learned();
    this.#settle();
  }

  /** Lays out this many px above and below the screen too. */
  lookBeyond(px: number): void {
    this.#beyond = px;
    this.#settle();
  }

  /** Brings a row on screen by the shortest way. */
  reveal(row: number): void {
    const { start, end: seenEnd } = this.visibleRows();
    // Far from here nothing has to stay, and lines are whole again where rows that landed above the screen cut them.
    if (this.#isPieced && (row < start - farRows || row > seenEnd + farRows)) this.#layAnewAt(row, this.#layout.rowCount);
    this.#lay(row);
    const place = this.placeOf(row);
    const isFirst = place.y <= stagePadding;
    const end = place.y + place.height + stagePadding;
    this.#scroll = revealed(this.#scroll, isFirst ? 0 : place.y - stagePadding, end);
    this.#settle();
  }

  /** Puts a row at a height of the screen. */
  show({ row, y }: Anchor): void {
    this.#lay(row);
    const place = this.placeOf(row);
    this.#scroll = alignedAt(this.#scroll, place.y + place.height / 2 - y);
    this.#settle();
    // What was laid out above may have moved it.
    const settled = this.placeOf(row);
    const shift = settled.y + settled.height / 2 - y - this.#scroll.top;
    if (Math.abs(shift) > 1) this.#scroll = alignedAt(this.#scroll, this.#scroll.top + shift);
  }

  /** Rows on screen, partly seen ones too. */
  visibleRows(): Span {
    const { top, viewport } = this.#scroll;
    const lines = this.linesIn({ start: top, end: top + viewport });
    return { start: lines.at(0)?.start ?? 0, end: lines.at(-1)?.end ?? 0 };
  }

  /** Lines that meet these places and are laid out, with `y` from the top of the stage. */
  linesIn({ start, end }: Span): TileLine[] {
    if (this.#layout.rowCount === 0) return [];
    const found: TileLine[] = [];
    for (let index = this.#layout.blockAt(start); index <= this.#layout.blockAt(end); index += 1) {
      const top = this.#layout.topOf(index);
      for (const line of this.#layout.linesOf(index) ?? []) {
        const y = top + line.y;
        if (y + this.#tall(line) > start && y < end) found.push({ ...line, y });
      }
    }
    return found;
  }

  /** Where a row's tile lies, or about where while nobody has looked there. */
  placeOf(row: number): TilePlace {
    const line = this.#lineOf(row);
    const { tileHeight, labelHeight } = this.#layout.shape;
    if (!line) return { x: stagePadding, y: this.#layout.estimatedTopOf(row), width: tileHeight, height: tileHeight + labelHeight };
    const place = row - line.start;
    return { x: stagePadding + (line.lefts[place] ?? 0), y: line.y, width: line.widths[place] ?? 0, height: this.#tall(line) };
  }

  /** The middle of a row's tile from the left, laid out for that where nobody has looked there. */
  middleOf(row: number): number {
    this.#lay(row);
    const { x, width } = this.placeOf(row);
    return x + width / 2;
  }

  /** The row whose tile is nearest to a place that may lie between tiles; null where nothing is near. */
  rowNear(x: number, y: number): number | null {
    const [nearest] = this.linesIn({ start: y - tileGap, end: y + tileGap }).sort(
      (a, b) => Math.abs(a.y + this.#tall(a) / 2 - y) - Math.abs(b.y + this.#tall(b) / 2 - y),
    );
    return this.#nearestIn(nearest ?? null, x);
  }

  /** Rows whose tiles meet a rectangle of the stage, as rising ranges. */
  rowsIn(area: { x: Span; y: Span }): Span[] {
    return this.linesIn(area.y).flatMap((line) => {
      const met = line.lefts.flatMap((left, place) => {
        const x = left + stagePadding;
        return x < area.x.end && x + (line.widths[place] ?? 0) > area.x.start ? [line.start + place] : [];
      });
      const first = met.at(0);
      const last = met.at(-1);
      return first === undefined || last === undefined ? [] : [{ start: first, end: last + 1 }];
    });
  }

  /** The row in the line above or below whose middle is nearest to `x`; the row itself where there is no such line. */
  rowBeside(row: number, direction: 1 | -1, x: number): number {
    this.#lay(row);
    const line = this.#lineOf(row);
    if (!line) return row;
    const next = direction > 0 ? line.end : line.start - 1;
    if (next < 0 || next >= this.#layout.rowCount) return row;
    this.#lay(next);
    return this.#nearestIn(this.#lineOf(next), x) ?? row;
  }

  /** The row a screen further in that direction, nearest to `x`; the first or last line at the ends. */
  rowPageFrom(row: number, direction: 1 | -1, x: number): number {
    const { viewport } = this.#scroll;
    let here = row;
    for (let moved = 0; moved < viewport; ) {
      const before = this.placeOf(here);
      const next = this.rowBeside(here, direction, x);
      if (next === here) break;
      moved += Math.abs(this.placeOf(next).y - before.y);
      if (moved > viewport && here !== row) break;
      here = next;
    }
    return here;
  }

  #layAnewAt(row: number, rowCount: number): void {
    this.#layout = new TileLayout(this.#layout.shape, rowCount, this.#facts);
    this.#isPieced = false;
    this.#scroll = alignedAt({ ...this.#scroll, height: this.#layout.height }, this.#layout.estimatedTopOf(row));
  }

  #tall(line: TileLine): number {
    return line.height + this.#layout.shape.labelHeight;
  }

  #lineOf(row: number): TileLine | null {
    const index = this.#layout.blockOf(row);
    const line = this.#layout.linesOf(index)?.find((one) => row >= one.start && row < one.end);
    return line ? { ...line, y: this.#layout.topOf(index) + line.y } : null;
  }

  #nearestIn(line: TileLine | null, x: number): number | null {
    if (!line) return null;
    const middles = line.lefts.map((left, place) => Math.abs(stagePadding + left + (line.widths[place] ?? 0) / 2 - x));
    return line.start + middles.indexOf(Math.min(...middles));
  }

  #middleOfFirst(): Anchor | null {
    const { top, viewport } = this.#scroll;
    if (top <= 0) return null;
    const lines = this.linesIn({ start: top, end: top + viewport });
    const line = lines.find((one) => one.y >= top) ?? lines.at(0);
    return line ? { row: line.start, y: line.y + this.#tall(line) / 2 - top } : null;
  }

  #lay(row: number): void {
    if (this.#layout.rowCount > 0 && !this.#layout.linesOf(this.#layout.blockOf(row))) this.#settleBlock(this.#layout.blockOf(row));
  }

  #settleBlock(index: number): void {
    const { top, viewport } = this.#scroll;
    this.#fit(this.#layout.settle(index, { start: top, end: top + viewport }));
  }

  #fit(shift: number): void {
    this.#scroll = regrown(this.#scroll, this.#layout.height, shift);
  }

  /** Lays out what is near the screen. What is laid out can bring more into its reach; a few rounds are enough for any height. */
  #settle(): void {
    if (this.#layout.rowCount === 0 || this.#layout.shape.width <= 0) return;
    for (let round = 0; round < 4; round += 1) {
      const { top, viewport } = this.#scroll;
      const first = this.#layout.blockAt(top - this.#beyond);
      const last = this.#layout.blockAt(top + viewport + this.#beyond + tileGap);
      const before = this.#layout.height;
      for (let index = first; index <= last; index += 1) this.#settleBlock(index);
      if (this.#layout.height === before && this.#scroll.top === top) break;
    }
  }
}
