/** `vitrine serve`: the app for a browser on loopback, until it is told to stop. */
import type { OpenOptions } from '../../library.ts';
import { commandLine, lockedLibrary } from '../local-socket/connect.ts';
import { openOwned } from '../local-socket/open-owned.ts';
import { startBrowserServer } from './browser-server.ts';
import { openPage } from './open-page.ts';

export interface ServeOptions {
  readonly open: OpenOptions;
  /** 0 takes a free port. */
  readonly port: number;
  /** Whether a window is opened where there is a display. */
  readonly showPage: boolean;
  /** Gets the lines to print; the address stands alone at the end of one. */
  readonly print: (line: string) => void;
  /** Ends serving. */
  readonly signal: AbortSignal;
}

/**
 * Serves until `signal`. Work that an earlier run left goes on by itself.
 * @throws Failure `library_locked` when another process owns the library, `invalid_input` when the port is taken, and what opening throws
 */
export async function serve({ open, port, showPage, print, signal }: ServeOptions): Promise<void> {
  const owned = await openOwned(open, commandLine);
  if (!owned) throw lockedLibrary(open.folder);
  try {
    const server = await startBrowserServer(owned, { port });
    if (!owned.library.catalog.readOnly) owned.library.compute.startBackground();
    print(`Vitrine is at ${server.address}`);
    if (showPage) await openPage(server.address, { env: open.env, platform: process.platform });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
  } finally {
    await owned.close();
  }
}
