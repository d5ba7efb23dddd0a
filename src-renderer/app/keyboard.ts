/** From a key event to the name of a key, the same on all layouts: digits by the physical key, all others by the character typed. */

/** What of a key event counts. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
}

const digit = /^(?:Digit|Numpad)(\d)$/;
const named: Readonly<Record<string, string>> = { ' ': 'Space', Spacebar: 'Space' };

/**
 * `Mod+Shift+C`, `F2`, `ArrowDown`, `g`: modifiers in the order Mod, Alt, Shift. Letters are capitals where a modifier is held. Null while
 * an input method composes, for a modifier alone, and for Ctrl+Alt, which is AltGr.
 */
export function keyOf(press: KeyPress, isMac: boolean): string | null {
  if (press.isComposing || ['Control', 'Shift', 'Alt', 'Meta', 'Dead', 'Process', 'AltGraph'].includes(press.key)) return null;
  if (press.ctrlKey && press.altKey) return null;
  const mod = isMac ? press.metaKey : press.ctrlKey;
  if (isMac ? press.ctrlKey : press.metaKey) return null;
  const physical = digit.exec(press.code)?.[1];
  let key = physical ?? named[press.key] ?? press.key;
  const isCharacter = key.length === 1 && physical === undefined;
  // A character typed with Shift is already another one ("?"): Shift counts only where letters, digits and named keys are meant.
  const shift = press.shiftKey && (!isCharacter || /\p{L}/u.test(key));
  if (isCharacter) key = mod || press.altKey || shift ? key.toUpperCase() : key.toLowerCase();
  return [mod ? 'Mod+' : '', press.altKey ? 'Alt+' : '', shift ? 'Shift+' : '', key].join('');
}

const shownNames: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  ContextMenu: 'Menu',
  ' ': 'Space',
};

/** Keys as they are shown: `⇧⌘C` on macOS, `Ctrl+Shift+C` elsewhere. */
export function showKeys(keys: string, isMac: boolean): string {
  const parts = keys.split(/\+(?!$)/);
  const names: Readonly<Record<string, string>> = isMac
    ? { ...shownNames, Mod: '⌘', Shift: '⇧', Alt: '⌥', Delete: '⌦', Backspace: '⌫' }
    : { ...shownNames, Mod: 'Ctrl' };
  const shown = parts.map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
  return isMac ? [...shown.slice(0, -1).reverse(), shown.at(-1)].join('') : shown.join('+');
}

/** Keys that only edit text while the focus is in a field, whatever command has them elsewhere. */
const editing =
  /^(?:(?:Mod\+|Alt\+)?(?:Shift\+)?(?:Arrow\w+|Home|End|Backspace|Delete|Enter|Tab|Space|PageUp|PageDown)|Mod\+(?:Shift\+)?[ACVXYZ])$/;

/** True where a field keeps the key for itself: everything typed, and what moves, copies or takes back text. */
export function belongsToField(key: string): boolean {
  const isTyped = !key.includes('Mod+') && !key.startsWith('Alt+') && !/^(?:Shift\+)?F\d+$/.test(key) && key !== 'Escape';
  return isTyped || editing.test(key);
}
