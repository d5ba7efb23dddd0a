/** An address: all but its last part steps back. */
import styles from './address.module.css';

export function Address({ text }: { readonly text: string }) {
  const cut = text.lastIndexOf('/', text.length - 2) + 1;
  return (
    <span className={styles.address}>
      <span className={styles.path}>{text.slice(0, cut)}</span>
      {text.slice(cut)}
    </span>
  );
}
