/** Where the rows on screen are after a view changed, and by how many places the screen goes with them. Pure arithmetic over places. */

/** A row by its place before, and its place now; null where it is gone. */
export interface MovedRow {
  readonly before: number;
  readonly now: number | null;
}

/**
 * By how many places the rows on screen have moved, told by the first of them that is still there. One that moved by itself, such as a
 * row whose edited value is what the order reads, tells nothing: two that follow each other must have moved alike, where any do.
 * `rows` rise by `before`; those beyond the screen are asked only where none on it is left. Zero where none is left at all.
 */
export function screenShift(rows: readonly MovedRow[], screen: { readonly start: number; readonly end: number }): number {
  const left = rows.flatMap(({ before, now }) => (now === null ? [] : [{ before, now, by: now - before }]));
  const seen = left.filter(({ before }) => before >= screen.start && before < screen.end);
  const sure = seen.find((row, place) => row.by === seen[place + 1]?.by) ?? seen[0];
  if (sure) return sure.by;
  // All that was on screen is gone: what came after it takes its place, or what came before it stays above.
  const after = left.find(({ before }) => before >= screen.end);
  if (after) return after.now - screen.start;
  const above = left.findLast(({ before }) => before < screen.start);
  return above ? above.now + 1 - screen.start : 0;
}

/** Where a row is now, or where the next one is that is still there, or after the one before it; null where no row is left. */
export function placeNow(rows: readonly MovedRow[], before: number): number | null {
  const next = rows.find((row) => row.before >= before && row.now !== null);
  if (next) return next.now;
  const previous = rows.findLast((row) => row.before < before && row.now !== null);
  return previous && previous.now !== null ? previous.now + 1 : null;
}
