/**
 * Where every tile of a view lies, for any number of rows, laid out only where somebody looks.
 *
 * Note: why tiles are laid out in blocks. A line depends on all tiles before it, so a million tiles would have to be measured to place the
 * last one. Rows are cut into blocks instead, each of which begins and ends with a full line. A block's height is estimated until it comes
 * near the screen; then its lines are laid out, and those on screen never change while they are there: sizes learnt meanwhile change the
 * lines above and below, and the caller is told by how much what is on screen now lies lower, so that it stays where it is seen.
 */
import { squaresOf, tileGap } from './lines.ts';
import { type Span, TileBlock, type TileFacts, type TileLine, type TileShape } from './tile-block.ts';

/** Rows of a block: some screens of small tiles, cut in less than a millisecond. */
const blockRows = 200;
/** Blocks that keep their lines; the others keep their height. */
const mostLaid = 40;
/** Around all tiles, in px. */
export const stagePadding = 12;

/** A layout of one shape; another shape is another layout. */
export class TileLayout {
  readonly shape: TileShape;
  readonly #facts: TileFacts;
  readonly #size: number;
  #blocks: TileBlock[] = [];
  #tops: number[] | null = null;
  #knowledge = 0;

  constructor(shape: TileShape, rowCount: number, facts: TileFacts) {
    this.shape = shape;
    this.#facts = facts;
    const inLine = shape.shape === 'squares' ? squaresOf(shape.width, shape.tileHeight).count : 1;
    this.#size = Math.max(inLine, Math.floor(blockRows / inLine) * inLine);
    this.setRowCount(rowCount);
  }

  get rowCount(): number {
    return this.#blocks.at(-1)?.end ?? 0;
  }

  /** Height of all, with the padding. */
  get height(): number {
    const last = this.#blocks.length - 1;
    const block = this.#blocks[last];
    return block ? this.topOf(last) + block.height - tileGap + stagePadding : 0;
  }

  /** Rows came at the end, or went there. */
  setRowCount(rowCount: number): void {
    if (rowCount === this.rowCount) return;
    // The block that was last may have to end with a full line now, and the one that is need not.
    this.#blocks.at(-1)?.compareAgain();
    this.#blocks = this.#blocks.filter((block) => block.first < rowCount);
    const last = this.#blocks.at(-1);
    last?.setEnd(Math.min(rowCount, Math.max(last.end, last.first + this.#size)));
    for (let first = last?.end ?? 0; first < rowCount; first += this.#size) {
      this.#blocks.push(new TileBlock({ first, end: Math.min(rowCount, first + this.#size) }, this.shape, this.#facts));
    }
    this.#blocks.at(-1)?.compareAgain();
    this.#tops = null;
  }

  /**
   * Rows came or went above the screen: those on it have other places now, `by` more than before. Their lines stay as they are, all above
   * them is estimated anew. Gives by how many px what is on screen now lies lower, or null where none of its lines can stay.
   */
  shift(by: number, rowCount: number, screen: Span): number | null {
    const index = this.#blocks.findIndex((_, number) => this.#firstSeen(number, by, screen) >= 0);
    const block = this.#blocks[index];
    if (!block?.lines) return null;
    const number = this.#firstSeen(index, by, screen);
    const before = this.topOf(index) + (block.lines[number]?.y ?? 0);
    block.cutAbove(number);
    const kept = this.#blocks.slice(index);
    for (const one of kept) one.shift(by);
    // The block at the very top takes what is left over, so that the others are whole.
    const above: TileBlock[] = [];
    for (let end = block.first; end > 0; ) {
      const first = end < 2 * this.#size ? 0 : end - this.#size;
      above.unshift(new TileBlock({ first, end }, this.shape, this.#facts));
      end = first;
    }
    this.#blocks = [...above, ...kept];
    this.#tops = null;
    this.setRowCount(rowCount);
    return this.topOf(above.length) - before;
  }

  /** The first line of a block that is on screen and still has a place; −1 where none is. */
  #firstSeen(index: number, by: number, screen: Span): number {
    const top = this.topOf(index);
    const lines = this.#blocks[index]?.lines ?? [];
    return lines.findIndex(
      (line) => line.start + by >= 0 && top + line.y + line.height + this.shape.labelHeight > screen.start && top + line.y < screen.end,
    );
  }

  /** Sizes or rows came: blocks compare themselves with what is known when they are settled next. */
  learned(): void {
    this.#knowledge += 1;
  }

  /** Which block a row is in. */
  blockOf(row: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#blocks[middle]?.first ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** Which block lies at a place. */
  blockAt(y: number): number {
    const tops = this.#allTops();
    let low = 0;
    let high = tops.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((tops[middle] ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** Where a block begins. */
  topOf(index: number): number {
    return this.#allTops()[index] ?? stagePadding;
  }

  /** The lines of a block, or null while it is only estimated. */
  linesOf(index: number): readonly TileLine[] | null {
    return this.#blocks[index]?.lines ?? null;
  }

  /** A place for a row whose block is not laid out. */
  estimatedTopOf(row: number): number {
    const index = this.blockOf(row);
    const block = this.#blocks[index];
    return block ? this.topOf(index) + (block.height * (row - block.first)) / Math.max(1, block.end - block.first) : stagePadding;
  }

  /** Lays a block out where that is due, all but the lines on screen. Gives by how many px what is on screen now lies lower. */
  settle(index: number, screen: Span): number {
    const block = this.#blocks[index];
    if (!block) return 0;
    const top = this.topOf(index);
    const { height, lines } = block;
    const isLast = index === this.#blocks.length - 1;
    const shift = block.settle({ start: screen.start - top, end: screen.end - top }, { isLast, knowledge: this.#knowledge });
    if (block.height !== height) this.#tops = null;
    if (lines === null && block.lines !== null) this.#loosenFarFrom(index);
    if (shift !== null) return shift;
    // What is seen below it stays.
    if (this.#blocks[index + 1]?.lines && top + height < screen.end) return block.height - height;
    // Nothing of it was seen as it is now: what lay below it is lower by what it grew, a place inside it in proportion.
    const part = Math.min(Math.max(0, (screen.start - top) / Math.max(1, height)), 1);
    return part * (block.height - height);
  }

  #allTops(): number[] {
    if (this.#tops) return this.#tops;
    const tops: number[] = [];
    let y = stagePadding;
    for (const block of this.#blocks) {
      tops.push(y);
      y += block.height;
    }
    this.#tops = tops;
    return tops;
  }

  /** Lines of the blocks farthest from this one are forgotten. */
  #loosenFarFrom(near: number): void {
    const laid = this.#blocks.flatMap((block, index) => (block.lines ? [{ block, far: Math.abs(index - near) }] : []));
    laid.sort((a, b) => b.far - a.far);
    for (const { block } of laid.slice(0, Math.max(0, laid.length - mostLaid))) block.loosen();
  }
}
