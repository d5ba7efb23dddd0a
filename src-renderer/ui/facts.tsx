/** A section of facts that folds: labels on the left, values beside them. */
import type { ReactNode } from 'react';
import styles from './facts.module.css';

/** A fact with no value is left out. */
export type Fact = readonly [label: string, value: ReactNode];

/** Open at first. `aside` stands in the heading's line. */
export function FactSection({
  title,
  children,
  aside,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
}) {
  return (
    <details open className={styles.section}>
      <summary className={styles.title}>{title}</summary>
      {aside ? <div className={styles.aside}>{aside}</div> : null}
      {children}
    </details>
  );
}

/** The facts that are known. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([label, value]) =>
        value === null || value === undefined || value === '' ? null : (
          <div key={label} className={styles.fact}>
            <dt className={styles.label}>{label}</dt>
            <dd className={styles.value}>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
