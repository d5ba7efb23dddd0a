/** What can be done with links that were handed out. */
import type { IssuedLink } from '../../../src-shared/model/issued-link.ts';
import { say, sayError } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { chosenLink, copyIssued } from '../share/link-deeds.ts';
import { listedLink } from '../share/link-source.ts';
import { openLinkSheet } from '../share/open-link-sheet.tsx';
import { pageSize } from './issued-store.ts';

/** Asks for the page that is looked at. */
export async function readIssued(session: Pick<Session, 'client' | 'issued'>): Promise<void> {
  const { client, issued } = session;
  const { search, state, start, question } = issued.getState();
  const asked = question + 1;
  issued.setState({ question: asked });
  const which = { ...(search === '' ? {} : { search }), ...(state === 'all' ? {} : { state }) };
  const answer = await client.links.ledger({ ...which, start, end: start + pageSize });
  if (issued.getState().question !== asked) return;
  if (!answer.ok) {
    issued.setState({ error: answer.error });
    return;
  }
  const { total, entries } = answer.value;
  // What was taken off the list may have been all of the last page.
  if (entries.length === 0 && start > 0) {
    issued.setState({ start: 0 });
    await readIssued(session);
    return;
  }
  issued.setState({ total, entries, error: null });
}

/** Makes the same link again and copies it. */
export async function copyAgain(session: Session, entry: IssuedLink): Promise<void> {
  const answer = await session.client.links.reissue({ ids: [entry.id] });
  if (!answer.ok) {
    sayError(session.notices, answer.error);
    return;
  }
  const { format } = await chosenLink(session);
  await copyIssued(session, answer.value, { format, options: () => issueAnew(session, entry) });
}

/** Opens the link sheet for its file, beginning with what was wished then. */
export function issueAnew(session: Session, entry: IssuedLink): void {
  openLinkSheet(session, () => listedLink(session, entry));
}

/** Takes a link off the list; it works until its end all the same. */
export async function forgetLink(session: Session, entry: IssuedLink): Promise<void> {
  const answer = await session.client.links.forget({ ids: [entry.id] });
  if (answer.ok) say(session.notices, words.linkForgotten);
  else sayError(session.notices, answer.error);
}

/** Opens the list on the links to one reference. */
export function showIssued(session: Session, reference: string): void {
  session.issued.setState({ search: reference, state: 'all', start: 0 });
  session.layout.setState({ panelOpen: true, panelTab: 'links' });
  void readIssued(session);
}
