/** What can be done to the copies of rows: fetch, keep offline, check for changes, choose where one changed. Each says what it came to. */
import type { HealthFinding, HealthResult } from '../../../src-shared/contract/health.ts';
import type { RowSelection } from '../../../src-shared/contract/table-reference.ts';
import type { MediaCell, Row } from '../../../src-shared/model/cell.ts';
import { say, sayError, type Toast } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { givenAddress } from '../import/copy-rows.ts';
import { countInHand, mediaColumn, rangesInHand, selectionInHand } from '../table/row-deeds.ts';

/** A call names each address: more would be a message of many MB. */
const mostFetched = 10_000;
/** What `views.page` gives at once. */
const mostOfPage = 1_000;
/** Rows that are looked at to know whether a choice is offered; it acts on all of them. */
const mostLookedAt = 1_000;

export type ChangeChoice = 'keep' | 'take_new';

/** Files of the rows in hand that are here, of the first thousand: what a menu can know without asking. */
export function seenInHand(session: Session): MediaCell[] {
  const { pages } = session.table.getState();
  const seen: MediaCell[] = [];
  let left = mostLookedAt;
  for (const { start, end } of rangesInHand(session)) {
    for (let row = start; row < end && left > 0; row += 1, left -= 1) {
      for (const { media } of pages?.rowAt(row)?.cells ?? []) if (media) seen.push(media);
    }
  }
  return seen;
}

/** What `pick` takes of every row in hand, whether it is here or has to be read; null where it could not be, which is said. */
async function pickInHand<T>(session: Session, pick: (row: Row) => readonly T[]): Promise<T[] | null> {
  const { client, table, notices } = session;
  const { view } = table.getState();
  if (!view) return null;
  const picked: T[] = [];
  for (const range of rangesInHand(session)) {
    for (let start = range.start; start < range.end; start += mostOfPage) {
      const answer = await client.views.page({ viewId: view.viewId, start, end: Math.min(range.end, start + mostOfPage) });
      if (!answer.ok) {
        sayError(notices, answer.error);
        return null;
      }
      for (const row of answer.value.rows) picked.push(...pick(row));
    }
  }
  return picked;
}

/** Brings the files of the rows in hand into the cache. */
export async function fetchRows(session: Session): Promise<void> {
  const { table, notices } = session;
  const { table: now } = table.getState();
  const place = now?.columns.findIndex((one) => one.id === mediaColumn(session)?.id) ?? -1;
  const count = countInHand(session);
  const missing = await pickInHand(session, ({ cells }) => {
    const media = cells[place]?.media;
    return media && media.held === 'none' ? [media] : [];
  });
  if (missing === null) return;
  const urls = [...new Map(missing.map((media) => [media.referenceId, givenAddress(media)])).values()];
  if (urls.length === 0) {
    say(notices, words.nothingToFetch(count));
    return;
  }
  if (urls.length > mostFetched) {
    sayError(notices, { cause: 'invalid_input', message: words.tooManyFetched(mostFetched), next: words.tooManyFetchedNext });
    return;
  }
  await fetchFiles(session, urls);
}

/** The same for addresses, ten thousand at most. */
export async function fetchFiles(session: Session, urls: readonly string[]): Promise<void> {
  const { client, table, notices } = session;
  const answer = await client.files.fetch({ urls: [...urls] });
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const good = answer.value.files.flatMap((file) => (file.ok ? [file.bytes] : []));
  const bad = answer.value.files.find((file) => !file.ok);
  if (bad && !bad.ok && good.length === 0) sayError(notices, bad.error);
  else {
    const fetched = words.fetched(
      good.length,
      good.reduce((sum, bytes) => sum + bytes, 0),
    );
    say(notices, bad ? `${fetched} ${words.fetchFailed(urls.length - good.length)}` : fetched);
  }
  table.getState().pages?.refresh(null);
}

/** Keeps the files of the rows in hand offline, or no longer. */
export async function keepRows(session: Session, isOn: boolean): Promise<void> {
  const rows = await selectionInHand(session);
  if (rows) await keepSelection(session, rows, isOn);
}

/** The same for rows of the open table that are named. */
export async function keepSelection(session: Session, rows: RowSelection, isOn: boolean): Promise<void> {
  const { client, table, notices } = session;
  const now = table.getState().table;
  if (!now) return;
  const answer = await client.cache.keep({ table: now.id, rows, isOn });
  table.getState().pages?.refresh(null);
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const { references, fetched, bytes, failed } = answer.value;
  const [first] = failed;
  if (!isOn) say(notices, words.unkept(references));
  else if (first && failed.length === 1) say(notices, words.keptFailed(nameIn(first.canonical), first.error.message));
  else say(notices, words.kept(references, fetched, bytes, failed.length));
}

/** Asks upstream whether the files of these rows changed, of all rows without any; `show` opens what was found. */
export async function checkRows(session: Session, which: 'inHand' | 'all', show: (result: HealthResult) => void): Promise<void> {
  const rows = which === 'inHand' ? await selectionInHand(session) : undefined;
  if (rows !== null) await checkSelection(session, rows, show);
}

/** The same for rows of the open table that are named, or all of them. */
export async function checkSelection(
  session: Session,
  rows: RowSelection | undefined,
  show: (result: HealthResult) => void,
): Promise<void> {
  const { client, table, notices } = session;
  const now = table.getState().table;
  if (!now) return;
  const answer = await client.health.check({ table: now.id, ...(rows ? { rows } : {}) });
  table.getState().pages?.refresh(null);
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const result = answer.value;
  const action: Toast['action'] = result.findings.length > 0 ? { label: words.showFindings, run: () => show(result) } : null;
  say(notices, words.checkResult(result), action);
}

/** Chooses for the rows in hand whose file changed upstream. */
export async function decideRows(session: Session, choice: ChangeChoice): Promise<void> {
  const ids = await pickInHand(session, ({ cells }) => cells.flatMap(({ media }) => (media?.isChanged ? [media.referenceId] : [])));
  if (ids) await decide(session, ids, choice);
}

/** Chooses for references; true where at least one took it. */
export async function decide(session: Session, referenceIds: readonly number[], choice: ChangeChoice): Promise<boolean> {
  const { client, table, notices } = session;
  const distinct = [...new Set(referenceIds)];
  if (distinct.length === 0) return false;
  const answer = await client.health.decide({ referenceIds: distinct, choice });
  table.getState().pages?.refresh(null);
  if (!answer.ok) {
    sayError(notices, answer.error);
    return false;
  }
  const { references, failed } = answer.value;
  const [first] = failed;
  const done = words.decided[choice](references);
  if (first && references === 0) sayError(notices, first.error);
  else say(notices, first ? `${done} ${words.decideFailed(failed.length, first.error.message)}` : done);
  return references > 0;
}

/** The last part of an address. */
export function nameIn(canonical: string): string {
  return canonical.slice(canonical.replace(/\/+$/, '').lastIndexOf('/') + 1) || canonical;
}

/** References of what was found to have changed. */
export function changedIn(findings: readonly HealthFinding[]): number[] {
  return findings.flatMap(({ found, referenceId }) => (found === 'changed' ? [referenceId] : []));
}
