/**
 * Where every tile of a view lies, for any number of rows, laid out only where somebody looks.
 *
 * Note: why tiles are laid out in blocks. A line depends on all tiles before it, so a million tiles would have to be measured to place the
 * last one. Rows are cut into blocks instead, each of which begins and ends with a full line. A block's height is estimated until it comes
 * near the screen; then its lines are laid out, and those on screen never change while they are there: sizes learnt meanwhile change the
 * lines above and below, and the caller is told by how much what is on screen now lies lower, so that it stays where it is seen.
 */
import { type CutLine, justifiedLines, squareLines, squaresOf, tileGap, tileRatio, unknownRatio } from './lines.ts';

/** Rows of a block: some screens of small tiles, cut in less than a millisecond. */
const blockRows = 200;
/** Blocks that keep their lines; the others keep their height. */
const mostLaid = 40;
/** Around all tiles, in px. */
export const stagePadding = 12;

/** How tiles are to look; lengths in px, `width` without the padding. */
export interface TileShape {
  readonly shape: 'rows' | 'squares';
  readonly width: number;
  readonly tileHeight: number;
  /** Below each tile. */
  readonly labelHeight: number;
}

/** What is known of the rows by place; null where nothing is. */
export interface TileFacts {
  readonly ratioAt: (row: number) => number | null;
  readonly idAt: (row: number) => number | null;
}

/** A line of rows `start` to `end` (exclusive), `y` px below the top of its block. */
export interface TileLine extends CutLine {
  readonly y: number;
}

/** Places on the stage, in px from its top. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Block {
  readonly first: number;
  end: number;
  height: number;
  lines: readonly TileLine[] | null;
  /** What the lines were made of. */
  ratios: (number | null)[];
  ids: (number | null)[];
  wasLast: boolean;
  /** The knowledge it was last compared with; a line on screen that is out of date makes it compare again. */
  comparedWith: number;
}

/** A layout of one shape; another shape is another layout. */
export class TileLayout {
  readonly shape: TileShape;
  readonly #facts: TileFacts;
  readonly #size: number;
  #blocks: Block[] = [];
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

  /** Rows came at the end, or went there. Lines that are whole stay. */
  setRowCount(rowCount: number): void {
    // The block that was last may have to end with a full line now.
    const wasLast = this.#blocks.at(-1);
    if (wasLast) wasLast.comparedWith = -1;
    this.#blocks = this.#blocks.filter((block) => block.first < rowCount);
    for (const block of this.#blocks) {
      const end = Math.min(rowCount, block.first + this.#size);
      if (end === block.end) continue;
      block.end = end;
      block.comparedWith = -1;
      if (block.lines) block.lines = block.lines.filter((line) => line.end <= end);
      else block.height = this.#estimate(end - block.first);
    }
    for (let first = this.#blocks.length * this.#size; first < rowCount; first += this.#size) {
      const end = Math.min(rowCount, first + this.#size);
      this.#blocks.push({
        first,
        end,
        height: this.#estimate(end - first),
        lines: null,
        ratios: [],
        ids: [],
        wasLast: false,
        comparedWith: -1,
      });
    }
    const isLast = this.#blocks.at(-1);
    if (isLast) isLast.comparedWith = -1;
    this.#tops = null;
  }

  /** Sizes or rows came: blocks compare themselves with what is known when they are settled next. */
  learned(): void {
    this.#knowledge += 1;
  }

  /** Which block a row is in. */
  blockOf(row: number): number {
    return Math.min(Math.max(0, Math.floor(row / this.#size)), Math.max(0, this.#blocks.length - 1));
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
    if (!block || block.comparedWith === this.#knowledge) return 0;
    const top = this.topOf(index);
    const { height } = block;
    const kept = block.lines ? this.#layAround(block, { start: screen.start - top, end: screen.end - top }) : this.#layAnew(block);
    if (block.height !== height) this.#tops = null;
    this.#loosen(index);
    if (kept !== null) return kept;
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

  #estimate(count: number): number {
    const { shape, width, tileHeight, labelHeight } = this.shape;
    if (shape === 'squares') {
      const { count: inLine, side } = squaresOf(width, tileHeight);
      return Math.ceil(count / inLine) * (side + labelHeight + tileGap);
    }
    const lines = Math.max(1, Math.round((count * (tileHeight * unknownRatio + tileGap)) / (width + tileGap)));
    return lines * (tileHeight + labelHeight + tileGap);
  }

  #isLast(block: Block): boolean {
    return block.end === this.rowCount;
  }

  #cut(block: Block, start: number, end: number): readonly CutLine[] | null {
    const { shape, width, tileHeight } = this.shape;
    if (shape === 'squares') return squareLines(end - start, { width, height: tileHeight });
    const ratios: number[] = [];
    for (let row = start; row < end; row += 1) ratios.push(tileRatio(block.ratios[row - block.first] ?? null));
    return justifiedLines(ratios, { width, height: tileHeight, isLast: end === block.end && this.#isLast(block) });
  }

  /** Puts lines one below the other, beginning at `y`, with rows counted in the view. */
  #stack(cut: readonly CutLine[], row: number, y: number): TileLine[] {
    let next = y;
    return cut.map((line) => {
      const placed = { ...line, start: line.start + row, end: line.end + row, y: next };
      next += line.height + this.shape.labelHeight + tileGap;
      return placed;
    });
  }

  #bottomOf(line: TileLine | undefined): number {
    return line ? line.y + line.height + this.shape.labelHeight + tileGap : 0;
  }

  #take(block: Block, start: number, end: number): void {
    for (let row = start; row < end; row += 1) {
      const place = row - block.first;
      const id = this.#facts.idAt(row);
      const isSame = id === null || id === (block.ids[place] ?? null);
      // What was known of a row stays known when its page is not here any more.
      block.ratios[place] = this.#facts.ratioAt(row) ?? (isSame ? (block.ratios[place] ?? null) : null);
      block.ids[place] = id ?? block.ids[place] ?? null;
    }
  }

  #layAnew(block: Block): null {
    this.#take(block, block.first, block.end);
    block.wasLast = this.#isLast(block);
    block.comparedWith = this.#knowledge;
    const cut = this.#cut(block, block.first, block.end) ?? [];
    block.lines = this.#stack(cut, block.first, 0);
    block.height = this.#bottomOf(block.lines.at(-1));
    return null;
  }

  #isReplaced(block: Block, line: TileLine): boolean {
    for (let row = line.start; row < line.end; row += 1) {
      const id = this.#facts.idAt(row);
      const before = block.ids[row - block.first] ?? null;
      if (id !== null && before !== null && id !== before) return true;
    }
    return false;
  }

  #isOutdated(block: Block, start: number, end: number): boolean {
    if (this.shape.shape === 'squares') return false;
    for (let row = start; row < end; row += 1) {
      const place = row - block.first;
      const now = this.#facts.ratioAt(row);
      const before = block.ratios[place] ?? null;
      if (now !== null && (before === null || Math.abs(now / before - 1) > 0.01)) return true;
      const id = this.#facts.idAt(row);
      if (id !== null && now === null && before !== null && id !== block.ids[place]) return true;
    }
    return false;
  }

  /** Lays out what is above and below the lines on screen; null where none of them is. */
  #layAround(block: Block, screen: Span): number | null {
    const lines = block.lines ?? [];
    const isSeen = (line: TileLine) => this.#bottomOf(line) - tileGap > screen.start && line.y < screen.end;
    const firstSeen = lines.findIndex(isSeen);
    const lastSeen = lines.findLastIndex(isSeen);
    const isCut = (lines.at(-1)?.end ?? block.first) < block.end || block.wasLast !== this.#isLast(block);
    if (firstSeen < 0) {
      if (isCut || this.#isOutdated(block, block.first, block.end)) return this.#layAnew(block);
      block.comparedWith = this.#knowledge;
      return null;
    }
    // A line that shows other rows than it was made for is no longer the line that was on screen.
    let keptEnd = firstSeen;
    while (keptEnd <= lastSeen) {
      const line = lines[keptEnd];
      if (!line || this.#isReplaced(block, line)) break;
      keptEnd += 1;
    }
    let above = lines.slice(0, firstSeen);
    const kept = lines.slice(firstSeen, keptEnd);
    let below = lines.slice(keptEnd);
    const from = kept.at(0)?.start ?? below.at(0)?.start ?? block.end;
    const until = kept.at(-1)?.end ?? from;
    const isKeptOutdated = this.#isOutdated(block, from, until);
    for (let row = from; row < until; row += 1) block.ids[row - block.first] ??= this.#facts.idAt(row);
    if (above.length > 0 && this.#isOutdated(block, block.first, from)) {
      this.#take(block, block.first, from);
      const cut = this.#cut(block, block.first, from);
      if (cut) above = this.#stack(cut, block.first, 0);
    }
    const before = (kept[0] ?? below[0])?.y ?? 0;
    let y = this.#bottomOf(above.at(-1));
    const shift = y - before;
    const moved = kept.map((line) => (shift === 0 ? line : { ...line, y: line.y + shift }));
    y = kept.length > 0 ? this.#bottomOf(moved.at(-1)) : y;
    if (isCut || this.#isOutdated(block, until, block.end) || below.some((line) => this.#isReplaced(block, line))) {
      this.#take(block, until, block.end);
      const cut = until < block.end ? this.#cut(block, until, block.end) : [];
      // Too few tiles are left for a line: they stand as they would at the end.
      below = cut ? this.#stack(cut, until, y) : this.#stack(this.#short(block, until), until, y);
    } else if (shift !== 0) below = below.map((line) => ({ ...line, y: line.y + shift }));
    const isShortKept = isCut && below.length === 0 && block.wasLast !== this.#isLast(block);
    block.wasLast = this.#isLast(block);
    block.lines = [...above, ...moved, ...below];
    block.height = this.#bottomOf(block.lines.at(-1));
    block.comparedWith = isKeptOutdated || isShortKept ? -1 : this.#knowledge;
    return shift;
  }

  #short(block: Block, start: number): readonly CutLine[] {
    const ratios: number[] = [];
    for (let row = start; row < block.end; row += 1) ratios.push(tileRatio(block.ratios[row - block.first] ?? null));
    return justifiedLines(ratios, { width: this.shape.width, height: this.shape.tileHeight, isLast: true }) ?? [];
  }

  /** Lines of blocks far from this one are forgotten; their heights stay. */
  #loosen(near: number): void {
    const laid = this.#blocks.flatMap((block, index) => (block.lines ? [index] : []));
    if (laid.length <= mostLaid) return;
    laid.sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const index of laid.slice(0, laid.length - mostLaid)) {
      const block = this.#blocks[index];
      if (block) Object.assign(block, { lines: null, ratios: [], ids: [], comparedWith: -1 });
    }
  }
}
