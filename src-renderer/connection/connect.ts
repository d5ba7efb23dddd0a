/** Chooses the wire: the preload's bridge where there is one, else the host that served the page. */
import { openBrowserTransport } from './browser-transport.ts';
import { openElectronTransport } from './electron-transport.ts';
import { makeConnection, type WatchedConnection } from './make-connection.ts';

/** Connects to the core behind this window. */
export function connect(): WatchedConnection {
  return makeConnection(window.vitrine ? openElectronTransport(window.vitrine) : openBrowserTransport());
}
