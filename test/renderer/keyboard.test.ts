import { describe, expect, it } from 'vitest';
import { keyConflicts } from '../../src-renderer/app/command.ts';
import { commands } from '../../src-renderer/app/commands.ts';
import { belongsToField, keyOf, showKeys } from '../../src-renderer/app/keyboard.ts';
import { moveKeys } from '../../src-renderer/features/table/moves.ts';

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

  it('have unique ids', () => {
    expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length);
  });
});
