/** The Range header of HTTP (RFC 9110 section 14.2), one range of bytes. */

/** What was asked for: from a place, or so many bytes from the end. `end` is exclusive; null is the end of the file. */
export type AskedRange = { readonly start: number; readonly end: number | null } | { readonly last: number };

/** `bytes=a-b`, `a-` or `-n`; null where there is none that is understood (then it is ignored). */
export function readRangeHeader(header: string | null | undefined): AskedRange | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!found) return null;
  const [, first = '', last = ''] = found;
  if (first === '') return last === '' ? null : { last: Number(last) };
  const start = Number(first);
  const end = last === '' ? null : Number(last) + 1;
  return end !== null && end <= start ? null : { start, end };
}

/** The part of a file of `size` bytes; null for all of it, `beyond` where it begins behind the end. */
export function rangeWithin(asked: AskedRange | null, size: number): { start: number; end: number } | null | 'beyond' {
  if (asked === null) return null;
  if ('last' in asked) return asked.last === 0 || size === 0 ? 'beyond' : { start: Math.max(0, size - asked.last), end: size };
  return asked.start >= size ? 'beyond' : { start: asked.start, end: Math.min(asked.end ?? size, size) };
}
