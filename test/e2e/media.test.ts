/** Players and pictures of a real Chromium on the way of bytes: what a look costs, and that it stops. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { got, rowsOf, tableOf } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { generatedObject, type StoredObject, storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const gigabyte = 1_000_000_000;
const browser = await startChromium();
let http: HttpServer;
let opened: TestWindow;
let ids: number[];

/** A WAV of this many bytes that takes no memory: mono, 16 bits, 48 kHz, so that any place in it sounds. */
function endlessWav(size: number): StoredObject {
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(size - 8, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(48_000, 24);
  head.writeUInt32LE(96_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(size - 44, 40);
  const rest = generatedObject(size, 1, { etag: '"endless"' });
  return { ...rest, slice: (start, end) => Buffer.concat([head.subarray(start, end), rest.slice(Math.max(start, 44), Math.max(end, 44))]) };
}

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  const rolling = readFileSync(join(import.meta.dirname, '../../assets/sample/rolling.webm'));
  const tiff = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#22aa66' } })
    .tiff()
    .toBuffer();
  const urls = [
    http.put('/endless.bin', endlessWav(gigabyte)),
    http.put('/rolling', storedObject(rolling)),
    http.put('/scan.tif', storedObject(tiff, { type: 'image/tiff' })),
  ];
  opened = await openTestWindow(browser, { env: { PATH: '' }, installation: { bundledFfmpeg: '' } });
  // The address with the token leads on to the page; only there a script may stay.
  await opened.page.waitForURL(({ search }) => search === '');
  const { client } = opened.owned.connectionFor(commandLine);
  await tableOf(client, urls, 'media');
  ids = (await rowsOf(client, 'media')).map(({ cells }) => cells[0]?.media?.referenceId ?? 0);
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

test.skipIf(!browser)(
  'a player seeks in a gigabyte that is called mere bytes, fetches little of it, and what it leaves stops',
  async () => {
    const seek = await opened.page.evaluate(async (address) => {
      const player = document.createElement('video');
      player.id = 'endless';
      player.muted = true;
      document.body.append(player);
      const happens = (name: string) =>
        new Promise<void>((resolve, reject) => {
          player.addEventListener(name, () => resolve(), { once: true });
          player.addEventListener('error', () => reject(new Error(`the player says ${player.error?.code} ${player.error?.message}`)), {
            once: true,
          });
        });
      player.src = address;
      await happens('loadeddata');
      const seeked = happens('seeked');
      player.currentTime = player.duration / 2;
      await seeked;
      return { duration: Math.round(player.duration), time: Math.round(player.currentTime) };
    }, `/media/${ids[0]}`);
    expect(seek).toEqual({ duration: 10_417, time: 5208 });
    const asked = http.requests.filter(({ rawPath }) => rawPath === '/endless.bin');
    const middle = asked.find(({ headers }) => Number(/bytes=(\d+)/.exec(headers.range ?? '')?.[1] ?? 0) > gigabyte / 3);
    expect(middle).toBeDefined();
    console.info(`bytes sent of a gigabyte for a start and a seek to its middle: ${http.counters.bodyBytes}`);
    expect(http.counters.bodyBytes / gigabyte).toBeLessThan(0.05);
    await opened.page.evaluate(() => document.querySelector('#endless')?.setAttribute('src', ''));
    for (const { index } of asked) await http.whenEnded((record) => record.index === index, 'the end of what the player asked for');
  },
  60_000,
);

test.skipIf(!browser)(
  'without ffmpeg the window draws a poster out of one frame and hands it in',
  async () => {
    const [, film = 0] = ids;
    const status = await opened.page.evaluate(async (address) => (await fetch(address)).status, `/thumbnail/${film}/320`);
    expect(status).toBe(415);
    const { client } = opened.owned.connectionFor(commandLine);
    expect(got(await client.files.thumbnailError({ referenceId: film, edge: 320 }))).toMatchObject({ drawHere: 'video' });
    const before = http.counters.requests;
    const picture = await opened.page.evaluate(async (address) => {
      const player = document.createElement('video');
      player.muted = true;
      player.src = address;
      await new Promise((resolve, reject) => {
        player.onloadeddata = resolve;
        player.onerror = () => reject(new Error(`the player says ${player.error?.code} ${player.error?.message}`));
      });
      const canvas = document.createElement('canvas');
      canvas.width = player.videoWidth;
      canvas.height = player.videoHeight;
      canvas.getContext('2d')?.drawImage(player, 0, 0);
      return canvas.toDataURL('image/jpeg').split(',')[1] ?? '';
    }, `/poster-source/${film}`);
    expect(http.counters.requests).toBe(before);
    got(await client.files.putPoster({ referenceId: film, picture }));
    const [width, height] = await opened.page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, `/thumbnail/${film}/320?again`);
    expect(Math.max(width ?? 0, height ?? 0)).toBeLessThanOrEqual(320);
    expect(width).toBeGreaterThan(32);
  },
  60_000,
);

test.skipIf(!browser)(
  'a picture that Chromium cannot draw comes as one that it can',
  async () => {
    const sizes = await opened.page.evaluate(
      async (addresses) => {
        const sizes: (string | number)[] = [];
        for (const address of addresses) {
          const image = new Image();
          image.src = address;
          sizes.push(
            await image.decode().then(
              () => image.naturalWidth,
              () => 'cannot',
            ),
          );
        }
        return sizes;
      },
      [`/media/${ids[2]}`, `/rendition/${ids[2]}`],
    );
    expect(sizes).toEqual(['cannot', 300]);
  },
  60_000,
);
