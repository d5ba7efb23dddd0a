/** A field with its name on the left. */
import { type ReactNode, useId } from 'react';
import styles from './settings.module.css';

/** `children` draws the field with the id that the name points to. */
export function Field({ label, children }: { readonly label: string; readonly children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}
