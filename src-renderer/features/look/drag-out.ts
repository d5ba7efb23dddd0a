/** Rows dragged out of the window: real files where they are on this computer, their addresses otherwise. */
import type { DragEvent } from 'react';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { say, sayError } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { electronBridge } from '../../connection/electron-transport.ts';
import { givenAddress } from '../import/copy-rows.ts';
import { mediaColumns } from '../import/import-target.ts';
import { isSelected, type RowRange, select, selectedCount } from '../table/selection.ts';
import { linkForms } from './link-forms.ts';

/** More addresses than this fill no other app. */
const mostDragged = 10_000;
/** So many files are brought here where a file was wanted and only its address could be dropped. */
const mostFetched = 100;

/**
 * Answers the `dragstart` of the row at a place in the view: with the rows selected, or with this one where it is not selected, which it
 * then is. Decided at once by what the cells say, since a drag waits for nobody.
 */
export function startRowDrag(session: Session, event: DragEvent, rowIndex: number): void {
  const { table: store, info, drop } = session;
  const { table, view, selection } = store.getState();
  const columns = mediaColumns(table);
  const focused = table?.columns[selection.focus.column];
  const column = columns.find((one) => one === focused) ?? columns[0];
  if (!table || !view || !column) return;
  if (!isSelected(selection, rowIndex)) {
    const focus = { row: rowIndex, column: selection.focus.column };
    store.setState({ selection: select(selection, { type: 'chosen', focus }) });
  }
  const { ranges } = store.getState().selection;
  const count = selectedCount(store.getState().selection);
  const cells = cellsHere(session, ranges, table.columns.indexOf(column));
  if (cells.length === 0) {
    event.preventDefault();
    return;
  }
  drop.setState({ dragged: { kind: 'rows', tableId: table.id, viewId: view.viewId, column: column.name, ranges, count } });

  const canDragFiles = info.getState().value?.capabilities.dragOut ?? false;
  const startDrag = electronBridge()?.startDrag;
  if (canDragFiles && startDrag && cells.length === count && cells.every(({ held }) => held !== 'none')) {
    event.preventDefault();
    startDrag(cells.map(({ referenceId }) => referenceId));
    return;
  }
  const base = info.getState().value?.capabilities.mediaBase ?? '/';
  const forms = linkForms(cells, canDragFiles ? null : (id) => new URL(`${base}media/${id}`, location.href).href);
  for (const [type, text] of Object.entries(forms)) event.dataTransfer.setData(type, text);
  event.dataTransfer.effectAllowed = 'copyLink';
  const picture = event.target instanceof Element ? event.target.querySelector('img') : null;
  if (picture) event.dataTransfer.setDragImage(picture, 0, 0);
  tellEnd(session, event.currentTarget, cells, count, canDragFiles);
}

/** Media cells of the rows that are here; a drag cannot wait for others. */
function cellsHere({ table }: Session, ranges: readonly RowRange[], place: number): MediaCell[] {
  const { pages } = table.getState();
  const cells: MediaCell[] = [];
  for (const { start, end } of ranges) {
    for (let row = start; row < end && row < start + mostDragged && cells.length < mostDragged; row += 1) {
      const media = pages?.rowAt(row)?.cells[place]?.media;
      if (media) cells.push(media);
    }
  }
  return cells;
}

/** After a drop outside the window: says what was dropped in place of a file, and brings the file here for the next time. */
function tellEnd(session: Session, element: EventTarget, cells: readonly MediaCell[], count: number, wantsFiles: boolean): void {
  const { client, drop, notices } = session;
  const { dragged } = drop.getState();
  const end = (event: Event) => {
    element.removeEventListener('dragend', end);
    const effect = event instanceof globalThis.DragEvent ? event.dataTransfer?.dropEffect : 'none';
    // A drop inside the window has taken away what was dragged before this is heard.
    if (effect === 'none' || drop.getState().dragged !== dragged) return;
    const missing = cells.filter(({ held }) => held === 'none').slice(0, mostFetched);
    if (wantsFiles && missing.length > 0) {
      say(notices, words.dragOutLater);
      void client.files.fetch({ urls: missing.map(givenAddress) }).then((answer) => {
        if (!answer.ok) sayError(notices, answer.error);
        else session.table.getState().pages?.refresh(null);
      });
    } else if (cells.length < count) say(notices, words.draggedSome(cells.length, count));
  };
  element.addEventListener('dragend', end);
}
