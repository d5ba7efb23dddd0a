/** Menus as data: header menus, context menus and the view menu are written alike and drawn by one component. */
import type { ReactNode } from 'react';

/** What stands in a menu. `checked` makes an entry one of several choices. */
export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly label: string;
      readonly icon?: ReactNode;
      readonly keys?: string | undefined;
      readonly checked?: boolean;
      readonly disabledReason?: string | null;
      readonly onSelect: () => void;
    }
  | { readonly kind: 'submenu'; readonly label: string; readonly entries: readonly MenuEntry[] }
  | { readonly kind: 'note'; readonly label: string }
  | { readonly kind: 'line' };
