/** One file large: pictures, players and what cannot be shown, in a real Chromium, on test servers: one window for all, since opening it is the dear part. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { got, tableOf } from '../integration/test-library.ts';
import { htmlWith200, noRanges, stalls } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { largeVideo } from '../servers/large-video.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const sample = join(import.meta.dirname, '..', '..', 'assets', 'sample');
/** Real media of many kinds, odd and damaged ones among them: beside the project, or not there at all. */
const samples = join(import.meta.dirname, '../../../shared/samples');
const browser = await startChromium();
let http: HttpServer;
let opened: TestWindow;
let page: Page;

/** A picture with something to see in it. */
function drawn(width: number, height: number): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x2="1" y2="1">
    <stop stop-color="#e8b04a"/><stop offset=".5" stop-color="#b0485f"/><stop offset="1" stop-color="#2b3f77"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/><circle cx="70%" cy="30%" r="12%" fill="#fff3d0"/></svg>`;
  return sharp(Buffer.from(svg));
}

/** As many bytes as asked for: what stands behind a picture's end is left unread by all who draw it. */
function padded(bytes: Uint8Array, size: number): Uint8Array {
  const all = new Uint8Array(size);
  all.set(bytes);
  return all;
}

const jpeg = { type: 'image/jpeg' };

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  const dune = new Uint8Array(await drawn(3000, 2000).jpeg({ quality: 90 }).toBuffer());
  const chord = readFileSync(join(sample, 'chord.wav'));
  http.put('/dune.jpg', storedObject(dune, jpeg));
  http.put('/notes.png', storedObject(await drawn(300, 200).png().toBuffer(), { type: 'image/png' }));
  http.put('/dune2.jpg', storedObject(new Uint8Array(await drawn(3000, 2000).negate().jpeg().toBuffer()), jpeg));
  // 600 × 400 as stored, turned by a quarter to be seen.
  http.put('/portrait.jpg', storedObject(await drawn(600, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer(), jpeg));
  http.put('/marble.png', storedObject(readFileSync(join(sample, 'marble.png')), { type: 'image/png' }));
  http.put('/scan.tif', storedObject(await drawn(6000, 3000).tiff({ compression: 'lzw' }).toBuffer(), { type: 'image/tiff' }));
  http.put('/huge.jpg', storedObject(padded(dune, 30_000_000), jpeg));
  http.put('/rolling.webm', storedObject(readFileSync(join(sample, 'rolling.webm')), { type: 'video/webm' }));
  http.put('/large.mp4', await largeVideo(1e9, 3000));
  http.put('/chord.wav', storedObject(chord, { type: 'audio/wav' }));
  http.put('/fixed.wav', storedObject(chord, { type: 'audio/wav' }), noRanges());
  http.put('/empty.jpg', storedObject(new Uint8Array(0), jpeg));
  http.put('/cut.jpg', storedObject(dune.subarray(0, 200), jpeg));
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><script>fetch('/leak.js')</script>
    <rect width="300" height="200" fill="#3a6"/><image href="${http.url('/leak.png')}" width="9" height="9"/></svg>`;
  http.put('/drawing.svg', storedObject(drawing, { type: 'image/svg+xml' }));
  http.put('/page.jpg', storedObject('', jpeg), htmlWith200());
  opened = await openTestWindow(browser);
  page = opened.page;
  const names = ['dune.jpg', 'notes.png', 'dune2.jpg', 'portrait.jpg', 'marble.png', 'scan.tif', 'huge.jpg', 'rolling.webm', 'large.mp4'];
  const more = ['chord.wav', 'fixed.wav', 'empty.jpg', 'cut.jpg', 'page.jpg', 'missing.jpg', 'drawing.svg'];
  const { client } = opened.owned.connectionFor(commandLine);
  await tableOf(
    client,
    [...names, ...more].map((name) => http.url(`/${name}`)),
    'all',
  );
  await page.getByRole('treeitem').first().click();
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  http.release();
  await http.close();
});

// One test that fails leaves the next a table to begin with.
afterEach(async () => {
  if (!browser) return;
  const left = page.locator('section[aria-label^="Loupe, "]');
  if (await left.count()) await page.keyboard.press('Escape');
  await left.waitFor({ state: 'detached' });
});

const loupe = (name: string) => page.getByRole('region', { name: new RegExp(`^Loupe, ${name.replaceAll('.', '\\.')}, `) });
const cell = (name: string) => page.getByRole('gridcell').filter({ hasText: name });
/** The picture itself, once it is decoded and seen. */
const whole = () => page.locator('section[aria-label^="Loupe, "] [role="img"] img[class*="shown"]');

/** What axe finds, once nothing fades. */
async function axeFinds(): Promise<string[]> {
  const header = page.locator('section[aria-label^="Loupe, "] > div').first();
  await page.mouse.move(300, 400);
  await page.mouse.move(301, 400);
  await page.waitForFunction((element) => element && getComputedStyle(element).opacity === '1', await header.elementHandle());
  return opened.axeFinds();
}

/** Opens a row as somebody does who has the table before them. */
async function open(name: string): Promise<void> {
  await cell(name).click();
  await page.keyboard.press('Space');
  await loupe(name).waitFor();
}

/** A share of the film where it is. */
const currentTime = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);

test.skipIf(!browser)('Space opens a picture and closes it again, and the focus is back in its row', async () => {
  await open('dune.jpg');
  await whole().waitFor();
  expect(await loupe('dune.jpg').getAttribute('aria-label')).toBe('Loupe, dune.jpg, 1 of 16');
  expect(await page.getByRole('img', { name: 'dune.jpg' }).count()).toBe(1);
  await opened.screen('loupe-image');
  expect(await axeFinds()).toEqual([]);
  await page.keyboard.press('Space');
  await loupe('dune.jpg').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'gridcell');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('dune.jpg');
  const bytes = http.requests.filter((request) => request.rawPath === '/dune.jpg').reduce((sum, request) => sum + request.bodyBytes, 0);
  // Header and picture: it does not come twice for its thumbnail and itself.
  expect(bytes).toBeLessThan(1.5 * Number((await fetch(http.url('/dune.jpg'))).headers.get('content-length')));
});

test.skipIf(!browser)('→ goes through the filtered view in its order, and the selection goes along', async () => {
  const filter = page.getByPlaceholder('Search or filter…');
  await filter.fill('dune');
  await page.getByText('2 of 16 rows').first().waitFor();
  await open('dune.jpg');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('region', { name: 'Loupe, dune2.jpg, 2 of 2' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Home');
  await page.getByRole('region', { name: 'Loupe, dune.jpg, 1 of 2' }).waitFor();
  await page.keyboard.press('End');
  await page.getByRole('region', { name: 'Loupe, dune2.jpg, 2 of 2' }).waitFor();
  await page.keyboard.press('Escape');
  expect(await page.locator('[role=row][aria-selected=true]').textContent()).toContain('dune2.jpg');
  await filter.fill('');
  await page.getByText('16 rows', { exact: true }).first().waitFor();
});

test.skipIf(!browser)(
  'Z shows 100 % at the pointer: the pixel under it stays there, and the next picture of equal size lies the same',
  async () => {
    const pixelUnder = (at: { x: number; y: number }) =>
      whole().evaluate((image: HTMLImageElement, { x, y }) => {
        const box = image.getBoundingClientRect();
        return [((x - box.left) / box.width) * image.naturalWidth, ((y - box.top) / box.height) * image.naturalHeight];
      }, at);
    await page.getByPlaceholder('Search or filter…').fill('dune');
    await page.getByText('2 of 16 rows').first().waitFor();
    await open('dune.jpg');
    await whole().waitFor();
    const stage = await page.getByRole('img', { name: 'dune.jpg' }).boundingBox();
    if (!stage) throw new Error('the picture has no place');
    const at = { x: Math.round(stage.x + stage.width * 0.3), y: Math.round(stage.y + stage.height * 0.7) };
    await page.mouse.move(at.x, at.y);
    const before = await pixelUnder(at);
    await page.keyboard.press('z');
    await page.getByText('100 %', { exact: true }).waitFor();
    const after = await pixelUnder(at);
    expect(after.map((value, side) => Math.abs(value - (before[side] ?? 0)) < 1)).toEqual([true, true]);
    const width = await whole().evaluate((image) => image.getBoundingClientRect().width * window.devicePixelRatio);
    expect(width).toBe(3000);
    await opened.screen('loupe-zoomed');

    await page.mouse.down();
    await page.mouse.move(at.x - 100, at.y - 50, { steps: 3 });
    await page.mouse.up();
    const dragged = await pixelUnder({ x: at.x - 100, y: at.y - 50 });
    expect(dragged.map((value, side) => Math.abs(value - (before[side] ?? 0)) < 1)).toEqual([true, true]);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('region', { name: 'Loupe, dune.jpg, 1 of 2' }).waitFor();
    const place = await pixelUnder(at);
    await page.keyboard.press('Control+ArrowRight');
    await page.getByRole('region', { name: 'Loupe, dune2.jpg, 2 of 2' }).waitFor();
    await whole().waitFor();
    expect(await pixelUnder(at)).toEqual(place);
    for (const _ of [1, 2, 3]) await page.keyboard.press('+');
    await page.getByText('300 %', { exact: true }).waitFor();
    expect(await whole().evaluate((image) => getComputedStyle(image).imageRendering)).toBe('pixelated');
    await page.keyboard.press('z');
    await page.getByText('Fit', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByPlaceholder('Search or filter…').fill('');
    await page.getByText('16 rows', { exact: true }).first().waitFor();
  },
);

test.skipIf(!browser)('a portrait with orientation 6 is upright, and the inspector has its stored size beside', async () => {
  await open('portrait.jpg');
  await whole().waitFor();
  const box = await whole().boundingBox();
  expect(box && Math.round((box.width / box.height) * 600)).toBe(400);
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await inspector.getByText('400 × 600').waitFor();
  await inspector.getByText('600 × 400').waitFor();
  await page.keyboard.press('Escape');
  await inspector.getByRole('button', { name: 'Open portrait.jpg' }).click();
  await loupe('portrait.jpg').waitFor();
  await page.keyboard.press('ArrowRight');
  await loupe('marble.png').waitFor();
  await whole().waitFor();
  await opened.screen('loupe-see-through');
  await page.keyboard.press('g');
  await loupe('marble.png').waitFor({ state: 'detached' });
});

test.skipIf(!browser)('a large picture waits for a press and then says how far it is', async () => {
  await open('huge.jpg');
  await page.getByRole('button', { name: /^Load \(30\sMB\)$/ }).waitFor();
  await opened.screen('loupe-waits');
  const bytes = () => http.requests.filter(({ rawPath }) => rawPath === '/huge.jpg').reduce((sum, request) => sum + request.bodyBytes, 0);
  expect(bytes()).toBeLessThan(1_000_000);
  http.spoil('/huge.jpg', stalls({ afterBytes: 600_000, times: 1 }));
  await page.getByRole('button', { name: /^Load/ }).click();
  await page
    .getByRole('progressbar', { name: 'Loading huge.jpg' })
    .filter({ hasText: /^0?\.?6.* of 30\sMB$/ })
    .waitFor();
  await opened.screen('loupe-loading');
  http.release();
  await whole().waitFor();
  await page.keyboard.press('Escape');
});

test.skipIf(!browser)('on a video Space plays and pauses, keys step and seek, and Escape closes', async () => {
  await open('rolling.webm');
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1);
  expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.paused)).toBe(true);
  const place = page.getByRole('slider', { name: 'Position' });
  expect(await place.getAttribute('aria-valuetext')).toBe('0 seconds of 3 seconds');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2);
  await page.keyboard.press('Space');
  await page.waitForFunction(() => document.querySelector('video')?.paused === true);
  await loupe('rolling.webm').waitFor();
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.querySelector('video')?.currentTime === 0);
  await page.keyboard.press('.');
  await page.waitForFunction(() => document.querySelector('video')?.seeking === false);
  expect(await currentTime()).toBeCloseTo(1.5 / 24, 3);
  await page.keyboard.press('>');
  await page.getByRole('button', { name: 'Speed 1.25×' }).waitFor();
  await page.keyboard.press('m');
  await page.getByRole('button', { name: 'Unmute' }).waitFor();
  await place.press('End');
  await page.waitForFunction(
    () => document.querySelector('video')?.ended === true || (document.querySelector('video')?.currentTime ?? 0) > 2.9,
  );
  await page.keyboard.press('m');
  await page.getByRole('slider', { name: 'Volume' }).press('ArrowLeft');
  await page.waitForFunction(() => Math.abs((document.querySelector('video')?.volume ?? 0) - 0.95) < 0.001);
  await opened.screen('loupe-video');
  expect(await axeFinds()).toEqual([]);
  await page.keyboard.press('Escape');
  await loupe('rolling.webm').waitFor({ state: 'detached' });
});

test.skipIf(!browser)(
  'a remote film of 1 GB seeks to its middle with less than 5 % of it fetched, and the parts that are here are drawn',
  async () => {
    const bytes = () =>
      http.requests.filter(({ rawPath }) => rawPath === '/large.mp4').reduce((sum, request) => sum + request.bodyBytes, 0);
    await open('large.mp4');
    await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1);
    const place = page.getByRole('slider', { name: 'Position' });
    const bar = await place.boundingBox();
    if (!bar) throw new Error('the bar has no place');
    await page.mouse.click(bar.x + bar.width / 2, bar.y + bar.height / 2);
    await page.waitForFunction(() => {
      const video = document.querySelector('video');
      return video !== null && !video.seeking && video.readyState >= 2 && Math.abs(video.currentTime - 1500) < 20;
    });
    await page.locator('[data-held]').first().waitFor({ state: 'attached' });
    expect(await place.getAttribute('aria-valuetext')).toMatch(/^2[45] minutes .*of 50 minutes$/);
    console.info(`a film of 1 GB: ${(bytes() / 1e6).toFixed(1)} MB fetched to seek to its middle`);
    expect(bytes()).toBeLessThan(50_000_000);
    // Another place: what the player lets go of stays drawn.
    await page.mouse.click(bar.x + bar.width * 0.8, bar.y + bar.height / 2);
    await page.locator('[data-held]').nth(1).waitFor({ state: 'attached' });
    await opened.screen('loupe-held-ranges');
    await page.keyboard.press('Escape');
  },
);

test.skipIf(!browser)(
  'F gives the loupe the whole screen and takes it back; the line above steps aside, but not while it is used',
  async () => {
    await open('rolling.webm');
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.fullscreenElement !== null);
    await page.getByRole('treeitem').first().waitFor({ state: 'hidden' });
    await opened.screen('loupe-full-screen');
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.fullscreenElement === null);
    await page.getByRole('treeitem').first().waitFor();
    const header = page.locator('section[aria-label^="Loupe, "] > div').first();
    const opacity = () => header.evaluate((element) => getComputedStyle(element).opacity);
    await page.locator('section[data-idle]').waitFor();
    await page.waitForFunction((element) => element && getComputedStyle(element).opacity === '0', await header.elementHandle());
    await page.keyboard.press('Tab');
    await page.waitForFunction((element) => element && getComputedStyle(element).opacity === '1', await header.elementHandle());
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Back to the rows');
    expect(await opacity()).toBe('1');
    await page.keyboard.press('Enter');
    await loupe('rolling.webm').waitFor({ state: 'detached' });
  },
);

test.skipIf(!browser)('from a tile of the gallery the way leads to the loupe and back to the tile', async () => {
  await page.getByText('Gallery', { exact: true }).click();
  await page.getByRole('option').filter({ hasText: '' }).nth(2).click();
  await page.keyboard.press('e');
  await loupe('dune2.jpg').waitFor();
  await page.keyboard.press('ArrowRight');
  await loupe('portrait.jpg').waitFor();
  await page.keyboard.press('e');
  await loupe('portrait.jpg').waitFor({ state: 'detached' });
  await page.waitForFunction(
    () => document.activeElement?.matches('[role="option"]') && document.activeElement.textContent?.startsWith('portrait.jpg'),
  );
  await page.getByText('Table', { exact: true }).click();
  await page.getByRole('grid').waitFor();
});

test.skipIf(!browser)('a sound has its waveform and its place; one from a server without ranges plays', async () => {
  await open('chord.wav');
  await page.getByRole('img', { name: 'Waveform' }).locator('path').first().waitFor();
  // One volume for all.
  expect(await page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.volume)).toBeCloseTo(0.95, 3);
  await page.keyboard.press('Space');
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.1);
  await page.keyboard.press('Space');
  await opened.screen('loupe-audio');
  expect(await axeFinds()).toEqual([]);
  await page.keyboard.press('ArrowRight');
  await loupe('fixed.wav').waitFor();
  await page.keyboard.press('Space');
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.1);
  await page.keyboard.press('Escape');
});

test.skipIf(!browser)('what cannot be shown says why and what to do, and the arrows go on', async () => {
  await open('empty.jpg');
  const said = page.getByRole('region').getByRole('status');
  const sentences: string[] = [];
  for (const name of ['empty.jpg', 'cut.jpg', 'page.jpg', 'missing.jpg']) {
    await loupe(name).waitFor();
    await said.getByRole('button', { name: 'Copy reference' }).waitFor();
    sentences.push((await said.locator('p').allTextContents()).join(' '));
    await page.keyboard.press('ArrowRight');
  }
  expect(sentences).toEqual([
    'The file is empty. Get the file again.',
    'The file is damaged: its picture cannot be drawn. Get the file again.',
    'A web page came instead of a picture. Open the address in a browser to see why.',
    'There is no file at this address. Correct the address, or remove the row.',
  ]);
  await page.keyboard.press('ArrowLeft');
  await loupe('missing.jpg').waitFor();
  await said.getByRole('button', { name: 'Copy reference' }).waitFor();
  await opened.screen('loupe-error');
  expect(await axeFinds()).toEqual([]);
  await said.getByRole('button', { name: 'Copy reference' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(http.url('/missing.jpg'));
  await page.keyboard.press('Escape');
});

test.skipIf(!browser)('a picture that changed while it was away says so, and is loaded again', async () => {
  await open('notes.png');
  await whole().waitFor();
  await page.keyboard.press('Escape');
  got(await opened.owned.connectionFor(commandLine).client.cache.clear({}));
  http.put('/notes.png', storedObject('no picture any more, but a note', { type: 'image/png', etag: '"other"' }));
  await open('notes.png');
  await page.getByText('The file has changed since it was read.').waitFor();
  http.put('/notes.png', storedObject(await drawn(200, 300).png().toBuffer(), { type: 'image/png', etag: '"third"' }));
  await page.getByRole('button', { name: 'Reload' }).click();
  await whole().waitFor();
  await page.keyboard.press('Escape');
});

test.skipIf(!browser)('a scan that the page cannot draw is shown by a picture made of it, and says so', async () => {
  await open('scan.tif');
  await page.getByText('Shown at 4096 pixels; the file has 18 megapixels').waitFor();
  await whole().waitFor();
  expect(await whole().evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([4096, 2048]);
  await page.keyboard.press('Escape');
});

test.skipIf(!browser)(
  'a drawing is shown without running or requesting what it names, and a double click shows it at 100 % and back',
  async () => {
    await open('drawing.svg');
    await whole().waitFor();
    expect(http.requests.filter(({ rawPath }) => rawPath.startsWith('/leak'))).toEqual([]);
    await page.keyboard.press('-');
    await page.getByText('67 %', { exact: true }).waitFor();
    await page.getByRole('img', { name: 'drawing.svg' }).dblclick();
    await page.getByText('100 %', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
  },
);

test.skipIf(!browser)('a film that changes while it is watched says so', async () => {
  http.put('/large.mp4', await largeVideo(1e9, 3000, { etag: '"first"' }));
  await open('large.mp4');
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  http.put('/large.mp4', storedObject('no film any more', { type: 'video/mp4', etag: '"second"' }));
  const bar = await page.getByRole('slider', { name: 'Position' }).boundingBox();
  if (!bar) throw new Error('the bar has no place');
  await page.mouse.click(bar.x + bar.width * 0.6, bar.y + bar.height / 2);
  await page.getByText('The file has changed since it was read.').waitFor();
  await page.getByRole('button', { name: 'Reload' }).waitFor();
  await page.keyboard.press('Escape');
});

test.skipIf(!browser || !existsSync(samples))('a video of a codec that is not here says which, over its poster if it has one', async () => {
  const table = await tableOf(opened.owned.connectionFor(commandLine).client, [join(samples, 'video/mediabunny/video-h265.mp4')], 'codecs');
  await page.getByRole('treeitem').filter({ hasText: table.name }).click();
  await page.getByRole('gridcell').first().click();
  await page.keyboard.press('Space');
  await page.getByText('This video’s codec (hevc) cannot be played here.').waitFor();
  await opened.screen('loupe-unsupported');
  await page.keyboard.press('Escape');
});

test.skipIf(!browser || !existsSync(samples))(
  'every sample shows, or says why not',
  async () => {
    const all = ['images', 'video', 'audio'].flatMap((folder) =>
      readdirSync(join(samples, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.(json|md)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort(),
    );
    // All of them take minutes.
    const looked = process.env.VITRINE_SOAK ? all : all.filter((_, place) => place % 24 === 0);
    const table = await tableOf(opened.owned.connectionFor(commandLine).client, looked, 'samples');
    await page.getByRole('treeitem').filter({ hasText: table.name }).click();
    await page.getByText(`${looked.length} rows`, { exact: true }).first().waitFor();
    await page.getByRole('gridcell').first().click();
    await page.keyboard.press('Space');
    const outcomes: string[] = [];
    for (const [place, path] of looked.entries()) {
      await page.locator(`section[aria-label$=", ${place + 1} of ${looked.length}"]`).waitFor();
      const outcome = await page
        .waitForFunction(() => {
          const loupe = document.querySelector('section[aria-label^="Loupe, "]');
          const media = loupe?.querySelector<HTMLMediaElement>('video, audio');
          if (media && media.readyState >= 1) return `${media.localName} ${media.duration}`;
          if (loupe?.querySelector('[role="img"] img[class*="shown"]')) return 'picture';
          return [...(loupe?.querySelectorAll('[role="status"] p') ?? [])].map((said) => said.textContent).join(' ');
        })
        .then((handle) => handle.jsonValue())
        .catch(() => 'NEITHER');
      outcomes.push(`${path.slice(samples.length + 1)}: ${outcome}`);
      if (place + 1 < looked.length) await page.keyboard.press('Control+ArrowRight');
    }
    if (process.env.VITRINE_SOAK) console.info(outcomes.join('\n'));
    expect(outcomes.filter((outcome) => outcome.endsWith('NEITHER'))).toEqual([]);
  },
  600_000,
);
