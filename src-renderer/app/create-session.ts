/** Makes a session of a connection, and keeps its stores true by the core's events. */
import { createStore } from 'zustand/vanilla';
import type { WatchedConnection } from '../connection/make-connection.ts';
import { createCacheStore } from '../features/cache/cache-store.ts';
import { createErrorsStore } from '../features/errors/errors-store.ts';
import { followErrors, readErrors } from '../features/errors/follow-errors.ts';
import { createDropStore } from '../features/import/drop-store.ts';
import { createIssuedStore } from '../features/issued/issued-store.ts';
import { followLook } from '../features/look/follow-look.ts';
import { createLookStore } from '../features/look/look-store.ts';
import { Thumbnails } from '../features/look/thumbnails.ts';
import { createTransfersStore, withTransfers } from '../features/look/transfers-store.ts';
import { createLoupeStore } from '../features/loupe/loupe-store.ts';
import { rememberVolume } from '../features/loupe/remember-volume.ts';
import { followSettings, readAccountsFirst, readEnvironment, readSettings } from '../features/settings/settings-deeds.ts';
import { createSettingsStore } from '../features/settings/settings-store.ts';
import { createActivityStore, withJob, withJobNow } from '../features/status/activity-store.ts';
import { followTable } from '../features/table/follow-table.ts';
import { createTableStore } from '../features/table/table-store.ts';
import { readTree } from '../features/tree/tree-actions.ts';
import { createTreeStore } from '../features/tree/tree-store.ts';
import { createLayoutStore } from './layout-store.ts';
import { createNoticeStore } from './notice-store.ts';
import { createPlaceStore } from './place-store.ts';
import { rememberLayout } from './remember-layout.ts';
import type { LibraryInfo, Session } from './session.ts';
import { createSheetStore } from './sheet-store.ts';

/** The session is usable at once; what is asked at the start arrives in its stores. */
export function createSession(connection: WatchedConnection, host: { isMac: boolean; now: () => number }): Session {
  const session: Session = {
    ...connection,
    ...host,
    info: createStore<{ value: LibraryInfo | null }>(() => ({ value: null })),
    layout: createLayoutStore(),
    place: createPlaceStore(),
    notices: createNoticeStore(),
    sheets: createSheetStore(),
    tree: createTreeStore(),
    table: createTableStore(),
    look: createLookStore(),
    thumbnails: new Thumbnails(),
    transfers: createTransfersStore(),
    cache: createCacheStore(),
    loupe: createLoupeStore(),
    activity: createActivityStore(),
    errors: createErrorsStore(),
    issued: createIssuedStore(),
    drop: createDropStore(),
    settings: createSettingsStore(),
  };
  followActivity(session);
  followTable(session);
  followLook(session);
  followErrors(session);
  followSettings(session);
  session.listen('lookingChanged', (looking) => session.info.setState(({ value }) => ({ value: value && { ...value, looking } })));
  session.listen('treeChanged', () => void readTree(session));
  void rememberLayout(session.client, session.layout);
  void rememberVolume(session.client, session.loupe);
  // The first answer, and whatever was missed while the core was away.
  session.onReachable((isReachable) => {
    session.activity.setState({ isReachable });
    if (isReachable) void readAll(session);
  });
  return session;
}

async function readAll(session: Session): Promise<void> {
  const { client, activity, info } = session;
  await Promise.all([
    readTree(session),
    client.library.info({}).then((answer) => answer.ok && info.setState({ value: answer.value })),
    client.cache.status({}).then((answer) => answer.ok && activity.setState({ cache: answer.value })),
    client.jobs
      .list({})
      .then((answer) => answer.ok && activity.setState({ jobs: answer.value.reduce(withJob, [] as ReturnType<typeof withJob>) })),
    client.cache.transfers({}).then((answer) => answer.ok && session.transfers.setState(withTransfers(answer.value))),
    readHistory(session),
    readErrors(session),
    readAccountsFirst(session),
    readEnvironment(session),
    readSettings(session),
  ]);
}

async function readHistory({ client, activity }: Session): Promise<void> {
  const answer = await client.history.list({ limit: 50 });
  if (!answer.ok) return;
  const done = answer.value.find((change) => !change.undone);
  const undone = answer.value.filter((change) => change.undone).at(-1);
  activity.setState({ undo: done?.label ?? null, redo: undone?.label ?? null, undoAt: done?.at ?? null });
}

function followActivity(session: Session): void {
  const { listen, activity, now } = session;
  listen('jobChanged', (job) => activity.setState((state) => withJobNow(state, job, now())));
  listen('cacheChanged', (cache) => activity.setState({ cache }));
  listen('transfersChanged', ({ transfers }) => session.transfers.setState(withTransfers(transfers)));
  listen('historyChanged', ({ undo, redo }) => {
    activity.setState({ undo, redo, undoAt: null });
    void readHistory(session);
  });
}
