/** What can be done about failed cells: compute them again, show their rows, go to one. */
import type { ErrorGroup, FailedCell } from '../../../src-shared/contract/errors.ts';
import type { ErrorCause } from '../../../src-shared/model/error.ts';
import { sayError } from '../../app/notice-store.ts';
import { goTo } from '../../app/place-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { addressOfCell } from '../settings/settings-deeds.ts';
import { causeFilter } from '../table/filter-text.ts';
import { setFilter } from '../table/follow-table.ts';
import { copyText } from '../table/row-deeds.ts';
import { select } from '../table/selection.ts';
import type { TableState } from '../table/table-store.ts';

/** Causes that computing the cell again cannot change: its expression, or the cell it reads, comes first. */
const notRetried: ReadonlySet<ErrorCause> = new Set(['expression', 'input_failed']);

/** True where trying the cells of a group again may help. */
export function canRetry({ cause }: ErrorGroup): boolean {
  return !notRetried.has(cause);
}

/** Computes the failed cells of one cause again, and no others. */
export async function retryGroup({ client, notices }: Session, group: ErrorGroup): Promise<void> {
  for (const { tableId, columns } of group.tables) {
    const answer = await client.columns.recompute({ table: tableId, columns, errorsOnly: true, cause: group.cause, compute: 'background' });
    if (!answer.ok) sayError(notices, answer.error);
  }
}

/** Filters a table to the rows that have such a cell. */
export async function showRows(session: Session, cause: ErrorCause, { tableId, columns }: ErrorGroup['tables'][number]): Promise<void> {
  session.look.setState({ isLoupeOpen: false });
  if (await openTable(session, tableId)) setFilter(session, causeFilter(columns, cause));
}

const accessCauses: ReadonlySet<ErrorCause> = new Set(['access_denied', 'no_credentials']);

/** True where who asks is what is wrong, so that testing the access or choosing another identity may help. */
export function isAboutAccess({ cause }: ErrorGroup): boolean {
  return accessCauses.has(cause);
}

/** The address of the first file of a group, for whoever looks into its access; what cannot be found is said. */
export async function addressOfGroup(session: Session, group: ErrorGroup): Promise<string | null> {
  const [first] = group.tables;
  if (!first) return null;
  const cells = await session.client.errors.cells({ table: first.tableId, cause: group.cause, start: 0, end: 1 });
  if (!cells.ok) {
    sayError(session.notices, cells.error);
    return null;
  }
  const [cell] = cells.value;
  return cell ? addressOfCell(session, cell) : null;
}

/** Copies the command that logs in again. */
export async function copyLogin(session: Session, login: string): Promise<void> {
  await copyText(session, login, words.copied(words.login));
}

/** Opens the cell's table at its row and puts the keyboard there; a filter that hides the row gives way. */
export async function goToCell(session: Session, { tableId, rowId, column }: FailedCell): Promise<void> {
  const { client, look, table, notices } = session;
  look.setState({ layout: 'table', isLoupeOpen: false });
  if (!(await openTable(session, tableId))) return;
  const placeOf = async () => {
    const { view } = table.getState();
    const answer = view && (await client.views.indexOf({ viewId: view.viewId, rowId }));
    if (answer && !answer.ok) sayError(notices, answer.error);
    return answer?.ok ? answer.value.rowIndex : null;
  };
  let row = await placeOf();
  if (row === null && table.getState().filterText !== '') {
    const before = table.getState().view;
    setFilter(session, '');
    if (await whenTable(session, tableId, (state) => state.view !== before)) row = await placeOf();
  }
  const { table: now } = table.getState();
  if (row === null || now?.id !== tableId) return;
  const place = Math.max(
    0,
    now.columns.findIndex((one) => one.name === column),
  );
  const focus = { row, column: place };
  table.setState((state) => ({ selection: select(state.selection, { type: 'chosen', focus }), goneTo: { row: focus.row } }));
}

/** Goes to a table where it is not the open one; false where something else was opened meanwhile. */
async function openTable(session: Session, tableId: number): Promise<boolean> {
  goTo(session.place, { kind: 'table', tableId });
  return whenTable(session, tableId, (state) => state.view !== null);
}

function whenTable({ table, place }: Session, tableId: number, isReady: (state: TableState) => boolean): Promise<boolean> {
  const isIt = (state: TableState) => state.table?.id === tableId && isReady(state);
  if (isIt(table.getState())) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (value: boolean) => {
      for (const stop of stops) stop();
      resolve(value);
    };
    const stops = [
      table.subscribe((state) => {
        if (isIt(state)) end(true);
        else if (state.error) end(false);
      }),
      place.subscribe((state) => {
        if (state.place.kind !== 'table' || state.place.tableId !== tableId) end(false);
      }),
    ];
  });
}
