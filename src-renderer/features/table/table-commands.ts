/** Commands on rows and the selection. */
import { createElement } from 'react';
import type { Command } from '../../app/command.ts';
import type { Session } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { copyLinks } from '../share/link-deeds.ts';
import { rowsInHand } from '../share/link-source.ts';
import { GoToRowSheet } from './go-to-row-sheet.tsx';
import { copyCells, countInHand, focusedRow, placeInHand, recomputeRows, removeRows, saveCell } from './row-deeds.ts';
import { type SelectionAction, select, selectedCount } from './selection.ts';

const hasRows = (session: Session) => countInHand(session) > 0;
const hasComputed = (session: Session) =>
  hasRows(session) && (session.table.getState().table?.columns.some((column) => column.kind === 'computed') ?? false);

/** Whether the focused cell is a plain one, whose value a key may clear or edit. */
export function focusedPlainColumn(session: Session) {
  const { table: now, selection } = session.table.getState();
  const column = now?.columns[placeInHand(session)];
  return column?.kind === 'plain' && selection.focus.row >= 0 ? column : null;
}

function choose(session: Session, action: SelectionAction): void {
  session.table.setState((state) => ({ selection: select(state.selection, action) }));
}

async function clearValue(session: Session): Promise<void> {
  const column = focusedPlainColumn(session);
  const row = focusedRow(session);
  if (column && row) await saveCell(session, row.rowId, column, null);
}

/** A presigned cell is copied as its link, which is made now. */
function copy(session: Session): void {
  const { table, selection } = session.table.getState();
  if (table?.columns[selection.focus.column]?.isVolatile) void copyLinks(session, rowsInHand(session), null);
  else void copyCells(session);
}

function edit({ table }: Session): void {
  table.setState((state) => ({ editing: { row: state.selection.focus.row, column: state.selection.focus.column } }));
}

/** True where files are looked at, and no cells are seen. */
const isLooking = ({ look }: Session) => look.getState().layout !== 'table' || look.getState().isLoupeOpen;

const canEdit = (session: Session) => {
  const { table: now, selection } = session.table.getState();
  if (isLooking(session)) return false;
  return selection.focus.row >= 0 && now?.columns[selection.focus.column]?.kind !== 'computed' && focusedRow(session) !== undefined;
};

/** Commands of the table and its rows. */
export const tableCommands: readonly Command[] = [
  { id: 'copy', title: words.copyReference, keys: ['Mod+C'], context: 'content', when: hasRows, run: copy },
  {
    id: 'recompute',
    title: words.recompute,
    keys: [],
    context: 'content',
    when: hasComputed,
    run: (session) => void recomputeRows(session),
  },
  {
    id: 'removeRows',
    title: words.removeRows,
    keys: ['Mod+Delete', 'Mod+Backspace'],
    context: 'content',
    when: hasRows,
    run: (session) => void removeRows(session),
  },
  {
    id: 'delete',
    title: words.remove,
    keys: ['Delete', 'Backspace'],
    context: 'content',
    when: (session) => hasRows(session) && session.table.getState().selection.focus.row >= 0,
    run: (session) => {
      const column = session.table.getState().table?.columns[placeInHand(session)];
      if (column?.kind === 'plain') void clearValue(session);
      else if (column?.kind === 'media' || isLooking(session)) void removeRows(session);
    },
  },
  { id: 'edit', title: words.edit, keys: ['F2'], context: 'content', when: canEdit, run: edit },
  {
    id: 'editValue',
    title: words.edit,
    keys: ['Enter'],
    context: 'table',
    when: (session) => focusedPlainColumn(session) !== null && canEdit(session),
    run: edit,
  },
  {
    id: 'selectAll',
    title: words.selectAll,
    keys: ['Mod+A'],
    context: 'content',
    when: ({ table }) => table.getState().view !== null,
    run: (session) => choose(session, { type: 'all', rowCount: session.table.getState().view?.rowCount ?? 0 }),
  },
  {
    id: 'selectNone',
    title: words.selectNone,
    keys: ['Mod+Shift+A'],
    context: 'content',
    when: hasRows,
    run: (session) => choose(session, { type: 'none' }),
  },
  {
    id: 'leaveSelection',
    title: words.selectNone,
    keys: ['Escape'],
    context: 'content',
    when: ({ table }) => selectedCount(table.getState().selection) > 0,
    run: (session) => choose(session, { type: 'none' }),
  },
  {
    id: 'invert',
    title: words.invertSelection,
    keys: ['Mod+Shift+I'],
    context: 'content',
    when: ({ table }) => table.getState().view !== null,
    run: (session) => choose(session, { type: 'inverted', rowCount: session.table.getState().view?.rowCount ?? 0 }),
  },
  {
    id: 'toggleRow',
    title: words.toggleRow,
    keys: ['Shift+Space'],
    context: 'content',
    when: ({ table }) => table.getState().selection.focus.row >= 0,
    run: (session) => choose(session, { type: 'toggled', focus: session.table.getState().selection.focus }),
  },
  {
    id: 'goToRow',
    title: words.goToRow,
    keys: ['Mod+G'],
    context: 'content',
    when: ({ table }) => (table.getState().view?.rowCount ?? 0) > 0,
    run: (session) => openSheet(session.sheets, (close) => createElement(GoToRowSheet, { onClose: close })),
  },
];
