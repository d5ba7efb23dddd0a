/** Commands that add columns. */
import type { Command } from '../../app/command.ts';
import { openPanel } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { ColumnPanel } from './column-panel.tsx';

/** Commands about columns. */
export const columnCommands: readonly Command[] = [
  {
    id: 'addColumn',
    title: words.addColumn,
    keys: [],
    context: 'anywhere',
    when: ({ table }) => table.getState().table !== null,
    run: (session) => {
      const { table } = session.table.getState();
      if (table) openPanel(session.sheets, (close) => <ColumnPanel key={table.id} table={table} onClose={close} />);
    },
  },
  {
    id: 'editExpression',
    title: words.editExpression,
    keys: [],
    context: 'content',
    when: ({ table }) => {
      const { table: now, selection } = table.getState();
      return now?.columns[selection.focus.column]?.kind === 'computed';
    },
    run: (session) => {
      const { table, selection } = session.table.getState();
      const edited = table?.columns[selection.focus.column];
      if (table && edited)
        openPanel(session.sheets, (close) => (
          <ColumnPanel key={`${table.id} ${edited.id}`} table={table} edited={edited} onClose={close} />
        ));
    },
  },
];
