/** Puts shown columns beside the stored ones of the open table. */
import type { Session } from '../../app/session.ts';
import { ShownCells, type ShownColumn } from './shown-columns.ts';

/** Sets the shown columns of the open table. */
export function showColumns({ client, table }: Session, shown: readonly ShownColumn[]): void {
  const { table: now, shownCells } = table.getState();
  shownCells?.close();
  const cells =
    now && shown.length > 0
      ? new ShownCells({ client, tableId: now.id, columns: shown, onChange: () => table.setState((state) => ({ drawn: state.drawn + 1 })) })
      : null;
  table.setState((state) => ({ shown, shownCells: cells, drawn: state.drawn + 1 }));
}

/** Puts the panel's preview beside the shown columns, or takes it away. */
export function showPreview(session: Session, preview: ShownColumn | null): void {
  const kept = session.table.getState().shown.filter(({ isPreview }) => !isPreview);
  showColumns(session, preview ? [...kept, preview] : kept);
}
