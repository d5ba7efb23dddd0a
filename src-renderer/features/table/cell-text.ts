/** How a cell reads: on screen, and to those who hear it. */

import type { Cell } from '../../../src-shared/model/cell.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { formatLeft } from '../../app/format.ts';
import { causeWords, words } from '../../app/words.ts';
import { copyWords } from '../look/copy-words.ts';

/** A link that ends sooner is drawn in the colour of what ends soon. */
const soonMilliseconds = 15 * 60_000;

/** True for a presigned cell that has ended or will within a quarter of an hour. */
export function endsSoon(cell: Cell, now: number): boolean {
  return cell.link?.expiresAt ? Date.parse(cell.link.expiresAt) - now < soonMilliseconds : false;
}

/** Time left of a presigned cell, never its URL. */
export function linkText(cell: Cell, now: number): string {
  if (!cell.link) return words.linkOnCopy;
  if (cell.link.expiresAt === null) return words.linkNoEnd;
  const left = Date.parse(cell.link.expiresAt) - now;
  return left <= 0 ? words.linkEnded : formatLeft(left);
}

const instant = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/;

/** The value as it is shown. Timestamps lose their letters and milliseconds, everything else stands as it is. */
export function valueText(value: Cell['value']): string {
  if (value === null) return '';
  if (typeof value === 'string') return value.replace(instant, '$1 $2');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Short words for a failed cell: its cause, or which column it needs. */
export function errorText(cell: Cell): string {
  if (!cell.error) return '';
  const needs = cell.error.details?.column;
  return cell.error.cause === 'input_failed' && needs ? `needs ${needs}` : causeWords[cell.error.cause];
}

/** Name of a cell for those who hear it: "height, error: not found". `isFetching`: its file is on its way here. */
export function cellName(column: Column, cell: Cell | undefined, now: number, isFetching = false): string {
  if (!cell) return `${column.name}, ${words.loading('row')}`;
  const said = cell.media ? cell.media.name : column.isVolatile ? linkText(cell, now) : valueText(cell.value);
  const parts = [column.name];
  if (cell.state === 'error') parts.push(words.errorIn(errorText(cell)));
  else if (cell.state === 'pending' && !column.isVolatile) parts.push(words.notComputed);
  else if (cell.state === 'running') parts.push(words.running);
  else parts.push(said === '' ? words.emptyCell : said);
  if (cell.state === 'stale') parts.push(words.stale);
  if (cell.media) parts.push(...(cell.media.kind === 'unknown' ? [] : [cell.media.kind]), ...copyWords(cell.media, isFetching));
  return parts.join(', ');
}

/** True for columns whose values line up on the right. */
export function isNumeric(column: Column): boolean {
  return column.type === 'int' || column.type === 'float';
}

/** What was typed into a plain cell, in its column's type where that is plain to see; the core converts or refuses the rest. */
export function typedValue(column: Column, text: string): Cell['value'] {
  if (text === '' && column.type !== 'string') return null;
  if (isNumeric(column) && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (column.type === 'json') {
    try {
      return JSON.parse(text) as Cell['value'];
    } catch {
      return text;
    }
  }
  return text;
}
