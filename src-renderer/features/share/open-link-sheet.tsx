/** Opens the link sheet. */
import type { Session } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { LinkSheet } from './link-sheet.tsx';
import type { LinkSource } from './link-source.ts';

/** The source is taken anew when the sheet is opened again, from the toast of what was copied: other rows may be in hand then. */
export function openLinkSheet(session: Session, source: () => LinkSource): void {
  openSheet(session.sheets, (close) => <LinkSheet source={source} onClose={close} onReopen={() => openLinkSheet(session, source)} />);
}
