/** How the command line writes: aligned columns, sizes, values, CSV. */

import type { CellValue } from '../../../src-shared/model/cell.ts';
import { csvText } from '../../../src-shared/model/csv-field.ts';
import { fail } from '../../../src-shared/model/error.ts';

/** `1 row`, `3 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** `3 rows inserted, 6 values computed, 0 errors` and the like: parts joined by commas, those that are null left out. */
export function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(', ');
}

/** Lines of columns under their heads, aligned; numbers, with the failed and pending cells among them, to the right. No line ends with blanks. */
export function alignedTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const isNumber = heads.map(
    (_, index) =>
      rows.length > 0 &&
      rows.every((row) => /^(-?[\d.,]*|! \w+|·)$/.test(row[index] ?? '')) &&
      rows.some((row) => /^-?\d/.test(row[index] ?? '')),
  );
  const widths = heads.map((head, index) => Math.max(widthOf(head), ...rows.map((row) => widthOf(row[index] ?? ''))));
  const line = (cells: readonly string[]) =>
    heads
      .map((_, index) => {
        const cell = cells[index] ?? '';
        const blanks = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
        return isNumber[index] ? blanks + cell : cell + blanks;
      })
      .join('  ')
      .trimEnd();
  return [line(heads), ...rows.map(line)];
}

/** Columns of a terminal that a text takes; combining marks take none. */
function widthOf(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length;
}

/** A value on one line: text as it is, line ends and control characters as signs, nothing for null. */
export function shownValue(value: CellValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : typeof value === 'number' ? shownNumber(value) : JSON.stringify(value);
  return text.replace(/[\u0000-\u001f\u007f]/g, (sign) => (sign === '\n' ? '⏎' : sign === '\t' ? '⇥' : '·'));
}

function shownNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(10)));
}

/** A field of CSV as RFC 4180 wants it. */
export function csvField(value: CellValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return csvText(text);
}

/** `12.3 MB`, in powers of 1000. */
export function shownSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 99.95 ? Math.round(size) : Number(size.toFixed(1))} ${units[unit]}`;
}

const factors: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Bytes of `20MB` (20,000,000) or `20MiB` (20 · 1024²). @throws Failure `invalid_input` */
export function readSize(text: string): number {
  const [, digits = '', unit = ''] = /^\s*([\d_]+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = factors[unit.toLowerCase()];
  if (digits === '' || factor === undefined) {
    throw fail('invalid_input', { message: `"${text}" is no size.`, next: 'Write it as 20MB or 20MiB.' });
  }
  return Math.round(Number(digits.replaceAll('_', '')) * factor);
}

const secondsOf: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of `90s`, `30m`, `12h`, `7d` or `2w`. @throws Failure `invalid_input` */
export function readDuration(text: string): number {
  const [, digits = '', unit = ''] = /^\s*(\d+)\s*([smhdw])\s*$/i.exec(text) ?? [];
  const seconds = secondsOf[unit.toLowerCase()];
  if (digits === '' || seconds === undefined) {
    throw fail('invalid_input', { message: `"${text}" is no length of time.`, next: 'Write it as 7d, 12h or 30m.' });
  }
  return Number(digits) * seconds;
}

/** A whole number of at least `least`. @throws Failure `invalid_input` naming `what` */
export function readCount(text: string, what: string, least = 0): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw fail('invalid_input', { message: `${what} must be a whole number of at least ${least}, not "${text}".` });
  }
  return value;
}
