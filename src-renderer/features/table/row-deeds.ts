/** What can be done to rows and columns: the deeds behind keys, menus and buttons. */
import type { RowSelection } from '../../../src-shared/contract/table-reference.ts';
import type { Row } from '../../../src-shared/model/cell.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { say, sayError, type Toast } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { undoAction } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import { mediaPlaceOf } from '../gallery/media-place.ts';
import { valueText } from './cell-text.ts';
import { filterOf } from './filter-text.ts';
import { type RowRange, selectedCount } from './selection.ts';

/** What `views.rowIds` gives at once. */
const mostIds = 1_000_000;
/** More lines at once would be no list that anybody can read. */
const mostLines = 10_000;

/** The rows a deed is for: the selection, or the focused row where none is selected. */
export function rangesInHand({ table }: Session): readonly RowRange[] {
  const { selection, view } = table.getState();
  if (selectedCount(selection) > 0) return selection.ranges;
  const { row } = selection.focus;
  return view && row >= 0 && row < view.rowCount ? [{ start: row, end: row + 1 }] : [];
}

/** How many rows a deed is for. */
export function countInHand(session: Session): number {
  return rangesInHand(session).reduce((sum, range) => sum + range.end - range.start, 0);
}

/** Ids of the rows in hand, at most so many; null where they could not be had, which is said. */
export async function idsInHand(session: Session, most = mostIds): Promise<number[] | null> {
  const { client, table, notices } = session;
  const { view, pages } = table.getState();
  if (!view) return null;
  const ids: number[] = [];
  for (const range of rangesInHand(session)) {
    const end = Math.min(range.end, range.start + most - ids.length);
    const known = end - range.start === 1 ? pages?.rowAt(range.start)?.rowId : undefined;
    if (known !== undefined) {
      ids.push(known);
      continue;
    }
    const answer = await client.views.rowIds({ viewId: view.viewId, start: range.start, end });
    if (!answer.ok) {
      sayError(notices, answer.error);
      return null;
    }
    for (const id of answer.value) ids.push(id);
  }
  return ids;
}

/** Names the rows in hand to the core: all of a view by its filter, others by their ids. */
export async function selectionInHand(session: Session): Promise<RowSelection | null> {
  const { view, table, filterText } = session.table.getState();
  if (!view || !table) return null;
  if (countInHand(session) === view.rowCount) return { where: filterOf(filterText, table.columns) ?? 'true' };
  const rowIds = await idsInHand(session);
  return rowIds && { rowIds };
}

/** The place of the column that keys are about: the focused one; where files are looked at and not cells, that of the files. */
export function placeInHand({ table, look }: Session): number {
  const { table: now, selection } = table.getState();
  const { layout, isLoupeOpen } = look.getState();
  const isTable = layout === 'table' && !isLoupeOpen;
  return isTable ? selection.focus.column : mediaPlaceOf(now?.columns ?? [], selection.focus.column);
}

/** The media column a deed is about: the one in hand where it holds media, else the first. */
export function mediaColumn(session: Session): Column | undefined {
  const { table: now } = session.table.getState();
  const focused = now?.columns[placeInHand(session)];
  return focused?.kind === 'media' || focused?.isVolatile ? focused : now?.columns.find((column) => column.kind === 'media');
}

/** The focused row, where it is here. */
export function focusedRow({ table }: Session): Row | undefined {
  const { pages, selection } = table.getState();
  return pages?.rowAt(selection.focus.row);
}

/** Moves the rows in hand to the trash. */
export async function removeRows(session: Session): Promise<void> {
  const { client, table, notices } = session;
  const now = table.getState().table;
  const rows = await selectionInHand(session);
  if (!now || !rows) return;
  const answer = await client.rows.delete({ table: now.id, rows });
  if (!answer.ok) sayError(notices, answer.error);
  else say(notices, words.removedRows(answer.value.rows), undoAction(session));
}

/** Writes the clipboard and says what happened; false where it could not be written. */
export async function copyText(session: Session, text: string, said: string, action: Toast['action'] = null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    say(session.notices, said, action);
    return true;
  } catch {
    sayError(session.notices, {
      cause: 'internal',
      message: 'The clipboard could not be written.',
      next: 'Click into the window and copy again.',
    });
    return false;
  }
}

/** Copies the addresses of the rows in hand, one a line, or the focused cell's value where it holds none. */
export async function copyCells(session: Session): Promise<void> {
  const { table: now, pages } = session.table.getState();
  const place = placeInHand(session);
  const column = now?.columns[place];
  if (!column || !now) return;
  const texts: string[] = [];
  for (const { start, end } of rangesInHand(session)) {
    for (let row = start; row < end && texts.length < mostLines; row += 1) {
      const cell = pages?.rowAt(row)?.cells[place];
      if (cell) texts.push(cell.media ? cell.media.typed : valueText(cell.value));
    }
  }
  if (texts.length > 0) await copyText(session, texts.join('\n'), words.copied(column.kind === 'media' ? words.reference : column.name));
}

/** Computes the cells of the rows in hand again, whatever their state. */
export async function recomputeRows(session: Session): Promise<void> {
  const now = session.table.getState().table;
  const rowIds = await idsInHand(session);
  if (!now || !rowIds) return;
  const answer = await session.client.columns.recompute({ table: now.id, rowIds, compute: 'background' });
  if (!answer.ok) sayError(session.notices, answer.error);
}

/** Computes one cell again. */
export async function retryCell(session: Session, column: string, rowId: number): Promise<void> {
  const now = session.table.getState().table;
  if (!now) return;
  const answer = await session.client.columns.recompute({ table: now.id, columns: [column], rowIds: [rowId], compute: 'background' });
  if (!answer.ok) sayError(session.notices, answer.error);
}

/** Computes a column again: the failed cells alone, or the cells of every row shown. */
export async function recomputeColumn(session: Session, column: string, errorsOnly: boolean): Promise<void> {
  const { client, table, notices } = session;
  const { table: now, view } = table.getState();
  if (!now || !view) return;
  const ids = errorsOnly ? null : await client.views.rowIds({ viewId: view.viewId, start: 0, end: Math.min(view.rowCount, mostIds) });
  if (ids && !ids.ok) {
    sayError(notices, ids.error);
    return;
  }
  const which = ids ? { rowIds: [...ids.value] } : { errorsOnly: true };
  const answer = await client.columns.recompute({ table: now.id, columns: [column], ...which, compute: 'background' });
  if (!answer.ok) sayError(notices, answer.error);
}

/** Stores what was typed into a plain cell, or another address into a media cell. False where it was refused; the reason is said. */
export async function saveCell(session: Session, rowId: number, column: Column, value: Row['cells'][number]['value']): Promise<boolean> {
  const now = session.table.getState().table;
  if (!now) return false;
  const answer = await session.client.rows.update({
    table: now.id,
    rows: { rowIds: [rowId] },
    set: { [column.name]: value },
    compute: 'background',
  });
  if (!answer.ok) sayError(session.notices, answer.error);
  else session.table.getState().pages?.refresh([rowId]);
  return answer.ok;
}

/** Moves a column to the trash. */
export async function removeColumn(session: Session, name: string): Promise<void> {
  const now = session.table.getState().table;
  if (!now) return;
  const answer = await session.client.columns.drop({ table: now.id, name });
  if (!answer.ok) sayError(session.notices, answer.error);
  else say(session.notices, words.removedColumn(name), undoAction(session));
}

/** Renames a column; false where the name was refused. */
export async function renameColumn(session: Session, name: string, newName: string): Promise<boolean> {
  const now = session.table.getState().table;
  if (!now || newName === '' || newName === name) return true;
  const answer = await session.client.columns.rename({ table: now.id, name, newName });
  if (!answer.ok) sayError(session.notices, answer.error);
  return answer.ok;
}
