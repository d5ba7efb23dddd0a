/** Links with their true end, jobs and errors, through the window in a real Chromium, on test servers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import type { Client } from '../../src-shared/contract/contract.ts';
import { type Fault, stalls, status } from '../servers/faults.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const work = { accessKeyId: 'ASIAWORK', secretAccessKey: 'work-secret', sessionToken: 'work-token' };
const keys = { accessKeyId: 'AKIAKEYS', secretAccessKey: 'keys-secret' };
const unsure = { accessKeyId: 'ASIAUNSURE', secretAccessKey: 'unsure-secret', sessionToken: 'unsure-token' };
const hour = 3_600_000;

const browser = await startChromium();
const aws = mkdtempSync(join(tmpdir(), 'vitrine-aws-'));
let sessionEnd: number;
let http: HttpServer;
let s3: S3Server;
let gcs: GcsServer;
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

/**
 * `work` is a session of five hours from a tool that logs in by SSO; `keys` never end; the end of `unsure` is not known; `nobody` is
 * refused everywhere.
 */
function writeProfiles(): void {
  sessionEnd = Math.floor((Date.now() + 5 * hour) / 1000) * 1000;
  const credentials = {
    Version: 1,
    AccessKeyId: work.accessKeyId,
    SecretAccessKey: work.secretAccessKey,
    SessionToken: work.sessionToken,
    Expiration: new Date(sessionEnd).toISOString(),
  };
  writeFileSync(join(aws, 'session.json'), JSON.stringify(credentials));
  writeFileSync(
    join(aws, 'config'),
    `[profile work]\ncredential_process = cat ${join(aws, 'session.json')}\nsso_start_url = https://corp.invalid/start\n`,
  );
  const profile = (name: string, id: string, secret: string) => `[${name}]\naws_access_key_id=${id}\naws_secret_access_key=${secret}\n`;
  const profiles = [
    profile('keys', keys.accessKeyId, keys.secretAccessKey),
    profile('nobody', 'AKIANOBODY', 'x'),
    `${profile('unsure', unsure.accessKeyId, unsure.secretAccessKey)}aws_session_token=${unsure.sessionToken}\n`,
  ];
  writeFileSync(join(aws, 'credentials'), profiles.join(''));
}

beforeAll(async () => {
  if (!browser) return;
  writeProfiles();
  const jpeg = (hue: string) => picture(hue).then((bytes) => storedObject(bytes, { type: 'image/jpeg' }));
  http = await startHttpServer();
  http.put('/web.jpg', await jpeg('#558877'));
  s3 = await startS3Server({ buckets: { media: {}, long: {}, unsure: {}, open: { public: 'read' } }, keys: [work, keys, unsure] });
  s3.put('media', 'IMG_2041.jpg', await jpeg('#775588'));
  s3.put('media', '../up.jpg', await jpeg('#665544'));
  s3.put('long', 'b.jpg', await jpeg('#887755'));
  s3.put('unsure', 'token.jpg', await jpeg('#775577'));
  s3.put('open', 'public.jpg', await jpeg('#557788'));
  gcs = await startGcsServer({ buckets: { open: { public: 'read-and-list' } } });
  gcs.put('open', 'poster.jpg', await jpeg('#885577'));
  opened = await openTestWindow(browser, {
    settings: {
      stores: [
        { match: 's3://long', profile: 'keys' },
        { match: 's3://open', profile: 'nobody' },
        { match: 's3://unsure', profile: 'unsure' },
      ],
    },
    env: {
      PATH: process.env.PATH,
      AWS_CONFIG_FILE: join(aws, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(aws, 'credentials'),
      AWS_PROFILE: 'work',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_S3: s3.origin,
      STORAGE_EMULATOR_HOST: gcs.origin,
      METADATA_SERVER_DETECTION: 'none',
    },
  });
  page = opened.page;
  client = opened.owned.connectionFor(commandLine).client;
  const local = join(opened.home, 'local.jpg');
  writeFileSync(local, await picture('#444444'));
  await makeTable('files', [
    's3://media/IMG_2041.jpg',
    's3://long/b.jpg',
    's3://open/public.jpg',
    'gs://open/poster.jpg',
    http.url('/web.jpg'),
    local,
    's3://media/../up.jpg',
    endedLink(),
    's3://unsure/token.jpg',
  ]);
}, 120_000);

afterAll(async () => {
  rmSync(aws, { recursive: true, force: true });
  if (!browser) return;
  await opened.close();
  await browser.close();
  await Promise.all([http.close(), s3.close(), gcs.close()]);
});

/** Somebody else's link, which ended two hours ago. */
function endedLink(): string {
  const stamp = new Date(Date.now() - 3 * hour - 60_000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `AKIA/${stamp.slice(0, 8)}/us-east-1/s3/aws4_request`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': '3600',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': 'a'.repeat(64),
  };
  return `${http.url('/ended.jpg')}?${new URLSearchParams(parameters)}`;
}

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

/** Opens the link sheet of the row with this file. */
async function sheetOf(name: string): Promise<Locator> {
  await page.getByRole('gridcell').filter({ hasText: name }).first().click();
  await page.keyboard.press('Control+l');
  return page.getByRole('dialog', { name: `Link to ${name}` });
}

const readClipboard = () => page.evaluate(() => navigator.clipboard.readText());
const writeClipboard = (text: string) => page.evaluate((value) => navigator.clipboard.writeText(value), text);
const said = (text: string | RegExp) => page.getByText(text).first().waitFor();
const endOf = (link: string) => {
  const { searchParams } = new URL(link);
  const made = (searchParams.get('X-Amz-Date') ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(made) + Number(searchParams.get('X-Amz-Expires')) * 1000;
};

test.skipIf(!browser)(
  'a session that ends first is named with the command for a longer one, and the copied link ends no later',
  async () => {
    await openTable('files');
    const sheet = await sheetOf('IMG_2041.jpg');
    await sheet.getByText('24 h', { exact: true }).click();
    await sheet.getByText('Limited by your AWS session “work”, which ends then.').waitFor();
    await sheet.getByText(/\((?:4\sh 59\smin|5\sh)\)/).waitFor();
    await sheet.getByText('You asked for 24 h. Longer after a new login:').waitFor();
    await sheet.getByText('work · us-east-1').waitFor();
    await opened.screen('links-1-limited-by-session');
    expect(await opened.axeFinds()).toEqual([]);
    await sheet.getByRole('button', { name: 'Copy login command' }).click();
    await said('Login command copied.');
    expect(await readClipboard()).toBe('aws sso login --profile work');
    await sheet.getByRole('button', { name: 'Copy link' }).click();
    await said(/Link copied\. Works until .*, limited by your AWS session “work”\./);
    const link = await readClipboard();
    expect(endOf(link)).toBeLessThanOrEqual(sessionEnd);
    expect((await fetch(link)).status).toBe(200);
  },
);

test.skipIf(!browser)('a life over what the provider allows is clamped, said, and what was typed wrong is said too', async () => {
  const sheet = await sheetOf('b.jpg');
  await sheet.getByText('15 min', { exact: true }).click();
  await sheet.getByText(/\(1[45]\smin\)/).waitFor();
  await opened.screen('links-2-single');
  await sheet.getByText('Custom…', { exact: true }).click();
  await sheet.getByRole('combobox', { name: 'Unit' }).selectOption('days');
  const amount = sheet.getByRole('textbox', { name: 'How long' });
  await amount.fill('soon');
  await sheet.getByText('How long must be a number above 0. Type one, such as 12.').waitFor();
  expect(await sheet.getByRole('button', { name: 'Copy link' }).getAttribute('aria-disabled')).toBe('true');
  await amount.fill('30');
  await sheet.getByText(/^127\.0\.0\.1 allows 7 days at most, so the link ends /).waitFor();
  await opened.screen('links-3-clamped');
  expect(await opened.axeFinds()).toEqual([]);
  await amount.press('Enter');
  await said(/Link copied\. Works until .*, limited by what 127\.0\.0\.1 allows\./);
  const link = await readClipboard();
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('604800');
  // The choice is kept for the next link, and the toast leads to it. A date does as well.
  await page.getByRole('button', { name: 'Options…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'How long' }).waitFor();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Unit' }).selectOption('until a date');
  const date = page.getByRole('dialog').getByLabel('Until when');
  await date.fill('2020-01-01T12:00');
  await page.getByRole('dialog').getByText('Until when must be a date and time after now. Choose a later one.').waitFor();
  const inTwoDays = new Date(Date.now() + 48 * hour + 90_000);
  await date.fill(new Date(inTwoDays.getTime() - inTwoDays.getTimezoneOffset() * 60_000).toISOString().slice(0, 16));
  await page
    .getByRole('dialog')
    .getByText(/\(2\sd/)
    .waitFor();
  await opened.screen('links-8-date');
  expect(await opened.axeFinds()).toEqual([]);
  await page.getByRole('dialog').getByText('1 h', { exact: true }).click();
  await page
    .getByRole('dialog')
    .getByText(/\((?:59\smin|1\sh)\)/)
    .waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Copy link' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test.skipIf(!browser)('a public file offers its plain link first, without a signature', async () => {
  await s3.whenEnded(({ rawPath, status: answer }) => rawPath === '/open/public.jpg' && answer !== null && answer < 300);
  const sheet = await sheetOf('public.jpg');
  const plain = sheet.getByRole('button', { name: 'Copy plain link' });
  await plain.waitFor();
  await sheet.getByText(/\((?:59\smin|1\sh)\)/).waitFor();
  expect(await sheet.locator('form').innerText()).toMatch(/^Public file/);
  await opened.screen('links-4-public');
  expect(await opened.axeFinds()).toEqual([]);
  await plain.click();
  await said('Plain link copied. The file is public; this link has no end.');
  expect(await readClipboard()).toBe(`${s3.origin}/open/public.jpg`);
  expect((await fetch(await readClipboard())).status).toBe(200);
  // Where there is nothing to sign with, the plain link is the link.
  await gcs.whenEnded(({ rawPath, status: answer }) => rawPath.includes('poster.jpg') && answer !== null && answer < 300);
  await page.getByRole('gridcell').filter({ hasText: 'poster.jpg' }).click();
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(readClipboard).toBe(`${gcs.origin}/open/poster.jpg`);
});

test.skipIf(!browser)(
  'a local file is refused with its path offered, a web address stays as it is, and an ended link says so',
  async () => {
    await writeClipboard('as before');
    let sheet = await sheetOf('local.jpg');
    await sheet.getByText('A file on this computer has no address others could open.').waitFor();
    await opened.screen('links-5-refused');
    expect(await opened.axeFinds()).toEqual([]);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Shift+C');
    await page.getByRole('button', { name: 'Copy path' }).waitFor();
    expect(await readClipboard()).toBe('as before');
    await page.getByRole('button', { name: 'Copy path' }).click();
    await expect.poll(readClipboard).toBe(join(opened.home, 'local.jpg'));

    sheet = await sheetOf('web.jpg');
    await sheet.getByText('This address is already a web link; it is copied unchanged.').waitFor();
    await opened.screen('links-6-web');
    await sheet.getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(readClipboard).toBe(http.url('/web.jpg'));

    sheet = await sheetOf('ended.jpg');
    await sheet.getByText(/This link ended 2 h ago\./).waitFor();
    await page.keyboard.press('Escape');
    sheet = await sheetOf('up.jpg');
    await sheet.getByText('No browser can open a link to this name. Export the file instead.').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  },
);

test.skipIf(!browser)('several rows are summed up by their ends, and copied one URL a line', async () => {
  await page.getByRole('gridcell').filter({ hasText: 'IMG_2041.jpg' }).click();
  await page
    .getByRole('gridcell')
    .filter({ hasText: /^b\.jpg/ })
    .click({ modifiers: ['Control'] });
  await page
    .getByRole('gridcell')
    .filter({ hasText: 'local.jpg' })
    .click({ modifiers: ['Control'] });
  await page.keyboard.press('Control+l');
  const sheet = page.getByRole('dialog', { name: '3 links' });
  await sheet.getByText('7 days', { exact: true }).click();
  await sheet.getByText(/^3 links: 1 until .*, 1 until .*; 1 cannot be signed \(local file\)/).waitFor();
  await opened.screen('links-7-several');
  expect(await opened.axeFinds()).toEqual([]);
  await sheet.getByRole('button', { name: 'Copy 2 links' }).click();
  await said(/^2 links copied\. The first ends .*\. 1 could not be made\.$/);
  const lines = (await readClipboard()).split('\n');
  expect(lines.map((line) => new URL(line).pathname)).toEqual(['/media/IMG_2041.jpg', '/long/b.jpg']);
  for (const line of lines) expect((await fetch(line)).status).toBe(200);
  // Seven days were chosen last; of credentials whose end nobody knows an hour is proposed.
  const careful = await sheetOf('token.jpg');
  await careful.getByText('The end of these credentials is not known. Short links are safer.').waitFor();
  await careful.getByRole('radio', { name: '1 h', checked: true }).waitFor();
  await page.keyboard.press('Escape');
  await careful.waitFor({ state: 'detached' });
  // No signed URL is left behind in the page.
  expect(await page.content()).not.toContain('X-Amz-Signature');
});

const panel = () => page.getByRole('region', { name: 'Jobs and errors' });
const pathsOf = (from: number) => [...new Set(http.requests.slice(from).map(({ rawPath }) => rawPath))].sort();

test.skipIf(!browser)('the panel opens by key, says when there is nothing, and stays open through a reload', async () => {
  await page.keyboard.press('Control+j');
  await panel().getByRole('tab', { name: 'Errors', exact: true }).click();
  await panel().getByText('No errors.').waitFor();
  await opened.screen('panel-1-empty');
  expect(await opened.axeFinds()).toEqual([]);
  const edge = page.getByRole('separator', { name: 'Height of the jobs and errors panel' });
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
