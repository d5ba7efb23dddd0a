/** A name cut in its middle, so that its end and extension stay. */
import styles from './truncated-name.module.css';

const keptAtEnd = 8;

/** The extension and a few letters before it are never cut. */
export function TruncatedName({ name }: { readonly name: string }) {
  const letters = [...name];
  const cut = Math.max(0, letters.length - keptAtEnd);
  return (
    <span className={styles.name} title={name}>
      <span className={styles.start}>{letters.slice(0, cut).join('')}</span>
      <span className={styles.end}>{letters.slice(cut).join('')}</span>
    </span>
  );
}
