/** The way to the settings. */
import type { Command } from '../../app/command.ts';
import { words } from '../../app/words.ts';
import { openSettings } from './settings-deeds.ts';

/** Commands of the settings. */
export const settingsCommands: readonly Command[] = [
  {
    id: 'settings',
    title: words.settings,
    keys: ['Mod+,'],
    context: 'anywhere',
    when: () => true,
    run: (session) => openSettings(session, 'general'),
  },
  {
    id: 'accounts',
    title: words.accounts,
    keys: [],
    context: 'anywhere',
    when: () => true,
    run: (session) => openSettings(session, 'accounts'),
  },
];
