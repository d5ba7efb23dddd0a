/** Commands that change how the open table is looked at. */
import type { Command } from '../../app/command.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { tileHeightBy } from './look-store.ts';

const hasTable = ({ table }: Session) => table.getState().table !== null;
const isGallery = ({ look }: Session) => look.getState().layout === 'gallery';

/** The loupe opens on a row, whatever is in it. */
function canLook({ table }: Session): boolean {
  const { view, selection } = table.getState();
  return view !== null && selection.focus.row >= 0 && selection.focus.row < view.rowCount;
}

function zoom({ look }: Session, step: 1 | -1): void {
  look.setState(({ tileHeight }) => ({ tileHeight: tileHeightBy(tileHeight, step) }));
}

const showTable = ({ look }: Session) => look.setState({ layout: 'table', isLoupeOpen: false });
const showGallery = ({ look }: Session) => look.setState({ layout: 'gallery', isLoupeOpen: false });
const openLoupe = ({ look }: Session) => look.setState({ isLoupeOpen: true });

/** Commands of layout and size. */
export const lookCommands: readonly Command[] = [
  { id: 'showTable', title: words.showTable, keys: ['Mod+1'], context: 'anywhere', when: hasTable, run: showTable },
  { id: 'showGallery', title: words.showGallery, keys: ['Mod+2'], context: 'anywhere', when: hasTable, run: showGallery },
  { id: 'showTableHere', title: words.showTable, keys: ['t'], context: 'content', when: hasTable, run: showTable },
  { id: 'showGalleryHere', title: words.showGallery, keys: ['g'], context: 'content', when: hasTable, run: showGallery },
  { id: 'openLoupe', title: words.openLoupe, keys: ['Space', 'e', 'Enter'], context: 'content', when: canLook, run: openLoupe },
  { id: 'tilesLarger', title: words.larger, keys: ['+', '='], context: 'gallery', when: isGallery, run: (session) => zoom(session, 1) },
  { id: 'tilesSmaller', title: words.smaller, keys: ['-', '−'], context: 'gallery', when: isGallery, run: (session) => zoom(session, -1) },
];
