/** Buckets through the window in a real Chromium: looked into, imported, refreshed, and set up for references of other providers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import type { Client } from '../../src-shared/contract/contract.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

/** Others may be using the machine, too. */
const patient = { timeout: 15_000 };
const browser = await startChromium();
const keys = { accessKeyId: 'AKIAKEYS', secretAccessKey: 'keys-secret' };
const picture = storedObject(readFileSync(join(import.meta.dirname, '../../assets/sample/orientation-1.jpg')), { type: 'image/jpeg' });
let s3: S3Server;
let opened: TestWindow;
let page: Page;
let client: Client;

beforeAll(async () => {
  if (!browser) return;
  s3 = await startS3Server({ buckets: { media: {}, closed: { readers: [] } }, keys: [keys] });
  for (let index = 0; index < 230; index += 1) s3.put('media', `shots/2026/IMG_${String(index).padStart(4, '0')}.jpg`, picture);
  for (const key of ['shots/2025/old.jpg', 'shots/notes.txt', 'shots/deep/er/a b#1.jpg', 'top.mp4']) s3.put('media', key, picture);
  s3.put('media', 'shots/', storedObject(''));
  s3.put('media', 'shots/2026/empty.jpg', storedObject(''));
  opened = await openTestWindow(browser, {
    env: {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_S3: s3.origin,
      METADATA_SERVER_DETECTION: 'none',
    },
  });
  page = opened.page;
  client = opened.owned.connectionFor(commandLine).client;
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await s3.close();
});

const sheet = () => page.getByRole('dialog', { name: 'Import from a bucket' });
const lookInto = async (text: string) => {
  await sheet().getByLabel('Bucket or folder').fill(text);
  await page.keyboard.press('Enter');
};

test.skipIf(!browser)('a bucket is looked into folder by folder and counted, before anything is imported', async () => {
  await page.getByRole('button', { name: 'Browse a bucket…' }).click();
  await sheet()
    .getByText(/^Name a bucket, such as/)
    .waitFor();
  await opened.screen('bucket-empty');
  expect(await opened.axeFinds()).toEqual([]);
  await lookInto('s3://closed/');
  await sheet().getByRole('alert').waitFor();
  expect(await sheet().getByRole('treeitem').allTextContents()).toHaveLength(2);
  await opened.screen('bucket-denied');
  expect(await opened.axeFinds()).toEqual([]);

  await lookInto('s3://media');
  await sheet().getByRole('status').getByText('234 objects').waitFor();
  await sheet().getByRole('treeitem', { name: 's3://media' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await sheet().getByRole('treeitem', { name: 'deep/' }).waitFor();
  await page.keyboard.press('Enter');
  await sheet().getByRole('status').getByText('233 objects').waitFor();
  expect(await sheet().getByRole('status').textContent()).toMatch(/^233 objects, .*\. Left out: 1 folder placeholder, 1 empty object\.$/);
  expect(await sheet().getByRole('row').count()).toBe(201);
  expect(await sheet().getByText('and 33 more').count()).toBe(1);
  await sheet().getByLabel('Only names that match').fill('**/*.{jpg,png}');
  await sheet().getByRole('status').getByText('232 objects').waitFor();
  await opened.screen('bucket-browsed');
  expect(await opened.axeFinds()).toEqual([]);
  expect(s3.requests.filter(({ method, rawQuery }) => method === 'GET' && !rawQuery.includes('list-type'))).toEqual([]);
});

test.skipIf(!browser)('what matches is imported as a job into a new table named after the bucket', async () => {
  await sheet().getByRole('button', { name: 'Import' }).click();
  await page.getByText('232 rows inserted, 0 errors').first().waitFor();
  const table = await client.tables.get({ table: 'media' });
  expect(table.ok && [table.value.rowCount, table.value.columns.map(({ type }) => type)]).toEqual([232, ['image']]);
  await page
    .getByRole('gridcell', { name: /IMG_0000/ })
    .first()
    .waitFor();
});

test.skipIf(!browser)('a table is refreshed from its bucket: counts first, then as one change that can be undone', async () => {
  s3.put('media', 'shots/2026/new.jpg', picture);
  s3.put('media', 'shots/2026/IMG_0001.jpg', storedObject('other bytes'));
  s3.remove('media', 'shots/2025/old.jpg');
  await page.getByRole('treeitem', { name: /^media/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Refresh from a bucket…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Refresh “media”' });
  await expect.poll(() => dialog.getByLabel('Bucket or folder').inputValue(), patient).toBe('s3://media/shots/');
  await dialog.getByLabel('Only names that match').fill('**/*.jpg');
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await dialog.getByRole('button', { name: 'Apply' }).waitFor();
  expect(await dialog.getByRole('term').allTextContents()).toEqual(['New', 'Gone', 'Changed', 'As they were']);
  expect(await dialog.getByRole('definition').allTextContents()).toEqual(['1', '1', '1', '230']);
  await opened.screen('refresh-counted');
  expect(await opened.axeFinds()).toEqual([]);
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('1 row inserted, 1 moved to the trash, 1 changed.').first().waitFor();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('Undone: Refreshed media from s3://media/shots/').first().waitFor();
  const table = await client.tables.get({ table: 'media' });
  expect(table.ok && table.value.rowCount).toBe(232);
});

test.skipIf(!browser)('an object of another provider is offered once its store is set up', async () => {
  await page.getByRole('button', { name: 'Import' }).first().click();
  const importing = page.getByRole('dialog', { name: 'Import' });
  await importing.getByLabel('Paste or type links, one a line').fill('https://f000.backblazeb2.com/file/photos/a+b.jpg');
  const line = importing.getByRole('row', { name: /a\+b\.jpg/ });
  await line.getByText('as s3://photos/a b.jpg once its store is set up').waitFor();
  await opened.screen('offer-not-set-up');
  expect(await opened.axeFinds()).toEqual([]);
  await line.getByRole('button', { name: 'Set up store' }).click();
  await line.getByText('as s3://photos/a b.jpg', { exact: false }).waitFor();
  await expect.poll(() => line.getByRole('button', { name: 'Set up store' }).count(), patient).toBe(0);
  expect(JSON.parse(readFileSync(join(opened.home, 'library', 'settings.json'), 'utf8')).stores).toEqual([
    { match: 's3://photos', endpoint: 'https://s3.us-west-000.backblazeb2.com', region: 'us-west-000', anonymous: true },
  ]);
});
