/** Transfers under the jobs: what is on its way now, a line each. They are told ten times a second and not spoken. */
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { TransferLine } from './transfer-line.tsx';
import styles from './transfers.module.css';

/** More lines nobody reads while they move; the rest is counted. */
const mostShown = 50;

/** Nothing while nothing is on its way. */
export function Transfers() {
  const session = useSession();
  const all = useIn(session.transfers, (state) => state.all);
  if (all.length === 0) return null;
  return (
    <section aria-labelledby="transfers">
      <h3 id="transfers" className={styles.head}>
        {words.transfers}
      </h3>
      <ul className={styles.lines} aria-labelledby="transfers">
        {all.slice(0, mostShown).map((transfer) => (
          <TransferLine key={transfer.id} transfer={transfer} />
        ))}
      </ul>
      {all.length > mostShown ? <p className={styles.more}>{words.moreTransfers(all.length - mostShown)}</p> : null}
    </section>
  );
}
