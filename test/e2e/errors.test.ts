/** Jobs and errors, through the window in a real Chromium, on a test server. */
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import type { Client } from '../../src-shared/contract/contract.ts';
import { type Fault, stalls, status } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
let http: HttpServer;
let opened: TestWindow;
let page: Page;
let client: Client;

/** A picture as JPEG. */
async function picture(hue: string): Promise<Uint8Array> {
  return sharp({ create: { width: 640, height: 360, channels: 3, background: hue } })
    .jpeg()
    .toBuffer();
}

/** A second of silence as WAV: 8,000 samples of 8 bit. */
function silence(): Uint8Array {
  const bytes = Buffer.alloc(44 + 8_000, 128);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 8_000, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  for (const [place, value] of [1, 1].entries()) bytes.writeUInt16LE(value, 20 + 2 * place);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(8_000, 28);
  for (const [place, value] of [1, 8].entries()) bytes.writeUInt16LE(value, 32 + 2 * place);
  bytes.write('data', 36);
  bytes.writeUInt32LE(8_000, 40);
  return bytes;
}

beforeAll(async () => {
  if (!browser) return;
  http = await startHttpServer();
  opened = await openTestWindow(browser);
  page = opened.page;
  client = opened.owned.connectionFor(commandLine).client;
  await page.getByText('Drop links, files or folders here').waitFor();
}, 120_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await http.close();
});

async function makeTable(path: string, urls: readonly string[], type: 'image' | 'audio' = 'image'): Promise<void> {
  const made = await client.tables.create({ path, columns: [{ name: type, type }] });
  const inserted = await client.rows.insert({
    table: path,
    source: { kind: 'texts', texts: [...urls] },
    onError: 'abort',
    compute: 'none',
  });
  expect([made.ok, inserted.ok && inserted.value.rows]).toEqual([true, urls.length]);
}

async function openTable(name: string): Promise<void> {
  await page.getByRole('treeitem', { name: new RegExp(`^${name} `) }).click();
  await page.getByRole('grid', { name: `Table ${name}` }).waitFor();
}

const readClipboard = () => page.evaluate(() => navigator.clipboard.readText());
const said = (text: string | RegExp) => page.getByText(text).first().waitFor();
const panel = () => page.getByRole('region', { name: 'Jobs, errors and links' });
const pathsOf = (from: number) => [...new Set(http.requests.slice(from).map(({ rawPath }) => rawPath))].sort();

test.skipIf(!browser)('the panel opens by key, says when there is nothing, and stays open through a reload', async () => {
  await page.keyboard.press('Control+j');
  await panel().getByRole('tab', { name: 'Errors', exact: true }).click();
  await panel().getByText('No errors.').waitFor();
  await opened.screen('panel-1-empty');
  expect(await opened.axeFinds()).toEqual([]);
  const edge = page.getByRole('separator', { name: 'Height of the jobs, errors and links panel' });
  await edge.focus();
  await page.keyboard.press('ArrowUp');
  expect(await edge.getAttribute('aria-valuenow')).toBe('256');
  await expect.poll(async () => (await client.preferences.get({ key: 'layout' })).ok).toBe(true);
  await expect
    .poll(async () => {
      const kept = await client.preferences.get({ key: 'layout' });
      return kept.ok && kept.value.value;
    })
    .toMatchObject({ panelOpen: true, panelTab: 'errors', panelHeight: 256 });
  await page.reload();
  await panel().getByRole('tab', { name: 'Errors', exact: true, selected: true }).waitFor();
});

test.skipIf(!browser)('14 failures of three causes are three groups; retrying four asks the server for exactly those files', async () => {
  const bytes = await picture('#557755');
  const names = Array.from({ length: 14 }, (_, place) => `/failing/${String(place + 1).padStart(2, '0')}.jpg`);
  const spoilt = (place: number): Fault[] => (place < 4 ? [status(403)] : []);
  names.forEach((name, place) => {
    if (place < 4) http.put(name, storedObject(bytes, { type: 'image/jpeg' }), ...spoilt(place));
    if (place === 4) http.put(name, storedObject('no picture at all', { type: 'image/jpeg' }));
  });
  await panel().getByRole('tab', { name: 'Jobs' }).click();
  await makeTable('failing', names.map(http.url));
  const imported = panel().getByRole('listitem').filter({ hasText: 'Import into failing' });
  await imported.getByText('14 rows inserted').waitFor();
  await imported.getByRole('button', { name: 'Undo' }).waitFor();
  await client.columns.addComputed({ table: 'failing', name: 'width', expression: 'image.width', compute: 'wait' });
  await imported.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' });
  await openTable('failing');
  await panel().getByRole('tab', { name: 'Errors' }).click();
  await panel().getByRole('tab', { name: 'Errors 14' }).waitFor();
  const groups = panel().getByRole('treeitem', { level: 1 });
  await expect.poll(() => groups.count()).toBe(3);
  const labels = await groups.evaluateAll((all) => all.map((one) => /^\d+ [a-z ]+/.exec(one.textContent ?? '')?.[0]));
  expect(labels).toEqual(['9 not found', '4 access denied', '1 not supported']);
  await opened.screen('panel-2-errors');
  expect(await opened.axeFinds()).toEqual([]);
  await page.getByRole('button', { name: '14 errors' }).waitFor();

  // The server lets them in now.
  names.slice(0, 4).forEach((name) => {
    http.put(name, storedObject(bytes, { type: 'image/jpeg', etag: '"new"' }));
  });
  const before = http.requests.length;
  await panel().getByRole('button', { name: 'Retry these 4' }).click();
  await panel().getByRole('tab', { name: 'Errors 10' }).waitFor();
  // What the grid asks for on its own are thumbnails of these same rows, and none of the ten others is asked for again.
  expect(pathsOf(before)).toEqual(names.slice(0, 4));
  await expect.poll(() => groups.count()).toBe(2);
});

test.skipIf(!browser)(
  'a group opens by key to its cells, and Enter goes to the row; its details and its own retry stand in the inspector',
  async () => {
    const group = panel().getByRole('treeitem', { name: /^9 not found There is no file at this address\./ });
    await group.focus();
    await page.keyboard.press('Enter');
    await panel().getByRole('treeitem', { name: '06.jpg width There is no file at this address.' }).waitFor();
    await opened.screen('panel-3-open-group');
    expect(await opened.axeFinds()).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const cell = page.locator('[aria-rowindex="8"]').getByRole('gridcell', { name: 'width, error: not found' });
    await cell.and(page.locator(':focus')).waitFor();

    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByText('There is no file at this address. Correct the address').waitFor();
    await inspector.getByText('404').waitFor();
    await inspector.getByText('Attempts').waitFor();
    await inspector.getByRole('button', { name: 'Copy details' }).click();
    await expect.poll(readClipboard).toMatch(/^width: not_found\nThere is no file at this address\.\n.*\nStatus: 404\nAttempts: 1$/);
    const before = http.requests.length;
    await inspector.getByRole('button', { name: 'Retry' }).click();
    await http.whenEnded(({ index, rawPath }) => index >= before && rawPath === '/failing/07.jpg');
    await panel().getByRole('tab', { name: 'Jobs' }).click();
    await panel().getByText('0 values, 1 error').first().waitFor();
    expect(pathsOf(before)).toEqual(['/failing/07.jpg']);

    await panel().getByRole('tab', { name: 'Errors 10' }).click();
    await panel()
      .getByRole('treeitem', { name: /^9 not found/ })
      .getByRole('button', { name: 'Show rows' })
      .click();
    await said('9 of 14 rows');
    expect(await page.getByPlaceholder('Search or filter…').inputValue()).toBe('cause(width) == "not_found"');
  },
);

test.skipIf(!browser)(
  'a running job shows how far it is and can be stopped, and the states of cells can be told apart by their names',
  async () => {
    // Sounds have no thumbnails, whose waiting requests would take all of the browser's connections to the core.
    const names = Array.from({ length: 40 }, (_, place) => `/slow/${place + 1}.wav`);
    names.forEach((name, place) => {
      if (place > 0) http.put(name, storedObject(silence(), { type: 'audio/wav' }), ...(place > 1 ? [stalls()] : []));
    });
    await makeTable('slow', names.map(http.url), 'audio');
    await openTable('slow');
    await client.columns.addComputed({ table: 'slow', name: 'length', expression: 'audio.duration', compute: 'background' });
    for (const name of ['error: not found', '1', 'being computed', 'not computed yet'])
      await page
        .getByRole('gridcell', { name: `length, ${name}`, exact: true })
        .first()
        .waitFor();
    await panel().getByRole('tab', { name: 'Jobs' }).click();
    const job = panel().getByRole('listitem').filter({ hasText: 'length of slow' });
    await job.getByText('2 of 40').waitFor();
    await job.getByText('5 %').waitFor();
    await page.getByRole('button', { name: /^length of slow · 5 %/ }).waitFor();
    await opened.screen('panel-4-jobs');
    expect(await opened.axeFinds()).toEqual([]);
    await job.getByRole('button', { name: 'Cancel length of slow' }).first().click();
    await panel().getByText('1 value, 1 error').first().waitFor();
    await panel().getByText('cancelled').first().waitFor();
    http.release();
    // A panel that closes hands the keyboard back to the rows.
    await panel().getByRole('button', { name: 'Close' }).press('Enter');
    await panel().waitFor({ state: 'detached' });
    await page.getByRole('grid').and(page.locator(':focus-within')).waitFor();
  },
);
