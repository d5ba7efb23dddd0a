/** The keychain of the system: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. */

/** Keeps texts by name. All three reject where the keychain cannot be reached, is locked and stays so, or is refused by the user. */
export interface Keychain {
  get(name: string): Promise<string | null>;
  set(name: string, text: string): Promise<void>;
  /** False where there was none. */
  delete(name: string): Promise<boolean>;
}

/** Under this name the entries are found in the system's own program for passwords. */
const service = 'Vitrine';

/**
 * Makes the system's keychain. The binary is loaded with the first use: a computer without one still has all else.
 *
 * Caveats: on Linux the Secret Service alone is taken. The library would fall back to the kernel's keyring, which forgets everything when
 * the computer is turned off.
 */
export function systemKeychain(): Keychain {
  const entry = async (name: string) => {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    return new AsyncEntry(service, name, { linux: { store: 'secret-service' } });
  };
  return {
    get: async (name) => (await (await entry(name)).getPassword()) ?? null,
    set: async (name, text) => (await entry(name)).setPassword(text),
    delete: async (name) => (await entry(name)).deletePassword(),
  };
}
