/** Every command there is. */
import { bucketCommands } from '../features/buckets/bucket-commands.tsx';
import { columnCommands } from '../features/columns/column-commands.tsx';
import { importCommands } from '../features/import/import-commands.tsx';
import { copyCommands } from '../features/look/copy-commands.tsx';
import { lookCommands } from '../features/look/look-commands.ts';
import { outsideCommands } from '../features/look/outside-commands.ts';
import { loupeCommands } from '../features/loupe/loupe-commands.ts';
import { settingsCommands } from '../features/settings/settings-commands.ts';
import { shareCommands } from '../features/share/share-commands.tsx';
import { shortcutCommands } from '../features/shortcuts/shortcut-commands.tsx';
import { tableCommands } from '../features/table/table-commands.ts';
import { treeCommands } from '../features/tree/tree-commands.ts';
import { appCommands } from './app-commands.ts';
import type { Command } from './command.ts';
import { showKeys } from './keyboard.ts';
import type { Session } from './session.ts';

/** Every command of the window: menus, buttons and keys are drawn from this list. */
export const commands: readonly Command[] = [
  ...appCommands,
  ...importCommands,
  ...bucketCommands,
  ...columnCommands,
  ...shareCommands,
  ...tableCommands,
  ...copyCommands,
  ...lookCommands,
  ...loupeCommands,
  ...outsideCommands,
  ...treeCommands,
  ...settingsCommands,
  ...shortcutCommands(() => commands),
];

/** The key of a command as it is shown, or undefined where it has none. */
export function keysOf(id: string, { isMac }: Session): string | undefined {
  const key = commands.find((command) => command.id === id)?.keys[0];
  return key && showKeys(key, isMac);
}
