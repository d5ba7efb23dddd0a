/** Tells what happened in the rooms to every connected host, in the contract's events. */
import type { AnyEvent } from '../../src-shared/contract/events.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import type { Library } from '../library.ts';

/** Cells of a table are told at most this often; what comes between is gathered. */
const cellsEveryMs = 100;
/** Above this many rows they are not named any more. */
const namedRowsMost = 2_000;

export interface EventHub {
  /** Hears all events until the answer is called. */
  subscribe(listener: (event: AnyEvent) => void): () => void;
  close(): void;
}

/** Gathers changed cells a table and lets them go ten times a second. */
function gatherCells(send: (tableId: number, rowIds: RowId[] | null) => void) {
  const waiting = new Map<number, Set<RowId> | null>();
  let timer: NodeJS.Timeout | null = null;
  function flush(): void {
    timer = null;
    const told = [...waiting];
    waiting.clear();
    for (const [tableId, rows] of told) send(tableId, rows === null ? null : [...rows]);
  }
  return {
    add(tableId: number, rowIds: RowId[] | null): void {
      const known = waiting.get(tableId);
      if (rowIds === null || known === null) waiting.set(tableId, null);
      else {
        const rows = known ?? new Set<RowId>();
        for (const rowId of rowIds) rows.add(rowId);
        waiting.set(tableId, rows.size > namedRowsMost ? null : rows);
      }
      timer ??= setTimeout(flush, cellsEveryMs);
    },
    close(): void {
      if (timer) clearTimeout(timer);
    },
  };
}

/** Listens to the rooms of an open library. */
export function createEventHub(library: Library): EventHub {
  const listeners = new Set<(event: AnyEvent) => void>();
  const tell = (event: AnyEvent) => {
    for (const listener of listeners) listener(event);
  };
  const cells = gatherCells((tableId, rowIds) => tell({ name: 'cellsChanged', payload: { tableId, rowIds } }));
  const ends = [
    library.catalog.onChange((change) => {
      if (change.kind === 'tree' || change.kind === 'rows') tell({ name: 'treeChanged', payload: {} });
      if (change.kind === 'cells') cells.add(change.tableId, change.rowIds);
      if (change.kind === 'view') tell({ name: 'viewChanged', payload: change.view });
      if (change.kind === 'history') tell({ name: 'historyChanged', payload: { undo: change.undo, redo: change.redo } });
    }),
    library.jobs.onChanged((job) => tell({ name: 'jobChanged', payload: job })),
    library.compute.onRunningChanged(({ tableId, rowIds }) => cells.add(tableId, rowIds)),
    library.settings.onChanged(({ looking }) => tell({ name: 'lookingChanged', payload: looking })),
    library.bytes.onChanged(() => tell({ name: 'cacheChanged', payload: library.bytes.status() })),
  ];
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      cells.close();
      for (const end of ends) end();
      listeners.clear();
    },
  };
}
