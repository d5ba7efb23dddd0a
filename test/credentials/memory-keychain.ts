/** A keychain as a system has one: it gives back what it was given, until it is locked. No container has a real one. */
import type { Keychain } from '../../src-main/credentials/keychain.ts';

export interface MemoryKeychain extends Keychain {
  readonly entries: Map<string, string>;
  isLocked: boolean;
}

export function memoryKeychain(): MemoryKeychain {
  const entries = new Map<string, string>();
  const opened = () => {
    if (keychain.isLocked) throw new Error('locked');
    return entries;
  };
  const keychain: MemoryKeychain = {
    entries,
    isLocked: false,
    get: async (name) => opened().get(name) ?? null,
    set: async (name, text) => void opened().set(name, text),
    delete: async (name) => opened().delete(name),
  };
  return keychain;
}

/** A computer without a keychain, as containers are; the tests touch nobody's own. */
export const noKeychain: Keychain = {
  get: () => Promise.reject(new Error('no keychain')),
  set: () => Promise.reject(new Error('no keychain')),
  delete: () => Promise.reject(new Error('no keychain')),
};
