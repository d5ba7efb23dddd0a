/** Which column's files are looked at. */
import type { Column } from '../../../src-shared/model/table.ts';

/** Place of the focused column where it holds media, else of the first that does; −1 where none does. */
export function mediaPlaceOf(columns: readonly Column[], focused: number): number {
  return columns[focused]?.kind === 'media' ? focused : columns.findIndex((column) => column.kind === 'media');
}
