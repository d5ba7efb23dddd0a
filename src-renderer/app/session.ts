/** All that a component or a command may reach: the connection and the stores, made once for a window and handed down. */
import { createContext, useContext } from 'react';
import { type StoreApi, useStore } from 'zustand';
import type { OutputOf } from '../../src-shared/contract/contract.ts';
import type { library } from '../../src-shared/contract/library.ts';
import type { WatchedConnection } from '../connection/make-connection.ts';
import type { CacheStore } from '../features/cache/cache-store.ts';
import type { ErrorsStore } from '../features/errors/errors-store.ts';
import type { DropStore } from '../features/import/drop-store.ts';
import type { IssuedStore } from '../features/issued/issued-store.ts';
import type { LookStore } from '../features/look/look-store.ts';
import type { Thumbnails } from '../features/look/thumbnails.ts';
import type { TransfersStore } from '../features/look/transfers-store.ts';
import type { LoupeStore } from '../features/loupe/loupe-store.ts';
import type { SettingsStore } from '../features/settings/settings-store.ts';
import type { ActivityStore } from '../features/status/activity-store.ts';
import type { TableStore } from '../features/table/table-store.ts';
import type { TreeStore } from '../features/tree/tree-store.ts';
import type { LayoutStore } from './layout-store.ts';
import type { NoticeStore } from './notice-store.ts';
import type { PlaceStore } from './place-store.ts';
import type { SheetStore } from './sheet-store.ts';

export type LibraryInfo = OutputOf<typeof library.info>;

export interface Session extends WatchedConnection {
  /** Null until the library answered. */
  readonly info: StoreApi<{ readonly value: LibraryInfo | null }>;
  readonly layout: LayoutStore;
  readonly place: PlaceStore;
  readonly notices: NoticeStore;
  readonly sheets: SheetStore;
  readonly tree: TreeStore;
  readonly table: TableStore;
  readonly look: LookStore;
  readonly thumbnails: Thumbnails;
  readonly transfers: TransfersStore;
  readonly cache: CacheStore;
  readonly loupe: LoupeStore;
  readonly activity: ActivityStore;
  readonly errors: ErrorsStore;
  readonly issued: IssuedStore;
  readonly drop: DropStore;
  readonly settings: SettingsStore;
  readonly isMac: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Carries the session to every component. */
export const SessionContext = createContext<Session | null>(null);

/** The window's session. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionContext above it.');
  return session;
}

/** Reads from one store; the component is drawn again only when what the selector gives changed. */
export function useIn<S, T>(store: StoreApi<S>, selector: (state: S) => T): T {
  return useStore(store, selector);
}
