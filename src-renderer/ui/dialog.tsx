/** Sheets: a modal dialog with a title, a body that scrolls and a foot that stays in view. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { type ReactNode, type RefObject, useRef } from 'react';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly onClose: () => void;
  readonly foot: ReactNode;
  readonly children: ReactNode;
  /** What has the focus at first; the first field or button otherwise. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** What has the focus when it is closed, where it does not go back to where it came from. */
  readonly finalFocus?: () => HTMLElement | null;
}

/**
 * An open sheet; leaving it out closes it. Esc and a press outside close it, and the focus returns to where it came from. Of two that are
 * open the later lies on top, and what closes it leaves the other as it is.
 */
export function Dialog({ title, wide = false, onClose, foot, children, initialFocus, finalFocus }: DialogProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const isOnTop = () => [...document.querySelectorAll('[data-sheet]')].at(-1) === sheet.current;
  return (
    <Base.Root open onOpenChange={(open) => (open || !isOnTop() ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={styles.scrim} />
        <Base.Popup
          ref={sheet}
          data-sheet=""
          className={[styles.sheet, wide ? styles.wide : ''].join(' ')}
          {...(initialFocus ? { initialFocus } : {})}
          {...(finalFocus ? { finalFocus } : {})}
        >
          <Base.Title className={styles.title}>{title}</Base.Title>
          <div className={styles.body}>{children}</div>
          <div className={styles.foot}>{foot}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
