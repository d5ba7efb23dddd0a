/** Links for the rows in hand: issued, copied and dropped. No URL outlives the call that copies it. */
import type { LinkOutcome } from '../../../src-shared/contract/links.ts';
import type { RowId } from '../../../src-shared/model/table.ts';
import { pathOfFileUrl } from '../../../src-shared/reference/file-path.ts';
import { sayError, type Toast } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { copyText, countInHand, focusedRow, idsInHand, mediaColumn } from '../table/row-deeds.ts';
import { isWebAddress } from './link-summary.ts';

/** More links at once would be no list that anybody can read, and minutes of signing. */
const mostLinks = 10_000;
/** Seconds a link works where nothing was chosen yet. */
const firstSeconds = 3600;
/** Preference under which the last chosen life of a link is kept, in seconds. */
const secondsKey = 'link seconds';

/** The life of links that was chosen last, in seconds. */
export async function chosenSeconds({ client }: Session): Promise<number> {
  const chosen = await client.preferences.get({ key: secondsKey });
  return chosen.ok && typeof chosen.value.value === 'number' ? chosen.value.value : firstSeconds;
}

/** Keeps a life for the next link. */
export function keepSeconds({ client }: Session, seconds: number): void {
  void client.preferences.set({ key: secondsKey, value: seconds });
}

/** Issues links for the rows in hand; null where there is nothing to issue, or where it was refused and said. */
export async function issueLinks(
  session: Session,
  expiresSeconds: number,
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly LinkOutcome[] | null> {
  const { client, table, notices } = session;
  const current = table.getState().table;
  const column = mediaColumn(session);
  if (!current || !column) return null;
  if (countInHand(session) > mostLinks) {
    sayError(notices, { cause: 'invalid_input', message: words.tooManyLinks(mostLinks), next: null });
    return null;
  }
  const ids = await idsInHand(session, mostLinks);
  if (!ids || ids.length === 0) return null;
  const asked = { table: current.id, column: column.name, rowIds: ids as RowId[], expiresSeconds, overCap: 'clamp' } as const;
  const answer = await client.links.presignRows(asked, options);
  if (answer.ok) return answer.value;
  sayError(notices, answer.error);
  return null;
}

/**
 * Copies links, one a line, and says until when they work; where none could be made the clipboard stays as it is. True when it was written.
 * @param options opens the sheet: "Options…" of a link, "Show" of several
 */
export async function copyIssued(session: Session, outcomes: readonly LinkOutcome[], options: (() => void) | null): Promise<boolean> {
  const made = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.link] : []));
  const refused = outcomes.find((outcome) => !outcome.ok);
  const [first] = made;
  if (!first) {
    if (refused && !refused.ok) sayError(session.notices, refused.error, refused.scheme === 'file' ? pathAction(session) : null);
    return false;
  }
  const said =
    outcomes.length > 1
      ? words.linksCopied(made.length, firstEnd(outcomes), outcomes.length - made.length, session.now())
      : saidOf(session, outcomes[0]);
  const label = outcomes.length > 1 ? words.showLinks : words.linkOptions;
  return copyText(session, made.map((link) => link.url).join('\n'), said, options && { label, run: options });
}

/** Issues links for the rows in hand as last chosen, and copies them once they exist. */
export async function copyLinks(session: Session, options: (() => void) | null): Promise<void> {
  const outcomes = await issueLinks(session, await chosenSeconds(session));
  if (outcomes) await copyIssued(session, outcomes, options);
}

/** The focused row's file in the column a link would be of. */
export function mediaInHand(session: Session) {
  const { table } = session.table.getState();
  const place = table?.columns.findIndex((column) => column.id === mediaColumn(session)?.id) ?? -1;
  const cells = focusedRow(session)?.cells;
  return cells?.[place]?.media ?? cells?.find((cell) => cell.media)?.media;
}

/** Copies the path of the focused row's local file. */
export async function copyPath(session: Session): Promise<boolean> {
  const media = mediaInHand(session);
  const found = media ? pathOfFileUrl(media.canonical) : null;
  return found !== null && 'path' in found && copyText(session, found.path, words.copied(words.path));
}

function pathAction(session: Session): Toast['action'] {
  return { label: words.copyPath, run: () => void copyPath(session) };
}

function firstEnd(outcomes: readonly LinkOutcome[]): string | null {
  return outcomes.flatMap((outcome) => (outcome.ok && outcome.link.expires_at ? [outcome.link.expires_at] : [])).sort()[0] ?? null;
}

function saidOf({ now }: Session, outcome: LinkOutcome | undefined): string {
  if (!outcome?.ok) return words.noLinkMade;
  const { link, plain } = outcome;
  if (link.expires_at !== null) return words.linkCopied(link.expires_at, link.limited_by, link.signer, now());
  if (isWebAddress(link)) return words.webLinkCopied;
  return plain === undefined ? words.unsignedLinkCopied : words.plainLinkCopied;
}
