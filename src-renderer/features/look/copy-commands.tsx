/** Commands on the copies of rows. */
import type { HealthResult } from '../../../src-shared/contract/health.ts';
import type { Command } from '../../app/command.ts';
import type { Session } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { openSettings } from '../settings/settings-deeds.ts';
import { countInHand, mediaColumn } from '../table/row-deeds.ts';
import { changedIn, checkRows, decide, decideRows, fetchRows, keepRows, seenInHand } from './copy-deeds.ts';
import { FindingsSheet } from './findings-sheet.tsx';

const hasMedia = (session: Session) => countInHand(session) > 0 && mediaColumn(session) !== undefined;
const hasTable = ({ table }: Session) => (table.getState().view?.total ?? 0) > 0;
/** Among rows that are not all seen both ways are offered. */
const canKeep = (session: Session) => hasMedia(session) && seenInHand(session).some(({ isKept, held }) => !isKept && held !== 'local');
const isKept = (session: Session) => hasMedia(session) && seenInHand(session).some((media) => media.isKept);
const isChanged = (session: Session) => hasMedia(session) && seenInHand(session).some((media) => media.isChanged);

/** Opens what a check found, with the choice for all that changed. */
export function showFindings(session: Session, result: HealthResult): void {
  openSheet(session.sheets, (close) => (
    <FindingsSheet result={result} onDecide={(choice) => void decide(session, changedIn(result.findings), choice)} onClose={close} />
  ));
}

/** Fetch, keep, check, choose; and the page of the cache. */
export const copyCommands: readonly Command[] = [
  { id: 'fetch', title: words.fetch, keys: [], context: 'content', when: hasMedia, run: (session) => void fetchRows(session) },
  {
    id: 'keepOffline',
    title: words.keepOffline,
    keys: [],
    context: 'content',
    when: canKeep,
    run: (session) => void keepRows(session, true),
  },
  {
    id: 'keepNoLonger',
    title: words.keepNoLonger,
    keys: [],
    context: 'content',
    when: isKept,
    run: (session) => void keepRows(session, false),
  },
  {
    id: 'checkForChanges',
    title: words.checkForChanges,
    keys: [],
    context: 'content',
    when: hasMedia,
    run: (session) => void checkRows(session, 'inHand', (result) => showFindings(session, result)),
  },
  {
    id: 'keepHere',
    title: words.keepHere,
    keys: [],
    context: 'content',
    when: isChanged,
    run: (session) => void decideRows(session, 'keep'),
  },
  {
    id: 'takeNew',
    title: words.takeNew,
    keys: [],
    context: 'content',
    when: isChanged,
    run: (session) => void decideRows(session, 'take_new'),
  },
  {
    id: 'checkAllRows',
    title: words.checkAllRows,
    keys: [],
    context: 'content',
    when: hasTable,
    run: (session) => void checkRows(session, 'all', (result) => showFindings(session, result)),
  },
  {
    id: 'cachePage',
    title: words.cachePage,
    keys: [],
    context: 'anywhere',
    when: () => true,
    run: (session) => openSettings(session, 'cache'),
  },
];
