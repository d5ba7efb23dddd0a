/** Commands that show a row's file outside the window. */
import type { Command } from '../../app/command.ts';
import { sayError } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { electronBridge } from '../../connection/electron-transport.ts';
import { givenAddress } from '../import/copy-rows.ts';
import { countInHand, focusedRow, placeInHand } from '../table/row-deeds.ts';

/** The file of the focused row, where the deed is for that row alone. */
function focusedMedia(session: Session) {
  const { table } = session.table.getState();
  if (!table || countInHand(session) !== 1) return null;
  const cells = focusedRow(session)?.cells;
  return cells?.[placeInHand(session)]?.media ?? cells?.find(({ media }) => media !== undefined)?.media ?? null;
}

/** True where the host can show files and this row's is on this computer. */
export function canShowInFolder(session: Session): boolean {
  const canShow = session.info.getState().value?.capabilities.revealInFolder ?? false;
  return canShow && (focusedMedia(session)?.held ?? 'none') !== 'none';
}

/** Shows the file of the focused row in the system's file manager; says so where it has gone. */
export async function showInFolder(session: Session): Promise<void> {
  const media = focusedMedia(session);
  if (!media) return;
  const isShown = await electronBridge()?.showInFolder?.(media.referenceId);
  if (!isShown) sayError(session.notices, { cause: 'not_found', message: words.notOnDisk, next: words.fetchFirst });
}

/** Commands for one row's file. */
export const outsideCommands: readonly Command[] = [
  {
    id: 'openInBrowser',
    title: words.openInBrowser,
    keys: [],
    context: 'content',
    when: (session) => /^https?$/.test(focusedMedia(session)?.scheme ?? ''),
    run: (session) => {
      const media = focusedMedia(session);
      // The app denies the window and hands the address to the system's browser.
      if (media) window.open(givenAddress(media), '_blank', 'noopener,noreferrer');
    },
  },
  {
    id: 'showInFolder',
    title: words.showInFolder,
    keys: [],
    context: 'content',
    when: canShowInFolder,
    run: (session) => void showInFolder(session),
  },
];
