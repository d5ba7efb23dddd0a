/** All keys there are, by where they are heard: commands from the registry, and keys that widgets hear themselves. */
import type { Command, CommandContext } from '../../app/command.ts';
import { words } from '../../app/words.ts';
import { headerKeys } from '../table/header-keys.ts';
import { treeKeys } from '../tree/tree-keys.ts';

/** What stands on a line: a title and the keys for it, as `keyOf` names them. */
export interface Shortcut {
  readonly title: string;
  readonly keys: readonly string[];
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const contexts: readonly CommandContext[] = ['anywhere', 'content', 'table', 'gallery', 'loupe', 'player', 'tree'];

/** Keys that move in the table, by what they do; a test finds each of them to move. */
export const moveShortcuts: readonly Shortcut[] = [
  { title: words.moveTitles.row, keys: ['ArrowDown', 'ArrowUp'] },
  { title: words.moveTitles.cell, keys: ['ArrowRight', 'ArrowLeft'] },
  { title: words.moveTitles.ends, keys: ['Home', 'End'] },
  { title: words.moveTitles.page, keys: ['PageUp', 'PageDown'] },
  { title: words.moveTitles.rowEnds, keys: ['Mod+ArrowLeft', 'Mod+ArrowRight'] },
  { title: words.moveTitles.only, keys: ['Mod+ArrowUp', 'Mod+ArrowDown'] },
  { title: words.moveTitles.corners, keys: ['Mod+Home', 'Mod+End'] },
  { title: words.moveTitles.extend, keys: ['Shift+ArrowDown', 'Shift+ArrowUp'] },
];

/** Groups without keys are left out; commands of one title in one place share a line. */
export function shortcutGroups(commands: readonly Command[]): ShortcutGroup[] {
  const groups = contexts.map((context) => ({
    title: words.shortcutGroups[context],
    shortcuts: merged(commands.filter((command) => command.context === context && command.keys.length > 0)),
  }));
  const others = [
    { title: words.shortcutGroups.moves, shortcuts: moveShortcuts },
    { title: words.shortcutGroups.header, shortcuts: byDeed(headerKeys, words.headerTitles) },
  ];
  const tree = groups.at(-1);
  const moves = byDeed(treeKeys, words.treeTitles);
  const withTree = tree ? [...groups.slice(0, -1), ...others, { title: tree.title, shortcuts: [...moves, ...tree.shortcuts] }] : others;
  return withTree.filter(({ shortcuts }) => shortcuts.length > 0);
}

function merged(shortcuts: readonly Shortcut[]): Shortcut[] {
  const byTitle = new Map<string, string[]>();
  for (const { title, keys } of shortcuts) byTitle.set(title, [...(byTitle.get(title) ?? []), ...keys]);
  return [...byTitle].map(([title, keys]) => ({ title, keys }));
}

/** Turns a table of keys around: deeds in their order, each with its keys. */
function byDeed<D extends string>(table: Readonly<Record<string, D>>, titles: Readonly<Record<D, string>>): Shortcut[] {
  return merged(Object.entries(table).map(([key, deed]) => ({ title: titles[deed], keys: [key] })));
}
