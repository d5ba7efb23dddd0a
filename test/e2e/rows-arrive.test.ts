/** Rows that land above the screen, in a real Chromium: nothing on it moves, in the table and in the gallery, and a line says how many. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { got } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
const sample = readFileSync(join(import.meta.dirname, '..', '..', 'assets', 'sample', 'marble.png'));
let http: HttpServer;
let opened: TestWindow;
let page: Page;

/** Inserts files of these names; the table is sorted by them. */
async function insert(names: readonly string[]): Promise<void> {
  const { client } = opened.owned.connectionFor(commandLine);
  const texts = names.map((name) => http.put(`/${name}.png`, storedObject(sample, { type: 'image/png' })));
  got(await client.rows.insert({ table: 'sorted', source: { kind: 'texts', texts }, column: 'media', onError: 'abort', compute: 'none' }));
}

const namesOf = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}-${String(index).padStart(4, '0')}`);

/** What is wholly on screen: each file's name and the box of what shows it, to the pixel. */
const boxes = (role: 'row' | 'option') =>
  page.evaluate((wanted) => {
    const frame = document.querySelector(wanted === 'row' ? '[role=grid]' : '[role=listbox]')?.getBoundingClientRect();
    return [...document.querySelectorAll(wanted === 'row' ? '[role=row][data-row]' : '[role=option]')]
      .flatMap((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const isSeen = frame !== undefined && y > frame.top + 32 && y + height < frame.bottom;
        const name = /[a-z]-\d{4}/.exec(element.textContent ?? '')?.[0] ?? 'empty';
        return isSeen ? [`${name} ${[x, y, width, height].join(' ')}`] : [];
      })
      .sort();
  }, role);

/** Whether what was on screen has moved in any frame until the line says so many rows. */
async function whileRowsArrive(role: 'row' | 'option', work: () => Promise<void>, said: string): Promise<string[]> {
  const frames = page.evaluate(
    async ([wanted, text]) => {
      const seen = new Set<string>();
      const places = () =>
        [...document.querySelectorAll(wanted === 'row' ? '[role=row][data-row]' : '[role=option]')].flatMap((element) => {
          const { y } = element.getBoundingClientRect();
          const name = /m-\d{4}/.exec(element.textContent ?? '')?.[0];
          return name ? [`${name} ${y}`] : [];
        });
      const first = places().filter((place) => Number(place.split(' ')[1]) > 200 && Number(place.split(' ')[1]) < 600);
      for (let isSaid = false, after = 0; !isSaid || after < 15; ) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const now = new Set(places());
        for (const place of first) if (!now.has(place)) seen.add(place);
        isSaid = [...document.querySelectorAll('[role=status] button')].some((button) => button.textContent === text);
        if (isSaid) after += 1;
      }
      return [...seen];
    },
    [role, said] as const,
  );
  await work();
  return frames;
}

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  opened = await openTestWindow(browser);
  page = opened.page;
  const { client } = opened.owned.connectionFor(commandLine);
  got(await client.tables.create({ path: 'sorted', columns: [{ name: 'media', type: 'media' }] }));
  await insert(namesOf('m', 600));
  await page.getByRole('treeitem', { name: 'sorted' }).click();
  const header = page.getByRole('columnheader', { name: 'media' });
  await header.click();
  await page.getByRole('gridcell', { name: 'media, m-0000.png' }).waitFor();
}, 60_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

test.skipIf(!browser)(
  'rows that land above the screen move nothing in the table, the line says how many, and a press goes there',
  async () => {
    await page.getByRole('grid').evaluate((element) => element.scrollTo(0, 5_610));
    await page.getByRole('gridcell', { name: 'media, m-0205.png' }).waitFor();
    const before = await boxes('row');
    expect(before.length).toBeGreaterThan(12);
    expect(await whileRowsArrive('row', () => insert(namesOf('a', 128)), '128 new rows above')).toEqual([]);
    expect(await boxes('row')).toEqual(before);
    expect(await whileRowsArrive('row', () => insert(namesOf('b', 2)), '130 new rows above')).toEqual([]);
    expect(await boxes('row')).toEqual(before);
    await opened.screen('rows-arrive-1-table');
    expect(await opened.axeFinds()).toEqual([]);
    await page.getByRole('button', { name: '130 new rows above' }).click();
    await page.getByRole('gridcell', { name: 'media, a-0000.png' }).waitFor();
    await page.getByRole('button', { name: 'new rows above' }).waitFor({ state: 'detached' });
  },
);

test.skipIf(!browser)('nor in the gallery, where a press leads to them too', async () => {
  await page.getByRole('radio', { name: 'Gallery' }).click({ force: true });
  await page.getByRole('option').first().waitFor();
  await page.getByRole('listbox').evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  await page.waitForFunction(() => {
    const options = [...document.querySelectorAll('[role=option]')];
    return options.length > 10 && options.filter((option) => option.querySelector('[data-state=shown]')).length > 10;
  });
  const before = await boxes('option');
  expect(before.length).toBeGreaterThan(7);
  expect(await whileRowsArrive('option', () => insert(namesOf('c', 37)), '37 new rows above')).toEqual([]);
  expect(await boxes('option')).toEqual(before);
  await opened.screen('rows-arrive-2-gallery');
  await page.getByRole('button', { name: '37 new rows above' }).click();
  await page.getByRole('option', { name: 'c-0000.png' }).waitFor();
  await page.getByRole('button', { name: 'new rows above' }).waitFor({ state: 'detached' });
});
