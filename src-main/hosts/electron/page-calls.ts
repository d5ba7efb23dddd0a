/** Calls and events between the page and the core, over Electron's IPC. */
import { BrowserWindow, dialog, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import * as z from 'zod/mini';
import type { Caller } from '../../../src-shared/contract/contract.ts';
import type { OwnedLibrary } from '../local-socket/open-owned.ts';
import { eventMessage, serveCalls } from '../wire.ts';
import { pageOrigin } from './schemes.ts';

/** The one channel of calls and events, in both directions. */
const channel = 'vitrine:message';

const FromPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
]);

/** Who calls from the window. Dragging out and showing in the folder come with the deeds that need them. */
export const windowCaller: Caller = {
  name: 'window',
  capabilities: { dragOut: false, revealInFolder: false, nativeMenu: true, filePaths: true, mediaBase: 'vitrine-media://m/' },
};

/** What of an IPC event says who sent it. */
export interface Sender {
  readonly frame: { readonly origin: string; readonly parent: unknown } | null;
  readonly mainFrame: unknown;
}

/** True for the main frame of our own page alone. A frame that navigated or died is null. */
export function isOwnSender({ frame, mainFrame }: Sender): boolean {
  return frame !== null && frame === mainFrame && frame.parent === null && frame.origin === pageOrigin;
}

/** Serves a page until it goes. */
export function servePage(contents: WebContents, owned: OwnedLibrary): void {
  const send = (message: unknown) => {
    if (!contents.isDestroyed()) contents.send(channel, message);
  };
  let end = serveCalls({ dispatch: owned.dispatch, caller: windowCaller, send });
  const stopEvents = owned.events.subscribe((event) => send(eventMessage(event)));
  contents.ipc.on(channel, (event: IpcMainEvent, message: unknown) => {
    if (!isOwnSender({ frame: event.senderFrame, mainFrame: contents.mainFrame })) {
      owned.library.log.warn('a message was refused', { reason: 'it does not come from the page itself' });
      return;
    }
    const parsed = FromPage.safeParse(message);
    if (!parsed.success) {
      owned.library.log.warn('a message was refused', { reason: 'it is not a call' });
      return;
    }
    end.receive(parsed.data.type === 'call' ? { ...parsed.data, input: parsed.data.input } : parsed.data);
  });
  contents.ipc.handle('vitrine:choose-files', async (event: IpcMainInvokeEvent): Promise<string[]> => {
    const window = BrowserWindow.fromWebContents(contents);
    if (!window || !isOwnSender({ frame: event.senderFrame, mainFrame: contents.mainFrame })) return [];
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile', 'multiSelections'] });
    return filePaths;
  });
  // A reloaded page starts again with call 1: what the old one asked is stopped.
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (!isMainFrame || isSameDocument) return;
    end.close();
    end = serveCalls({ dispatch: owned.dispatch, caller: windowCaller, send });
  });
  contents.on('destroyed', () => {
    end.close();
    stopEvents();
  });
}
