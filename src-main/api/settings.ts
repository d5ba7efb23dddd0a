/** `settings.json` as callers see and change it. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import { SettingsNow, type SettingsSeen } from '../../src-shared/contract/settings.ts';
import type { Library } from '../library.ts';

/** Handlers of `settings.…`. */
export function settingsHandlers({ settings }: Library): HandlersOf<'settings'> {
  const seen = (): SettingsSeen => ({
    settings: SettingsNow.parse(settings.current()),
    written: settings.written(),
    problem: settings.problem,
    file: settings.file,
  });
  return {
    get: () => seen(),
    set: async ({ key, value, ...options }) => {
      await settings.set(key, value, options);
      return seen();
    },
    unset: async ({ key, ...options }) => ({ isUnset: await settings.unset(key, options), seen: seen() }),
  };
}
