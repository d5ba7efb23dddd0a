/** Commands that bring references in. */
import type { Command } from '../../app/command.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { ImportSheet } from './import-sheet.tsx';

export const importCommands: readonly Command[] = [
  {
    id: 'import',
    title: words.importTitle,
    keys: ['Mod+O'],
    context: 'anywhere',
    when: () => true,
    run: (session) => openSheet(session.sheets, (close) => <ImportSheet onClose={close} />),
  },
];
