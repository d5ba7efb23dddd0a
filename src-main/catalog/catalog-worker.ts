/** The entry of the catalog's threads: the first call says which role it plays, `close` ends it. */
import { parentPort } from 'node:worker_threads';
import { Failure } from '../../src-shared/model/error.ts';
import type { Announcement } from './changes.ts';
import { type Database, openDatabase } from './database.ts';
import { type OpenedCatalog, openCatalogFile } from './open-catalog-file.ts';
import { type Calls, serveCalls } from './port-rpc.ts';
import { openThumbnails } from './thumbnails.ts';
import { type ReaderCalls, readerCalls, type WriterCalls, writerCalls } from './worker-calls.ts';

/** What a thread tells without being asked. */
export type WorkerEvent = { kind: 'announcement'; what: Announcement } | { kind: 'slow'; sql: string; milliseconds: number };

/** The calls that begin and end a thread. */
interface OpenCalls {
  openWriter(options: { folder: string; appVersion: string }): OpenedCatalog;
  openReader(options: { file: string; thumbnails: string | null }): void;
  close(): void;
}

/** All that a thread can be asked; what its role does not have is refused as a bug. */
export type WorkerCalls = OpenCalls & WriterCalls & ReaderCalls;

function serve(port: NonNullable<typeof parentPort>): void {
  const open: Database[] = [];
  let announced: Announcement[] = [];
  const slowQuery = (what: { sql: string; milliseconds: number }): void => sendEvent({ kind: 'slow', ...what });
  const calls: Calls = {
    openWriter({ folder, appVersion }: { folder: string; appVersion: string }) {
      const { writer, opened } = openCatalogFile(folder, { appVersion, slowQuery, announce: (what) => announced.push(what) });
      open.push(writer.database);
      if (!opened.readOnly) addAnnouncing(writerCalls(writer));
      return opened;
    },
    openReader({ file, thumbnails }: { file: string; thumbnails: string | null }) {
      const database = openDatabase(file, { isReadOnly: true, newestBackup: () => null, slowQuery });
      open.push(database);
      const store = thumbnails === null ? null : openThumbnailsOrNull(thumbnails);
      if (store) open.push(store);
      Object.assign(calls, readerCalls(database, store));
    },
    close() {
      for (const database of open.splice(0)) database.close();
      // The answer is still sent; with the port unreferenced nothing keeps the thread.
      port.unref();
    },
  };
  const sendEvent = serveCalls<WorkerEvent>(port, calls);

  /** What a call announced is sent when it went well, before its answer. */
  function addAnnouncing(writing: WriterCalls): void {
    for (const [name, call] of Object.entries<(...input: never[]) => unknown>(writing)) {
      calls[name] = (...input) => {
        announced = [];
        const result = call(...input);
        for (const what of announced) sendEvent({ kind: 'announcement', what });
        return result;
      };
    }
  }
}

/** Thumbnails are a convenience: where their file cannot be had, the catalog opens without. */
function openThumbnailsOrNull(file: string): Database | null {
  try {
    return openThumbnails(file);
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
}

if (parentPort) serve(parentPort);
