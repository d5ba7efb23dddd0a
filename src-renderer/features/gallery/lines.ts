/** Cuts tiles into lines: justified ones that all reach the right edge at nearly the same height, or squares. Pure arithmetic in px. */

/** Between tiles, in both directions; frame and focus ring fit into it. */
export const tileGap = 6;
/** A tile whose size is not known. */
export const unknownRatio = 3 / 2;
/** Strips and columns beyond these are shown whole in a tile of this shape, so that one file does not make a line of its own. */
const ratioLimits = { least: 0.4, most: 4 } as const;
/** A line that would be higher, in target heights, is left short of the right edge instead. */
const mostStretch = 1.5;

/** Tiles of one line from the left: `start` inclusive and `end` exclusive count within what was given. */
export interface CutLine {
  readonly start: number;
  readonly end: number;
  readonly height: number;
  readonly lefts: readonly number[];
  readonly widths: readonly number[];
}

/** The shape of a tile for a file of this shape, width ÷ height. */
export function tileRatio(ratio: number | null): number {
  return ratio === null ? unknownRatio : Math.min(Math.max(ratio, ratioLimits.least), ratioLimits.most);
}

function lineOf(ratios: readonly number[], start: number, end: number, width: number, height: number, isFull: boolean): CutLine {
  const lefts: number[] = [];
  const widths: number[] = [];
  let x = 0;
  for (let place = start; place < end; place += 1) {
    const left = Math.round(x);
    x += (ratios[place] ?? unknownRatio) * height;
    // What rounding leaves goes to the tiles in turn, and the last one meets the edge.
    const right = isFull && place === end - 1 ? width : Math.round(x);
    lefts.push(left);
    widths.push(Math.max(1, right - left));
    x += tileGap;
  }
  return { start, end, height: Math.round(height), lefts, widths };
}

/**
 * Justified lines: of all ways to cut, the one whose heights differ least from the target. Where `isLast`, the last line may end early and
 * then keeps the target height. Null where there are too few tiles for even one line, which is then left as it was.
 */
export function justifiedLines(
  ratios: readonly number[],
  box: { width: number; height: number; isLast: boolean },
): readonly CutLine[] | null {
  const { width, height: target, isLast } = box;
  const count = ratios.length;
  const costs: number[] = [0];
  const cuts: number[] = [0];
  const isShort = (end: number, natural: number) => natural > target * mostStretch || (isLast && end === count && natural > target);
  const heightOf = (start: number, end: number, sum: number) => (width - tileGap * (end - start - 1)) / sum;
  for (let end = 1; end <= count; end += 1) {
    let least = Number.POSITIVE_INFINITY;
    let cut = end - 1;
    let sum = 0;
    for (let start = end - 1; start >= 0; start -= 1) {
      sum += ratios[start] ?? unknownRatio;
      const natural = heightOf(start, end, sum);
      if (natural < target / 2 && start < end - 1) break;
      const misses = Math.log(natural / target) ** 2;
      const cost = (costs[start] ?? 0) + (isLast && end === count && natural > target ? 0 : misses);
      if (cost >= least) continue;
      least = cost;
      cut = start;
    }
    costs.push(least);
    cuts.push(cut);
  }
  const lines: CutLine[] = [];
  for (let end = count; end > 0; end = cuts[end] ?? 0) {
    const start = cuts[end] ?? 0;
    const sum = ratios.slice(start, end).reduce((all, ratio) => all + ratio, 0);
    const natural = heightOf(start, end, sum);
    const short = isShort(end, natural);
    if (short && !(isLast && end === count) && end - start < count) lines.unshift(lineOf(ratios, start, end, width, target, false));
    else if (short && !isLast) return null;
    else lines.unshift(lineOf(ratios, start, end, width, short ? target : natural, !short));
  }
  return lines;
}

/** How many squares stand in a line, and their side: a little larger or smaller than asked, so that they fill the width. */
export function squaresOf(width: number, target: number): { count: number; side: number } {
  const count = Math.max(1, Math.ceil((width + tileGap) / (target * 1.15 + tileGap)));
  return { count, side: Math.max(1, Math.floor((width - tileGap * (count - 1)) / count)) };
}

/** Squares, line by line. */
export function squareLines(count: number, box: { width: number; height: number }): readonly CutLine[] {
  const { count: inLine, side } = squaresOf(box.width, box.height);
  return Array.from({ length: Math.ceil(count / inLine) }, (_, number) => {
    const start = number * inLine;
    const end = Math.min(count, start + inLine);
    const lefts = Array.from({ length: end - start }, (_tile, place) => place * (side + tileGap));
    return { start, end, height: side, lefts, widths: lefts.map(() => side) };
  });
}
