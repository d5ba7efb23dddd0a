/** Shows an address to the user: as an app window of a Chromium, else in the default browser, else not at all. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How the page was opened; `nothing` where there is no display or no browser. */
export type Opened = 'app window' | 'browser' | 'nothing';

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

const linuxNames = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge-stable', 'microsoft-edge'];

function candidates({ env, platform }: Surroundings): string[] {
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) =>
      join('Applications', `${name}.app`, 'Contents', 'MacOS', name),
    );
    return apps.flatMap((app) => [join('/', app), join(env.HOME ?? '/', app)]);
  }
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    return roots.flatMap((root) => [
      join(root, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(root, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]);
  }
  return (env.PATH ?? '').split(delimiter).flatMap((folder) => linuxNames.map((name) => join(folder, name)));
}

/** Whether a window can be shown at all. */
export function hasDisplay({ env, platform }: Surroundings): boolean {
  return platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Starts a program that goes on without us; false where it cannot be started. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { detached: true, stdio: 'ignore', env });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** Opens `address`. The first program that starts is taken; what it then does is the user's to see. */
export async function openPage(address: string, surroundings: Surroundings): Promise<Opened> {
  if (!hasDisplay(surroundings)) return 'nothing';
  const chromium = candidates(surroundings).find((path) => existsSync(path));
  if (chromium && (await start(chromium, [`--app=${address}`], surroundings.env))) return 'app window';
  const opener: [string, string[]] =
    surroundings.platform === 'darwin'
      ? ['open', [address]]
      : surroundings.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', address]]
        : ['xdg-open', [address]];
  return (await start(...opener, surroundings.env)) ? 'browser' : 'nothing';
}
