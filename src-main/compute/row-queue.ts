/** Rows that have cells to compute, those on screen first. */
import type { CellState } from '../../src-shared/model/cell.ts';
import type { ErrorCause } from '../../src-shared/model/error.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import type { Catalog, CellQuery, InputRow } from '../catalog/catalog.ts';

/** Rows that are taken from the catalog at a time. */
const pageSize = 500;

/** Which rows: those with cells of these columns in these states. */
export interface QueueQuery {
  readonly tableId: number;
  readonly columnIds: number[];
  readonly inputColumnIds: number[];
  readonly states: CellState[];
  readonly cause?: ErrorCause;
  readonly where?: string;
  readonly rowIds?: RowId[];
}

/** A row taken, and whether somebody looks at it. */
export interface QueuedRow {
  readonly row: InputRow;
  readonly isVisible: boolean;
}

export interface RowQueue {
  /** The next row, or null when there is none. Each row comes once. */
  next(): Promise<QueuedRow | null>;
}

/** What is on screen of a table; `version` rises with each change. */
export interface VisibleRows {
  readonly version: number;
  readonly rowIds: readonly RowId[];
}

/** Makes a queue; `visible` and `load` are asked as it goes on, `load` for each page of rows before they come. */
export function createRowQueue(
  catalog: Catalog,
  query: QueueQuery,
  visible: () => VisibleRows,
  load: (rows: readonly InputRow[]) => Promise<void>,
): RowQueue {
  const { inputColumnIds, rowIds, ...cells } = query;
  const asked = rowIds ? new Set(rowIds) : null;
  const inOrder = rowIds ? [...(asked ?? [])].sort((a, b) => a - b) : [];
  const gone = new Set<RowId>();
  let page: InputRow[] = [];
  let first: InputRow[] = [];
  let seenVersion = 0;
  let after: RowId | undefined;
  let isAtEnd = false;
  let last: Promise<unknown> = Promise.resolve();

  async function take(more: Pick<CellQuery, 'rowIds' | 'after'>): Promise<InputRow[]> {
    const taken = await catalog.cells.take({ ...cells, ...more, limit: pageSize }, inputColumnIds);
    await load(taken);
    return taken;
  }

  async function takeVisible(): Promise<void> {
    const { version, rowIds: shown } = visible();
    if (version === seenVersion) return;
    seenVersion = version;
    const wanted = shown.filter((id) => !gone.has(id) && (asked === null || asked.has(id)));
    first = wanted.length === 0 ? [] : await take({ rowIds: wanted });
  }

  async function takePage(): Promise<void> {
    if (asked) {
      const chunk = inOrder.splice(0, pageSize);
      isAtEnd = inOrder.length === 0;
      page = chunk.length === 0 ? [] : await take({ rowIds: chunk });
      return;
    }
    page = await take(after === undefined ? {} : { after });
    after = page.at(-1)?.rowId ?? after;
    isAtEnd = page.length < pageSize;
  }

  async function nextOf(): Promise<QueuedRow | null> {
    await takeVisible();
    for (let row = first.shift(); row; row = first.shift()) {
      if (gone.has(row.rowId)) continue;
      gone.add(row.rowId);
      return { row, isVisible: true };
    }
    for (;;) {
      for (let row = page.shift(); row; row = page.shift()) {
        if (gone.has(row.rowId)) continue;
        gone.add(row.rowId);
        return { row, isVisible: false };
      }
      if (isAtEnd) return null;
      await takePage();
    }
  }

  return {
    next() {
      // One at a time, so that two who ask never take the same page.
      const answer = last.then(nextOf);
      last = answer.catch(() => null);
      return answer;
    },
  };
}
