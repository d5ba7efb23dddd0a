/** How much looking may fetch, set in the window: what is left alone waits quietly, and a press fetches it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { tableOf } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
let http: HttpServer;
let opened: TestWindow;

const picture = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background, noise: { type: 'gaussian', mean: 128, sigma: 20 } } })
    .jpeg()
    .toBuffer();

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  const film = readFileSync(join(import.meta.dirname, '../../assets/sample/rolling.webm'));
  const urls = [
    http.put('/one.jpg', storedObject(await picture(900, 600, '#886644'), { type: 'image/jpeg' })),
    http.put('/two.jpg', storedObject(await picture(600, 900, '#446688'), { type: 'image/jpeg' })),
    http.put('/film.webm', storedObject(film, { type: 'video/webm' })),
    http.put('/clip.webm', storedObject(film, { type: 'video/webm' })),
  ];
  opened = await openTestWindow(browser);
  await tableOf(opened.owned.connectionFor(commandLine).client, urls, 'quiet');
}, 60_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

test.skipIf(!browser)(
  'only when asked, chosen in the view menu: tiles and the loupe fetch nothing until Show, Load or play is pressed',
  async () => {
    const { page, home } = opened;
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByRole('menuitemradio', { name: 'As needed', checked: true }).waitFor();
    await page.getByRole('menuitemradio', { name: 'Only when asked' }).click();
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByRole('menuitemradio', { name: 'Only when asked', checked: true }).waitFor();
    await opened.screen('looking-1-menu');
    await page.keyboard.press('Escape');
    expect(JSON.parse(readFileSync(join(home, 'library', 'settings.json'), 'utf8'))).toEqual({ looking: { fetch: 'when_asked' } });

    await page.getByRole('treeitem', { name: 'quiet' }).click();
    await page.getByRole('radio', { name: 'Gallery' }).click({ force: true });
    const tile = (name: string) => page.getByRole('option', { name });
    for (const name of ['one.jpg', 'two.jpg', 'film.webm'])
      await tile(`${name}, ${name === 'film.webm' ? 'video' : 'image'}, not fetched`).waitFor();
    await opened.screen('looking-2-waiting');
    expect(await opened.axeFinds()).toEqual([]);

    await tile('two.jpg').dblclick({ position: { x: 10, y: 10 } });
    const load = page.getByRole('button', { name: 'Load' });
    await load.waitFor();
    await opened.screen('looking-3-loupe');
    expect(http.counters.requests).toBe(0);
    await load.click();
    await page.getByRole('img', { name: 'two.jpg' }).locator('img[src^="blob:"]').waitFor();
    expect(http.requests.every(({ rawPath }) => rawPath === '/two.jpg')).toBe(true);

    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    expect(await page.locator('video').getAttribute('preload')).toBe('none');
    expect(http.requests.every(({ rawPath }) => rawPath === '/two.jpg')).toBe(true);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await http.whenRequested(({ rawPath }) => rawPath === '/film.webm', 'the film, once play was pressed');
    await page.keyboard.press('Escape');

    expect(http.requests.some(({ rawPath }) => rawPath === '/one.jpg')).toBe(false);
    await tile('one.jpg').getByText('Show').click();
    await tile('one.jpg').locator('[data-state=shown] img').waitFor();
    // Another film than the one that was played: that one may be here by now, and is shown without being asked for.
    await tile('clip.webm').getByText('Show').click();
    await tile('clip.webm').locator('[data-state=shown] img').waitFor();
    await opened.screen('looking-4-shown');
  },
  60_000,
);
