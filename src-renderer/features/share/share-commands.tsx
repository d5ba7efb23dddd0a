/** Commands that hand out links. */
import type { Command } from '../../app/command.ts';
import { togglePanel } from '../../app/layout-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { countInHand, mediaColumn } from '../table/row-deeds.ts';
import { copyLinks } from './link-deeds.ts';
import { rowsInHand } from './link-source.ts';
import { openLinkSheet } from './open-link-sheet.tsx';

const hasMedia = (session: Session) => countInHand(session) > 0 && mediaColumn(session) !== undefined;
const openForRows = (session: Session) => openLinkSheet(session, () => rowsInHand(session));

/** Commands about links. */
export const shareCommands: readonly Command[] = [
  { id: 'linkSheet', title: words.linkSheet, keys: ['Mod+L'], context: 'content', when: hasMedia, run: openForRows },
  {
    id: 'copyLink',
    title: words.copyLink,
    keys: ['Mod+Shift+C'],
    context: 'content',
    when: hasMedia,
    run: (session) => void copyLinks(session, rowsInHand(session), () => openForRows(session)),
  },
  {
    id: 'issuedLinks',
    title: words.issuedLinks,
    keys: [],
    context: 'anywhere',
    when: () => true,
    run: ({ layout }) => togglePanel(layout, 'links'),
  },
];
