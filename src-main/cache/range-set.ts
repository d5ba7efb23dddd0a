/** Sets of half-open ranges of whole numbers, as plain data: in order, apart from each other, none empty. Pure functions. */

/** `[start, end)` pairs, ascending; neighbours that touch are one. */
export type Ranges = readonly (readonly [number, number])[];

/** The set with `start` to `end` in it; an empty range changes nothing. */
export function withRange(ranges: Ranges, start: number, end: number): Ranges {
  if (start >= end) return ranges;
  const last = ranges.at(-1);
  if (last && start >= last[0])
    return start > last[1] ? [...ranges, [start, end]] : [...ranges.slice(0, -1), [last[0], Math.max(last[1], end)]];
  const before = ranges.filter((range) => range[1] < start);
  const after = ranges.filter((range) => range[0] > end);
  const met = ranges.slice(before.length, ranges.length - after.length);
  return [...before, [Math.min(start, met[0]?.[0] ?? start), Math.max(end, met.at(-1)?.[1] ?? end)], ...after];
}

/** The set without `start` to `end`. */
export function withoutRange(ranges: Ranges, start: number, end: number): Ranges {
  if (start >= end) return ranges;
  return ranges.flatMap(([from, to]): Ranges => {
    if (to <= start || from >= end) return [[from, to]];
    const left: Ranges = from < start ? [[from, start]] : [];
    return to > end ? [...left, [end, to]] : left;
  });
}

/** Both sets in one. */
export function union(one: Ranges, other: Ranges): Ranges {
  return other.reduce((all, [start, end]) => withRange(all, start, end), one);
}

/** Where the run of members that begins at `at` ends; `at` itself where it is no member. */
export function reachOf(ranges: Ranges, at: number): number {
  return ranges.find(([start, end]) => start <= at && at < end)?.[1] ?? at;
}

/** Where the run of missing numbers that ends before `at` begins, not below `least`; `at` itself where `at - 1` is a member. */
export function gapStartBefore(ranges: Ranges, at: number, least: number): number {
  return ranges.reduce((start, range) => (range[0] < at ? Math.max(start, Math.min(at, range[1])) : start), least);
}

/** The first member at or after `at`; infinity where there is none. */
export function nextFrom(ranges: Ranges, at: number): number {
  const found = ranges.find(([, end]) => end > at);
  return found ? Math.max(found[0], at) : Number.POSITIVE_INFINITY;
}

/** True where every number from `start` to `end` is a member. */
export function holds(ranges: Ranges, start: number, end: number): boolean {
  return start >= end || reachOf(ranges, start) >= end;
}

/** How many numbers are members. */
export function countOf(ranges: Ranges): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}
