/** Which parts of a film or sound are here, in seconds: those the player holds now, those it had in this sitting, those the core has. */

/** `start` inclusive and `end` exclusive, in seconds. */
export interface HeldRange {
  readonly start: number;
  readonly end: number;
}

/** Parts nearer than this are drawn as one, in seconds: a frame or two. */
const nearSeconds = 0.1;

/** All that is in either, disjoint and rising. */
export function joinRanges(one: readonly HeldRange[], other: readonly HeldRange[]): readonly HeldRange[] {
  const joined: HeldRange[] = [];
  for (const range of [...one, ...other].filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && range.start <= last.end + nearSeconds)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else joined.push(range);
  }
  return joined.length === one.length && joined.every((range, at) => range.start === one[at]?.start && range.end === one[at].end)
    ? one
    : joined;
}

/** What a media element calls buffered. */
export function rangesOf(buffered: TimeRanges): HeldRange[] {
  return Array.from({ length: buffered.length }, (_, at) => ({ start: buffered.start(at), end: buffered.end(at) }));
}

/** Parts of a file in bytes as parts of its length, as if each second took as many bytes: where its streams lie is not known here. */
export function secondsOf(
  { size, ranges }: { readonly size: number | null; readonly ranges: readonly (readonly [number, number])[] },
  duration: number,
): HeldRange[] {
  if (size === null || size <= 0) return [];
  return ranges.map(([start, end]) => ({ start: (start / size) * duration, end: (end / size) * duration }));
}
