/** A line on top of a pane that says what went wrong and what to do; the last good content stays below. */
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './band.module.css';
import { Icon } from './icon.tsx';

/** `tone` error for what failed, stale for what only waits. */
export function Band({
  tone,
  text,
  next,
  children,
}: {
  readonly tone: 'error' | 'stale';
  readonly text: string;
  readonly next?: string | null;
  readonly children?: ReactNode;
}) {
  return (
    <div className={[styles.band, styles[tone]].join(' ')} role={tone === 'error' ? 'alert' : 'status'}>
      <Icon of={TriangleAlert} />
      <span className={styles.text} title={next ? `${text} ${next}` : text}>
        {text} {next ? <span className={styles.next}>{next}</span> : null}
      </span>
      {children}
    </div>
  );
}
