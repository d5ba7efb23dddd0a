/** The recipe through the window, in a real Chromium, on test servers. Screens are kept in test-results/screenshots. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserServer, startBrowserServer } from '../../src-main/hosts/browser/browser-server.ts';
import { plainNodeInstallation } from '../../src-main/hosts/installation.ts';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { type OwnedLibrary, openOwned } from '../../src-main/hosts/local-socket/open-owned.ts';
import { startChild } from '../../src-main/media/start-child.ts';
import { rawGet } from '../links/raw-get.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';

const root = join(import.meta.dirname, '..', '..');
const screenshots = join(root, 'test-results', 'screenshots');
const axe = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const key = { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' };

const browser: Browser | null = await startChromium();
let http: HttpServer;
let s3: S3Server;
let owned: OwnedLibrary;
let server: BrowserServer;
let home: string;
let page: Page;

/** A picture of this size, as JPEG. */
async function picture(width: number, height: number, hue: string): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: hue } })
    .jpeg()
    .toBuffer();
}

async function screen(name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`) });
  }
}

/** What axe finds on the screen, by rule and place. The page's policy stays as it is: the debugger's evaluation is not subject to it. */
async function axeFinds(): Promise<string[]> {
  await page.evaluate(`if (!('axe' in window)) {${axe}}`);
  return page.evaluate(async () => {
    const { axe: tool } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const { violations } = await tool.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
  });
}

beforeAll(async () => {
  if (!browser) return;
  home = mkdtempSync(join(tmpdir(), 'vitrine-window-'));
  http = await startHttpServer();
  http.put('/wide.jpg', storedObject(await picture(640, 360, '#558877'), { type: 'image/jpeg', etag: '"wide"' }));
  http.put('/tall.jpg', storedObject(await picture(300, 500, '#778855'), { type: 'image/jpeg', etag: '"tall"' }));
  s3 = await startS3Server({ buckets: { media: {} }, keys: [key] });
  s3.put('media', 'a#1 ?.jpg', storedObject(await picture(800, 800, '#775588'), { type: 'image/jpeg', etag: '"s3"' }));
  const installation = plainNodeInstallation(new URL('../../src-main/hosts/cli/main.ts', import.meta.url).href, '0.0.0');
  const opened = await openOwned(
    {
      folder: join(home, 'library'),
      env: {
        VITRINE_ALLOWED_HOSTS: '127.0.0.1',
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL_S3: s3.origin,
      },
      home,
      installation,
      startDecoder: startChild({ node: installation.node, script: installation.decodeHelper }),
    },
    commandLine,
  );
  if (!opened) throw new Error('the library of the test is open elsewhere');
  owned = opened;
  owned.library.compute.startBackground();
  server = await startBrowserServer(owned, { port: 0 });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(server.address);
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await browser.close();
  await server.close();
  await owned.close();
  await Promise.all([http.close(), s3.close()]);
  rmSync(home, { recursive: true, force: true });
});

const cell = (row: number, column: number) => page.locator(`[aria-rowindex="${row + 1}"] [aria-colindex="${column + 1}"]`);

test.skipIf(!browser)('an empty library says what to do, and nothing is wrong with the page for assistive tools', async () => {
  await page.getByRole('heading', { name: 'Drop links, files or folders here' }).waitFor();
  await screen('1-first-run');
  expect(await axeFinds()).toEqual([]);
});

test.skipIf(!browser)('pasted lines are understood at once, rejects keep their reason, and Enter imports without a request', async () => {
  const lines = [
    http.url('/wide.jpg'),
    http.url('/tall.jpg'),
    http.url('/missing.jpg'),
    's3://media/a#1 ?.jpg',
    'ftp://x/y.png',
    http.url('/wide.jpg'),
  ];
  await page.getByRole('textbox', { name: 'Links to import' }).fill(lines.join('\n'));
  await page.getByRole('button', { name: 'Preview' }).click();
  const sheet = page.getByRole('dialog', { name: 'Import' });
  await sheet.getByText('rejected: ftp is not read; https, http, s3, gs and files are.').waitFor();
  await sheet.getByText('already in line 1 of this list').waitFor();
  await sheet.getByText('4 rows. Nothing is fetched now.').waitFor();
  expect(http.counters.requests + s3.counters.requests).toBe(0);
  await screen('2-import-sheet');
  expect(await axeFinds()).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByText('4 rows inserted, 1 error').first().waitFor();
  await page.getByRole('grid').getByText('a#1 ?.jpg').waitFor();
});

test.skipIf(!browser)('an expression is checked while it is typed, shown on the rows on screen, and fills when it is added', async () => {
  await page.getByRole('button', { name: 'Column', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'New column' });
  const expression = panel.getByRole('textbox', { name: 'Expression' });
  await expression.fill('image.hieght');
  await panel.getByText('image has no hieght. At 1:7.').waitFor();
  expect(await panel.getByRole('button', { name: 'Add column' }).getAttribute('aria-disabled')).toBe('true');
  await screen('3-expression-error');
  await panel.getByRole('button', { name: 'Did you mean height?' }).click();
  expect(await expression.inputValue()).toBe('image.height');
  await page.getByRole('columnheader', { name: /height · preview/ }).waitFor();
  await cell(1, 2).getByText('360').waitFor();
  await screen('4-preview-column');
  expect(await axeFinds()).toEqual([]);
  await panel.getByRole('button', { name: 'Add column' }).click();
  await panel.waitFor({ state: 'detached' });
  await cell(2, 2).getByText('500').waitFor();
});

test.skipIf(!browser)('a cell that failed says why, in the table and in the inspector', async () => {
  const failed = page.getByRole('gridcell', { name: 'height, error: not found' });
  await failed.click();
  await page.getByText('There is no file at this address.').first().waitFor();
  await screen('5-table-with-error');
  expect(await axeFinds()).toEqual([]);
});

test.skipIf(!browser)('a header sorts, and a filter leaves the rows for which it is true', async () => {
  const header = page.getByRole('columnheader', { name: /^height/ });
  await header.click();
  await page.locator('[role=columnheader][aria-sort="ascending"]').waitFor();
  await cell(1, 2).getByText('360').waitFor();
  const filter = page.getByPlaceholder('Search or filter…');
  await filter.fill('height > 400');
  await page.getByText('2 of 4 rows').first().waitFor();
  await screen('6-filtered');
  await filter.fill('');
  await page.getByText('4 rows', { exact: true }).first().waitFor();
});

test.skipIf(!browser)('the link sheet names the true end, and the copied link opens the object and ends no later', async () => {
  await page.getByRole('gridcell').filter({ hasText: 'a#1 ?.jpg' }).click();
  await page.keyboard.press('Control+l');
  const sheet = page.getByRole('dialog', { name: 'Link to a#1 ?.jpg' });
  await sheet.getByText('environment').waitFor();
  await sheet.getByText('15 min', { exact: true }).click();
  await sheet.getByText(/\(1[45]\smin\)/).waitFor();
  await screen('7-link-sheet');
  expect(await axeFinds()).toEqual([]);
  await sheet.getByRole('button', { name: 'Copy link' }).click();
  await page
    .getByText(/Link copied\. Works until/)
    .first()
    .waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/media\/a%231%20%3F\.jpg\?X-Amz-.*X-Amz-Expires=900&/);
  expect((await rawGet(link)).status).toBe(200);
  expect((await rawGet(link.replace('X-Amz-Expires=900', 'X-Amz-Expires=90000'))).status).toBe(403);
});

test.skipIf(!browser)('a removed row comes back with undo, and all is there after a reload', async () => {
  await page.getByRole('gridcell').filter({ hasText: 'tall.jpg' }).click();
  await page.keyboard.press('Delete');
  await page.getByText('1 row moved to the trash. The file is untouched.').first().waitFor();
  await page.getByText('3 rows', { exact: true }).first().waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('4 rows', { exact: true }).first().waitFor();
  await page.reload();
  await page.getByRole('treeitem').first().click();
  await page.getByRole('grid').getByText('tall.jpg').waitFor();
  await page.getByRole('gridcell', { name: 'height, error: not found' }).waitFor();
  await screen('8-after-reload');
});
