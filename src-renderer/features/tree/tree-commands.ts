/** Commands on the entry of the tree that has the focus. */
import type { Command } from '../../app/command.ts';
import { words } from '../../app/words.ts';
import { focusedEntry, removeEntry } from './tree-actions.ts';

/** Commands of the sidebar's tree. */
export const treeCommands: readonly Command[] = [
  {
    id: 'renameEntry',
    title: words.rename,
    keys: ['F2'],
    context: 'tree',
    when: (session) => focusedEntry(session) !== null,
    run: (session) => {
      const entry = focusedEntry(session);
      if (entry) session.tree.setState({ naming: { kind: 'rename', what: entry.kind, id: entry.id } });
    },
  },
  {
    id: 'removeEntry',
    title: words.remove,
    keys: ['Delete', 'Backspace'],
    context: 'tree',
    when: (session) => focusedEntry(session) !== null,
    run: (session) => {
      const entry = focusedEntry(session);
      if (entry) void removeEntry(session, entry.kind, entry.id);
    },
  },
];
