/** Text in pieces → lines, and lines → addresses. */
import { fail } from '../../src-shared/model/error.ts';
import type { ImportRecord } from './import-record.ts';
import { addressRecord, unreadableRecord } from './import-record.ts';

/** Longest line that is read, in UTF-16 units: far above any address, and small enough for a list without line ends. */
export const longestLine = 1024 * 1024;

/** A line with its number from 1; `isTooLong` lines hold only their start. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly isTooLong: boolean;
}

/** Splits at `\n`, `\r\n` and `\r`, mixed as they come; pieces may break anywhere. */
export async function* splitLines(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Line[]> {
  let rest = '';
  let number = 1;
  let isTooLong = false;
  for await (const piece of pieces) {
    const text = rest + piece;
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      const end = nextLineEnd(text, start);
      // A `\r` at the very end may be half of `\r\n`.
      if (end < 0 || (text[end] === '\r' && end === text.length - 1)) break;
      lines.push({ number, text: text.slice(start, end), isTooLong });
      number += 1;
      isTooLong = false;
      start = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
    }
    rest = text.slice(start);
    if (rest.length > longestLine) {
      isTooLong = true;
      rest = rest.endsWith('\r') ? `${rest.slice(0, 1000)}\r` : rest.slice(0, 1000);
    }
    yield lines;
  }
  if (rest !== '') yield [{ number, text: rest.replace(/\r$/, ''), isTooLong }];
}

function nextLineEnd(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 10 || code === 13) return index;
  }
  return -1;
}

/** The error of a line that is too long to be one. */
export function tooLongRecord(line: Line): ImportRecord {
  const { error } = fail('invalid_input', { message: 'The line is longer than 1 MiB.', next: 'Look whether the file is a list at all.' });
  return unreadableRecord(line.number, line.text, error);
}

/** Addresses of a list of lines: empty lines are left out, the rest as `addressesOfLine` reads it. */
export async function* readAddressLines(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ImportRecord[]> {
  for await (const lines of splitLines(pieces)) {
    yield lines.flatMap((line) => {
      if (line.isTooLong) return [tooLongRecord(line)];
      return addressesOfLine(line.text).map((text) => addressRecord(line.number, text));
    });
  }
}

/**
 * The addresses of one line of text. Quotes and `<>` around it are taken off; several http(s) addresses are split at blanks; anything else
 * is taken whole, since blanks belong to keys and paths, at their end too.
 */
export function addressesOfLine(line: string): string[] {
  const trimmed = line.trim();
  if (trimmed === '') return [];
  const bare = unwrapped(trimmed);
  if (!/^https?:\/\//i.test(bare)) return [bare === trimmed ? line.trimStart() : bare];
  if (!/\s["'<]?https?:\/\//i.test(bare)) return [bare];
  return trimmed
    .split(/\s+/)
    .map(unwrapped)
    .filter((part) => part !== '');
}

const wrappings: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['<', '>'],
  ['“', '”'],
  ['«', '»'],
];

function unwrapped(text: string): string {
  for (const [open, close] of wrappings) {
    if (text.length > 1 && text.startsWith(open) && text.endsWith(close)) return text.slice(1, -1).trim();
  }
  return text;
}
