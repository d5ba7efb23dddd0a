/** Views, and cells as they are shown: running ones marked, ended links never shown as good. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Cell, Row } from '../../src-shared/model/cell.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Table } from '../../src-shared/model/table.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Library } from '../library.ts';
import { hasEnded, type IssuedUrl, issuedUrls } from './issued-links.ts';

/** Rows of one page at most. */
const pageMost = 1_000;

/** Handlers of `views.…`. */
export function viewHandlers(library: Library): HandlersOf<'views'> {
  const { catalog, compute } = library;
  const tableOf = new Map<number, number>();

  async function tableOfView(viewId: number): Promise<Table> {
    const tableId = tableOf.get(viewId);
    if (tableId === undefined) throw fail('unknown_name', { message: 'This view is closed.', next: 'Open the table again.' });
    return catalog.tree.getTable(tableId);
  }

  return {
    open: async ({ table, filter, order }) => {
      const { id } = await catalog.tree.getTable(table);
      const view = await catalog.views.open(id, { filter: filter ?? null, order: order ?? [] });
      tableOf.set(view.viewId, id);
      return view;
    },
    page: async ({ viewId, start, end, withLinks = false }, { signal }) => {
      if (end < start || end - start > pageMost) {
        throw fail('invalid_input', { message: `A page has 0 to ${pageMost} rows, not ${end - start}.` });
      }
      const table = await tableOfView(viewId);
      const urls = withLinks ? await issuedUrls(library, table, await catalog.views.rowIds(viewId, start, end), signal) : null;
      const { version, rows } = await catalog.views.page(viewId, start, end);
      if (!urls) refreshInBackground(library, table, rows);
      return { version, rows: rows.map((row) => withUrls(table, shownRow(library, table, row), urls?.get(row.rowId))) };
    },
    indexOf: async ({ viewId, rowId }) => ({ rowIndex: await catalog.views.indexOf(viewId, rowId) }),
    placesOf: ({ viewId, rowIds }) => catalog.views.placesOf(viewId, rowIds),
    rowIds: ({ viewId, start, end }) => catalog.views.rowIds(viewId, start, end),
    show: async ({ viewId, start, end }) => {
      const table = await tableOfView(viewId);
      compute.show(table.id, await catalog.views.rowIds(viewId, start, Math.min(end, start + pageMost)));
      return {};
    },
    close: async ({ viewId }) => {
      tableOf.delete(viewId);
      await catalog.views.close(viewId);
      return {};
    },
  };
}

/** A page never waits for a signature; the cells that got a new link are told as changed. */
function refreshInBackground(library: Library, table: Table, rows: readonly Row[]): void {
  const volatile = table.columns.flatMap((column, index) => (column.isVolatile ? [index] : []));
  const now = library.links.serverNow();
  const ended = rows.filter(({ cells }) => volatile.some((index) => hasEnded(cells[index]?.link?.expiresAt, now)));
  if (ended.length === 0) return;
  const rowIds = ended.map(({ rowId }) => rowId);
  library.compute
    .refreshVolatile(table, rowIds, new AbortController().signal)
    .catch((thrown: unknown) => library.log.bug('links could not be issued anew', thrown));
}

/** The row as a page may see it: running cells, how media are held, and links without their URL. */
export function shownRow({ compute, bytes }: Library, table: Table, row: Row): Row {
  return {
    rowId: row.rowId,
    cells: row.cells.map((cell, index) => {
      const column = table.columns[index];
      if (!column) return cell;
      if (cell.media) {
        const reference = storedReference(cell.media);
        return { ...cell, media: { ...cell.media, held: bytes.heldOf(reference), isKept: bytes.isKept(reference.canonical) } };
      }
      if (column.isVolatile) return { ...cell, value: null };
      const isRunning = column.kind === 'computed' && cell.state !== 'ok' && compute.isRunning(table.id, row.rowId, column.id);
      return isRunning ? { ...cell, state: 'running' as const } : cell;
    }),
  };
}

/** The same with the URLs of its presigned cells, for who asked for them. */
function withUrls(table: Table, row: Row, urls: ReadonlyMap<number, IssuedUrl> | undefined): Row {
  if (!urls) return row;
  return {
    ...row,
    cells: row.cells.map((cell, index): Cell => {
      const issued = urls.get(table.columns[index]?.id ?? 0);
      if (!issued) return cell;
      return { ...cell, state: 'ok', value: issued.url, ...(issued.link ? { link: issued.link } : {}) };
    }),
  };
}
