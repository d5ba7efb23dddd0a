/** The recipe through the window, in a real Chromium, on test servers. */
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawGet } from '../links/raw-get.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const key = { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' };

const browser = await startChromium();
let http: HttpServer;
let s3: S3Server;
let opened: TestWindow;
let page: Page;
const screen = (name: string) => opened.screen(name);
const axeFinds = () => opened.axeFinds();

/** A picture of this size, as JPEG. */
async function picture(width: number, height: number, hue: string): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: hue } })
    .jpeg()
    .toBuffer();
}

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  http.put('/wide.jpg', storedObject(await picture(640, 360, '#558877'), { type: 'image/jpeg', etag: '"wide"' }));
  http.put('/tall.jpg', storedObject(await picture(300, 500, '#778855'), { type: 'image/jpeg', etag: '"tall"' }));
  s3 = await startS3Server({ buckets: { media: {} }, keys: [key] });
  s3.put('media', 'a#1 ?.jpg', storedObject(await picture(800, 800, '#775588'), { type: 'image/jpeg', etag: '"s3"' }));
  opened = await openTestWindow(browser, {
    env: {
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: s3.origin,
    },
  });
  page = opened.page;
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await Promise.all([http.close(), s3.close()]);
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
  await sheet.getByText('rejected: ftp is not read; https, http, s3, gs, az and files are.').waitFor();
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
