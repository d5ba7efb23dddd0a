/** A small panel beside the button that opens it. */
import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import styles from './popover.module.css';

/** A button in the panel that also closes it. */
export function PopoverClose({ children }: { readonly children: ReactElement }) {
  return <Base.Close render={children} />;
}

interface PopoverProps {
  readonly trigger: ReactElement;
  readonly title: string;
  readonly side?: 'top' | 'bottom';
  readonly children: ReactNode;
}

/** Opens on a press; Esc, or a press elsewhere, closes it. */
export function Popover({ trigger, title, side = 'bottom', children }: PopoverProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={4} collisionPadding={8} className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
