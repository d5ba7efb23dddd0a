/** Electron's wire: what the preload exposes as `window.vitrine`. */
import type { ToClient } from '../../src-shared/contract/contract.ts';
import type { Transport } from './transport.ts';

/** The bridge that the preload puts on the window; plain functions only, since contextBridge copies everything. */
export interface ElectronBridge {
  call(id: number, name: string, input: unknown, onMessage: (message: ToClient) => void): void;
  cancel(id: number): void;
  onEvent(listener: (event: ToClient) => void): () => void;
  /** Where a dropped or chosen file lies, or '' where it is not on disk. */
  pathForFile?(file: File): string;
  /** Lets the user choose files; their paths, none where it was given up. */
  chooseFiles?(): Promise<string[]>;
  /** The same for folders. */
  chooseFolders?(): Promise<string[]>;
  /** Begins the system's drag of these files; to be called while a drag begins in the page. */
  startDrag?(referenceIds: readonly number[]): void;
  /** Opens a file in the system's own program for it; false where it is not on this computer, or is no film or sound. */
  openFile?(referenceId: number): Promise<boolean>;
  /** Shows a file in the system's file manager; false where it is not on this computer. */
  showInFolder?(referenceId: number): Promise<boolean>;
}

declare global {
  interface Window {
    readonly vitrine?: ElectronBridge;
  }
}

/** The bridge, or undefined in a browser. */
export function electronBridge(): ElectronBridge | undefined {
  return window.vitrine;
}

/** Opens the wire over the preload's bridge. */
export function openElectronTransport(bridge: ElectronBridge): Transport {
  let nextId = 1;
  return {
    call(name, input, { signal, onProgress }) {
      const id = nextId;
      nextId += 1;
      return new Promise((resolve, reject) => {
        const abort = () => {
          bridge.cancel(id);
          reject(new DOMException('Cancelled', 'AbortError'));
        };
        if (signal?.aborted) {
          reject(new DOMException('Cancelled', 'AbortError'));
          return;
        }
        signal?.addEventListener('abort', abort, { once: true });
        bridge.call(id, name, input, (message) => {
          if (message.type === 'progress') onProgress(message.progress);
          if (message.type !== 'answer') return;
          signal?.removeEventListener('abort', abort);
          resolve(message.outcome);
        });
      });
    },
    onEvent: (listener) =>
      bridge.onEvent((event) => {
        if (event.type === 'event') listener(event);
      }),
    onReachable(listener) {
      listener(true);
      return () => {};
    },
  };
}
