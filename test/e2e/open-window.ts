/** The window in a real Chromium, over a real library and the browser host. Screens are kept in test-results/screenshots. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startBrowserServer } from '../../src-main/hosts/browser/browser-server.ts';
import { plainNodeInstallation } from '../../src-main/hosts/installation.ts';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { type OwnedLibrary, openOwned } from '../../src-main/hosts/local-socket/open-owned.ts';
import type { Installation } from '../../src-main/library.ts';
import { startChild } from '../../src-main/media/start-child.ts';
import { noKeychain } from '../credentials/memory-keychain.ts';

const root = join(import.meta.dirname, '..', '..');
const screenshots = join(root, 'test-results', 'screenshots');
const axe = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

export interface TestWindow {
  readonly page: Page;
  readonly owned: OwnedLibrary;
  /** A folder of the test, gone at the end. The library is in it. */
  readonly home: string;
  /** Keeps the screen in both themes, as `{name}-light.png` and `{name}-dark.png`. */
  screen(name: string): Promise<void>;
  /** What axe finds on the screen, by rule and place. */
  axeFinds(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Opens an empty library and its window, 1280 × 800. `env` names credentials and allowed hosts, and nothing else is read; `beforeLoad`
 * may prepare the page (scripts that run before the app's); `settings` is written to the library's settings.json first.
 */
export async function openTestWindow(
  browser: Browser,
  options: {
    env?: NodeJS.ProcessEnv;
    installation?: Partial<Installation>;
    settings?: unknown;
    beforeLoad?: (page: Page, owned: OwnedLibrary) => Promise<void>;
  } = {},
): Promise<TestWindow> {
  const home = mkdtempSync(join(tmpdir(), 'vitrine-window-'));
  if (options.settings !== undefined) {
    mkdirSync(join(home, 'library'));
    writeFileSync(join(home, 'library', 'settings.json'), JSON.stringify(options.settings));
  }
  const found = plainNodeInstallation(new URL('../../src-main/hosts/cli/main.ts', import.meta.url).href, '0.0.0');
  const installation = { ...found, ...options.installation };
  const owned = await openOwned(
    {
      folder: join(home, 'library'),
      env: { VITRINE_ALLOWED_HOSTS: '127.0.0.1', ...options.env },
      home,
      installation,
      startDecoder: startChild({ node: installation.node, script: installation.decodeHelper }),
      keychain: noKeychain,
    },
    commandLine,
  );
  if (!owned) throw new Error('the library of the test is open elsewhere');
  owned.library.compute.startBackground();
  const server = await startBrowserServer(owned, { port: 0 });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await options.beforeLoad?.(page, owned);
  await page.goto(server.address);
  return {
    page,
    owned,
    home,
    async screen(name) {
      mkdirSync(screenshots, { recursive: true });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`) });
      }
    },
    async axeFinds() {
      // The page's policy stays as it is: the debugger's evaluation is not subject to it.
      await page.evaluate(`if (!('axe' in window)) {${axe}}`);
      return page.evaluate(async () => {
        const { axe: tool } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
        const { violations } = await tool.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
      });
    },
    async close() {
      await context.close();
      await server.close();
      await owned.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
