/** Goes on with unfinished cells of the whole library, one table after the other, whenever something changed. */
import type { Table } from '../../src-shared/model/table.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Log } from '../log/log.ts';

/** Changes come in swarms; the look at what is unfinished waits this many milliseconds. */
const settleMs = 50;

export interface Background {
  /** Looks again. */
  wake(): void;
  /** Stops what runs in this table, because somebody waits for it elsewhere. */
  yieldTable(tableId: number): void;
  close(): Promise<void>;
}

/** What the background needs: `run` computes and says how many cells it finished, `mayRun` whether a table is free, `isVisible` whether it is on screen. */
export interface BackgroundWork {
  readonly catalog: Catalog;
  readonly log: Log;
  readonly clock: { sleep(milliseconds: number, signal: AbortSignal): Promise<void> };
  readonly mayRun: (tableId: number) => boolean;
  readonly isVisible: (tableId: number) => boolean;
  readonly run: (table: Table, columnIds: number[], signal: AbortSignal) => Promise<number>;
}

/** Starts at once. */
export function startBackground(work: BackgroundWork): Background {
  const stop = new AbortController();
  const current = new Map<number, AbortController>();
  /** Tables whose last run finished nothing: what is left there waits for a change. */
  const stuck = new Set<number>();
  let isAwake = true;
  let rouse: (() => void) | null = null;

  function wake(): void {
    isAwake = true;
    rouse?.();
  }

  const unlisten = work.catalog.onChange((change) => {
    if (change.kind === 'tree') stuck.clear();
    if (change.kind === 'rows' || change.kind === 'cells') stuck.delete(change.tableId);
    if (change.kind !== 'view' && change.kind !== 'history') wake();
  });

  async function nextTable(): Promise<{ tableId: number; columnIds: number[] } | null> {
    const tables = new Map<number, number[]>();
    for (const { tableId, columnId } of await work.catalog.cells.unfinished()) {
      if (stuck.has(tableId) || !work.mayRun(tableId)) continue;
      tables.set(tableId, [...(tables.get(tableId) ?? []), columnId]);
    }
    const waiting = [...tables].map(([tableId, columnIds]) => ({ tableId, columnIds }));
    return waiting.find(({ tableId }) => work.isVisible(tableId)) ?? waiting[0] ?? null;
  }

  async function runTable(tableId: number, columnIds: number[]): Promise<void> {
    const own = new AbortController();
    current.set(tableId, own);
    try {
      const table = await work.catalog.tree.getTable(tableId);
      const finished = await work.run(table, columnIds, AbortSignal.any([stop.signal, own.signal]));
      if (finished === 0 && !own.signal.aborted) stuck.add(tableId);
    } catch (thrown) {
      if (stop.signal.aborted || own.signal.aborted) return;
      // A full disk or a dropped table: the next change is soon enough to try again.
      stuck.add(tableId);
      work.log.warn('Computing in the background stopped in a table.', {
        tableId,
        reason: thrown instanceof Error ? thrown.message : String(thrown),
      });
    } finally {
      current.delete(tableId);
    }
  }

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      if (!isAwake) {
        await new Promise<void>((resolve) => {
          rouse = resolve;
        });
        rouse = null;
        if (stop.signal.aborted) return;
        await work.clock.sleep(settleMs, stop.signal);
      }
      isAwake = false;
      for (let next = await nextTable(); next && !stop.signal.aborted; next = await nextTable())
        await runTable(next.tableId, next.columnIds);
    }
  }

  const ended = loop().catch((thrown: unknown) => {
    if (!stop.signal.aborted) work.log.bug('Computing in the background ended.', thrown);
  });

  return {
    wake,
    yieldTable: (tableId) => current.get(tableId)?.abort(),
    async close() {
      unlisten();
      stop.abort();
      rouse?.();
      await ended;
    },
  };
}
