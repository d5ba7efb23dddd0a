/** Values of lists and of edits → values of a plain column's type. */
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { Outcome } from '../../src-shared/model/error.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Column, ColumnType } from '../../src-shared/model/table.ts';

type PlainType = Exclude<ColumnType, 'image' | 'video' | 'audio' | 'media'>;

const rules: Record<PlainType, string> = {
  string: 'text',
  int: 'a whole number between -9007199254740991 and 9007199254740991',
  float: 'a number',
  bool: 'true or false',
  timestamp: 'a date or a time such as 2026-01-31 or 2026-01-31T12:00:00Z',
  json: 'JSON',
};

/**
 * The value in the column's type, or `invalid_input`. Null stays null, and so does empty text except in text columns. `isText`: the value was
 * written in a format that knows only text, so numbers, truth and JSON are read out of it.
 */
export function convertValue(value: CellValue, column: Column, options: { isText: boolean }): Outcome<CellValue> {
  const type = column.type as PlainType;
  if (value === null || (value === '' && type !== 'string' && type !== 'json')) return { ok: true, value: null };
  const converted = type === 'json' ? jsonValue(value, options.isText) : converters[type](value);
  if (converted !== undefined) return { ok: true, value: converted };
  const message = `“${shown(value)}” in “${column.name}” must be ${rules[type]}.`;
  return { ok: false, error: fail('invalid_input', { message, next: 'Correct the value.', details: { column: column.name } }).error };
}

const converters: Record<Exclude<PlainType, 'json'>, (value: NonNullable<CellValue>) => CellValue | undefined> = {
  string: (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)),
  int: (value) => {
    const number = numberOf(value);
    return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
  },
  float: numberOf,
  bool: (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'object') return undefined;
    const word = String(value).trim().toLowerCase();
    if (['true', 'yes', '1'].includes(word)) return true;
    return ['false', 'no', '0'].includes(word) ? false : undefined;
  },
  timestamp: (value) => (typeof value === 'string' ? instantOf(value.trim()) : undefined),
};

function numberOf(value: CellValue): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return undefined;
  const number = Number(value);
  // 9007199254740993 would silently become its neighbour.
  if (/^\s*[+-]?\d+\s*$/.test(value) && !Number.isSafeInteger(number)) return undefined;
  return Number.isFinite(number) ? number : undefined;
}

/** ISO 8601 dates and times; without a zone they are UTC. The calendar is checked: there is no 30 February. */
function instantOf(text: string): string | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, milliseconds);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  const zone = /^([+-])(\d\d):?(\d\d)$/.exec(match[8] ?? '');
  const offsetMinutes = zone === null ? 0 : (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]));
  const instant = new Date(local.getTime() - offsetMinutes * 60_000);
  return Number.isNaN(instant.getTime()) || instant.getUTCFullYear() > 9999 || instant.getUTCFullYear() < 0
    ? undefined
    : instant.toISOString();
}

function jsonValue(value: CellValue, isText: boolean): CellValue | undefined {
  if (!isText || typeof value !== 'string') return value;
  if (value.trim() === '') return null;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function shown(value: CellValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
