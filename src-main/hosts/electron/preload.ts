/**
 * The only code with a foot in both worlds: gives the page one object of plain functions, and nothing of Electron. One file without
 * imports of ours, since a sandboxed preload cannot load any.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';

type Message = { readonly type: string; readonly id?: number; readonly page?: string };
type Listener = (message: Message) => void;

const channel = 'vitrine:message';
/** This load of the page; calls of the one before had the same ids. */
const page = crypto.randomUUID();
const open = new Map<number, Listener>();
const eventListeners = new Set<Listener>();

ipcRenderer.on(channel, (_event, message: Message) => {
  if (message.type === 'event') {
    for (const listener of eventListeners) listener(message);
    return;
  }
  if (message.id === undefined || message.page !== page) return;
  open.get(message.id)?.(message);
  if (message.type === 'answer') open.delete(message.id);
});

contextBridge.exposeInMainWorld('vitrine', {
  /** Sends a call; `onMessage` hears its progress and its answer. */
  call(id: number, name: string, input: unknown, onMessage: Listener): void {
    open.set(id, onMessage);
    ipcRenderer.send(channel, { type: 'call', page, id, name, input });
  },
  /** Stops a call; its answer is not passed on any more. */
  cancel(id: number): void {
    open.delete(id);
    ipcRenderer.send(channel, { type: 'cancel', page, id });
  },
  /** Hears every event of the core; the answer ends it. */
  onEvent(listener: Listener): () => void {
    eventListeners.add(listener);
    return () => eventListeners.delete(listener);
  },
  /** Path of a dropped or chosen file, or an empty text where it is not on this computer. */
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
  /** Lets the user choose files; their paths, none where it was given up. */
  chooseFiles: (): Promise<string[]> => ipcRenderer.invoke('vitrine:choose', 'files') as Promise<string[]>,
  /** The same for folders, which some systems cannot offer in one dialog with files. */
  chooseFolders: (): Promise<string[]> => ipcRenderer.invoke('vitrine:choose', 'folders') as Promise<string[]>,
  /** Begins the system's drag of the files of these references; those that are not on this computer are left out. */
  startDrag: (referenceIds: readonly number[]): void => ipcRenderer.send('vitrine:start-drag', referenceIds),
  /** Opens the file of a reference in the program that the system has for it; false where it is not here, or is no media. */
  openFile: (referenceId: number): Promise<boolean> => ipcRenderer.invoke('vitrine:open-file', referenceId) as Promise<boolean>,
  /** Shows the file of a reference, or its copy in the cache, in the system's file manager; false where there is none. */
  showInFolder: (referenceId: number): Promise<boolean> => ipcRenderer.invoke('vitrine:show-in-folder', referenceId) as Promise<boolean>,
});
