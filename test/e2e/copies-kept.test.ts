/** Copies of rows by the whole core: fetched, kept, changed upstream and taken anew, listed and dropped on the cache's page. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { tableOf } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
const first = Buffer.alloc(300_000, 1);
const second = Buffer.alloc(400_000, 2);
let http: HttpServer;
let opened: TestWindow;

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  const urls = ['a.bin', 'b.bin'].map((name) => http.put(`/${name}`, storedObject(first, { etag: '"one"' })));
  opened = await openTestWindow(browser, { settings: { looking: { fetch: 'when_asked' } } });
  await tableOf(opened.owned.connectionFor(commandLine).client, urls, 'copies');
  await opened.page.getByRole('treeitem', { name: 'copies' }).click();
}, 60_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

test.skipIf(!browser)(
  'a fetched file is kept, found changed, taken anew, and dropped from the list of the cache',
  async () => {
    const { page } = opened;
    const choose = async (name: string) => {
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await page.getByRole('gridcell', { name: 'a.bin' }).click();
    await choose('Fetch');
    await page.getByRole('gridcell', { name: /a\.bin.*in the cache/ }).waitFor();
    await page.keyboard.press('Control+a');
    await choose('Keep offline');
    await page.getByRole('gridcell', { name: /b\.bin.*kept offline/ }).waitFor();
    http.put('/a.bin', storedObject(second, { etag: '"two"' }));
    await choose('Check for changes');
    await page.getByText('2 files checked: 1 changed upstream, 1 unchanged').first().waitFor();
    await page.getByRole('gridcell', { name: /a\.bin.*changed upstream/ }).click();
    await page.getByRole('complementary', { name: 'Inspector' }).getByRole('button', { name: 'Fetch new and recompute' }).click();
    await page.getByText('1 new file is taken.').first().waitFor();
    await page.getByRole('gridcell', { name: /a\.bin.*kept offline$/ }).waitFor();

    await page.getByRole('button', { name: /\/ 10 GB$/ }).click();
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page
      .getByText('2 files, 700 kB')
      .or(page.getByText(/Kept offline 2 files/))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page
      .getByText(/^2 files verified, .*: all as they were stored\.$/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Drop the copy of b.bin' }).click();
    await page.getByRole('button', { name: 'Drop the copy of b.bin' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('table', { name: 'Files' }).getByRole('row').count()).toBe(2);
  },
  60_000,
);
