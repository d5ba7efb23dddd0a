/** Notices logins, profiles and saved keys that change on disk, whoever changes them. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Often enough for “within two seconds”, with the time that looking takes. */
const lookEveryMs = 1_000;

/** Folders are looked into one level deep; what is absent counts as such, and is noticed when it comes. */
export interface LoginPlaces {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Where the tools of the providers keep what they know, by their documented places: AWS profiles, SSO and CLI logins, Google's
 * application default credentials, logins of the Azure CLI.
 */
export function loginPlaces(env: Readonly<Record<string, string | undefined>>, home: string, platform: NodeJS.Platform): LoginPlaces {
  const aws = join(home, '.aws');
  const gcloud =
    env.CLOUDSDK_CONFIG || (platform === 'win32' && env.APPDATA ? join(env.APPDATA, 'gcloud') : join(home, '.config', 'gcloud'));
  const azure = env.AZURE_CONFIG_DIR || join(home, '.azure');
  const named = [env.GOOGLE_APPLICATION_CREDENTIALS, env.AWS_WEB_IDENTITY_TOKEN_FILE].flatMap((path) => (path ? [path] : []));
  const expanded = (path: string) => (path.startsWith('~/') ? join(home, path.slice(2)) : path);
  return {
    files: [
      expanded(env.AWS_CONFIG_FILE || join(aws, 'config')),
      expanded(env.AWS_SHARED_CREDENTIALS_FILE || join(aws, 'credentials')),
      join(gcloud, 'application_default_credentials.json'),
      join(azure, 'azureProfile.json'),
      join(azure, 'msal_token_cache.json'),
      join(azure, 'msal_token_cache.bin'),
      ...named,
    ],
    folders: [join(aws, 'sso', 'cache'), join(aws, 'login', 'cache')],
  };
}

/**
 * Looks once a second, and only while somebody listens. Watching by the system would need folders that may not be there yet, and
 * fails on network drives; a dozen questions a second to the file system cost nothing that could be measured.
 */
export function watchLogins({ files, folders }: LoginPlaces): (listener: () => void) => () => void {
  const listeners = new Set<() => void>();
  let isWatching = false;

  async function watch(): Promise<void> {
    isWatching = true;
    let known = await stampOfAll();
    while (listeners.size > 0) {
      await wait(lookEveryMs, undefined, { ref: false });
      const stamp = await stampOfAll();
      if (stamp !== known) for (const listener of listeners) listener();
      known = stamp;
    }
    isWatching = false;
  }

  async function stampOfAll(): Promise<string> {
    const paths = [...files, ...(await Promise.all(folders.map(filesIn))).flat()];
    return (await Promise.all(paths.map(stampOf))).join('\n');
  }

  return (listener) => {
    listeners.add(listener);
    if (!isWatching) void watch();
    return () => listeners.delete(listener);
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name));
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found ? `${path} ${found.mtimeMs}/${found.size}/${found.ino}/${found.mode}` : `${path} -`;
}
