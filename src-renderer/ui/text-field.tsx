/** Fields of one or several lines. */
import type { ComponentProps } from 'react';
import styles from './text-field.module.css';

/** A field of one line. It needs a label: `aria-label`, or a `<label>` around it. */
export function TextField({ className, ...rest }: ComponentProps<'input'>) {
  return <input type="text" spellCheck={false} autoComplete="off" {...rest} className={[styles.field, className ?? ''].join(' ')} />;
}

/** A field of several lines, for addresses: monospace, never wrapped by words of its own. */
export function LinesField({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea spellCheck={false} autoComplete="off" {...rest} className={[styles.field, styles.lines, className ?? ''].join(' ')} />;
}
