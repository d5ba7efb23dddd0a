/**
 * Keeps the rows of the open view true without moving what is on screen.
 *
 * Note: why a changed view is fetched before it is shown. Rows are drawn by their place. When rows land above the screen, all places below
 * them are those of other rows: drawn at once, everything on screen would jump, and jump back when it is scrolled after. So the rows that
 * are on screen are asked for at their new places first, while the old ones go on being shown; then view, rows, selection and scroll
 * change together.
 */
import type { View } from '../../../src-shared/contract/views.ts';
import type { RowId } from '../../../src-shared/model/table.ts';
import type { Session } from '../../app/session.ts';
import { RowPages } from './row-pages.ts';
import { type MovedRow, placeNow, screenShift } from './row-places.ts';
import { select, selectedCount } from './selection.ts';
import type { TableState } from './table-store.ts';

/** Rows that are asked after at once; a larger selection is given up when the order changes, unless it is all rows. */
const mostFollowed = 1_000;
/** Rows asked after before and after the screen, where one of those on it may be the last that is left. */
const besideScreen = 100;
/** A view that changed again each time it was asked is shown as it comes, so that it is shown at all. */
const mostTries = 3;

/** The changes a session has still to follow, by the first place that changed. */
const following = new WeakMap<Session, { changedFrom: number; isDirty: boolean }>();

/** Pages of the open view. */
export function pagesOf(session: Session, viewId: number, version: number | null): RowPages {
  const { client, table } = session;
  const pages: RowPages = new RowPages({
    client,
    viewId,
    version,
    onChange: () => {
      if (table.getState().pages === pages) table.setState((state) => ({ drawn: state.drawn + 1 }));
    },
    onError: (error) => table.setState({ error }),
    // An event may be late or lost.
    onLater: () => {
      if (table.getState().pages === pages) followView(session, Number.POSITIVE_INFINITY);
    },
  });
  return pages;
}

/** Rows came, went or moved, the first at this place. What changes meanwhile is followed after it. */
export function followView(session: Session, changedFrom: number): void {
  const now = following.get(session);
  if (now) {
    now.isDirty = true;
    now.changedFrom = Math.min(now.changedFrom, changedFrom);
  } else void followAll(session, changedFrom);
}

async function followAll(session: Session, changedFrom: number): Promise<void> {
  const work = { changedFrom, isDirty: true };
  following.set(session, work);
  try {
    for (let tries = 1; work.isDirty; tries += 1) {
      work.isDirty = false;
      const isShown = await showChanged(session, work.changedFrom, tries >= mostTries);
      if (isShown) work.changedFrom = Number.POSITIVE_INFINITY;
      else work.isDirty = tries < mostTries;
      if (isShown) tries = 0;
    }
  } finally {
    following.delete(session);
  }
}

/** False where the view changed once more before its rows were here. */
async function showChanged(session: Session, changedFrom: number, takesAny: boolean): Promise<boolean> {
  const { client, table } = session;
  const { view: before, pages } = table.getState();
  if (!before || !pages) return true;
  const asked = rowsToFollow(table.getState());
  const answer = await client.views.placesOf({ viewId: before.viewId, rowIds: asked.map(({ rowId }) => rowId) });
  if (table.getState().pages !== pages) return true;
  if (!answer.ok) {
    table.setState({ error: answer.error });
    return true;
  }
  const { view, places } = answer.value;
  if (view.version === before.version) return true;
  const rows = asked.map(({ before: place }, number) => ({ before: place, now: places[number] ?? null }));

  const fresh = pagesOf(session, view.viewId, takesAny ? null : view.version);
  pages.followedBy(fresh);
  const shift = shiftOf(table.getState(), rows);
  const isHere = await loadAround(fresh, { state: table.getState(), view, rows, shift });
  pages.followedBy(null);
  if (table.getState().pages !== pages) {
    fresh.close();
    return true;
  }
  if (!isHere && !takesAny) {
    fresh.close();
    return false;
  }
  const now = table.getState();
  // Somebody may have scrolled meanwhile: what is on screen now is what stays.
  const shiftNow = shiftOf(now, rows);
  fresh.see(Math.max(0, pages.onScreen.start + shiftNow), Math.max(0, pages.onScreen.end + shiftNow));
  table.setState({
    view,
    pages: fresh,
    shifted: now.shifted + shiftNow,
    newAbove: newAboveOf(now, {
      shift: shiftNow,
      changedFrom: Math.min(changedFrom, view.changedFrom ?? 0),
      screenStart: pages.onScreen.start,
    }),
    selection: remapped(now, view, rows, shiftNow),
    editing: editingOf(now, rows),
    drawn: now.drawn + 1,
  });
  pages.close();
  return true;
}

/** Rows on screen and beside it, selected ones, the one that has the focus; rising by place. */
function rowsToFollow({ pages, selection, editing }: TableState): { before: number; rowId: RowId }[] {
  if (!pages) return [];
  const places = new Set<number>();
  const { start, end } = pages.onScreen;
  for (let place = Math.max(0, start - besideScreen); place < end + besideScreen; place += 1) places.add(place);
  places.add(selection.focus.row);
  if (editing) places.add(editing.row);
  const room = mostFollowed - places.size;
  if (selectedCount(selection) <= room) {
    for (const range of selection.ranges) for (let place = range.start; place < range.end; place += 1) places.add(place);
  }
  return [...places]
    .sort((a, b) => a - b)
    .flatMap((before) => {
      const rowId = pages.rowAt(before)?.rowId;
      return rowId === undefined ? [] : [{ before, rowId }];
    })
    .slice(0, mostFollowed);
}

/** A cell being edited stays under the hands of who edits it; else what is on screen stays. */
function shiftOf({ pages, editing }: TableState, rows: readonly MovedRow[]): number {
  const edited = editing ? rows.find(({ before }) => before === editing.row) : undefined;
  if (edited && edited.now !== null) return edited.now - edited.before;
  return screenShift(rows, pages?.onScreen ?? { start: 0, end: 0 });
}

/** What is on screen and the row that has the focus, at their new places. */
async function loadAround(
  fresh: RowPages,
  { state, view, rows, shift }: { state: TableState; view: View; rows: readonly MovedRow[]; shift: number },
): Promise<boolean> {
  const { pages, selection } = state;
  if (!pages || view.rowCount === 0) return true;
  const clamp = (place: number) => Math.min(Math.max(0, place), view.rowCount);
  const focused = placeNow(rows, selection.focus.row);
  if (focused !== null && focused < view.rowCount && !(await fresh.load(focused, focused + 1))) return false;
  const start = Math.min(pages.wanted.start, pages.onScreen.start) + shift;
  const end = Math.max(pages.wanted.end, pages.onScreen.end) + shift;
  const isNear = end - start <= mostFollowed;
  return isNear ? fresh.load(clamp(start), clamp(end)) : fresh.load(clamp(pages.onScreen.start + shift), clamp(pages.onScreen.end + shift));
}

function newAboveOf(
  { newAbove }: TableState,
  { shift, changedFrom, screenStart }: { shift: number; changedFrom: number; screenStart: number },
): TableState['newAbove'] {
  const count = (newAbove?.count ?? 0) + shift;
  if (count <= 0) return null;
  if (shift <= 0 && !newAbove) return null;
  return { count, from: Math.min(newAbove?.from ?? Number.POSITIVE_INFINITY, changedFrom, screenStart + shift) };
}

/** The same rows stay selected and focused, wherever they are now. */
function remapped(state: TableState, view: View, rows: readonly MovedRow[], shift: number): TableState['selection'] {
  const { selection, view: before } = state;
  const { focus } = selection;
  const last = Math.max(0, view.rowCount - 1);
  const found = rows.some((row) => row.before === focus.row) ? placeNow(rows, focus.row) : focus.row + shift;
  const focusRow = focus.row < 0 ? focus.row : Math.min(Math.max(0, found ?? focus.row), last);
  const count = selectedCount(selection);
  if (count > 0 && count === before?.rowCount) {
    return { ranges: [{ start: 0, end: view.rowCount }], focus: { ...focus, row: focusRow }, anchor: focusRow };
  }
  const places = new Map(rows.map((row) => [row.before, row.now]));
  const kept = count > mostFollowed ? [] : selection.ranges.flatMap((range) => placesIn(range, places));
  return select(selection, { type: 'remapped', rows: kept, focusRow });
}

function placesIn({ start, end }: { start: number; end: number }, places: ReadonlyMap<number, number | null>): number[] {
  return Array.from({ length: end - start }, (_, number) => places.get(start + number) ?? null).filter((place) => place !== null);
}

function editingOf({ editing }: TableState, rows: readonly MovedRow[]): TableState['editing'] {
  if (!editing) return null;
  const now = rows.find(({ before }) => before === editing.row)?.now;
  return now === null || now === undefined ? null : { ...editing, row: now };
}
