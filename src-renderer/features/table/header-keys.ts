/** Keys of a column header that has the focus. */

export type HeaderDeed = 'sort' | 'addSort' | 'menu' | 'narrower' | 'wider';

/** As `keyOf` names them. */
export const headerKeys: Readonly<Record<string, HeaderDeed>> = {
  Enter: 'sort',
  'Shift+Enter': 'addSort',
  'Alt+ArrowDown': 'menu',
  'Shift+F10': 'menu',
  ContextMenu: 'menu',
  'Alt+Shift+ArrowLeft': 'narrower',
  'Alt+Shift+ArrowRight': 'wider',
};
