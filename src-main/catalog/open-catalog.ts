/** Opens the catalog of a library folder: starts its threads and speaks for them. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CellValue } from '../../src-shared/model/cell.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { CacheEntry, Catalog, CatalogChange } from './catalog.ts';
import type { WorkerCalls, WorkerEvent } from './catalog-worker.ts';
import type { Announcement } from './changes.ts';
import { rowImporter } from './import-rows.ts';
import { openViews } from './open-views.ts';
import { type Answer, callOver, closedCatalog } from './port-rpc.ts';
import type { WriterCalls } from './worker-calls.ts';

/** More would be taken apart for so long on this thread that it is noticed. */
const cacheEntriesAtOnce = 1000;

/** A thread of the catalog. */
interface Thread {
  call<N extends keyof WorkerCalls & string>(name: N, ...input: Parameters<WorkerCalls[N]>): Promise<Answer<WorkerCalls, N>>;
  end(): Promise<void>;
}

/**
 * Opens or makes the catalog in `folder`. `workerUrl` is the thread's entry: `catalog-worker.ts` from the sources, the built file in
 * production. `slowQuery` hears of statements over 200 ms, by their text without values. Fails with `newer_version`, `corrupt`,
 * `read_only` (a folder that cannot be written and has no catalog) and `disk_full`; the file stays as it is.
 */
export async function openCatalog(options: {
  folder: string;
  workerUrl: URL | string;
  appVersion: string;
  slowQuery?: (what: { sql: string; milliseconds: number }) => void;
}): Promise<Catalog> {
  const listeners = new Set<(change: CatalogChange) => void>();
  const tell = (change: CatalogChange): void => {
    for (const listener of listeners) listener(change);
  };
  let onAnnouncement: (what: Announcement) => void = () => undefined;
  const start = (): Thread =>
    startThread(options.workerUrl, (event) => {
      if (event.kind === 'slow') options.slowQuery?.({ sql: event.sql, milliseconds: event.milliseconds });
      else onAnnouncement(event.what);
    });

  const threads: Thread[] = [];
  const started = (): Thread => {
    const thread = start();
    threads.push(thread);
    return thread;
  };
  const endAll = async (): Promise<void> => {
    // The writer last: the last connection that may write puts the log back into the file.
    for (const thread of threads.toReversed()) await thread.end();
  };
  try {
    const writer = started();
    const { readOnly, file, copyFolder } = await writer.call('openWriter', { folder: options.folder, appVersion: options.appVersion });
    /** Pages, trees and single things: what somebody waits for. */
    const quick = started();
    /** Sorting, filtering, counting: what may take a second. */
    const long = started();
    await Promise.all([
      quick.call('openReader', { file, thumbnails: readOnly ? null : join(options.folder, 'thumbnails.sqlite') }),
      long.call('openReader', { file, thumbnails: null }),
    ]);

    const groups = new AsyncLocalStorage<number>();
    const group = (): number | null => groups.getStore() ?? null;
    const write = async <N extends keyof WriterCalls & string>(
      name: N,
      ...input: Parameters<WorkerCalls[N]>
    ): Promise<Answer<WorkerCalls, N>> => {
      if (readOnly) throw new Failure(readOnly);
      return writer.call(name, ...input);
    };
    /** Knowledge that costs requests to gather again, but is not the user's: a read-only library goes without. */
    const remember = async (work: () => Promise<void>): Promise<void> => {
      if (!readOnly) await work();
    };
    const memoryOfThisRun = new Map<string, CellValue>();

    const views = openViews(
      { readView: (query) => long.call('readView', query), getPage: (tableId, rowIds) => quick.call('getPage', tableId, rowIds) },
      (view) => tell({ kind: 'view', view }),
    );
    onAnnouncement = (what) => {
      views.changed(what);
      if (what.kind === 'cells')
        tell({ kind: 'cells', tableId: what.tableId, rowIds: what.rowIds as Extract<CatalogChange, { kind: 'cells' }>['rowIds'] });
      else tell(what);
    };

    let closing: Promise<void> | null = null;
    return {
      readOnly,
      tree: {
        createFolder: (path, choice) => write('createFolder', group(), path, choice),
        dropFolder: (path, choice) => write('dropFolder', group(), path, choice),
        list: (path) => quick.call('listTree', path),
        renameFolder: (id, name) => write('renameFolder', group(), id, name),
        moveFolder: (id, folderId) => write('moveFolder', group(), id, folderId),
        createTable: (path, columns, choice) => write('createTable', group(), path, columns, choice),
        dropTable: (table) => write('dropTable', group(), table),
        getTable: (table) => quick.call('findTable', table),
        renameTable: (table, name) => write('renameTable', group(), table, name),
        moveTable: (table, folderId) => write('moveTable', group(), table, folderId),
        addColumn: (table, column) => write('addColumn', group(), table, column),
        addComputedColumn: (table, column) => write('addComputedColumn', group(), table, column),
        setExpression: (table, column) => write('setExpression', group(), table, column),
        dropColumn: (table, name) => write('dropColumn', group(), table, name),
        renameColumn: (table, name, newName, rewritten) => write('renameColumn', group(), table, name, newName, rewritten),
      },
      rows: {
        insert: rowImporter({
          findTable: (tableId) => quick.call('findTable', tableId),
          beginInsert: (tableId) => write('beginInsert', tableId),
          insertChunk: (tableId, chunk, choice) => write('insertChunk', tableId, chunk, choice),
          finishInsert: (tableId, label) => write('finishInsert', group(), tableId, label),
          abortInsert: (tableId) => write('abortInsert', tableId),
        }),
        findReferences: (tableId, canonicals) => quick.call('findReferences', tableId, canonicals),
        update: (tableId, rows, set) => write('updateRows', group(), tableId, rows, set),
        delete: (tableId, rows) => write('deleteRows', group(), tableId, rows),
        get: (tableId, rowIds) => quick.call('getRows', tableId, rowIds),
      },
      views,
      cells: {
        take: (query, inputColumnIds) => long.call('takeCells', query, inputColumnIds),
        count: (query) => long.call('countCells', query),
        write: (tableId, results) => write('writeCells', tableId, results),
        invalidate: (query) => write('invalidateCells', query),
        unfinished: () => long.call('unfinishedCells'),
      },
      errors: {
        groups: (table) => long.call('errorGroups', table),
        cells: (table, cause, start, end) => long.call('failedCells', table, cause, start, end),
      },
      ledger: {
        add: (links) => remember(() => write('addIssuedLinks', links)),
        list: (query) => long.call('listIssuedLinks', query),
        get: (ids) => quick.call('getIssuedLinks', ids),
        forget: (ids) => write('forgetIssuedLinks', ids),
      },
      references: {
        get: (ids) => quick.call('getReferences', ids),
        factsOf: (ids) => quick.call('factsOf', ids),
        putFacts: (facts) => remember(() => write('putFacts', facts)),
        inTable: (tableId, columnIds, canonicals) => quick.call('referencesInTable', tableId, columnIds, canonicals),
        below: (tableId, columnIds, page) => long.call('referencesBelow', tableId, columnIds, page),
        ofRows: (tableId, rows, page) => long.call('referencesOfRows', tableId, rows, page),
        countOfRows: (tableId, rows) => long.call('countReferencesOfRows', tableId, rows),
        ofCanonicals: (canonicals) => quick.call('referencesOf', canonicals),
        shownIn: (canonicals) => long.call('tablesShowing', canonicals),
        isBucketUsed: (scheme, bucket) => long.call('isBucketUsed', scheme, bucket),
        putListed: (changes) => write('putListed', changes),
      },
      history: {
        list: (limit) => quick.call('listChanges', limit),
        undo: (count) => write('undo', count),
        redo: (count) => write('redo', count),
        next: () => quick.call('nextLabels'),
        trashList: () => quick.call('listTrash'),
        restore: (ids) => write('restoreTrashed', group(), ids),
        emptyTrash: (ids) => write('emptyTrash', ids),
        async asOne(label, work) {
          if (group() !== null) return work();
          const changeId = await write('openGroup', label);
          try {
            return await groups.run(changeId, work);
          } finally {
            await write('closeGroup', changeId);
          }
        },
      },
      cacheIndex: {
        async load() {
          const entries: CacheEntry[] = [];
          for (;;) {
            const page = await quick.call('loadCacheIndex', entries.at(-1)?.id ?? '', cacheEntriesAtOnce);
            for (const entry of page) entries.push(entry);
            if (page.length < cacheEntriesAtOnce) return entries;
          }
        },
        put: (entries) => remember(() => write('putCacheEntries', entries)),
        remove: (ids) => remember(() => write('removeCacheEntries', ids)),
        kept: () => quick.call('keptOffline'),
        setKept: (canonicals, isKept) => write('setKeptOffline', canonicals, isKept),
      },
      upstream: {
        get: (canonicals) => quick.call('getUpstream', canonicals),
        put: (marks) => remember(() => write('putUpstream', marks)),
      },
      thumbnails: {
        get: (canonical, validator, edge) => quick.call('getThumbnail', canonical, validator, edge),
        put: (canonical, validator, edge, thumbnail) => quick.call('putThumbnail', canonical, validator, edge, thumbnail),
        getPeaks: (canonical, validator) => quick.call('getPeaks', canonical, validator),
        putPeaks: (canonical, validator, peaks) => quick.call('putPeaks', canonical, validator, peaks),
        size: () => quick.call('thumbnailsSize'),
        clear: () => quick.call('clearThumbnails'),
      },
      memory: {
        get: async (key) => memoryOfThisRun.get(key) ?? (await quick.call('getMemory', key)),
        async set(key, value) {
          if (readOnly) memoryOfThisRun.set(key, value);
          else await write('setMemory', key, value);
        },
      },
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close() {
        closing ??= (async () => {
          views.stop();
          await endAll();
          if (copyFolder !== null) rmSync(copyFolder, { recursive: true, force: true });
        })();
        return closing;
      },
    };
  } catch (thrown) {
    await endAll();
    throw thrown;
  }
}

function startThread(workerUrl: URL | string, onEvent: (event: WorkerEvent) => void): Thread {
  const worker = new Worker(workerUrl);
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const calls = callOver<WorkerCalls, WorkerEvent>(worker, onEvent);
  worker.on('error', (error) => calls.stop(error));
  worker.on('exit', () => calls.stop(closedCatalog()));
  return {
    call: calls.call,
    async end() {
      try {
        await calls.call('close');
      } catch (thrown) {
        // A thread that has died already is closed.
        if (!(thrown instanceof Failure)) throw thrown;
      }
      await ended;
    },
  };
}
