/** Commands that hand out links. */
import type { Command } from '../../app/command.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { countInHand, mediaColumn } from '../table/row-deeds.ts';
import { LinkSheet } from './link-sheet.tsx';

/** Commands about links. */
export const shareCommands: readonly Command[] = [
  {
    id: 'linkSheet',
    title: words.linkSheet,
    keys: ['Mod+L'],
    context: 'content',
    when: (session) => countInHand(session) > 0 && mediaColumn(session) !== undefined,
    run: (session) => openSheet(session.sheets, (close) => <LinkSheet onClose={close} />),
  },
];
