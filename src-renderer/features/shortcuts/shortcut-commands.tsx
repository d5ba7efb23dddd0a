/** Commands that show which commands there are. */
import type { Command } from '../../app/command.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { ShortcutSheet } from './shortcut-sheet.tsx';

/** `all` gives the whole registry, of which these commands are a part. */
export function shortcutCommands(all: () => readonly Command[]): readonly Command[] {
  const command: Omit<Command, 'id' | 'keys' | 'context'> = {
    title: words.shortcuts,
    when: () => true,
    run: (session) => openSheet(session.sheets, (close) => <ShortcutSheet commands={all()} onClose={close} />),
  };
  return [
    { ...command, id: 'shortcuts', keys: ['Mod+/'], context: 'anywhere' },
    { ...command, id: 'shortcutsHere', keys: ['?'], context: 'content' },
    { ...command, id: 'shortcutsInTree', keys: ['?'], context: 'tree' },
  ];
}
