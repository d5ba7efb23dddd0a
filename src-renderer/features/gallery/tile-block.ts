/** A block of tiles: rows that begin and end with a full line. See Note: why tiles are laid out in blocks. */
import { type CutLine, justifiedLines, squareLines, squaresOf, tileGap, tileRatio, unknownRatio } from './lines.ts';

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

/** Places in px, half-open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A size that differs by less is the same, as a part of it. */
const sameRatio = 0.01;

/** Height in px of so many tiles of which nothing is known. */
export function estimatedHeight({ shape, width, tileHeight, labelHeight }: TileShape, count: number): number {
  if (shape === 'squares') {
    const { count: inLine, side } = squaresOf(width, tileHeight);
    return Math.ceil(count / inLine) * (side + labelHeight + tileGap);
  }
  const lines = Math.max(1, Math.round((count * (tileHeight * unknownRatio + tileGap)) / (width + tileGap)));
  return lines * (tileHeight + labelHeight + tileGap);
}

/** Rows `first` to `end` (exclusive). Its height counts a gap below its last line. */
export class TileBlock {
  #first: number;
  readonly #shape: TileShape;
  readonly #facts: TileFacts;
  #end: number;
  #height: number;
  #lines: readonly TileLine[] | null = null;
  /** What the lines were made of, by place in the block. */
  #ratios: (number | null)[] = [];
  #ids: (number | null)[] = [];
  /** The last block of a view may end with a line that is not full. */
  #wasLast = false;
  /** The knowledge it was compared with last; −1 where it must be compared again. */
  #comparedWith = -1;

  constructor(rows: { first: number; end: number }, shape: TileShape, facts: TileFacts) {
    this.#first = rows.first;
    this.#end = rows.end;
    this.#shape = shape;
    this.#facts = facts;
    this.#height = estimatedHeight(shape, rows.end - rows.first);
  }

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  get height(): number {
    return this.#height;
  }

  /** Null while it is only estimated. */
  get lines(): readonly TileLine[] | null {
    return this.#lines;
  }

  /** Rows came at its end, or went there; lines that are whole stay. */
  setEnd(end: number): void {
    if (end === this.#end) return;
    this.#end = end;
    this.compareAgain();
    if (this.#lines) this.#lines = this.#lines.filter((line) => line.end <= end);
    else this.#height = estimatedHeight(this.#shape, end - this.#first);
  }

  /** Something about it may have changed that is no knowledge of its rows. */
  compareAgain(): void {
    this.#comparedWith = -1;
  }

  /** Its rows have other places now, `by` more than before; what was known of them stays. */
  shift(by: number): void {
    this.#first += by;
    this.#end += by;
    if (this.#lines) this.#lines = this.#lines.map((line) => ({ ...line, start: line.start + by, end: line.end + by }));
    this.compareAgain();
  }

  /** Leaves only the lines from this one on, which is then at its top. */
  cutAbove(number: number): void {
    const line = this.#lines?.[number];
    if (!this.#lines || !line || number === 0) return;
    const { y } = line;
    this.#ratios = this.#ratios.slice(line.start - this.#first);
    this.#ids = this.#ids.slice(line.start - this.#first);
    this.#first = line.start;
    this.#height -= y;
    this.#lines = this.#lines.slice(number).map((one) => ({ ...one, y: one.y - y }));
    this.compareAgain();
  }

  /** Forgets its lines; its height stays the best that is known. */
  loosen(): void {
    this.#lines = null;
    this.#ratios = [];
    this.#ids = [];
    this.compareAgain();
  }

  /**
   * Lays out what is due, all but the lines on screen. `screen` is from the top of the block. Gives by how many px the lines on screen
   * now lie lower in it, or null where none of it was on screen as it is now.
   */
  settle(screen: Span, { isLast, knowledge }: { isLast: boolean; knowledge: number }): number | null {
    if (this.#comparedWith === knowledge) return 0;
    this.#comparedWith = knowledge;
    const lines = this.#lines;
    if (!lines) return this.#layAnew(isLast);
    const isSeen = (line: TileLine) => this.#bottomOf(line) - tileGap > screen.start && line.y < screen.end;
    const firstSeen = lines.findIndex(isSeen);
    const isCut = (lines.at(-1)?.end ?? this.#first) < this.#end || this.#wasLast !== isLast;
    if (firstSeen < 0) return isCut || this.#isOutdated(this.#first, this.#end) ? this.#layAnew(isLast) : null;
    // A line that shows other rows than it was made for is no longer the line that was on screen.
    const lastSeen = lines.findLastIndex(isSeen);
    const replaced = lines.findIndex((line, place) => place >= firstSeen && place <= lastSeen && this.#isReplaced(line));
    const keptEnd = replaced < 0 ? lastSeen + 1 : replaced;
    return this.#layAround(lines, { firstSeen, keptEnd, isCut, isLast });
  }

  #layAnew(isLast: boolean): null {
    this.#take(this.#first, this.#end);
    this.#wasLast = isLast;
    this.#put(this.#stack(this.#cutAll(isLast), this.#first, 0));
    return null;
  }

  /** Where too few rows landed above the screen for a line, they stand as they would at the end. */
  #cutAll(isLast: boolean): readonly CutLine[] {
    return this.#cut(this.#first, this.#end, isLast) ?? this.#cut(this.#first, this.#end, true) ?? [];
  }

  #layAround(
    lines: readonly TileLine[],
    { firstSeen, keptEnd, isCut, isLast }: { firstSeen: number; keptEnd: number; isCut: boolean; isLast: boolean },
  ): number {
    let above = lines.slice(0, firstSeen);
    const kept = lines.slice(firstSeen, keptEnd);
    let below = lines.slice(keptEnd);
    const from = kept.at(0)?.start ?? below.at(0)?.start ?? this.#end;
    const until = kept.at(-1)?.end ?? from;
    const isKeptOutdated = this.#isOutdated(from, until);
    for (let row = from; row < until; row += 1) this.#ids[row - this.#first] ??= this.#facts.idAt(row);
    if (above.length > 0 && this.#isOutdated(this.#first, from)) {
      this.#take(this.#first, from);
      const cut = this.#cut(this.#first, from, false);
      if (cut) above = this.#stack(cut, this.#first, 0);
    }
    const top = this.#bottomOf(above.at(-1));
    const shift = top - ((kept[0] ?? below[0])?.y ?? 0);
    const moved = (line: TileLine) => (shift === 0 ? line : { ...line, y: line.y + shift });
    const stayed = kept.map(moved);
    if (isCut || this.#isOutdated(until, this.#end) || below.some((line) => this.#isReplaced(line))) {
      this.#take(until, this.#end);
      // Where too few tiles are left for a line, they stand as they would at the end.
      const cut = until < this.#end ? (this.#cut(until, this.#end, isLast) ?? this.#cut(until, this.#end, true)) : [];
      below = this.#stack(cut ?? [], until, stayed.length > 0 ? this.#bottomOf(stayed.at(-1)) : top);
    } else below = below.map(moved);
    // A line on screen that is out of date, or ends early and should not, is laid out once it has left.
    if (isKeptOutdated || (below.length === 0 && this.#wasLast !== isLast)) this.compareAgain();
    this.#wasLast = isLast;
    this.#put([...above, ...stayed, ...below]);
    return shift;
  }

  #put(lines: readonly TileLine[]): void {
    this.#lines = lines;
    this.#height = this.#bottomOf(lines.at(-1));
  }

  #cut(start: number, end: number, mayEndEarly: boolean): readonly CutLine[] | null {
    const { shape, width, tileHeight } = this.#shape;
    if (shape === 'squares') return squareLines(end - start, { width, height: tileHeight });
    const ratios: number[] = [];
    for (let row = start; row < end; row += 1) ratios.push(tileRatio(this.#ratios[row - this.#first] ?? null));
    return justifiedLines(ratios, { width, height: tileHeight, isLast: mayEndEarly });
  }

  /** Puts lines one below the other, beginning at `y`, with rows counted in the view. */
  #stack(cut: readonly CutLine[], row: number, y: number): TileLine[] {
    let next = y;
    return cut.map((line) => {
      const placed = { ...line, start: line.start + row, end: line.end + row, y: next };
      next = this.#bottomOf(placed);
      return placed;
    });
  }

  #bottomOf(line: TileLine | undefined): number {
    return line ? line.y + line.height + this.#shape.labelHeight + tileGap : 0;
  }

  #take(start: number, end: number): void {
    for (let row = start; row < end; row += 1) {
      const place = row - this.#first;
      const before = this.#ids[place] ?? null;
      const id = this.#facts.idAt(row);
      const isSame = id === null || id === before;
      // What was known of a row stays known when its page is not here any more.
      this.#ratios[place] = this.#facts.ratioAt(row) ?? (isSame ? (this.#ratios[place] ?? null) : null);
      this.#ids[place] = id ?? before;
    }
  }

  #isReplaced(line: TileLine): boolean {
    for (let row = line.start; row < line.end; row += 1) {
      const id = this.#facts.idAt(row);
      const before = this.#ids[row - this.#first] ?? null;
      if (id !== null && before !== null && id !== before) return true;
    }
    return false;
  }

  #isOutdated(start: number, end: number): boolean {
    if (this.#shape.shape === 'squares') return false;
    for (let row = start; row < end; row += 1) {
      const place = row - this.#first;
      const now = this.#facts.ratioAt(row);
      const before = this.#ratios[place] ?? null;
      if (now !== null && (before === null || Math.abs(now / before - 1) > sameRatio)) return true;
      const id = this.#facts.idAt(row);
      if (id !== null && now === null && before !== null && id !== this.#ids[place]) return true;
    }
    return false;
  }
}
