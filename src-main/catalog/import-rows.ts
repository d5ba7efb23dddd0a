/** Feeds batches of rows to the writer in chunks, all or nothing. */
import { fail } from '../../src-shared/model/error.ts';
import type { Table } from '../../src-shared/model/table.ts';
import { isMediaType } from '../../src-shared/model/table.ts';
import type { CatalogRows } from './catalog.ts';
import { type RowChunk, type RowRun, runOf } from './insert-rows.ts';

/**
 * Rows of a transaction: few enough that another write waits some tens of milliseconds only, and many, because addresses come in no order
 * and so each transaction writes most pages of their index.
 */
const rowsOfChunk = 5_000;

/** What an import asks of the writer. */
export interface InsertTarget {
  findTable(tableId: number): Promise<Table>;
  beginInsert(tableId: number): Promise<void>;
  insertChunk(tableId: number, chunk: RowChunk, options: { skipKnown: boolean }): Promise<number>;
  finishInsert(tableId: number, label: string): ReturnType<CatalogRows['insert']>;
  abortInsert(tableId: number): Promise<void>;
}

/**
 * Makes the insert of the catalog. Imports into the same table come one after the other, those into others side by side.
 *
 * Caveats: batches that wait for another insert into the same table wait for ever.
 */
export function rowImporter(target: InsertTarget): CatalogRows['insert'] {
  const last = new Map<number, Promise<unknown>>();
  return async (tableId, batches, options) => {
    const before = last.get(tableId) ?? Promise.resolve();
    const mine = before.then(() => insertAll(target, tableId, batches, options));
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(tableId, settled);
    try {
      return await mine;
    } finally {
      if (last.get(tableId) === settled) last.delete(tableId);
    }
  };
}

const insertAll = async (
  target: InsertTarget,
  tableId: number,
  batches: Parameters<CatalogRows['insert']>[1],
  { label, skipKnown, signal, onProgress }: Parameters<CatalogRows['insert']>[2],
): ReturnType<CatalogRows['insert']> => {
  stopIfAborted(signal);
  const table = await target.findTable(tableId);
  const media = new Set(table.columns.filter((column) => isMediaType(column.type)).map((column) => column.id));
  await target.beginInsert(tableId);
  // One chunk is written while the next is made; its failure is met at the next turn.
  let writing: Promise<void> = Promise.resolve();
  let runs: RowRun[] = [];
  let waiting = 0;
  let rows = 0;
  const write = async (): Promise<void> => {
    const chunk: RowChunk = { runs };
    runs = [];
    waiting = 0;
    await writing;
    writing = target.insertChunk(tableId, chunk, { skipKnown }).then((inserted) => {
      rows += inserted;
      onProgress?.(rows);
    });
    writing.catch(() => undefined);
  };
  try {
    for await (const batch of batches) {
      for (let start = 0; start < batch.rows.length; ) {
        stopIfAborted(signal);
        const part = batch.rows.slice(start, start + rowsOfChunk - waiting);
        runs.push(runOf(batch.columnIds, part, (columnId) => media.has(columnId)));
        start += part.length;
        waiting += part.length;
        if (waiting >= rowsOfChunk) await write();
      }
      stopIfAborted(signal);
    }
    if (waiting > 0) await write();
    await writing;
    stopIfAborted(signal);
    return await target.finishInsert(tableId, label);
  } catch (thrown) {
    await writing.catch(() => undefined);
    await target.abortInsert(tableId);
    throw thrown;
  }
};

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw fail('cancelled', { message: 'Import cancelled. Nothing was inserted.', next: null });
}
