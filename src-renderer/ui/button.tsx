/** Buttons: bare in bars, one filled in a sheet. A disabled one stays reachable and says why. */
import type { ComponentProps, ReactNode, Ref } from 'react';
import styles from './button.module.css';
import { Tooltip } from './tooltip.tsx';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  readonly look?: 'plain' | 'main' | 'quiet' | 'link';
  readonly icon?: ReactNode;
  /** Why it cannot be pressed; pressed, it then does nothing. */
  readonly disabledReason?: string | null;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with a word, and an icon before it where there is one. */
export function Button({ look = 'plain', icon, disabledReason, children, className, onClick, ...rest }: ButtonProps) {
  const button = (
    <button
      type="button"
      {...rest}
      className={[styles.button, look === 'plain' ? '' : styles[look], className ?? ''].join(' ')}
      aria-disabled={disabledReason ? true : undefined}
      onClick={disabledReason ? undefined : onClick}
    >
      {icon}
      {children}
    </button>
  );
  return disabledReason === undefined ? button : <Tooltip text={disabledReason}>{button}</Tooltip>;
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'look' | 'icon'> {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly children: ReactNode;
}

/** A button with an icon alone; its name and key are its tooltip. */
export function IconButton({ label, keys, children, className, disabledReason, onClick, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={disabledReason ?? label} keys={keys}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-disabled={disabledReason ? true : undefined}
        className={[styles.button, styles.icon, className ?? ''].join(' ')}
        onClick={disabledReason ? undefined : onClick}
      >
        {children}
      </button>
    </Tooltip>
  );
}
