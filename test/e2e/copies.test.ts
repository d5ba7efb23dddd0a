/** Copies of rows in the window: badges while files come and after, deeds of the menu, what changed upstream, transfers. */
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import type { MediaCell } from '../../src-shared/model/cell.ts';
import type { Transfer } from '../../src-shared/model/transfer.ts';
import { rowsOf, tableOf } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { type MadeAnswers, makeAnswers } from './made-answers.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
const names = ['coming.jpg', 'here.jpg', 'kept.jpg', 'changed.jpg', 'later.jpg', 'plain.jpg'];
const states: Readonly<Record<string, Partial<MediaCell>>> = {
  'here.jpg': { held: 'whole' },
  'kept.jpg': { held: 'whole', isKept: true },
  'changed.jpg': { held: 'whole', isChanged: true },
  'later.jpg': { isKept: true },
};
let http: HttpServer;
let opened: TestWindow;
let made: MadeAnswers;
let urls: string[];
let referenceIds: number[];

interface AnyCell {
  media?: MediaCell;
}

/** The cells of the core with the states of this test. */
function inStates(cells: readonly AnyCell[]): AnyCell[] {
  return cells.map((cell) => (cell.media ? { ...cell, media: { ...cell.media, ...states[cell.media.name] } } : cell));
}

const transfer = (more: Partial<Transfer>): Transfer => ({
  id: 1,
  canonical: urls[0] ?? '',
  name: 'coming.jpg',
  purpose: 'whole',
  priority: 'asked',
  state: 'running',
  bytes: 0,
  size: 100e6,
  rate: 2.1e6,
  secondsLeft: 42,
  restarted: null,
  ...more,
});
const tell = (transfers: Transfer[]) => made.tell({ name: 'transfersChanged', payload: { transfers } });

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#668844' } })
    .jpeg()
    .toBuffer();
  urls = names.map((name) => http.put(`/${name}`, storedObject(picture, { type: 'image/jpeg', etag: '"one"' })));
  opened = await openTestWindow(browser, {
    settings: { looking: { fetch: 'when_asked' } },
    beforeLoad: async (page) => {
      made = await makeAnswers(page);
      made.answers.set('views.page', () => ({
        change: (value) => {
          const page = value as { rows: { cells: AnyCell[] }[] };
          return { ...page, rows: page.rows.map((row) => ({ ...row, cells: inStates(row.cells) })) };
        },
      }));
      made.answers.set('rows.inspect', () => ({
        change: (value) => {
          const row = value as { cells: AnyCell[]; media: { canonical: string }[] };
          const held = { bytes: 8.4e6, since: '2026-11-20T10:00:00Z', lastUsed: new Date().toISOString(), isKept: false };
          const remote = (etag: string, size: number) => ({
            size,
            type: 'image/jpeg',
            etag,
            modified: '2026-11-23T10:00:00Z',
            storageClass: null,
          });
          const upstream = { checkedAt: new Date().toISOString(), state: 'changed', remote: remote('"two"', 9.1e6) };
          const media = row.media.map((one) =>
            one.canonical.endsWith('/changed.jpg') ? { ...one, held, remote: remote('"one"', 8.4e6), upstream } : one,
          );
          return { ...row, cells: inStates(row.cells), media };
        },
      }));
      made.answers.set('cache.ranges', () => ({ value: { size: 8.4e6, ranges: [[0, 3e6]] } }));
    },
  });
  const { client } = opened.owned.connectionFor(commandLine);
  await tableOf(client, urls, 'copies');
  referenceIds = (await rowsOf(client, 'copies')).map(({ cells }) => cells[0]?.media?.referenceId ?? 0);
  await opened.page.getByRole('treeitem', { name: 'copies' }).click();
  await opened.page.getByRole('gridcell', { name: 'plain.jpg' }).waitFor();
}, 60_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

const inputOf = (name: string) => made.asked.findLast((call) => call.name === name)?.input;

test.skipIf(!browser)(
  'each state has its badge and its words; a ring that fills draws its own cell again and no other',
  async () => {
    const { page } = opened;
    await tell([transfer({ bytes: 1e6 })]);
    await page.getByRole('gridcell', { name: 'image, coming.jpg, image, being fetched' }).waitFor();
    const badges = page.locator('[data-badge]');
    expect(await badges.evaluateAll((all) => all.map((one) => `${one.getAttribute('data-badge')}: ${one.getAttribute('title')}`))).toEqual([
      'fetching: being fetched, 1\u00a0%',
      'whole: in the cache',
      'kept: kept offline',
      'changed: changed upstream',
      'whole: in the cache',
      'kept: to be kept offline, not here yet',
    ]);
    await page.getByRole('gridcell', { name: 'image, changed.jpg, image, in the cache, changed upstream' }).waitFor();
    // Thumbnails that come or fail draw their own rows.
    await page.waitForFunction(() => !document.querySelector('[role="grid"] [data-state="waiting"]'));
    await page.evaluate(() => {
      const rows = new Set<string>();
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement;
          rows.add(element?.closest('[data-row]')?.getAttribute('data-row') ?? 'outside');
        }
      }).observe(document.querySelector('[role="grid"]') ?? document.body, { attributes: true, childList: true, subtree: true });
      Object.assign(window, { changedRows: () => [...rows] });
    });
    for (let step = 1; step <= 20; step += 1) await tell([transfer({ bytes: step * 4e6 })]);
    await page.getByTitle('being fetched, 80').waitFor();
    expect(await page.evaluate('window.changedRows()')).toEqual(['0']);
    await tell([transfer({ bytes: 41e6 })]);
    await opened.screen('copies-1-table');
    expect(await opened.axeFinds()).toEqual([]);
    await tell([]);
    await page.getByRole('gridcell', { name: 'image, coming.jpg, image', exact: true }).waitFor();
    await tell([transfer({ bytes: 41e6, size: null })]);
    await page.getByRole('gridcell', { name: 'plain.jpg' }).click();
    await page.keyboard.press('g');
    await page.getByRole('option', { name: 'coming.jpg, image, being fetched' }).waitFor();
    await page.getByRole('option', { name: 'kept.jpg, image, kept offline' }).waitFor();
    await opened.screen('copies-2-gallery');
    expect(await opened.axeFinds()).toEqual([]);
    await page.keyboard.press('t');
    await tell([]);
  },
  60_000,
);

test.skipIf(!browser)(
  'the menu keeps all rows of a view offline by its filter, checks them, and names what failed and what changed',
  async () => {
    const { page } = opened;
    const choose = async (name: string) => {
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    made.answers.set('cache.keep', () => ({
      value: {
        references: 6,
        fetched: 4,
        bytes: 34e6,
        failed: [{ canonical: 'http://h/plain.jpg', error: { cause: 'timeout', message: 'No answer within 30 s.', next: null } }],
      },
    }));
    await page.getByRole('gridcell', { name: 'plain.jpg' }).click();
    await page.keyboard.press('Control+a');
    await choose('Keep offline');
    await page.getByText('plain.jpg: No answer within 30 s. It stays asked for.').first().waitFor();
    expect(inputOf('cache.keep')).toMatchObject({ rows: { where: 'true' }, isOn: true });
    made.answers.set('cache.keep', () => ({ value: { references: 2, fetched: 0, bytes: 0, failed: [] } }));
    await choose('No longer keep offline');
    await page.getByText('2 files are no longer kept offline. Their copies may be dropped at any time.').first().waitFor();
    expect(inputOf('cache.keep')).toMatchObject({ isOn: false });

    const remote = { size: 9.1e6, type: null, etag: '"two"', modified: '2026-11-23T10:00:00Z', storageClass: null };
    made.answers.set('health.check', () => ({
      value: {
        checked: 6,
        same: 4,
        fresh: 0,
        pinned: 0,
        changed: 1,
        failed: 1,
        requests: 6,
        findings: [
          { referenceId: referenceIds[3], canonical: urls[3], rowId: 4, rows: 1, found: 'changed', remote, error: null },
          {
            referenceId: referenceIds[5],
            canonical: urls[5],
            rowId: 6,
            rows: 2,
            found: 'failed',
            remote: null,
            error: { cause: 'timeout', message: 'No answer within 30 s.', next: 'Try again.' },
          },
        ],
      },
    }));
    made.answers.set('health.decide', () => ({ value: { references: 1, failed: [] } }));
    await choose('Check all rows for changes');
    await page.getByText('6 files checked: 1 changed upstream, 1 could not be asked, 4 unchanged').first().waitFor();
    expect(inputOf('health.check')).not.toHaveProperty('rows');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const sheet = page.getByRole('dialog', { name: 'Check for changes' });
    await sheet.getByText('changed upstream: 9.1 MB').waitFor();
    await sheet.getByText('No answer within 30 s. Try again.').waitFor();
    await opened.screen('copies-3-findings');
    expect(await opened.axeFinds()).toEqual([]);
    await sheet.getByRole('button', { name: 'Fetch new and recompute' }).click();
    await page.getByText('1 new file is taken. Values are being computed again.').first().waitFor();
    expect(inputOf('health.decide')).toEqual({ referenceIds: [referenceIds[3]], choice: 'take_new' });
    await choose('Keep what is here');
    await page.getByText('What is here of 1 file is kept until it changes again.').first().waitFor();
    expect(inputOf('health.decide')).toEqual({ referenceIds: [referenceIds[3]], choice: 'keep' });

    made.answers.set('files.fetch', () => ({
      value: {
        files: [
          { ok: true, asked: urls[0], path: '/cache/a', bytes: 8e6 },
          { ok: false, asked: urls[4], error: { cause: 'timeout', message: 'No answer within 30 s.', next: null } },
        ],
        evictedAgain: [],
      },
    }));
    await choose('Fetch');
    await page.getByText('1 file fetched, 8 MB. 2 files could not be fetched.').first().waitFor();
    expect(inputOf('files.fetch')).toEqual({ urls: [urls[0], urls[4], urls[5]] });
  },
  60_000,
);

test.skipIf(!browser)(
  'the inspector says how much is here, keeps it offline, and offers the choice where another file lies upstream',
  async () => {
    const { page } = opened;
    const pane = page.getByRole('complementary', { name: 'Inspector' });
    await page.getByRole('gridcell', { name: 'plain.jpg' }).click();
    await pane.getByText('3 of 8.4 MB').waitFor();
    await pane.getByRole('checkbox', { name: 'Keep offline' }).click();
    await page.getByText('2 files are kept offline.', { exact: true }).first().waitFor();
    await page.getByRole('gridcell', { name: 'changed.jpg' }).click();
    await pane.getByText('Another file lies upstream than the one that is known here.').waitFor();
    const lines = await pane.getByRole('table', { name: 'What changed' }).getByRole('row').allTextContents();
    expect([lines[0], lines[1]?.replaceAll('\u00a0', ' '), lines[3]]).toEqual(['HereUpstream', 'Size8.4 MB9.1 MB', 'ETag"one""two"']);
    await pane.getByRole('button', { name: 'Fetch new and recompute' }).scrollIntoViewIfNeeded();
    await opened.screen('copies-4-inspector');
    expect(await opened.axeFinds()).toEqual([]);
    await pane.getByRole('button', { name: 'Fetch new and recompute' }).click();
    await page.getByText('1 new file is taken. Values are being computed again.').first().waitFor();
  },
  60_000,
);

test.skipIf(!browser)(
  'transfers stand under the jobs with bytes, rate, time left and why one waits; nothing of them is spoken',
  async () => {
    const { page } = opened;
    const spoken = page.locator('[aria-live="polite"]').first();
    const before = await spoken.textContent();
    await tell([
      transfer({ bytes: 41e6 }),
      transfer({ id: 2, canonical: 'http://h/b.mp4', name: 'b.mp4', state: 'waiting', rate: null, secondsLeft: null }),
      transfer({ id: 3, canonical: 'http://h/c.mp4', name: 'c.mp4', state: 'pausing', bytes: 5e6, rate: null, secondsLeft: null }),
      transfer({
        id: 4,
        canonical: 'http://h/d.mp4',
        name: 'd.mp4',
        bytes: 2e6,
        size: null,
        secondsLeft: null,
        restarted: 'not_resumable',
      }),
    ]);
    await page.getByRole('button', { name: 'Fetching 4.2 MB/s' }).click();
    const list = page.getByRole('list', { name: 'Transfers' }).getByRole('listitem');
    expect((await list.allTextContents()).map((line) => line.replaceAll('\u00a0', ' '))).toEqual([
      'coming.jpg41 of 100 MB2.1 MB/s · about 40 s',
      'b.mp40 B of 100 MBwaiting for its turn',
      'c.mp45 of 100 MBpaused, goes on soon',
      'd.mp42 MB2.1 MB/s · began anew because the server cannot go on in the middle',
    ]);
    await opened.screen('copies-5-transfers');
    expect(await opened.axeFinds()).toEqual([]);
    expect(await spoken.textContent()).toBe(before);
    await tell(
      Array.from({ length: 200 }, (_, place) => transfer({ id: place, canonical: `http://h/${place}.mp4`, name: `${place}.mp4` })),
    );
    await page.getByText('and 150 more transfers').waitFor();
    await tell([]);
    await page.getByRole('list', { name: 'Transfers' }).waitFor({ state: 'detached' });
  },
  60_000,
);
