/** Menus, opened by a button or at the pointer. */
import { ContextMenu as BaseContext } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './icon.tsx';
import styles from './menu.module.css';
import type { MenuEntry } from './menu-entry.ts';

function Entry({ entry }: { readonly entry: MenuEntry }) {
  switch (entry.kind) {
    case 'line':
      return <Base.Separator className={styles.line} />;
    case 'note':
      return <div className={styles.note}>{entry.label}</div>;
    case 'submenu':
      return (
        <Base.SubmenuRoot>
          <Base.SubmenuTrigger className={styles.item}>
            <span className={styles.mark} />
            <span className={styles.label}>{entry.label}</span>
            <Icon of={ChevronRight} />
          </Base.SubmenuTrigger>
          <Popup entries={entry.entries} />
        </Base.SubmenuRoot>
      );
    default:
      return (
        <Base.Item
          className={styles.item}
          disabled={Boolean(entry.disabledReason)}
          title={entry.disabledReason ?? undefined}
          onClick={entry.onSelect}
          {...(entry.checked === undefined ? {} : { role: 'menuitemradio', 'aria-checked': entry.checked })}
        >
          <span className={styles.mark}>{entry.checked ? <Icon of={Check} /> : entry.icon}</span>
          <span className={styles.label}>{entry.label}</span>
          {entry.keys ? <kbd className={styles.keys}>{entry.keys}</kbd> : null}
        </Base.Item>
      );
  }
}

function Popup({ entries }: { readonly entries: readonly MenuEntry[] }) {
  return (
    <Base.Portal>
      <Base.Positioner className={styles.positioner} sideOffset={4} collisionPadding={8}>
        <Base.Popup className={styles.popup}>
          {entries.map((entry, place) => (
            <Entry key={'label' in entry ? entry.label : `line ${place}`} entry={entry} />
          ))}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

interface MenuProps {
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
}

/** A menu below the button that opens it. */
export function Menu({ trigger, entries, open, onOpenChange }: MenuProps) {
  return (
    <Base.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange: (now: boolean) => onOpenChange(now) } : {})}>
      <Base.Trigger render={trigger} />
      <Popup entries={entries} />
    </Base.Root>
  );
}

interface ContextMenuProps {
  readonly children: ReactNode;
  readonly className?: string | undefined;
  /** Asked when it opens, so that it can speak of what was under the pointer. */
  readonly entries: readonly MenuEntry[];
}

/** A menu at the pointer, over everything inside it. */
export function ContextMenu({ children, className, entries }: ContextMenuProps) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger className={className}>{children}</BaseContext.Trigger>
      {entries.length === 0 ? null : <Popup entries={entries} />}
    </BaseContext.Root>
  );
}
