/** A choice of one out of several, as the system draws it. */
import type { ComponentProps } from 'react';
import styles from './select-field.module.css';

/** It needs a label: `aria-label`, or a `<label>` around it. */
export function SelectField({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={[styles.select, className ?? ''].join(' ')} />;
}
