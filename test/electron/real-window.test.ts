/** The real window, where Electron's binary is: everything else about Electron is tested against a stand-in. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron as electron } from 'playwright-core';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'node_modules', 'electron');

/** The binary that electron's package has fetched, or why the window cannot be opened. */
function findBinary(): { path: string } | { why: string } {
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return { why: 'Electron’s binary was not fetched' };
  const path = join(folder, 'dist', readFileSync(name, 'utf8').trim());
  if (!existsSync(path)) return { why: 'Electron’s binary is missing' };
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return hasDisplay ? { path } : { why: 'there is no display' };
}

const binary = findBinary();
if ('why' in binary) console.warn(`\n*** SKIPPED: the real Electron window was NOT opened, since ${binary.why}. ***\n`);

test.skipIf('why' in binary)(
  'the real window opens on an empty library and says what to do',
  async () => {
    if ('why' in binary) return;
    const home = mkdtempSync(join(tmpdir(), 'vitrine-electron-'));
    const app = await electron.launch({
      executablePath: binary.path,
      args: [root, `--user-data-dir=${join(home, 'data')}`, '--password-store=basic'],
      env: { ...process.env, VITRINE_LIBRARY: join(home, 'library') } as Record<string, string>,
    });
    try {
      const page = await app.firstWindow();
      await page.getByRole('heading', { name: 'Drop links, files or folders here' }).waitFor();
      expect(page.url()).toBe('vitrine-app://ui/');
      expect(await page.evaluate(() => 'require' in window)).toBe(false);
    } finally {
      await app.close();
      rmSync(home, { recursive: true, force: true });
    }
  },
  120_000,
);
