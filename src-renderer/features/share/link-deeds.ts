/** Links issued, copied and dropped. No URL outlives the call that copies it. */
import * as z from 'zod/mini';
import type { LinkOutcome } from '../../../src-shared/contract/links.ts';
import { formatLinks, type LinkFormat } from '../../../src-shared/model/link-formats.ts';
import { pathOfFileUrl } from '../../../src-shared/reference/file-path.ts';
import { sayError, type Toast } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { copyText } from '../table/row-deeds.ts';
import { type LinkSource, mediaInHand } from './link-source.ts';
import { isWebAddress } from './link-summary.ts';

/** Formats that are copied; the command line has one more. */
export const copiedFormats = ['lines', 'markdown', 'html', 'csv'] as const satisfies readonly LinkFormat[];
export type CopiedFormat = (typeof copiedFormats)[number];

/** What is chosen for links and kept for the next: seconds that they work, whether browsers save the file, how they are copied. */
const ChosenLink = z.object({ seconds: z.number(), isDownload: z.boolean(), format: z.enum(copiedFormats) });
export type ChosenLink = z.infer<typeof ChosenLink>;

/** Where nothing was chosen yet. */
const first: ChosenLink = { seconds: 3600, isDownload: false, format: 'lines' };
/** Preference under which it is kept; the older one holds the seconds alone. */
const preference = { now: 'link', before: 'link seconds' } as const;

/** What was chosen last. */
export async function chosenLink({ client }: Session): Promise<ChosenLink> {
  const kept = await client.preferences.get({ key: preference.now });
  const chosen = ChosenLink.safeParse(kept.ok ? kept.value.value : null);
  if (chosen.success) return chosen.data;
  const seconds = await client.preferences.get({ key: preference.before });
  return { ...first, ...(seconds.ok && typeof seconds.value.value === 'number' ? { seconds: seconds.value.value } : {}) };
}

/** Keeps a choice for the next link. */
export function keepChosen({ client }: Session, chosen: ChosenLink): void {
  void client.preferences.set({ key: preference.now, value: chosen });
}

/**
 * Copies links and says until when they work; where none could be made the clipboard stays as it is. True when it was written.
 * `options` opens the sheet: "Options…" of a link, "Show" of several.
 */
export async function copyIssued(
  session: Session,
  outcomes: readonly LinkOutcome[],
  { format, options }: { readonly format: CopiedFormat; readonly options: (() => void) | null },
): Promise<boolean> {
  const made = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.link] : []));
  const refused = outcomes.find((outcome) => !outcome.ok);
  if (made.length === 0) {
    if (refused && !refused.ok) sayError(session.notices, refused.error, refused.scheme === 'file' ? pathAction(session) : null);
    return false;
  }
  const said =
    outcomes.length > 1
      ? words.linksCopied(made.length, firstEnd(outcomes), outcomes.length - made.length, session.now())
      : saidOf(session, outcomes[0]);
  const label = outcomes.length > 1 ? words.showLinks : words.linkOptions;
  return copyText(session, formatLinks(format, made), said, options && { label, run: options });
}

/** Issues links as last chosen, and copies them once they exist. */
export async function copyLinks(session: Session, source: LinkSource, options: (() => void) | null): Promise<void> {
  const { seconds, isDownload, format } = await chosenLink(session);
  const outcomes = await source.issue({ expiresSeconds: seconds, ...(isDownload ? { disposition: 'attachment' } : {}) }, {});
  if (outcomes) await copyIssued(session, outcomes, { format, options });
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
