/** A name, and its key, half a second after the pointer or the focus rests on something. */
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';
import styles from './tooltip.module.css';

interface TooltipProps {
  /** Null says nothing; the child stays the same element, so that the focus in it is not lost when a reason comes or goes. */
  readonly text: string | null;
  readonly keys?: string | undefined;
  readonly children: ReactElement;
}

/** Names its one child. */
export function Tooltip({ text, keys, children }: TooltipProps) {
  return (
    <Base.Root disabled={text === null}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            {text}
            {keys ? <kbd className={styles.keys}>{keys}</kbd> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Put once around the window: gives all tooltips their delay. */
export const TooltipProvider = Base.Provider;
