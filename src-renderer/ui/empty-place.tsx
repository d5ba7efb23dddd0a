/** An empty place: an icon, a sentence, at most two buttons. */
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './empty-place.module.css';
import { Icon } from './icon.tsx';

/** Fills its pane and stands in its middle. */
export function EmptyPlace({ icon, text, children }: { readonly icon: LucideIcon; readonly text: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.place}>
      <Icon of={icon} size={32} className={styles.icon} />
      <p>{text}</p>
      {children ? <div className={styles.actions}>{children}</div> : null}
    </div>
  );
}
