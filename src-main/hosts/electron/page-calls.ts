/** Calls and events between the page and the core, over Electron's IPC. */
import { BrowserWindow, dialog, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import * as z from 'zod/mini';
import type { Caller } from '../../../src-shared/contract/contract.ts';
import type { OwnedLibrary } from '../local-socket/open-owned.ts';
import { eventMessage, type ServerEnd, serveCalls } from '../wire.ts';
import { createFilesOut } from './files-out.ts';
import { pageOrigin } from './schemes.ts';

/** The one channel of calls and events, in both directions. */
const channel = 'vitrine:message';

/** Made by each page for itself when it loads: after a reload ids of calls begin at 1 again. */
const PageId = z.string().check(z.minLength(1), z.maxLength(64));

const FromPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), page: PageId, id: z.int(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), page: PageId, id: z.int() }),
]);

/** Who calls from the window. */
export const windowCaller: Caller = {
  name: 'window',
  capabilities: { dragOut: true, revealInFolder: true, openFile: true, nativeMenu: true, filePaths: true, mediaBase: 'vitrine-media://m/' },
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
  // Answers carry the id of the page that asked; a late one to a page that was reloaded is not taken for an answer to the new one.
  const serve = (page: string) =>
    serveCalls({ dispatch: owned.dispatch, caller: windowCaller, send: (message) => send({ ...message, page }) });
  let page: string | null = null;
  let end: ServerEnd | null = null;
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
    const { page: from, ...call } = parsed.data;
    if (end === null || from !== page) {
      end?.close();
      page = from;
      end = serve(from);
    }
    end.receive(call.type === 'call' ? { ...call, input: call.input } : call);
  });
  const isOwn = ({ senderFrame }: { readonly senderFrame: Sender['frame'] }) =>
    isOwnSender({ frame: senderFrame, mainFrame: contents.mainFrame });
  contents.ipc.handle('vitrine:choose', async (event: IpcMainInvokeEvent, what: unknown): Promise<string[]> => {
    const window = BrowserWindow.fromWebContents(contents);
    if (!window || !isOwn(event)) return [];
    const properties: ('openDirectory' | 'openFile' | 'multiSelections')[] = [what === 'folders' ? 'openDirectory' : 'openFile'];
    const { filePaths } = await dialog.showOpenDialog(window, { properties: [...properties, 'multiSelections'] });
    return filePaths;
  });
  const filesOut = createFilesOut(owned.library);
  contents.ipc.on('vitrine:start-drag', (event: IpcMainEvent, referenceIds: unknown) => {
    if (!isOwn(event)) {
      owned.library.log.warn('a drag was refused', { reason: 'it does not come from the page itself' });
      return;
    }
    filesOut.startDrag(contents, referenceIds).catch((thrown: unknown) => owned.library.log.bug('a drag could not begin', thrown));
  });
  contents.ipc.handle('vitrine:show-in-folder', async (event: IpcMainInvokeEvent, referenceId: unknown): Promise<boolean> => {
    return isOwn(event) ? filesOut.showInFolder(referenceId) : false;
  });
  contents.ipc.handle('vitrine:open-file', async (event: IpcMainInvokeEvent, referenceId: unknown): Promise<boolean> => {
    return isOwn(event) ? filesOut.openFile(referenceId) : false;
  });
  // A navigation that starts may still be refused and leave the page as it is, so only the page's end stops its calls here; a
  // reloaded one stops them with its first message.
  contents.on('render-process-gone', () => end?.close());
  contents.on('destroyed', () => {
    end?.close();
    stopEvents();
    filesOut.close();
  });
}
