/** Opens a film or sound outside the window: its file in the system's program, else its link. */
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { sayError } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { electronBridge } from '../../connection/electron-transport.ts';
import { givenAddress } from '../import/copy-rows.ts';

/** Long enough to see a film; the provider or the session may allow less. */
const linkSeconds = 6 * 60 * 60;

/** What the button says, or null where there is nothing to open. */
export function openingWords(session: Session, media: MediaCell, held: MediaCell['held']): string | null {
  const canOpen = session.info.getState().value?.capabilities.openFile ?? false;
  if (canOpen && held !== 'none') return words.openInPlayer;
  return media.scheme === 'file' ? null : words.openLink;
}

/** Says so where it cannot be opened. */
export async function openElsewhere(session: Session, media: MediaCell, held: MediaCell['held']): Promise<void> {
  const { client, notices } = session;
  if (openingWords(session, media, held) === words.openInPlayer) {
    const isOpen = await electronBridge()?.openFile?.(media.referenceId);
    if (!isOpen) sayError(notices, { cause: 'unsupported', message: words.notOpened, next: words.openItself });
    return;
  }
  const address = /^https?$/.test(media.scheme) ? givenAddress(media) : await linkOf();
  // The app denies the window and hands the address to the system's browser.
  if (address !== null) window.open(address, '_blank', 'noopener,noreferrer');

  async function linkOf(): Promise<string | null> {
    const answer = await client.links.presign({ urls: [media.canonical], expiresSeconds: linkSeconds, overCap: 'clamp' });
    const outcome = answer.ok ? answer.value[0] : null;
    if (outcome?.ok) return outcome.link.url;
    const error = answer.ok ? outcome?.error : answer.error;
    if (error) sayError(notices, error);
    return null;
  }
}
