/** What can be dropped in and dragged out, and the keys, in a real Chromium. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { carry, dragOf, pickUp } from './drag.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
const many = 20_000;
let http: HttpServer;
let opened: TestWindow;
let page: Page;
let picture: Uint8Array;

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  picture = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#558877' } })
    .jpeg()
    .toBuffer();
  for (const path of ['/wide.jpg', '/small.jpg']) http.put(path, storedObject(picture, { type: 'image/jpeg', etag: `"${path}"` }));
  http.put(
    '/beach.html',
    storedObject('<!doctype html><a href="/page.html"><img src="small.jpg" srcset="small.jpg 320w, wide.jpg 640w" width="200"></a>', {
      type: 'text/html',
    }),
  );
  opened = await openTestWindow(browser);
  page = opened.page;
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

const content = () => page.getByRole('main');
const sheet = () => page.getByRole('dialog', { name: 'Import' });
const entry = (name: string | RegExp) => page.getByRole('treeitem', { name });
const said = (text: string | RegExp) => page.getByText(text).first().waitFor();

test.skipIf(!browser)('a picture dragged from a web page gives its address, and the link around it as the alternative', async () => {
  const shop = await page.context().newPage();
  await shop.goto(http.url('/beach.html'));
  const picked = await pickUp(shop, shop.getByRole('img'));
  await shop.close();
  const before = http.counters.requests;
  // Browsers add the picture's bitmap as a file.
  const bitmap = join(opened.home, 'bitmap.png');
  writeFileSync(bitmap, picture);
  const drag = await carry(page, { ...picked, files: [bitmap] });
  await drag.over(content());
  await page.getByText('Import into a new table', { exact: true }).waitFor();
  await opened.screen('drops-1-over-content');
  await drag.drop();
  await sheet().getByText('1 row. Nothing is fetched now.').waitFor();
  await sheet().getByRole('row').getByText('wide.jpg').waitFor();
  await sheet().getByRole('button', { name: 'Use the link instead' }).click();
  await sheet().getByRole('row').getByText('page.html').first().waitFor();
  await sheet().getByRole('button', { name: 'Use the picture instead' }).click();
  await sheet().getByRole('button', { name: 'Use the link instead' }).waitFor();
  await opened.screen('drops-2-alternative');
  expect(await opened.axeFinds()).toEqual([]);
  expect(http.counters.requests).toBe(before);
  await sheet().getByRole('textbox', { name: 'Name of the new table' }).fill('beach');
  await sheet().getByRole('button', { name: 'Import', exact: true }).click();
  await said('1 row inserted, 0 errors');
  await entry(/^beach 1 row/).waitFor();
});

test.skipIf(!browser)(
  'what cannot be read keeps its reason and is corrected in place, lines are left out, and the table is chosen',
  async () => {
    const html = `<img src="data:image/png;base64,AA"><img src="a.jpg"><img src="${http.url('/wide.jpg')}"><img src="${http.url('/small.jpg')}">`;
    const drag = await carry(page, dragOf({ 'text/html': html }));
    await drag.over(content());
    await page.getByText('Import into beach', { exact: true }).waitFor();
    await drag.drop();
    await sheet().getByText('rejected: This picture exists only inside its page. Save it, then drop the file.').waitFor();
    await sheet().getByText('rejected: This link is relative, and the page it belongs to is not known. Copy the whole address.').waitFor();
    await sheet().getByText('already in this table, row 1').waitFor();
    await sheet().getByText('1 row. Nothing is fetched now.').waitFor();
    await opened.screen('drops-3-rejects');
    expect(await opened.axeFinds()).toEqual([]);
    await sheet()
      .getByRole('row', { name: /a\.jpg/ })
      .getByRole('button', { name: 'Edit' })
      .click();
    const field = sheet().getByRole('textbox', { name: /^Address of line/ });
    await field.press('Escape');
    await field.waitFor({ state: 'detached' });
    await sheet()
      .getByRole('row', { name: /a\.jpg/ })
      .getByRole('button', { name: 'Edit' })
      .click();
    await field.fill('s3://media/a#1 ?.jpg');
    await field.press('Enter');
    await sheet().getByText('2 rows. Nothing is fetched now.').waitFor();
    await sheet().getByRole('radio', { name: 'Insert anyway' }).check();
    await sheet().getByText('3 rows. Nothing is fetched now.').waitFor();
    await sheet().getByRole('combobox', { name: 'Into' }).selectOption({ label: 'New table' });
    await sheet().getByRole('checkbox', { name: 'Import line 2' }).uncheck();
    await sheet().getByText('2 rows. Nothing is fetched now.').waitFor();
    await sheet()
      .getByRole('row', { name: /a#1 \?\.jpg/ })
      .waitFor();
    await sheet().getByRole('textbox', { name: 'Name of the new table' }).fill('party');
    await sheet().getByRole('button', { name: 'Import', exact: true }).click();
    await said(/2 rows inserted/);
    await entry(/^party 2 rows/).waitFor();
  },
);

test.skipIf(!browser)('a list is offered as a list; other files and folders are refused with the next step', async () => {
  const folder = join(opened.home, 'folder');
  mkdirSync(folder);
  const list = join(opened.home, 'list.csv');
  writeFileSync(list, `url,title\n${http.url('/wide.jpg')},Wide\ns3://media/b.mp4,Film\n`);
  const file = join(opened.home, 'photo.jpg');
  writeFileSync(file, picture);
  const drag = await carry(page, dragOf({}, [list, file, folder]));
  await drag.over(content());
  await page.getByText('Import into party · 3 files or folders').waitFor();
  await drag.drop();
  await sheet().getByText('already in this table, row 1').waitFor();
  await sheet()
    .getByRole('row', { name: /b\.mp4/ })
    .waitFor();
  await sheet()
    .getByText('rejected: A browser does not say where a dropped file lies. Paste its path as text, or drop it in the app.')
    .waitFor();
  await sheet().getByText('rejected: A browser does not say where a dropped folder lies.').waitFor();
  await page.keyboard.press('Escape');
  await sheet().waitFor({ state: 'detached' });
});

test.skipIf(!browser)('with Alt a long list goes in at once, and no server hears of rows that are not on screen', async () => {
  const folder = await opened.owned.library.catalog.tree.createFolder('Holiday', { ifNotExists: false });
  expect(folder.name).toBe('Holiday');
  const lines = Array.from({ length: many }, (_, index) => http.url(`/many/${index}.jpg`));
  const drag = await carry(page, dragOf({ 'text/plain': lines.join('\n') }));
  await drag.over(entry('Holiday, folder'));
  await page.getByText('Import into a new table in Holiday').waitFor();
  await opened.screen('drops-4-over-folder');
  const thumbnail = page.waitForResponse(/\/thumbnail\//);
  await drag.drop({ withAlt: true });
  await said('20,000 rows inserted, 0 errors');
  await page.getByRole('gridcell', { name: / 10\.jpg/ }).waitFor();
  await thumbnail;
  const asked = http.requests.flatMap(({ rawPath }) => /^\/many\/(\d+)/.exec(rawPath)?.[1] ?? []).map(Number);
  expect(asked.length).toBeGreaterThan(0);
  // Some 25 rows are on screen, and a few are drawn beyond its edge.
  expect(asked.filter((index) => index > 32)).toEqual([]);
});

test.skipIf(!browser)('a table in the tree takes drops and rows, and entries of the tree move, all to be undone', async () => {
  const drag = await carry(page, dragOf({ 'text/uri-list': `# found today\r\n${http.url('/new.png')}` }));
  await drag.over(entry(/^beach/));
  await page.getByText('Import into beach', { exact: true }).waitFor();
  await opened.screen('drops-5-over-table');
  await drag.over(page.getByRole('heading', { name: 'Library', level: 2 }));
  await page.getByText('Import into a new table', { exact: true }).waitFor();
  await drag.over(page.getByRole('banner').getByRole('button', { name: 'Import' }));
  await page.getByText('Import…', { exact: true }).waitFor();
  // The debugger's protocol cannot leave a window; browsers then tell of nothing that was entered instead.
  await page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true })));
  await page.getByText('Import…', { exact: true }).waitFor({ state: 'detached' });
  await drag.over(entry(/^beach/));
  await drag.drop({ withAlt: true });
  await said('1 row inserted, 0 errors');
  await entry(/^beach 2 rows/).waitFor();

  await entry(/^party/).click();
  const rows = page.getByRole('grid').getByRole('gridcell', { name: /^image|^media/ });
  await rows.nth(1).waitFor();
  await rows.nth(0).click();
  await rows.nth(1).click({ modifiers: ['Shift'] });
  const carried = await carry(page, await pickUp(page, rows.nth(1)));
  await carried.over(entry(/^party/));
  await page.getByText('These rows are in party already.').waitFor();
  await carried.over(entry('Holiday, folder'));
  await page.getByText('Rows can be dropped on a table.').waitFor();
  await carried.over(entry(/^beach/));
  await page.getByText('Copy 2 rows into beach').waitFor();
  await carried.drop();
  await page.mouse.up();
  await said('2 rows inserted, 0 errors');
  await entry(/^beach 4 rows/).waitFor();
  await page.keyboard.press('Control+z');
  await entry(/^beach 2 rows/).waitFor();

  const moved = await carry(page, await pickUp(page, entry(/^beach/)));
  await moved.over(entry(/^party/));
  await page.getByText('Tables and folders can be moved into folders.').waitFor();
  await moved.over(entry('Holiday, folder'));
  await page.getByText('Move into Holiday').waitFor();
  await moved.drop();
  await page.mouse.up();
  await said('“beach” moved into Holiday.');
  await page.locator('[role=treeitem][aria-level="2"]').getByText('beach').waitFor();
  await page.keyboard.press('Control+z');
  await page.locator('[role=treeitem][aria-level="1"]').getByText('beach').waitFor();
});

test.skipIf(!browser)('a row dragged out gives its address in all forms, and one by which its file is fetched', async () => {
  await entry(/^beach/).click();
  const cell = page.getByRole('gridcell', { name: /wide\.jpg/ });
  await cell.click();
  const given = page.evaluate(
    () =>
      new Promise<Record<string, string>>((resolve) => {
        const types = ['text/uri-list', 'text/plain', 'text/html', 'DownloadURL'];
        addEventListener(
          'dragstart',
          ({ dataTransfer }) => resolve(Object.fromEntries(types.map((type) => [type, dataTransfer?.getData(type) ?? '']))),
          {
            once: true,
          },
        );
      }),
  );
  const out = await carry(page, await pickUp(page, cell));
  await out.over(content());
  await out.drop();
  await page.mouse.up();
  const forms = await given;
  const url = http.url('/wide.jpg');
  const origin = new URL(page.url()).origin;
  expect(forms).toEqual({
    'text/uri-list': url,
    'text/plain': url,
    'text/html': `<img src="${url}" alt="wide.jpg">`,
    DownloadURL: expect.stringMatching(new RegExp(`^image/jpeg:wide\\.jpg:${origin}/media/\\d+$`)),
  });
  const answer = await page.request.get(forms.DownloadURL?.split(':').slice(2).join(':') ?? '');
  expect(Buffer.compare(await answer.body(), picture)).toBe(0);
});

test.skipIf(!browser)('every key is on the sheet of keys; a row is found by its number; menus open without a mouse', async () => {
  await page.getByRole('gridcell', { name: /wide\.jpg/ }).click();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await keys.getByText('Go to row…').waitFor();
  await opened.screen('drops-6-shortcuts');
  expect(await opened.axeFinds()).toEqual([]);
  await page.keyboard.press('Escape');
  await keys.waitFor({ state: 'detached' });

  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Open in browser' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });

  await entry(/^127-0-0-1/).click();
  await page.getByRole('gridcell', { name: /\b0\.jpg/ }).click();
  await page.keyboard.press('Control+g');
  await page.getByRole('dialog', { name: 'Go to row' }).getByRole('textbox').fill('12,345');
  await page.keyboard.press('Enter');
  const found = page.getByRole('gridcell', { name: /12344\.jpg/ });
  await found.waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('[aria-rowindex="12347"] [role=gridcell]:focus').waitFor();

  await page.keyboard.press('Control+\\');
  await page.getByRole('tree').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+\\');
  await page.getByRole('tree').waitFor();
});

test.skipIf(!browser)('in a text field single keys only edit the text', async () => {
  const filter = page.getByPlaceholder('Search or filter…');
  await filter.click();
  await page.keyboard.type('1pxg ?/');
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  expect(await filter.inputValue()).toBe('pxg ?/');
  await filter.fill('');
  await page.keyboard.press('Control+/');
  const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await keys.waitFor();
  await page.keyboard.press('Escape');
  await keys.waitFor({ state: 'detached' });
  expect(await page.getByRole('radio', { name: 'Table' }).isChecked()).toBe(true);

  await page.keyboard.press('Control+o');
  const links = sheet().getByRole('textbox', { name: 'Paste or type links, one a line' });
  await links.pressSequentially('1 pxg?/');
  expect(await links.inputValue()).toBe('1 pxg?/');
  await page.keyboard.press('Escape');
  await sheet().getByText('What you typed is not imported yet.').waitFor();
  await page.keyboard.press('Escape');
  await sheet().waitFor({ state: 'detached' });
});

test.skipIf(!browser)('a list of 300,000 lines scrolls to its end, and no element is taller than a browser can show', async () => {
  const lines = Array.from({ length: 300_000 }, (_, index) => `s3://media/${index + 1}.jpg`);
  const drag = await carry(page, dragOf({ 'text/plain': lines.join('\n') }));
  await drag.over(content());
  await drag.drop();
  await sheet().getByText('300,000 rows. Nothing is fetched now.').waitFor();
  const preview = sheet().getByRole('grid', { name: '300,000 lines' });
  await preview.focus();
  await page.keyboard.press('End');
  await preview.getByRole('row', { name: /300,000 300000\.jpg/ }).waitFor();
  await page.keyboard.press('Space');
  await sheet().getByText('299,999 rows. Nothing is fetched now.').waitFor();
  expect(await preview.getByRole('rowgroup').evaluate((canvas) => canvas.clientHeight)).toBeLessThanOrEqual(8_000_000);
  await page.keyboard.press('Escape');
  await sheet().waitFor({ state: 'detached' });
});

test.skipIf(!browser)('where the host tells paths, a folder gives its files and rows that are here leave as files', async () => {
  if (!browser) return;
  const desktop = await openTestWindow(browser, { beforeLoad: async (before) => void (await before.addInitScript(bridgeScript)) });
  const { page: window, home } = desktop;
  try {
    const folder = join(home, 'holiday');
    mkdirSync(folder);
    for (let number = 0; number < 200; number += 1) writeFileSync(join(folder, `${number}.jpg`), picture);
    await window.getByRole('heading', { name: 'Drop links, files or folders here' }).waitFor();
    await window.evaluate((path) => Object.assign(globalThis, { knownPaths: { holiday: path } }), folder);
    const drag = await carry(window, dragOf({}, [folder]));
    await drag.over(window.getByRole('main'));
    await window.getByText('Import into a new table · 1 file or folder').waitFor();
    await drag.drop();
    const dialog = window.getByRole('dialog', { name: 'Import' });
    await dialog.getByText('200 rows. Nothing is fetched now.').waitFor();
    await window.keyboard.press('Enter');
    await window.getByText('200 rows inserted, 0 errors').first().waitFor();

    const cells = window.getByRole('gridcell', { name: /\.jpg/ });
    await cells.nth(0).click();
    await cells.nth(2).click({ modifiers: ['Shift'] });
    const begun = window.waitForFunction(() => Reflect.get(globalThis, 'draggedIds'));
    const box = await cells.nth(1).boundingBox();
    if (!box) throw new Error('the row is not on screen');
    await window.mouse.move(box.x + 60, box.y + 10);
    await window.mouse.down();
    await window.mouse.move(box.x + 90, box.y + 30);
    await window.mouse.up();
    expect(await (await begun).jsonValue()).toHaveLength(3);

    await cells.nth(0).click();
    await window.keyboard.press('Shift+F10');
    await window.getByRole('menuitem', { name: 'Show in folder' }).click();
    await window.waitForFunction(() => Reflect.get(globalThis, 'shownId') !== undefined);

    // Nobody looks at a sound, so that it is not here yet.
    http.put('/later.mp3', storedObject(picture, { type: 'audio/mpeg' }));
    const table = (await desktop.owned.library.catalog.tree.list(null)).tables[0]?.path ?? '';
    const client = desktop.owned.connectionFor(commandLine).client;
    await client.rows.insert({ table, source: { kind: 'texts', texts: [http.url('/later.mp3')] }, onError: 'abort', compute: 'none' });
    await window.getByText('201 rows').first().waitFor();
    await cells.nth(0).click();
    await window.keyboard.press('End');
    const later = window.getByRole('gridcell', { name: /later\.mp3/ });
    await pickUp(window, later);
    // Another app takes what is dragged; the debugger's protocol has no such app.
    await later.evaluate((element) => {
      const end = new DragEvent('dragend', { bubbles: true });
      // A DataTransfer that a script makes keeps no effect.
      Object.defineProperty(end, 'dataTransfer', { value: { dropEffect: 'copy' } });
      element.dispatchEvent(end);
    });
    await window
      .getByText('Not on this computer yet, so its address was dropped. Fetching now; drag again for the file.')
      .first()
      .waitFor();
    await http.whenEnded(({ rawPath }) => rawPath === '/later.mp3', 'the file that was dragged is fetched');
  } finally {
    await desktop.close();
  }
});

/** The app's bridge over the browser host's wire: what Electron adds is heard, and told by the test. */
function bridgeScript(): void {
  type Message = { readonly type: string; readonly outcome?: { readonly value?: { capabilities?: object } } };
  const known = globalThis as { knownPaths?: Record<string, string>; draggedIds?: readonly number[]; shownId?: number };
  const listeners = new Set<(event: Message) => void>();
  // One for all: a browser holds six connections to a host.
  if (location.search === '') {
    new EventSource('/api/events').onmessage = ({ data }) => {
      for (const listener of listeners) listener(JSON.parse(data));
    };
  }
  Object.assign(globalThis, {
    vitrine: {
      async call(id: number, name: string, input: unknown, onMessage: (message: Message) => void) {
        const answer = await fetch('/api/call', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ type: 'call', id, name, input }),
        });
        for (const line of (await answer.text()).split('\n').filter((text) => text !== '')) {
          const message: Message = JSON.parse(line);
          const value = message.outcome?.value;
          if (name === 'library.info' && value)
            value.capabilities = { ...value.capabilities, dragOut: true, revealInFolder: true, filePaths: true };
          onMessage(message);
        }
      },
      cancel() {},
      onEvent(listener: (event: Message) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      pathForFile: (file: File) => known.knownPaths?.[file.name] ?? '',
      startDrag(ids: readonly number[]) {
        known.draggedIds = ids;
      },
      async showInFolder(id: number) {
        known.shownId = id;
        return true;
      },
    },
  });
}
