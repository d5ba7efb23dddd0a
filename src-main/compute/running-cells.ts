/** Which cells are being computed now. Only cells that wait for something outside are noted: the others are done before anyone could see it. */
import type { RowId } from '../../src-shared/model/table.ts';

/** Changes are told together, at most this often. */
const tellEveryMs = 100;

type Listener = (change: { tableId: number; rowIds: RowId[] }) => void;

export interface RunningCells {
  begin(tableId: number, rowId: RowId, columnId: number): void;
  /** Ends all cells of a row. */
  end(tableId: number, rowId: RowId): void;
  has(tableId: number, rowId: RowId, columnId: number): boolean;
  onChanged(listener: Listener): () => void;
  close(): void;
}

/** Makes an empty note. */
export function createRunningCells(): RunningCells {
  const tables = new Map<number, Map<RowId, Set<number>>>();
  const changed = new Map<number, Set<RowId>>();
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | null = null;

  function tell(): void {
    timer = null;
    const changes = [...changed];
    changed.clear();
    for (const [tableId, rowIds] of changes) for (const listener of listeners) listener({ tableId, rowIds: [...rowIds] });
  }

  function note(tableId: number, rowId: RowId): void {
    const rows = changed.get(tableId) ?? new Set();
    rows.add(rowId);
    changed.set(tableId, rows);
    timer ??= setTimeout(tell, tellEveryMs);
  }

  return {
    begin(tableId, rowId, columnId) {
      const rows = tables.get(tableId) ?? new Map<RowId, Set<number>>();
      tables.set(tableId, rows);
      const columns = rows.get(rowId) ?? new Set();
      rows.set(rowId, columns);
      if (columns.has(columnId)) return;
      columns.add(columnId);
      note(tableId, rowId);
    },
    end(tableId, rowId) {
      const rows = tables.get(tableId);
      if (!rows?.delete(rowId)) return;
      if (rows.size === 0) tables.delete(tableId);
      note(tableId, rowId);
    },
    has: (tableId, rowId, columnId) => tables.get(tableId)?.get(rowId)?.has(columnId) ?? false,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      listeners.clear();
    },
  };
}
