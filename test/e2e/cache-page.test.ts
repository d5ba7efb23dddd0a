/** The cache's page in a real Chromium, in states that the test makes: full, empty, over its limit, on a full disk. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import type { CacheDetails, CachedFile, CacheStatus } from '../../src-shared/contract/cache.ts';
import { tableOf } from '../integration/test-library.ts';
import { startChromium } from './find-chromium.ts';
import { type MadeAnswers, makeAnswers } from './made-answers.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
let opened: TestWindow;
let made: MadeAnswers;
let now: CacheDetails;
let files: CachedFile[];

const status: CacheStatus = { bytes: 3.1e9, files: 100_000, limit: 10e9, hits: 92, misses: 8, evictions: 3, kept: 1e9 };

function fileOf(place: number): CachedFile {
  const kind = place % 5;
  return {
    canonical: `s3://media/2026/IMG_${place}.jpg`,
    name: `IMG_${place}.jpg`,
    state: kind === 1 ? 'part' : 'whole',
    bytes: kind === 1 ? 3e6 : 8.4e6,
    size: 8.4e6,
    isKept: kind === 2,
    isInUse: kind === 3,
    isChanged: kind === 4,
    since: '2026-11-20T10:00:00Z',
    lastUsed: new Date(Date.now() - place * 3_600_000).toISOString(),
    tables: place % 7 === 6 ? [] : ['cached'],
    moreTables: place % 3,
  };
}

beforeAll(async () => {
  if (!browser) return;
  now = {
    status,
    parts: 0.2e9,
    keptFiles: 12,
    folder: '/home/somebody/Vitrine/cache',
    folderProblem: null,
    disk: { free: 45e9, floor: 2e9, total: 200e9 },
    streamAbove: 3.3e9,
    thumbnails: 0.4e9,
    days: [{ day: '2026-11-23', hits: 92, misses: 8, fetched: 34e6 }],
    moving: null,
  };
  files = Array.from({ length: 100_000 }, (_, place) => fileOf(place));
  opened = await openTestWindow(browser, {
    beforeLoad: async (page) => {
      made = await makeAnswers(page);
      made.answers.set('cache.status', () => ({ value: now.status }));
      made.answers.set('cache.details', () => ({ value: now }));
      made.answers.set('cache.list', (input) => {
        const { start, end, keptOnly } = input as { start: number; end: number; keptOnly: boolean };
        const meant = keptOnly ? files.filter(({ isKept }) => isKept) : files;
        return { value: { total: meant.length, files: meant.slice(start, end) } };
      });
    },
  });
  await tableOf(opened.owned.connectionFor(commandLine).client, ['s3://media/2026/IMG_0.jpg'], 'cached');
  await opened.page.getByRole('treeitem', { name: 'cached' }).waitFor();
}, 60_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
});

const inputOf = (name: string) => made.asked.findLast((call) => call.name === name)?.input;

test.skipIf(!browser)(
  'the popover says what is used and leads to the page, which lists the files a page at a time, the last used first',
  async () => {
    const { page } = opened;
    await page.getByRole('button', { name: '3.1 GB / 10 GB' }).click();
    await page.getByText('3.1 of 10 GB · 100,000 files').waitFor();
    await page.getByText('Nothing is on its way.').waitFor();
    await opened.screen('cache-1-popover');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('heading', { level: 2, name: 'Cache' }).waitFor();
    expect(await page.getByRole('meter', { name: 'Cache' }).getAttribute('aria-valuetext')).toBe(
      '3.1 of 10\u00a0GB; 1\u00a0GB kept offline, 2.1\u00a0GB may be dropped',
    );
    await page.getByText('92 % of 100 times in 7 days').waitFor();
    const lines = page.getByRole('table', { name: 'Files' }).getByRole('row');
    expect(await lines.nth(2).getByRole('cell').nth(2).textContent()).toContain('part: 3 of 8.4\u00a0MB');
    expect(await lines.nth(3).getByRole('cell').nth(2).textContent()).toContain('kept offline');
    await opened.screen('cache-2-page');
    expect(await opened.axeFinds()).toEqual([]);
    await page.getByText('1–100 of 100,000').waitFor();
    await page.getByRole('button', { name: 'Files used earlier' }).click();
    await page.getByText('101–200 of 100,000').waitFor();
    await page.getByTitle('s3://media/2026/IMG_100.jpg').waitFor();
    await page.getByRole('button', { name: 'Files used later' }).click();
    await page.getByText('1–100 of 100,000').waitFor();
  },
  60_000,
);

test.skipIf(!browser)(
  'a limit below what is kept is refused and stays typed; a lower one that fits drops at once, and says so',
  async () => {
    const { page } = opened;
    made.answers.set('cache.setLimit', (input) => {
      const { bytes } = input as { bytes: number };
      if (bytes < now.status.kept) {
        return { error: { cause: 'cache_full', message: '1 GB is kept offline or in use.', next: 'Open the cache.' } };
      }
      now = { ...now, status: { ...now.status, limit: bytes } };
      return { value: now.status };
    });
    const field = page.getByLabel('Most that the cache may take');
    await field.fill('0.5');
    await page.keyboard.press('Enter');
    await page.getByText('1 GB is kept offline, so the limit cannot be below that.').waitFor();
    expect(await field.inputValue()).toBe('0.5');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.scrollIntoViewIfNeeded();
    await opened.screen('cache-3-limit-refused');
    expect(await opened.axeFinds()).toEqual([]);
    await page.getByRole('button', { name: 'Show kept files' }).click();
    await page.getByText('1–100 of 20,000').waitFor();
    const list = await page.getByRole('region', { name: 'Files, the last used first' }).elementHandle();
    await page.waitForFunction((element) => element === document.activeElement, list);
    await opened.screen('cache-3-kept');
    expect(await page.getByRole('row', { name: 'IMG_27.jpg' }).getByRole('cell').nth(4).textContent()).toMatch(/^\w+ \d+, \d{4}$/);
    expect(await opened.axeFinds()).toEqual([]);
    await page.getByRole('radio', { name: 'Kept offline', checked: true }).press('ArrowLeft');
    await page.getByText('1–100 of 100,000').waitFor();
    await field.fill('none');
    await page.keyboard.press('Enter');
    await page.getByText('The limit must be a number above 0. Type one, such as 10.').waitFor();
    await field.fill('1');
    await page.keyboard.press('Enter');
    await page.getByText('Dropping 2.1 GB…').waitFor();
    expect(inputOf('cache.setLimit')).toEqual({ bytes: 1e9 });
    now = { ...now, status: { ...now.status, bytes: 1e9 } };
    await made.tell({ name: 'cacheChanged', payload: now.status });
    await page.getByText('Dropping').waitFor({ state: 'detached' });
    // The slider moves the typed limit in steps that grow.
    await page.getByRole('slider', { name: 'Limit' }).focus();
    await page.keyboard.press('End');
    expect(await field.inputValue()).toBe('200');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '1 GB / 200 GB' }).waitFor();
  },
  60_000,
);

test.skipIf(!browser)(
  'copies are dropped and kept by keys, cleared in part, verified with what was found, and moved',
  async () => {
    const { page } = opened;
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    now = { ...now, status };
    await made.tell({ name: 'cacheChanged', payload: status });
    made.answers.set('cache.drop', () => {
      files.splice(1, 1);
      return { value: { bytes: 8.4e6, files: 1 } };
    });
    made.answers.set('cache.keep', () => ({ value: { references: 1, fetched: 0, bytes: 0, failed: [] } }));
    await button('Keep IMG_0.jpg offline…').focus();
    await page.keyboard.press('Enter');
    await page.getByText('1 file is kept offline.', { exact: true }).first().waitFor();
    expect(inputOf('cache.keep')).toMatchObject({ rows: { where: 'image.fileurl == "s3://media/2026/IMG_0.jpg"' }, isOn: true });
    await button('Keep IMG_0.jpg offline…').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByText('1 copy dropped, 8.4 MB freed.').first().waitFor();
    expect(inputOf('cache.drop')).toEqual({ canonicals: ['s3://media/2026/IMG_1.jpg'] });
    await button('Drop the copy of IMG_1.jpg').waitFor({ state: 'detached' });

    made.answers.set('cache.clear', () => ({ value: { bytes: 1.2e9, files: 140, left: { kept: 2, inUse: 1 } } }));
    await button('Clear cache…').click();
    const sheet = page.getByRole('dialog', { name: 'Clear the cache?' });
    await sheet.getByText('Frees 2.1 GB. References, thumbnails and values stay.').waitFor();
    await opened.screen('cache-4-clear');
    await sheet.getByRole('radio', { name: 'Not used for' }).click({ force: true });
    await sheet.getByLabel('Days without use').fill('7');
    expect(await opened.axeFinds()).toEqual([]);
    await sheet.getByRole('button', { name: 'Clear cache' }).click();
    await page.getByText('140 copies dropped, 1.2 GB freed. 2 files stay kept offline. 1 file is in use.').first().waitFor();
    expect(inputOf('cache.clear')).toEqual({ olderThanSeconds: 604_800 });

    const found = [
      { canonical: 's3://media/2026/IMG_2.jpg', file: 'ab/cd', found: 'damaged', isFetchedAgain: true },
      { canonical: null, file: 'stray.bin', found: 'stray', isFetchedAgain: false },
    ];
    const { promise, resolve } = Promise.withResolvers<void>();
    made.answers.set('cache.verify', () => ({ value: { checked: 1204, bytes: 3.1e9, findings: found }, until: promise }));
    await button('Verify').click();
    await page.getByRole('progressbar', { name: 'Check of the copies' }).waitFor();
    resolve();
    await page.getByText('1,204 files verified, 3.1 GB: 2 were wrong.').first().waitFor();
    expect(await page.getByRole('list', { name: 'What was found' }).getByRole('listitem').allTextContents()).toEqual([
      's3://media/2026/IMG_2.jpgdamaged, removed, fetched again',
      'stray.binbelonged to nothing, removed',
    ]);

    made.answers.set('cache.move', () => ({ value: { folder: '/disk/cache', files: 3, bytes: 25e6 } }));
    await button('Move…').click();
    const move = page.getByRole('dialog', { name: 'Move the cache' });
    await move.getByLabel('New folder').fill('/disk/cache');
    await opened.screen('cache-5-move');
    await page.keyboard.press('Enter');
    await page.getByText('3 files moved to /disk/cache, 25 MB.').first().waitFor();
    expect(inputOf('cache.move')).toEqual({ folder: '/disk/cache' });
    await page.getByRole('region', { name: 'Stream files above' }).scrollIntoViewIfNeeded();
    await opened.screen('cache-6-below');
    expect(await opened.axeFinds()).toEqual([]);
  },
  60_000,
);

test.skipIf(!browser)(
  'settings of fetching are written, and what is wrong comes back in the core’s sentence',
  async () => {
    const { page } = opened;
    await page.getByLabel('Stream files above (MB)').fill('250');
    await page.keyboard.press('Enter');
    await page.getByText('250 MB', { exact: true }).waitFor();
    await page.getByLabel('Check for changes after (hours)').fill('soon');
    await page.keyboard.press('Enter');
    await page.getByText('must be a number of hours from 0 to 87600, or null for never').first().waitFor();
    expect(await page.getByLabel('Check for changes after (hours)').inputValue()).toBe('soon');
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Fetching' }).click();
    await page.getByLabel('At most (MB a second)').fill('2,5');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Set', exact: true }).nth(2).and(page.locator('[aria-disabled]')).waitFor();
    expect(await page.getByLabel('At most (MB a second)').inputValue()).toBe('2.5');
    await opened.screen('cache-7-fetching');
    expect(await opened.axeFinds()).toEqual([]);
  },
  60_000,
);

test.skipIf(!browser)(
  'an empty cache says so; a disk that is nearly full and a folder that cannot be used are said on top',
  async () => {
    const { page } = opened;
    files = [];
    now = {
      ...now,
      status: { ...status, bytes: 0, files: 0, kept: 0 },
      parts: 0,
      keptFiles: 0,
      thumbnails: 0,
      days: [],
    };
    const cache = page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Cache' });
    await cache.click();
    await page.getByRole('region', { name: 'Files' }).getByText('Nothing fetched yet.').waitFor();
    await page.getByText('nothing was read in 7 days').waitFor();
    await opened.screen('cache-8-empty');
    expect(await opened.axeFinds()).toEqual([]);
    now = {
      ...now,
      status: { ...status, files: 12 },
      disk: { free: 2.3e9, floor: 2e9, total: 200e9 },
      folderProblem: {
        cause: 'read_only',
        message: '/disk/cache cannot be written.',
        next: 'Choose another folder; the library’s own is used until then.',
      },
    };
    await made.tell({ name: 'cacheChanged', payload: now.status });
    await page.getByText('The disk of the cache is nearly full: 2.3 GB free, 1 GB kept offline.').waitFor();
    await page.getByRole('alert').getByText('/disk/cache cannot be written.').waitFor();
    await opened.screen('cache-9-full-disk');
    expect(await opened.axeFinds()).toEqual([]);
  },
  60_000,
);
