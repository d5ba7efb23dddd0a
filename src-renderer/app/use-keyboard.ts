/** Hears keys for the whole window and runs the command they mean where the focus is. */
import { useEffect } from 'react';
import { type CommandContext, commandFor } from './command.ts';
import { commands } from './commands.ts';
import { belongsToField, keyOf } from './keyboard.ts';
import { useSession } from './session.ts';

const fieldSelector = 'input, textarea, select, [contenteditable="true"]';
const pressedSelector = 'button, summary, a[href]';
const overlaySelector = '[role="dialog"], [role="menu"]';

/** Where the focus is, as commands see it: what stands in `data-keys` around it, the nearest first. */
function contextsOf(target: Element | null): CommandContext[] {
  const named = target?.closest('[data-keys]')?.getAttribute('data-keys')?.split(' ') ?? [];
  return contexts.filter((context) => named.includes(context));
}

/** The nearest first. */
const contexts: readonly CommandContext[] = ['player', 'loupe', 'gallery', 'table', 'content', 'tree'];

/** Put once, at the root. */
export function useKeyboard(): void {
  const session = useSession();
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if (event.defaultPrevented) return;
      const key = keyOf(event, session.isMac);
      const target = event.target instanceof Element ? event.target : null;
      if (!key || target?.closest(overlaySelector)) return;
      // What a button is there for goes before what its surroundings mean by these keys.
      if ((key === 'Enter' || key === 'Space') && target?.matches(pressedSelector)) return;
      const isField = target?.matches(fieldSelector) ?? false;
      if (isField && belongsToField(key)) return;
      const command = commandFor(commands, key, isField ? [] : contextsOf(target), session);
      if (!command) return;
      event.preventDefault();
      command.run(session);
    }
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [session]);
}
