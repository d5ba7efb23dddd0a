/** Films in a real Chromium over the browser host: any place of a vast remote one, and those that Chromium cannot play by themselves. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { got, rowsOf, tableOf } from '../integration/test-library.ts';
import { ffmpeg } from '../media/media-room.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { largeVideo } from '../servers/large-video.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const filmBytes = 2_000_000_000;
const filmSeconds = 3600;
const browser = await startChromium();
let http: HttpServer;
let opened: TestWindow;

/** A film of 16 s that Chromium does not play. */
async function putProRes(folder: string): Promise<string> {
  const path = join(folder, 'edited.mov');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=16'];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=16'];
  await promisify(execFile)(ffmpeg ?? '', ['-loglevel', 'error', ...picture, ...sound, '-c:v', 'prores_ks', '-c:a', 'pcm_s16le', path]);
  return http.put('/edited.mov', storedObject(await readFile(path), { type: 'video/quicktime' }));
}

/** Seeks to these shares of a film, and says where it came to, how wide the frame is, and which of the pictures so far it shows. */
function framesAt(page: Page, address: string, places: readonly number[]) {
  return page.evaluate(
    async ({ address, places }) => {
      const player = document.createElement('video');
      player.muted = true;
      const happens = (name: string) =>
        new Promise<void>((resolve, reject) => {
          player.addEventListener(name, () => resolve(), { once: true });
          const failed = () => reject(new Error(`the player says ${player.error?.code} ${player.error?.message}`));
          player.addEventListener('error', failed, { once: true });
        });
      player.src = address;
      await happens('loadeddata');
      const canvas = document.createElement('canvas');
      canvas.width = player.videoWidth;
      canvas.height = player.videoHeight;
      const pixels = () => {
        const context = canvas.getContext('2d');
        context?.drawImage(player, 0, 0);
        return context?.getImageData(0, 0, canvas.width, canvas.height).data.join(' ') ?? '';
      };
      const pictures: string[] = [];
      const frames: { at: number; width: number; picture: number }[] = [];
      for (const share of places) {
        const seeked = happens('seeked');
        player.currentTime = player.duration * share;
        await seeked;
        const at = Math.round((player.currentTime / player.duration) * 1000) / 1000;
        const picture = pixels();
        if (!pictures.includes(picture)) pictures.push(picture);
        frames.push({ at, width: player.videoWidth, picture: pictures.indexOf(picture) });
      }
      player.removeAttribute('src');
      player.load();
      return frames;
    },
    { address, places },
  );
}

/** Whether what `bytes=5-9` asks for is here already, any of it. */
function meets(asked: string, ranges: readonly (readonly [number, number])[]): boolean {
  const [from, to] = asked.replace('bytes=', '').split('-').map(Number);
  return ranges.some(([start, end]) => start <= (to || Number.POSITIVE_INFINITY) && (from ?? 0) < end);
}

/** Opens the only row of a table large. */
async function openOnly(page: Page): Promise<void> {
  await page.getByRole('treeitem', { name: 'edited' }).click();
  await page.getByRole('gridcell').filter({ hasText: 'edited.mov' }).click();
  await page.keyboard.press('Space');
}

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  const url = http.put('/vast.mp4', await largeVideo(filmBytes, filmSeconds, { header: 'end' }));
  opened = await openTestWindow(browser, { env: { PATH: '' }, installation: { bundledFfmpeg: '' } });
  await opened.page.waitForURL(({ search }) => search === '');
  await tableOf(opened.owned.connectionFor(commandLine).client, [url], 'films');
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

test.skipIf(!browser)(
  'any place of a film of 2 GB is seen whose header lies at its end, for a small part of its bytes',
  async () => {
    const { client } = opened.owned.connectionFor(commandLine);
    const [row] = await rowsOf(client, 'films');
    const referenceId = row?.cells[0]?.media?.referenceId ?? 0;
    const places = [0.9, 0.1, 0.5001, 0.999, 0.3];
    const address = `/media/${referenceId}`;
    const seen = await framesAt(opened.page, address, places);
    // The frames of the first half show one picture, those of the second another.
    const frames = places.map((share) => ({ at: Math.round(share * 1000) / 1000, width: 480, picture: share > 0.5 ? 0 : 1 }));
    expect(seen).toEqual(frames);
    const sent = http.counters.bodyBytes;
    console.info(`bytes sent of ${filmBytes} for a start and ${places.length} seeks: ${sent} in ${http.counters.requests} requests`);
    expect(sent / filmBytes).toBeLessThan(0.1);
    for (const { index } of http.requests) await http.whenEnded((record) => record.index === index, 'the end of what the player asked for');

    // Frames lie evenly in the file, 140 KB from one to the next.
    const { size, ranges } = got(await client.cache.ranges({ referenceId }));
    const isHere = (at: number) => ranges.some(([start, end]) => start <= at + 300_000 && at - 300_000 < end);
    expect(places.filter((share) => !isHere(share * (size ?? 0)))).toEqual([]);
    expect(isHere(0.7 * (size ?? 0))).toBe(false);

    const before = http.requests.length;
    const page = await opened.page.context().newPage();
    await page.goto(opened.page.url());
    expect(await framesAt(page, address, places)).toEqual(frames);
    await page.close();
    const later = http.requests.slice(before);
    for (const { index } of later) await http.whenEnded((record) => record.index === index, 'the end of what the second player asked for');
    const again = later.map(({ headers }) => headers.range ?? '').filter((range) => meets(range, ranges));
    console.info(`the same places in a new page: ${http.counters.bodyBytes - sent} bytes more, in ${later.length} requests`);
    expect(again).toEqual([]);
  },
  120_000,
);

test.skipIf(!browser || ffmpeg === null)(
  'a film that Chromium does not play says so and offers its link; where ffmpeg is missing, what to install',
  async () => {
    const { page } = opened;
    await tableOf(opened.owned.connectionFor(commandLine).client, [await putProRes(opened.home)], 'edited');
    await openOnly(page);
    await page.getByText('This video’s codec (prores) cannot be played here.').waitFor();
    await page.getByText('To play it here, install ffmpeg or set FFMPEG_BIN to where it is, and start Vitrine again.').waitFor();
    expect(await page.getByRole('button', { name: 'Play a proxy' }).count()).toBe(0);
    const [popup] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('button', { name: 'Open its link' }).click()]);
    await popup.close();
    // The line above steps aside where nothing moves.
    const header = page.locator('section[aria-label^="Loupe, "] > div').first();
    await page.mouse.move(300, 400);
    await page.mouse.move(301, 400);
    await page.waitForFunction((element) => element && getComputedStyle(element).opacity === '1', await header.elementHandle());
    expect(await opened.axeFinds()).toEqual([]);
    await page.keyboard.press('Escape');
  },
  60_000,
);

test.skipIf(!browser || ffmpeg === null)(
  'with ffmpeg it plays as a proxy, from any place of it, and what made it ends with the player',
  async () => {
    if (!browser) return;
    const window = await openTestWindow(browser, { env: { PATH: process.env.PATH }, installation: { bundledFfmpeg: '' } });
    try {
      const { page } = window;
      await tableOf(window.owned.connectionFor(commandLine).client, [await putProRes(window.home)], 'edited');
      await openOnly(page);
      await page.getByRole('button', { name: 'Play a proxy' }).click();
      const place = () => page.getByRole('slider', { name: 'Position' });
      const plays = (at: string) =>
        page.waitForFunction(
          (at) => {
            const video = document.querySelector('video');
            return video?.src.includes(`?at=${at}`) && video.videoWidth === 320 && video.currentTime > 0.2;
          },
          at,
          { timeout: 30_000 },
        );
      await plays('0.000');
      expect(await place().getAttribute('aria-valuemax')).toBe('16');
      await place().press('End');
      await plays('15.000');
      expect(Number(await place().getAttribute('aria-valuenow'))).toBeGreaterThan(14.4);
      await window.screen('loupe-proxy');
      await page.keyboard.press('Escape');
      for (const { index } of http.requests) await http.whenEnded((record) => record.index === index, 'the end of what ffmpeg asked for');
    } finally {
      await window.close();
    }
  },
  120_000,
);
