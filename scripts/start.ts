/** `npm start`: Electron where its binary can be had, else the same app in a browser. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './clone.mjs';
import { runAndLeave } from './run-child.mjs';

const fetchSeconds = 120;
/** An Electron that ends with a failure sooner than this never opened its window: a missing library, a forbidden sandbox. */
const openingMs = 10_000;
const electronFolder = join(root, 'node_modules', 'electron');
const args = process.argv.slice(2);

/** The binary that electron's own package fetched, or null. */
function electronBinary(): string | null {
  const name = join(electronFolder, 'path.txt');
  if (!existsSync(name)) return null;
  const path = join(electronFolder, 'dist', readFileSync(name, 'utf8'));
  return existsSync(path) ? path : null;
}

/** Why Electron is not opened, or its binary. */
function findElectron(): { path: string } | { reason: string } {
  if (process.env.VITRINE_NO_ELECTRON === '1') return { reason: 'VITRINE_NO_ELECTRON is set' };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { reason: 'there is no display' };
  const present = electronBinary();
  if (present) return { path: present };
  console.error(`Vitrine: fetching Electron, once (${fetchSeconds} s at most; VITRINE_NO_ELECTRON=1 skips it) …`);
  spawnSync(process.execPath, [join(electronFolder, 'install.js')], { stdio: 'ignore', timeout: fetchSeconds * 1000 });
  const fetched = electronBinary();
  return fetched ? { path: fetched } : { reason: 'Electron could not be fetched' };
}

function openInBrowser(reason: string): void {
  console.error(`Vitrine: ${reason}; opening the app in a browser instead.`);
  runAndLeave(process.execPath, [join(root, 'out', 'main', 'cli.js'), 'serve', ...args], { cwd: root });
}

const electron = findElectron();
if ('reason' in electron) openInBrowser(electron.reason);
else {
  const startedAt = performance.now();
  const { status, signal } = spawnSync(electron.path, [root, ...args], { stdio: 'inherit' });
  if (status !== 0 && signal !== 'SIGINT' && performance.now() - startedAt < openingMs) openInBrowser('Electron does not start here');
  else process.exitCode = status ?? 1;
}
