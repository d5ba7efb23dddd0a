/** Takes the README's pictures of the window, as a table and as a gallery: the sample library in a real Chromium. `node scripts/take-picture.ts`, after a build. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { startBrowserServer } from '../src-main/hosts/browser/browser-server.ts';
import { plainNodeInstallation } from '../src-main/hosts/installation.ts';
import { commandLine } from '../src-main/hosts/local-socket/connect.ts';
import { openOwned } from '../src-main/hosts/local-socket/open-owned.ts';
import { startChild } from '../src-main/media/start-child.ts';
import { startChromium } from '../test/e2e/find-chromium.ts';
import { root } from './clone.mjs';

const home = mkdtempSync(join(tmpdir(), 'vitrine-picture-'));
// The picture shows paths; those of the machine it is taken on are nobody's business.
const assets = join(home, 'Pictures');
cpSync(join(root, 'assets', 'sample'), join(assets, 'sample'), { recursive: true });
const installation = { ...plainNodeInstallation(new URL('../src-main/hosts/cli/main.ts', import.meta.url).href, '0.1.0'), assets };
const startDecoder = startChild({ node: installation.node, script: installation.decodeHelper });
const owned = await openOwned({ folder: join(home, 'library'), env: {}, home, installation, startDecoder }, commandLine);
const browser = await startChromium();
if (!owned || !browser) throw new Error('the picture needs a library and a Chromium');
const server = await startBrowserServer(owned, { port: 0 });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
await page.goto(server.address);
await page.getByRole('button', { name: 'Open the sample library' }).click();
await page.getByRole('gridcell', { name: 'height, error: damaged' }).waitFor();
await page.getByRole('button', { name: 'View' }).click();
await page.getByText('Regular').click();
await page.getByRole('gridcell').filter({ hasText: 'hall.jpg' }).click();
await page.waitForFunction(() => [...document.images].length > 8 && [...document.images].every((image) => image.complete));

async function take(name: string): Promise<void> {
  const png = await sharp(await page.screenshot())
    .png({ palette: true, quality: 90, compressionLevel: 9 })
    .toBuffer();
  writeFileSync(join(root, 'assets', name), png);
}

await take('window.png');
await page.keyboard.press('g');
const tiles = page.getByRole('option');
await tiles.filter({ hasText: 'damaged' }).waitFor();
await page.waitForFunction(() => document.querySelectorAll('[role="option"] img').length > 8);
// What was learnt of shapes applies to lines that come on screen anew.
await page.keyboard.press('t');
await page.keyboard.press('g');
await page.waitForFunction(
  () => [...document.querySelectorAll('[role="option"] img')].filter((image) => (image as HTMLImageElement).complete).length > 8,
);
await take('gallery.png');
await browser.close();
await server.close();
await owned.close();
rmSync(home, { recursive: true, force: true });
