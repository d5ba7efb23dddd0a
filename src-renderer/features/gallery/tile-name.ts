/** What a tile is called by those who hear it, and what stands below it. */
import type { Cell, MediaCell, Row } from '../../../src-shared/model/cell.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { causeWords, words } from '../../app/words.ts';
import { copyWords } from '../look/copy-words.ts';
import { errorText, linkText, valueText } from '../table/cell-text.ts';

/** "IMG_2041.jpg, image, in the cache", why it cannot be shown where it failed, and the labels below it. */
export function tileName(
  rowIndex: number,
  row: Row | undefined,
  media: MediaCell | undefined,
  more: { error: VitrineError | null; labels: readonly string[]; isFetching?: boolean },
): string {
  if (!row) return `${words.rowAddress(rowIndex + 1)}, ${words.loading('row')}`;
  if (!media) return `${words.rowAddress(rowIndex + 1)}, ${words.emptyCell}`;
  const kind = media.kind === 'unknown' ? '' : media.kind;
  const failed = more.error ? (more.error.details?.waits ? words.leftAlone : words.errorIn(causeWords[more.error.cause])) : '';
  const labels = more.labels.filter((label) => label !== media.name);
  return [media.name, kind, ...copyWords(media, more.isFetching ?? false), failed, ...labels].filter((part) => part !== '').join(', ');
}

/** A cell in a few words. */
export function labelText(column: Column, cell: Cell | undefined, now: number): string {
  if (!cell) return '';
  if (cell.media) return cell.media.name;
  if (cell.state === 'error') return errorText(cell);
  return column.isVolatile ? linkText(cell, now) : valueText(cell.value);
}
