/** A library opened by its owner: the rooms, the door to them, and the socket for other processes. */
import type { Caller, Connection } from '../../../src-shared/contract/contract.ts';
import { createDispatch, type Dispatch } from '../../api/dispatch.ts';
import { createEventHub, type EventHub } from '../../api/event-hub.ts';
import { createHandlers } from '../../api/handlers.ts';
import { takeLibraryLock } from '../../catalog/library-lock.ts';
import { type Library, type OpenOptions, openLibrary } from '../../library.ts';
import { createClientEnd, eventMessage, serveCalls } from '../wire.ts';
import { listenForClients } from './owner.ts';
import { socketPath } from './socket-path.ts';

/** An open library with everything a host needs to serve it. */
export interface OwnedLibrary {
  readonly library: Library;
  readonly dispatch: Dispatch;
  readonly events: EventHub;
  /** A client in this process that goes through the same door as all others. */
  connectionFor(caller: Caller): Connection;
  /** Lets clients' calls end, closes the rooms, frees the lock. */
  close(): Promise<void>;
}

/**
 * Opens the library as its owner, or gives null where another process owns it. `clients` is who clients over the socket are.
 * @throws Failure what opening throws: `newer_version`, `read_only`, `corrupt`
 */
export async function openOwned(options: OpenOptions, clients: Caller): Promise<OwnedLibrary | null> {
  const lock = takeLibraryLock(options.folder);
  if (!lock) return null;
  let library: Library | null = null;
  try {
    library = await openLibrary(options);
    const dispatch = createDispatch({
      handlers: createHandlers(library),
      log: library.log,
      readOnly: () => library?.catalog.readOnly ?? null,
    });
    const events = createEventHub(library);
    const socket = await listenForClients({
      path: socketPath(options.folder, { env: options.env, platform: process.platform }),
      dispatch,
      events,
      caller: clients,
    }).catch((thrown: unknown) => {
      library?.log.warn('other processes cannot work in this library: its socket could not be opened', { reason: String(thrown) });
      return null;
    });
    const opened = library;
    return {
      library: opened,
      dispatch,
      events,
      connectionFor: (caller) => connectionInside(dispatch, events, caller),
      async close() {
        opened.mfa.close();
        await socket?.close();
        events.close();
        await opened.close();
        lock.release();
      },
    };
  } catch (thrown) {
    await library?.close();
    lock.release();
    throw thrown;
  }
}

/** The typed client over the dispatch of this process. Messages pass by a microtask, so that a caller never runs inside its own call. */
function connectionInside(dispatch: Dispatch, events: EventHub, caller: Caller): Connection {
  const server = serveCalls({ dispatch, caller, send: (message) => client.receive(message) });
  const client = createClientEnd((message) => queueMicrotask(() => server.receive(message)));
  events.subscribe((event) => client.receive(eventMessage(event)));
  return client.connection;
}
