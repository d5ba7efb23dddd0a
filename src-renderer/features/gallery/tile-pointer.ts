/** What a press on a tile selects: as in the grid, but that a press on what is selected may begin a drag of all of it. */
import type { DragEvent, MouseEvent } from 'react';
import type { Session } from '../../app/session.ts';
import { startRowDrag } from '../look/drag-out.ts';
import { isSelected, select } from '../table/selection.ts';

interface TilePointer {
  readonly onMouseDown: (event: MouseEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
  readonly onDoubleClick: (event: MouseEvent) => void;
  readonly onDragStart: (event: DragEvent) => void;
}

function rowOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest('[data-row]')?.getAttribute('data-row') : null;
  return row === null || row === undefined ? null : Number(row);
}

/** Handlers for the list of tiles; `onPointed` hears that the pointer has the say now. */
export function tilePointer(session: Session, onPointed: () => void): TilePointer {
  const { table, look, isMac } = session;
  return {
    onMouseDown(event) {
      const row = rowOf(event.target);
      if (row === null) return;
      onPointed();
      const { selection } = table.getState();
      const isMod = isMac ? event.metaKey : event.ctrlKey;
      const isKept = isSelected(selection, row) && !event.shiftKey && !isMod;
      const type = isKept ? 'focused' : event.shiftKey ? 'extended' : isMod ? 'toggled' : 'chosen';
      table.setState({ selection: select(selection, { type, focus: { row, column: selection.focus.column } }) });
    },
    onClick(event) {
      const row = rowOf(event.target);
      if (row === null || event.shiftKey || event.ctrlKey || event.metaKey) return;
      const { selection } = table.getState();
      table.setState({ selection: select(selection, { type: 'chosen', focus: { row, column: selection.focus.column } }) });
    },
    onDoubleClick(event) {
      if (rowOf(event.target) !== null) look.setState({ isLoupeOpen: true });
    },
    onDragStart(event) {
      const row = rowOf(event.target);
      if (row !== null) startRowDrag(session, event, row);
    },
  };
}
