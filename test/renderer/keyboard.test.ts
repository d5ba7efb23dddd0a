import { describe, expect, it } from 'vitest';
import { keyConflicts } from '../../src-renderer/app/command.ts';
import { commands } from '../../src-renderer/app/commands.ts';
import { belongsToField, keyOf, showKeys } from '../../src-renderer/app/keyboard.ts';
import { moveShortcuts, shortcutGroups } from '../../src-renderer/features/shortcuts/shortcut-groups.ts';
import { headerKeys } from '../../src-renderer/features/table/header-keys.ts';
import { moveBy, moveKeys } from '../../src-renderer/features/table/moves.ts';
import { treeKeys } from '../../src-renderer/features/tree/tree-keys.ts';

const press = (key: string, more: object = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  ...more,
});

describe('keys', () => {
  it.each([
    [press('c', { ctrlKey: true }), 'Mod+C'],
    [press('C', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+C'],
    [press('?', { shiftKey: true }), '?'],
    [press('/', { shiftKey: true, code: 'Digit7' }), 'Shift+7'],
    [press('&', { code: 'Digit1' }), '1'],
    [press('3', { code: 'Numpad3' }), '3'],
    [press('I'), 'i'],
    [press(' ', { shiftKey: true }), 'Shift+Space'],
    [press('F6', { shiftKey: true }), 'Shift+F6'],
  ] as const)('reads %o as %s', (event, name) => {
    expect(keyOf(event, false)).toBe(name);
  });

  it('hears nothing while an input method composes, nor AltGr', () => {
    expect(keyOf(press('a', { isComposing: true }), false)).toBeNull();
    expect(keyOf(press('@', { ctrlKey: true, altKey: true }), false)).toBeNull();
  });

  it('takes Cmd for Mod on macOS', () => {
    expect(keyOf(press('z', { metaKey: true }), true)).toBe('Mod+Z');
    expect(showKeys('Mod+Shift+C', true)).toBe('⇧⌘C');
    expect(showKeys('Mod+Shift+C', false)).toBe('Ctrl+Shift+C');
  });

  it.each([
    '1',
    'p',
    'Space',
    '?',
    '/',
    'Delete',
    'Shift+G',
    'Mod+Z',
    'Mod+A',
    'Mod+C',
    'Mod+Shift+ArrowLeft',
    'Mod+Backspace',
    'Alt+ArrowLeft',
  ])('leaves %s to a field', (key) => {
    expect(belongsToField(key)).toBe(true);
  });

  it.each(['Mod+F', 'Mod+B', 'F6', 'Mod+Shift+N'])('lets %s through from a field', (key) => {
    expect(belongsToField(key)).toBe(false);
  });
});

describe('commands', () => {
  it('share no key in one context', () => {
    expect(keyConflicts(commands)).toEqual([]);
  });

  it('take no key that moves the focus in the table', () => {
    const taken = commands.filter((command) => command.context === 'content').flatMap((command) => command.keys);
    expect(taken.filter((key) => moveKeys.includes(key))).toEqual([]);
  });

  it('have unique ids and titles in words', () => {
    expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length);
    expect(commands.filter(({ title }) => !/^[\p{Lu}\d]/u.test(title)).map(({ id }) => id)).toEqual([]);
  });

  it('mean another thing in a form of the content than in all of them only on purpose', () => {
    const around = commands.filter(({ context }) => context === 'content' || context === 'anywhere');
    const others = commands.filter(({ context }) => !around.some((command) => command.context === context));
    const overridden = others.flatMap((command) =>
      command.keys.filter((key) => around.some(({ keys }) => keys.includes(key))).map((key) => `${command.context} ${key}: ${command.id}`),
    );
    expect(overridden.toSorted()).toEqual(onPurpose.toSorted());
  });

  it('have names of keys that a press can give', () => {
    const keys = commands.flatMap((command) => command.keys);
    expect(keys.filter((key) => keyOf(pressOf(key), false) !== key)).toEqual([]);
  });
});

/** Keys of a form of the content, or of the tree, that mean something else around it. */
const onPurpose = [
  'table Enter: editValue',
  // What opened the loupe closes it; what removes rows removes the one that is shown.
  'loupe Escape: closeLoupe',
  'loupe g: closeLoupe',
  'loupe e: closeLoupe',
  'loupe Space: closeLoupe',
  'loupe Delete: removeShown',
  'loupe Backspace: removeShown',
  'player Space: playOrPause',
  'tree F2: renameEntry',
  'tree Delete: removeEntry',
  'tree Backspace: removeEntry',
  'tree Shift+F10: contextMenuInTree',
  'tree ContextMenu: contextMenuInTree',
  'tree ?: shortcutsInTree',
];

/** The event of a key by its name. */
function pressOf(name: string) {
  const parts = name.split(/\+(?!$)/);
  const key = parts.at(-1) ?? '';
  const has = (modifier: string) => parts.slice(0, -1).includes(modifier);
  return press(key === 'Space' ? ' ' : key, {
    code: /^\d$/.test(key) ? `Digit${key}` : '',
    ctrlKey: has('Mod'),
    altKey: has('Alt'),
    shiftKey: has('Shift'),
  });
}

describe('the sheet of keys', () => {
  const groups = shortcutGroups(commands);

  it('lists every command that has a key, with all its keys, where it is heard', () => {
    const listed = groups.flatMap(({ shortcuts }) => shortcuts.flatMap(({ title, keys }) => keys.map((key) => `${title} ${key}`)));
    const meant = commands.flatMap(({ title, keys }) => keys.map((key) => `${title} ${key}`));
    expect(meant.filter((one) => !listed.includes(one))).toEqual([]);
  });

  it('lists only keys that do something', () => {
    const real = new Set([...commands.flatMap(({ keys }) => keys), ...moveKeys, ...Object.keys(headerKeys), ...Object.keys(treeKeys)]);
    expect(groups.flatMap(({ shortcuts }) => shortcuts.flatMap(({ keys }) => keys.filter((key) => !real.has(key))))).toEqual([]);
    const size = { rowCount: 100, columnCount: 10, page: 10 };
    const still = moveShortcuts.flatMap(({ keys }) => keys).filter((key) => moveBy(key, { row: 50, column: 5 }, size) === null);
    expect(still).toEqual([]);
  });
});
