/** The first objects below a prefix. */
import type { ListingCount } from '../../../src-shared/contract/listing.ts';
import { formatAgo, formatSize } from '../../app/format.ts';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import styles from './bucket-sheet.module.css';

export function BucketObjects({ count }: { readonly count: ListingCount }) {
  const { now } = useSession();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys.
    <section className={styles.objects} tabIndex={0} aria-label={words.firstObjects}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{words.lineHeads.name}</th>
            <th scope="col" className={styles.size}>
              {words.size}
            </th>
            <th scope="col" className={styles.time}>
              {words.changed}
            </th>
            <th scope="col" className={styles.kind}>
              {words.lineHeads.kind}
            </th>
          </tr>
        </thead>
        <tbody>
          {count.first.map(({ url, name, size, modified, kind }) => (
            <tr key={url}>
              <td title={url}>{name}</td>
              <td className={styles.size}>{size === null ? '' : formatSize(size)}</td>
              <td className={styles.time} title={modified ?? undefined}>
                {modified === null ? '' : formatAgo(modified, now())}
              </td>
              <td className={styles.kind}>{kind === 'unknown' ? '' : kind}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count.objects > count.first.length ? <p className={styles.others}>{words.moreObjects(count.objects - count.first.length)}</p> : null}
    </section>
  );
}
