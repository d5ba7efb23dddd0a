/** Commands that hand out links. */
import type { Command } from '../../app/command.ts';
import type { Session } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { countInHand, mediaColumn } from '../table/row-deeds.ts';
import { copyLinks } from './link-deeds.ts';
import { LinkSheet } from './link-sheet.tsx';

const hasMedia = (session: Session) => countInHand(session) > 0 && mediaColumn(session) !== undefined;

function openLinkSheet(session: Session): void {
  openSheet(session.sheets, (close) => <LinkSheet onClose={close} onReopen={() => openLinkSheet(session)} />);
}

/** Commands about links. */
export const shareCommands: readonly Command[] = [
  { id: 'linkSheet', title: words.linkSheet, keys: ['Mod+L'], context: 'content', when: hasMedia, run: openLinkSheet },
  {
    id: 'copyLink',
    title: words.copyLink,
    keys: ['Mod+Shift+C'],
    context: 'content',
    when: hasMedia,
    run: (session) => void copyLinks(session, () => openLinkSheet(session)),
  },
];
