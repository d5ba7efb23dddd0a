/** From asking to the first bytes of a cached file in the window, beside reading the same file from the disk. */
import { open } from 'node:fs/promises';
import type { Figure } from '../../scripts/bench-figure.ts';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { never, referenceOf } from '../cache/cache-room.ts';
import { startChromium } from '../e2e/find-chromium.ts';
import { openTestWindow } from '../e2e/open-window.ts';
import { rowsOf, tableOf } from '../integration/test-library.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { stampedObject } from '../servers/stored-object.ts';

const looks = 400;
const warmLooks = 50;

/** Of sorted values. */
const at = (values: readonly number[], share: number) => values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** Milliseconds until the first 64 KiB of a file are in memory. */
async function readFirst(path: string): Promise<number> {
  const began = performance.now();
  const file = await open(path, 'r');
  await file.read(Buffer.allocUnsafe(65_536), 0, 65_536, 0);
  const milliseconds = performance.now() - began;
  await file.close();
  return milliseconds;
}

/** A photograph of 400 kB that is in the cache, looked at again and again by a page in a real Chromium. */
export async function run(): Promise<Figure[]> {
  const browser = await startChromium();
  if (!browser) throw new Error('No Chromium runs here, so a window cannot be measured.');
  const http = await startHttpServer();
  const opened = await openTestWindow(browser);
  try {
    await opened.page.waitForURL(({ search }) => search === '');
    const url = http.put('/photograph.bin', stampedObject(400_000, 1));
    const { client } = opened.owned.connectionFor(commandLine);
    await tableOf(client, [url], 'media');
    const id = (await rowsOf(client, 'media'))[0]?.cells[0]?.media?.referenceId ?? 0;
    const file = await opened.owned.library.bytes.fetch(referenceOf(url), { signal: never, priority: 'asked', isExplicit: true });
    file.release();
    const asked = http.counters.requests;
    const window: number[] = await opened.page.evaluate(
      async ({ address, count }) => {
        const found: number[] = [];
        for (let look = 0; look < count; look += 1) {
          const began = performance.now();
          const answer = await fetch(address, { cache: 'no-store' });
          const reader = answer.body?.getReader();
          const first = await reader?.read();
          found.push(performance.now() - began);
          if (!first?.value?.length) throw new Error(`Nothing came with ${answer.status}.`);
          while (!(await reader?.read())?.done);
        }
        return found;
      },
      { address: `/media/${id}`, count: warmLooks + looks },
    );
    const disk: number[] = [];
    for (let look = 0; look < warmLooks + looks; look += 1) disk.push(await readFirst(file.path));
    if (http.counters.requests !== asked) throw new Error('A cached file was asked for again.');
    const sorted = (values: readonly number[]) => values.slice(warmLooks).toSorted((a, b) => a - b);
    const [seen, read] = [sorted(window), sorted(disk)];
    const figure = (name: string, share: number): Figure => ({
      name: `cache hit: first byte in the window, ${name}`,
      unit: 'ms',
      value: at(seen, share),
      yardstick: at(read, share),
      ratio: at(seen, share) / at(read, share),
    });
    return [figure('p50', 0.5), figure('p99', 0.99)];
  } finally {
    await opened.close();
    await browser.close();
    await http.close();
  }
}
