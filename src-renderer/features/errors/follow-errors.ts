/** Keeps the groups of failed cells true: asks again when cells, rows or the place changed, at most once a second. */
import type { ErrorGroup } from '../../../src-shared/contract/errors.ts';
import type { ErrorCause } from '../../../src-shared/model/error.ts';
import type { Session } from '../../app/session.ts';
import type { ErrorScope } from './errors-store.ts';
import { FailedPages } from './failed-pages.ts';

/** Least milliseconds between two questions. */
const restMilliseconds = 1000;

/** Follows the core's events and the place for as long as the window lives. */
export function followErrors(session: Session): void {
  const { listen, place, now } = session;
  let askedAt = 0;
  let isWaiting = false;
  function soon(): void {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(
      () => {
        isWaiting = false;
        askedAt = now();
        void readErrors(session);
      },
      Math.max(0, askedAt + restMilliseconds - now()),
    );
  }
  listen('cellsChanged', soon);
  listen('treeChanged', soon);
  place.subscribe((state, before) => {
    if (state.place === before.place || session.errors.getState().scope !== 'table') return;
    // The errors of another table are worse than none for the moment it takes.
    setOpen(session, null);
    session.errors.setState({ groups: null });
    void readErrors(session);
  });
}

/** Whose errors are shown now: null is the library. */
export function tableInScope({ errors, place }: Session): number | null {
  const here = place.getState().place;
  return errors.getState().scope === 'table' && here.kind === 'table' ? here.tableId : null;
}

/** Asks for the groups as they stand. */
export async function readErrors(session: Session): Promise<void> {
  const { client, errors } = session;
  const tableId = tableInScope(session);
  const answer = await client.errors.groups(tableId === null ? {} : { table: tableId });
  if (tableId !== tableInScope(session)) return;
  if (!answer.ok) {
    errors.setState({ error: answer.error });
    return;
  }
  errors.setState({ groups: answer.value, error: null });
  const { open } = errors.getState();
  if (open !== null) setOpen(session, answer.value.find(({ cause }) => cause === open) ?? null);
}

/** Shows the errors of the open table, or of the library. */
export function setScope(session: Session, scope: ErrorScope): void {
  session.errors.setState({ scope });
  void readErrors(session);
}

/** Opens a group to its cells, or closes it; one is open at a time. */
export function toggleGroup(session: Session, cause: ErrorCause): void {
  const { groups, open } = session.errors.getState();
  setOpen(session, open === cause ? null : (groups?.find((group) => group.cause === cause) ?? null));
}

function setOpen({ client, errors }: Session, group: ErrorGroup | null): void {
  const before = errors.getState().pages;
  before?.close();
  const pages =
    group &&
    new FailedPages(
      {
        client,
        group,
        onChange: () => errors.setState((state) => ({ drawn: state.drawn + 1 })),
        onError: (error) => errors.setState({ error }),
      },
      before,
    );
  errors.setState({ open: group?.cause ?? null, pages });
}
