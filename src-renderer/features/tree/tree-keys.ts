/** Keys that move in the tree; what they do to its entries are commands. */

export type TreeMove = 'next' | 'previous' | 'first' | 'last' | 'inward' | 'outward' | 'go';

/** By the name of the key in its event. */
export const treeKeys: Readonly<Record<string, TreeMove>> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  Home: 'first',
  End: 'last',
  ArrowRight: 'inward',
  ArrowLeft: 'outward',
  Enter: 'go',
  ' ': 'go',
};
