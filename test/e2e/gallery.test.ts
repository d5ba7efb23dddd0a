/** The gallery in a real Chromium, over pictures, films and sounds of a test server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { got } from '../integration/test-library.ts';
import { stalls } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const sample = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', 'assets', 'sample', name));
const browser = await startChromium();
const manyRows = 30_000;
let http: HttpServer;
let opened: TestWindow;
let page: Page;

/** A picture of this size with a sun in it, so that cropping and turning are seen. */
async function picture(width: number, height: number, hue: number): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="hsl(${hue} 60% 70%)"/><stop offset="1" stop-color="hsl(${hue + 60} 55% 35%)"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/><circle cx="30%" cy="30%" r="${Math.min(width, height) / 8}" fill="hsl(${hue + 40} 90% 85%)"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 80 }).toBuffer();
}

/** Stored lying on its side, with EXIF orientation 6. */
const turned = async (width: number, height: number) =>
  sharp(await picture(width, height, 20))
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

const sizes = [
  [600, 400],
  [400, 600],
  [640, 360],
  [500, 500],
  [900, 300],
  [450, 600],
] as const;

const tile = (name: string) => page.getByRole('option', { name });
const tiles = () => page.getByRole('option');
const table = (name: string) => page.getByRole('treeitem', { name });

/** Waits until every tile on screen has its picture, or what stands there instead. */
const whenSettled = () =>
  page.waitForFunction(() => {
    const box = document.querySelector('[role=listbox]')?.getBoundingClientRect();
    const seen = [...document.querySelectorAll('[role=option]')].filter((option) => {
      const { top, bottom } = option.getBoundingClientRect();
      return box !== undefined && bottom > box.top && top < box.bottom;
    });
    return seen.length > 0 && seen.every((option) => option.querySelector('[data-state=shown], [data-state=failed], [data-state=sound]'));
  });

/** Places of the tiles on screen, by their rows. */
const placesOnScreen = () =>
  page.evaluate(() => {
    const box = document.querySelector('[role=listbox]')?.getBoundingClientRect();
    return Object.fromEntries(
      [...document.querySelectorAll('[role=option]')].flatMap((option) => {
        const { x, y, width, height } = option.getBoundingClientRect();
        const isSeen = box !== undefined && y + height > box.top && y < box.bottom;
        return isSeen ? [[option.getAttribute('aria-posinset'), [x, y, width, height].map(Math.round).join(' ')]] : [];
      }),
    );
  });

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  const urls: string[] = [];
  for (let index = 0; index < 36; index += 1) {
    const [width, height] = sizes[index % sizes.length] ?? [600, 400];
    const body = await picture(width, height, (index * 47) % 360);
    urls.push(http.put(`/picture-${String(index + 1).padStart(2, '0')}.jpg`, storedObject(body, { type: 'image/jpeg' }), stalls()));
  }
  const odd = [
    http.put('/upright.jpg', storedObject(await turned(600, 400), { type: 'image/jpeg' })),
    http.put('/clear.png', storedObject(sample('marble.png'), { type: 'image/png' })),
    http.put('/broken.jpg', storedObject(sample('broken.jpg'), { type: 'image/jpeg' })),
    http.url('/missing.jpg'),
    http.put('/rolling.webm', storedObject(sample('rolling.webm'), { type: 'video/webm' })),
    // What follows the end of a JPEG is passed over by all who read one.
    http.put('/large.jpg', storedObject(Buffer.concat([await picture(800, 500, 300), Buffer.alloc(26_000_000)]), { type: 'image/jpeg' })),
    http.put('/chord.wav', storedObject(sample('chord.wav'), { type: 'audio/wav' })),
  ];
  const small = storedObject(await picture(90, 60, 200), { type: 'image/jpeg' });
  const many = Array.from({ length: manyRows }, (_, index) => http.put(`/many/${index + 1}.jpg`, small));
  opened = await openTestWindow(browser);
  page = opened.page;
  const { client } = opened.owned.connectionFor(commandLine);
  for (const [path, texts] of [
    ['mixed', [...urls, ...odd]],
    ['odd', odd],
    ['many', many],
  ] as const) {
    got(
      await client.tables.create({
        path,
        columns: [
          { name: 'media', type: 'media' },
          { name: 'title', type: 'string' },
        ],
      }),
    );
    got(
      await client.rows.insert({
        table: path,
        source: { kind: 'texts', texts: [...texts] },
        column: 'media',
        onError: 'abort',
        compute: 'none',
      }),
    );
  }
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

test.skipIf(!browser)('G shows the same rows as tiles with the focus on the same row, and no tile moves while pictures come', async () => {
  await table('mixed').click();
  await page.getByRole('gridcell', { name: 'media, picture-03.jpg' }).click();
  await page.keyboard.press('g');
  await tile('picture-03.jpg, image').waitFor();
  expect(await tile('picture-03.jpg').getAttribute('aria-selected')).toBe('true');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-posinset'))).toBe('3');
  expect(await tile('picture-03.jpg').getAttribute('aria-setsize')).toBe('43');
  // Every server is slow: the pictures are on their way.
  await http.whenRequested(({ rawPath }) => rawPath === '/picture-01.jpg');
  // A tile that leaves the screen gives its request up, and asks again when it comes back.
  const list = page.getByRole('listbox');
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  const given = await http.whenEnded(({ rawPath }) => rawPath === '/picture-01.jpg', 'the end of a request that nobody waits for');
  expect(given.end).toBe('broken');
  await list.evaluate((element) => element.scrollTo(0, 0));
  await http.whenRequested(({ rawPath, index }) => rawPath === '/picture-01.jpg' && index > given.index);
  const before = await placesOnScreen();
  expect(Object.keys(before).length).toBeGreaterThan(10);
  await opened.screen('gallery-1-waiting');
  http.release();
  await whenSettled();
  expect(await placesOnScreen()).toEqual(before);
  await opened.screen('gallery-2-just-come');
});

test.skipIf(!browser)('arrows go in two dimensions, and T comes back to the row that has the focus', async () => {
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const row = Number(await page.evaluate(() => document.activeElement?.getAttribute('aria-posinset')));
  expect(row).toBeGreaterThan(6);
  await page.keyboard.press('Shift+ArrowRight');
  expect(await page.getByRole('option', { selected: true }).count()).toBe(2);
  await page.keyboard.press('t');
  await page.getByRole('row', { selected: true }).first().waitFor();
  expect(await page.getByRole('row', { selected: true }).count()).toBe(2);
  expect(await page.evaluate(() => document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex'))).toBe(String(row + 2));
  await page.keyboard.press('g');
  await page.getByRole('option', { selected: true }).first().waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-posinset'))).toBe(String(row + 1));
});

test.skipIf(!browser)('squares, sizes and labels are chosen in the bar, and assistive tools find nothing wrong', async () => {
  await page.keyboard.press('Home');
  await whenSettled();
  await opened.screen('gallery-3-rows');
  expect(await opened.axeFinds()).toEqual([]);
  await page.getByRole('radio', { name: 'Squares' }).click({ force: true });
  await whenSettled();
  const places = Object.values(await placesOnScreen()).map((place) => String(place).split(' ').slice(2).join('×'));
  expect(new Set(places).size).toBe(1);
  await opened.screen('gallery-4-squares');
  const size = page.getByRole('slider', { name: 'Size of the tiles' });
  await size.fill('0');
  await whenSettled();
  await opened.screen('gallery-5-small');
  await page.getByRole('button', { name: 'Labels: none' }).click();
  await page.getByRole('menuitemradio', { name: 'media' }).click();
  await size.fill('4');
  await tiles().first().getByText('picture-01.jpg', { exact: true }).waitFor();
  await whenSettled();
  await opened.screen('gallery-6-labels');
  await page.getByRole('radio', { name: 'Rows' }).click({ force: true });
  await size.fill('6');
  await whenSettled();
  await opened.screen('gallery-7-large');
  await page.getByRole('button', { name: 'Labels: media' }).click();
  await page.getByRole('menuitemradio', { name: 'None' }).click();
  await size.fill('3');
  await page.getByRole('button', { name: 'Labels: none' }).waitFor();
});

test.skipIf(!browser)(
  'a portrait by its EXIF is upright, what is transparent shows what is behind, a film has a poster, a sound its peaks, and what failed says why',
  async () => {
    await table('odd').click();
    await page.getByRole('radio', { name: 'Gallery' }).click({ force: true });
    await whenSettled();
    const upright = await tile('upright.jpg').locator('img').boundingBox();
    expect(upright?.height).toBeGreaterThan(upright?.width ?? 0);
    await tile('missing.jpg, image, error: not found').waitFor();
    await tile('broken.jpg, image, in the cache, error: damaged').waitFor();
    // The film's frame comes from this window's player where the core has none, the sound's peaks from the core.
    expect(await tile('rolling.webm').locator('[data-state=shown] img').count()).toBe(1);
    expect(await tile('chord.wav').locator('[data-state=sound] svg').count()).toBe(1);
    await tile('large.jpg').getByText('Show (26\u00a0MB)').waitFor();
    await opened.screen('gallery-8-odd');
    expect(await opened.axeFinds()).toEqual([]);
  },
);

test.skipIf(!browser)('a file that is too large to be fetched unasked is fetched by a press on its size', async () => {
  const sent = http.counters.bodyBytes;
  expect(sent).toBeLessThan(26_000_000);
  await tile('large.jpg').getByText('Show (26\u00a0MB)').click();
  await tile('large.jpg').locator('[data-state=shown]').waitFor();
  // All but the front, which the header was read from and which stayed.
  expect(http.counters.bodyBytes - sent).toBeGreaterThan(26_000_000 - 64_000);
});

test.skipIf(!browser)(
  'in the gallery Delete moves the row to the trash whatever column had the focus, and undo brings it back',
  async () => {
    await page.keyboard.press('Control+1');
    await page
      .getByRole('gridcell', { name: /^title/ })
      .nth(3)
      .click();
    await page.keyboard.press('g');
    await tile('missing.jpg').waitFor();
    await page.keyboard.press('Delete');
    await page.getByText('1 row moved to the trash. The file is untouched.').first().waitFor();
    await tile('missing.jpg').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await tile('missing.jpg').waitFor();
  },
);

test.skipIf(!browser)('a dragged thumb says its row, and that row is then on screen', async () => {
  await table('many').click();
  await page.getByRole('radio', { name: 'Gallery' }).click({ force: true });
  await whenSettled();
  const said = await page.evaluate(async () => {
    const list = document.querySelector('[role=listbox]');
    const bubble = () =>
      [...document.querySelectorAll('main div')].find(
        (element) => /^row [\d,]+$/.test(element.textContent ?? '') && element.children.length === 0,
      );
    for (let step = 1; list && step < 60; step += 1) {
      list.scrollTop = (list.scrollHeight / 100) * (40 + step / 2);
      // What is drawn comes a frame or two after the bar moved.
      for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      const text = bubble()?.textContent;
      if (text) return text;
    }
    return null;
  });
  expect(said).toMatch(/^row 1\d,\d{3}$/);
  const row = Number(said?.replace(/\D/g, ''));
  await page.locator(`[aria-posinset="${row}"]`).waitFor();
  expect(Object.keys(await placesOnScreen()).map(Number)).toContain(row);
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+2');
});

test.skipIf(!browser)('Ctrl and the wheel make tiles larger, with the tile under the pointer kept in place', async () => {
  const rows = Object.keys(await placesOnScreen()).map(Number);
  const target = page.locator(`[aria-posinset="${rows[Math.floor(rows.length / 2)]}"]`);
  const middleOf = async () => {
    const box = await target.boundingBox();
    if (!box) throw new Error('the tile is not there');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const before = await middleOf();
  await page.mouse.move(before.x, before.y);
  for (const [turn, size] of [
    [-100, '4'],
    [-100, '5'],
    [100, '4'],
    [100, '3'],
  ] as const) {
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, turn);
    await page.keyboard.up('Control');
    await page.waitForFunction((value) => document.querySelector<HTMLInputElement>('input[type=range]')?.value === value, size);
    // Another tile may be under the pointer by now, which is then the one that stays; it is in the same line.
    expect(Math.abs((await middleOf()).y - before.y)).toBeLessThanOrEqual(3);
  }
});

test.skipIf(!browser)('nothing is fetched for tiles that were on screen for less than 120 ms', async () => {
  await whenSettled();
  const requested = http.requests.length;
  /** Scrolls for a hundred frames; gives the rows that were on screen longer, because a frame took so long. */
  const lingered = await page.evaluate(async () => {
    const list = document.querySelector('[role=listbox]');
    const rows = new Set<string>();
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    let last = await frame();
    for (let step = 0; list && step < 100; step += 1) {
      list.scrollTop += list.clientHeight * 1.5;
      const seen = [...document.querySelectorAll('[role=option]')].map((option) => option.getAttribute('aria-posinset') ?? '');
      const now = await frame();
      if (now - last > 50) for (const row of seen) rows.add(row);
      last = now;
    }
    return [...rows];
  });
  await whenSettled();
  const allowed = new Set([...lingered, ...Object.keys(await placesOnScreen())]);
  const fetched = http.requests.slice(requested).map(({ rawPath }) => rawPath.replace(/\D/g, ''));
  expect(fetched.length).toBeGreaterThan(0);
  expect(fetched.filter((row) => !allowed.has(row))).toEqual([]);
});

test.skipIf(!browser)('End shows the last row with the focus on it, and few elements exist', async () => {
  await tiles().first().focus();
  await page.keyboard.press('End');
  await page.locator(`[aria-posinset="${manyRows}"]`).waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-posinset'))).toBe(String(manyRows));
  await whenSettled();
  const { nodes, options } = await page.evaluate(() => ({
    nodes: document.querySelectorAll('[role=listbox] *').length,
    options: document.querySelectorAll('[role=option]').length,
  }));
  expect(nodes / options).toBeLessThan(300 / 40);
  await opened.screen('gallery-9-last');
});

test.skipIf(!browser)('a drag on empty space selects the tiles it meets', async () => {
  await page.keyboard.press('Escape');
  const list = await page.getByRole('listbox').boundingBox();
  const last = await page.locator(`[aria-posinset="${manyRows}"]`).boundingBox();
  if (!list || !last) throw new Error('there is no gallery');
  await page.mouse.move(list.x + list.width - 30, list.y + list.height - 4);
  await page.mouse.down();
  await page.mouse.move(last.x + 10, last.y + 10, { steps: 4 });
  await opened.screen('gallery-10-marquee');
  await page.mouse.up();
  expect(await page.locator(`[aria-posinset="${manyRows}"]`).getAttribute('aria-selected')).toBe('true');
});
