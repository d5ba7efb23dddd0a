/** Says over the upper edge of the rows that others landed above the screen; a press goes there. Nothing moves for it. */
import { type Session, useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { select } from '../table/selection.ts';
import styles from './rows-above.module.css';

/** The line, or its empty place, from which assistive tools hear of it. */
export function RowsAbove({ className }: { readonly className?: string | undefined }) {
  const session = useSession();
  const newAbove = useIn(session.table, (state) => state.newAbove);
  return (
    <div role="status" className={[styles.place, className ?? ''].join(' ')}>
      {newAbove ? (
        <button type="button" className={styles.line} onClick={() => goThere(session)}>
          {words.newRowsAbove(newAbove.count)}
        </button>
      ) : null}
    </div>
  );
}

function goThere({ table }: Session): void {
  const { newAbove } = table.getState();
  if (!newAbove) return;
  const { from } = newAbove;
  table.setState(({ selection }) => ({
    selection: select(selection, { type: 'focused', focus: { row: from, column: selection.focus.column } }),
    goneTo: { row: from },
    newAbove: null,
  }));
}

/** Whoever scrolls to the first of them has seen that they are there. */
export function forgetNewAbove({ table }: Session, firstOnScreen: number): void {
  const { newAbove } = table.getState();
  if (newAbove && firstOnScreen <= newAbove.from) table.setState({ newAbove: null });
}
