/** Takes the README's picture of the window: the sample library in a real Chromium. `node scripts/take-picture.ts`, after a build. */
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
const png = await page.screenshot();
writeFileSync(join(root, 'assets', 'window.png'), await sharp(png).png({ palette: true, quality: 90, compressionLevel: 9 }).toBuffer());
await browser.close();
await server.close();
await owned.close();
rmSync(home, { recursive: true, force: true });
