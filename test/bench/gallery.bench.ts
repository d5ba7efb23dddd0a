/** Scrolling a large gallery at speed: what it costs the window and the server, and how soon the first picture is seen. */
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { Figure } from '../../scripts/bench-figure.ts';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { startChromium } from '../e2e/find-chromium.ts';
import { openTestWindow } from '../e2e/open-window.ts';
import { got } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';

const rowCount = 100_000;
const frames = 240;
/** A tile on screen for so long may be fetched, in ms. */
const restMilliseconds = 120;

interface Scrolled {
  readonly longest: number;
  readonly slowest: number;
  readonly nodes: number;
  readonly options: number;
  /** Rows that were on screen for 120 ms. */
  readonly rested: readonly string[];
}

/** Imports a picture, then scrolls 100,000 rows; the wants are those of the brief of the screens. */
export async function run(): Promise<Figure[]> {
  const browser = await startChromium();
  if (!browser) throw new Error('No Chromium runs here, so a window cannot be measured.');
  const http = await startHttpServer();
  const photograph = await sharp({
    create: { width: 4000, height: 3000, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 20 } },
  })
    .jpeg({ quality: 80 })
    .toBuffer();
  const small = storedObject(
    await sharp({ create: { width: 300, height: 200, channels: 3, background: '#558877' } })
      .jpeg()
      .toBuffer(),
    {
      type: 'image/jpeg',
    },
  );
  const first = http.put('/first.jpg', storedObject(photograph, { type: 'image/jpeg' }));
  const urls = Array.from({ length: rowCount }, (_, index) => http.put(`/many/${index + 1}.jpg`, small));
  const opened = await openTestWindow(browser);
  try {
    const seen = await importOne(opened.page, first);
    const firstCost = { requests: http.counters.requests, bytes: http.counters.bodyBytes };
    const { client } = opened.owned.connectionFor(commandLine);
    got(await client.tables.create({ path: 'many', columns: [{ name: 'image', type: 'image' }] }));
    got(await client.rows.insert({ table: 'many', source: { kind: 'texts', texts: urls }, onError: 'abort', compute: 'none' }));
    await opened.page.getByRole('treeitem', { name: 'many' }).click();
    await opened.page.getByRole('radio', { name: 'Gallery' }).click({ force: true });
    const figures: Figure[] = [
      { name: 'gallery: first thumbnail after an import', unit: 'ms', value: seen, yardstick: 'none', ratio: 1 },
      { name: 'gallery: its requests', unit: 'requests', value: firstCost.requests, yardstick: '1 file', ratio: firstCost.requests },
      {
        name: 'gallery: its bytes',
        unit: 'bytes',
        value: firstCost.bytes,
        yardstick: `${photograph.length} bytes stored`,
        ratio: firstCost.bytes / photograph.length,
        want: { atMost: 1.05 },
      },
    ];
    for (const [size, step] of [
      [3, 0.3],
      [3, 3],
      [0, 0.3],
      [0, 3],
    ] as const) {
      await opened.page.getByRole('slider', { name: 'Size of the tiles' }).fill(String(size));
      figures.push(...(await scrolling(opened.page, http, { size, step })));
    }
    return figures;
  } finally {
    await opened.close();
    await browser.close();
    await http.close();
  }
}

/** Ms from the key that imports to the picture on screen. */
async function importOne(page: Page, url: string): Promise<number> {
  await page.getByRole('textbox', { name: 'Links to import' }).fill(url);
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Nothing is fetched now.').waitFor();
  const began = performance.now();
  await page.keyboard.press('Enter');
  await page.locator('[role=grid] [data-state=shown]').waitFor();
  return performance.now() - began;
}

/** Until every tile on screen has its picture. */
const whenShown = (page: Page) =>
  page.waitForFunction(() => {
    const box = document.querySelector('[role=listbox]')?.getBoundingClientRect();
    const seen = [...document.querySelectorAll('[role=option]')].filter((option) => {
      const { top, bottom } = option.getBoundingClientRect();
      return box !== undefined && bottom > box.top && top < box.bottom;
    });
    return seen.length > 0 && seen.every((option) => option.querySelector('[data-state=shown]'));
  });

/** Rows of the tiles on screen, counted from 1. */
const rowsOnScreen = (page: Page) =>
  page.evaluate(() => {
    const box = document.querySelector('[role=listbox]')?.getBoundingClientRect();
    return [...document.querySelectorAll('[role=option]')].flatMap((option) => {
      const { top, bottom } = option.getBoundingClientRect();
      return box !== undefined && bottom > box.top && top < box.bottom ? [option.getAttribute('aria-posinset') ?? ''] : [];
    });
  });

/** Scrolls by so many screens a frame, then rests. */
async function scrolling(page: Page, http: HttpServer, { size, step }: { size: number; step: number }): Promise<Figure[]> {
  await whenShown(page);
  const asked = http.requests.length;
  const found: Scrolled = await page.evaluate(
    async ({ frames: count, step: screens, rest }) => {
      const list = document.querySelector('[role=listbox]');
      if (!list) throw new Error('There is no gallery.');
      let longest = 0;
      const observer = new PerformanceObserver((entries) => {
        for (const entry of entries.getEntries()) longest = Math.max(longest, entry.duration);
      });
      observer.observe({ type: 'longtask' });
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const since = new Map<string, number>();
      const rested = new Set<string>();
      let [nodes, options, slowest] = [0, 0, 0];
      let last = await frame();
      for (let done = 0; done < count; done += 1) {
        list.scrollTop += list.clientHeight * screens;
        const now = await frame();
        slowest = Math.max(slowest, now - last);
        last = now;
        const box = list.getBoundingClientRect();
        const here = new Set<string>();
        for (const option of list.querySelectorAll('[role=option]')) {
          const { top, bottom } = option.getBoundingClientRect();
          if (bottom > box.top && top < box.bottom) here.add(option.getAttribute('aria-posinset') ?? '');
        }
        for (const row of since.keys()) if (!here.has(row)) since.delete(row);
        for (const row of here) {
          const came = since.get(row) ?? now;
          since.set(row, came);
          // A frame before and one after: the tile may have come right after the one, and its time may have come before the other.
          if (now - came > rest - 34) rested.add(row);
        }
        nodes = Math.max(nodes, list.querySelectorAll('*').length);
        options = Math.max(options, list.querySelectorAll('[role=option]').length);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      observer.disconnect();
      return { longest, slowest, nodes, options, rested: [...rested] };
    },
    { frames, step, rest: restMilliseconds },
  );
  await whenShown(page);
  const allowed = new Set([...found.rested, ...(await rowsOnScreen(page))]);
  const early = http.requests.slice(asked).filter(({ rawPath }) => !allowed.has(rawPath.replace(/\D/g, ''))).length;
  const what = `${size === 0 ? 'small' : 'middle'} tiles, ${step} screens a frame`;
  return [
    {
      name: `gallery: longest task, ${what}`,
      unit: 'ms',
      value: found.longest,
      yardstick: 'none',
      ratio: found.longest,
      want: { atMost: 50 },
    },
    { name: `gallery: slowest frame, ${what}`, unit: 'ms', value: found.slowest, yardstick: '1 frame', ratio: found.slowest / (1000 / 60) },
    {
      name: `gallery: elements, ${what}`,
      unit: 'elements',
      value: found.nodes,
      yardstick: `${found.options} tiles`,
      ratio: (found.nodes / Math.max(1, found.options)) * 40,
      want: { atMost: 300 },
    },
    { name: `gallery: fetched too early, ${what}`, unit: 'requests', value: early, yardstick: 'none', ratio: early, want: { atMost: 0 } },
  ];
}
