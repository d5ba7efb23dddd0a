/** Films in a real Chromium over the browser host: any place of a vast remote one, and those that Chromium cannot play by themselves. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { rowsOf, tableOf } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { largeVideo } from '../servers/large-video.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const filmBytes = 2_000_000_000;
const filmSeconds = 3600;
const browser = await startChromium();
let http: HttpServer;
let opened: TestWindow;

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
    const places = [0.9, 0.1, 0.5001, 0.999, 0.3];
    const seen = await opened.page.evaluate(
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
      { address: `/media/${row?.cells[0]?.media?.referenceId}`, places },
    );
    // The frames of the first half show one picture, those of the second another.
    expect(seen).toEqual(places.map((share) => ({ at: Math.round(share * 1000) / 1000, width: 480, picture: share > 0.5 ? 0 : 1 })));
    const sent = http.counters.bodyBytes;
    console.info(`bytes sent of ${filmBytes} for a start and ${places.length} seeks: ${sent} in ${http.counters.requests} requests`);
    expect(sent / filmBytes).toBeLessThan(0.1);
    for (const { index } of http.requests) await http.whenEnded((record) => record.index === index, 'the end of what the player asked for');
  },
  120_000,
);
