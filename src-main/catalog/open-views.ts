/** The views that are open: their row ids lie here, and are read again in the background when something they show has changed. */
import type { View } from '../../src-shared/contract/views.ts';
import type { Row } from '../../src-shared/model/cell.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import type { CatalogViews } from './catalog.ts';
import type { Announcement } from './changes.ts';
import type { ViewQuery, ViewRows } from './view-rows.ts';

const mostRowsOfPage = 1_000;
const mostRowIds = 1_000_000;

/** How rows are had. */
export interface ViewSource {
  readView(query: ViewQuery): Promise<ViewRows>;
  getPage(tableId: number, rowIds: number[]): Promise<Row[]>;
}

interface OpenView {
  readonly query: ViewQuery;
  rows: ViewRows;
  version: number;
  changedFrom: number | null;
  isReading: boolean;
  /** Something changed since the running read began. */
  isDirty: boolean;
}

/** The catalog's views. `changed` hears what the writer announced; `stop` ends reading. */
export interface OpenViews extends CatalogViews {
  changed(what: Announcement): void;
  stop(): void;
}

/** Makes an empty list of views. `announce` hears of each new version. */
export function openViews(source: ViewSource, announce: (view: View) => void): OpenViews {
  const views = new Map<number, OpenView>();
  const pauses = new Set<{ end: () => void }>();
  let lastId = 0;
  let isStopped = false;
  const find = (viewId: number): OpenView => {
    const view = views.get(viewId);
    if (!view) throw fail('unknown_name', { message: 'This view is closed.', next: 'Open the table again.' });
    return view;
  };
  const shown = (viewId: number, view: OpenView): View => ({
    viewId,
    version: view.version,
    rowCount: view.rows.rowIds.length,
    total: view.rows.total,
    ...(view.changedFrom === null ? {} : { changedFrom: view.changedFrom }),
  });
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const entry = { end: resolve };
      const timer = setTimeout(() => finish(), milliseconds);
      const finish = (): void => {
        clearTimeout(timer);
        pauses.delete(entry);
        resolve();
      };
      entry.end = finish;
      pauses.add(entry);
    });

  async function readAgain(viewId: number, view: OpenView): Promise<void> {
    view.isDirty = true;
    if (view.isReading) return;
    view.isReading = true;
    while (view.isDirty && !isStopped && views.get(viewId) === view) {
      view.isDirty = false;
      const began = performance.now();
      const rows = await readOrNull(view);
      if (isStopped || views.get(viewId) !== view) break;
      const changedFrom = rows ? firstDifference(rows, view.rows) : null;
      if (rows && changedFrom !== null) {
        view.rows = rows;
        view.changedFrom = changedFrom;
        view.version += 1;
        announce(shown(viewId, view));
      } else if (rows) view.rows = rows;
      // A view that is dear to read is read the less often while a million cells are being computed.
      await pause(2 * (performance.now() - began));
    }
    view.isReading = false;
  }

  /** Null keeps what is there: the filter names a column that is gone. A table that is gone has no rows. */
  async function readOrNull(view: OpenView): Promise<ViewRows | null> {
    try {
      return await source.readView({ ...view.query, table: view.rows.tableId });
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      if (thrown.error.cause === 'unknown_name') return { ...view.rows, rowIds: new Float64Array(0), total: 0 };
      return null;
    }
  }

  return {
    async open(table, options) {
      const query = { table, filter: options.filter, order: options.order };
      lastId += 1;
      const viewId = lastId;
      const view: OpenView = { query, rows: await source.readView(query), version: 1, changedFrom: null, isReading: false, isDirty: false };
      views.set(viewId, view);
      return shown(viewId, view);
    },
    async page(viewId, start, end) {
      const { version, rows } = find(viewId);
      const from = Math.max(0, start);
      const rowIds = [...rows.rowIds.subarray(from, Math.max(from, Math.min(end, from + mostRowsOfPage)))];
      return { version, rows: rowIds.length === 0 ? [] : await source.getPage(rows.tableId, rowIds) };
    },
    async indexOf(viewId, rowId) {
      const index = find(viewId).rows.rowIds.indexOf(rowId);
      return index < 0 ? null : index;
    },
    async placesOf(viewId, rowIds) {
      const view = find(viewId);
      const wanted = new Map<number, number | null>(rowIds.map((rowId) => [rowId, null]));
      for (const [place, rowId] of view.rows.rowIds.entries()) if (wanted.has(rowId)) wanted.set(rowId, place);
      return { view: shown(viewId, view), places: rowIds.map((rowId) => wanted.get(rowId) ?? null) };
    },
    async rowIds(viewId, start, end) {
      const from = Math.max(0, start);
      return [...find(viewId).rows.rowIds.subarray(from, Math.max(from, Math.min(end, from + mostRowIds)))] as RowId[];
    },
    async close(viewId) {
      views.delete(viewId);
    },
    changed(what) {
      for (const [viewId, view] of views) if (concerns(view, what)) void readAgain(viewId, view);
    },
    stop() {
      isStopped = true;
      for (const entry of pauses) entry.end();
      views.clear();
    },
  };
}

/** Cells and facts concern a view only where its filter or order reads them. */
function concerns(view: OpenView, what: Announcement): boolean {
  const { tableId, reads } = view.rows;
  switch (what.kind) {
    case 'tree':
      return true;
    case 'rows':
      return what.tableId === tableId;
    case 'cells':
      return what.tableId === tableId && what.columnIds.some((id) => reads.columnIds.includes(id));
    case 'facts':
      return reads.facts;
    case 'history':
    case 'ledger':
      return false;
  }
}

/** The first place at which two readings differ, their length where only the table around them does, or null where nothing does. */
function firstDifference(a: ViewRows, b: ViewRows): number | null {
  const most = Math.max(a.rowIds.length, b.rowIds.length);
  let place = 0;
  while (place < most && a.rowIds[place] === b.rowIds[place]) place += 1;
  return place < most || a.total !== b.total ? place : null;
}
