/** Keeps the open table true: opens a view when the place, filter or order changes, and draws again when the core says so. */
import * as z from 'zod/mini';
import { speak } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { filterOf } from './filter-text.ts';
import { followView, pagesOf } from './follow-view.ts';
import { noSelection } from './selection.ts';
import { noTable } from './table-store.ts';

const Widths = z.record(z.string(), z.number());
const widthsKey = (tableId: number) => `table ${tableId} widths`;

/** Follows the place and the core's events for as long as the window lives. */
export function followTable(session: Session): void {
  const { place, tree, table, listen } = session;
  place.subscribe((state, before) => {
    if (state.place !== before.place) void openPlace(session);
  });
  tree.subscribe((state, before) => {
    if (state.tables !== before.tables) adoptTable(session);
  });
  listen('viewChanged', (view) => {
    if (view.viewId === table.getState().view?.viewId) followView(session, view.changedFrom ?? 0);
  });
  listen('factsChanged', ({ referenceIds }) => table.getState().pages?.refreshFiles(referenceIds));
  listen('cellsChanged', ({ tableId, rowIds }) => {
    const state = table.getState();
    if (state.table?.id !== tableId) return;
    state.shownCells?.forget(rowIds);
    state.pages?.refresh(rowIds);
  });
}

async function openPlace(session: Session): Promise<void> {
  const { client, table, place, tree } = session;
  const now = place.getState().place;
  leaveView(session);
  table.getState().shownCells?.close();
  table.setState(noTable);
  if (now.kind !== 'table') return;
  table.setState({ table: tree.getState().tables.find((one) => one.id === now.tableId) ?? null });
  const widths = await client.preferences.get({ key: widthsKey(now.tableId) });
  const remembered = widths.ok ? Widths.safeParse(widths.value.value) : null;
  if (remembered?.success) table.setState({ widths: remembered.data });
  if (place.getState().place !== now) return;
  if (table.getState().table) await openView(session);
}

/** Columns changed, or the tree came after the place: the table is taken anew, the view with it where its columns differ. */
function adoptTable(session: Session): void {
  const { table, tree, place } = session;
  const now = place.getState().place;
  if (now.kind !== 'table') return;
  const fresh = tree.getState().tables.find((one) => one.id === now.tableId);
  const before = table.getState().table;
  if (!fresh) return;
  table.setState({ table: fresh });
  if (!before || JSON.stringify(before.columns) !== JSON.stringify(fresh.columns)) void openView(session);
}

function leaveView({ client, table }: Session): void {
  const { pages, view } = table.getState();
  pages?.close();
  if (view) void client.views.close({ viewId: view.viewId });
}

/** Opens the view of filter and order as they stand. While it is not there, and where the filter is wrong, the old rows stay. */
export async function openView(session: Session): Promise<void> {
  const { client, table, notices } = session;
  const asked = table.getState();
  if (!asked.table) return;
  const filter = filterOf(asked.filterText, asked.table.columns);
  const answer = await client.views.open({
    table: asked.table.id,
    ...(filter === undefined ? {} : { filter }),
    ...(asked.order.length > 0 ? { order: [...asked.order] } : {}),
  });
  const now = table.getState();
  const isOld = now.table?.id !== asked.table.id || now.filterText !== asked.filterText || now.order !== asked.order;
  if (isOld) {
    if (answer.ok) void client.views.close({ viewId: answer.value.viewId });
    return;
  }
  if (!answer.ok) {
    table.setState(filter === undefined ? { error: answer.error } : { filterError: answer.error });
    return;
  }
  const changed = filter !== undefined || now.view?.rowCount !== answer.value.rowCount;
  leaveView(session);
  const view = answer.value;
  const pages = pagesOf(session, view.viewId, view.version);
  table.setState({
    view,
    pages,
    shifted: 0,
    newAbove: null,
    filterError: null,
    error: null,
    selection: noSelection,
    editing: null,
    drawn: now.drawn + 1,
  });
  if (changed) speak(notices, words.rowsShown(view.rowCount, view.total));
  // Rows may have come, and their event gone by, before this answer was here; an empty view asks for no page that would tell.
  if (view.rowCount === 0) followView(session, Number.POSITIVE_INFINITY);
}

/** Sets the filter as typed; the rows follow. */
export function setFilter(session: Session, filterText: string): void {
  session.table.setState({ filterText, filterError: null });
  void openView(session);
}

/** Sorts by a column: its direction turns, and with `add` it joins the keys there are. */
export function sortBy(session: Session, name: string, how: { direction?: 'asc' | 'desc'; add: boolean }): void {
  // A column that is only shown has no stored values to order by.
  if (!session.table.getState().table?.columns.some((column) => column.name === name)) return;
  session.table.setState(({ order }) => {
    const now = order.find((key) => key.by === name)?.direction;
    const direction = how.direction ?? (now === 'asc' ? 'desc' : 'asc');
    const key = { by: name, direction };
    if (!how.add) return { order: [key] };
    return { order: now ? order.map((one) => (one.by === name ? key : one)) : [...order, key] };
  });
  void openView(session);
}

/** Back to the order in which rows were inserted. */
export function clearSort(session: Session): void {
  session.table.setState({ order: [] });
  void openView(session);
}

/** Sets a column's width; the library remembers it with the table. */
export function setWidth(session: Session, column: string, width: number): void {
  session.table.setState((state) => ({ widths: { ...state.widths, [column]: width } }));
}

/** Writes the widths down, once a drag is over. */
export function keepWidths({ client, table }: Session): void {
  const { table: now, widths } = table.getState();
  if (now) void client.preferences.set({ key: widthsKey(now.id), value: { ...widths } });
}
