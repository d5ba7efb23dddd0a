/** Links with their true end, through the window in a real Chromium, on test servers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import type { Client } from '../../src-shared/contract/contract.ts';
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
    's3://long/missing.jpg',
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

async function makeTable(path: string, urls: readonly string[]): Promise<void> {
  const made = await client.tables.create({ path, columns: [{ name: 'image', type: 'image' }] });
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
    await sheet.getByText('checked with one byte').waitFor();
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

test.skipIf(!browser)('a link is checked with one byte, and one that does not open is kept and says why', async () => {
  const sheet = await sheetOf('missing.jpg');
  await sheet.getByText(/There is no file at this address\.|127\.0\.0\.1 answered 40[34]/).waitFor();
  await opened.screen('links-9-check-failed');
  expect(await opened.axeFinds()).toEqual([]);
  const ranges = s3.requests.filter(({ rawPath }) => rawPath === '/long/missing.jpg').map(({ headers }) => headers.range);
  expect(ranges).toContain('bytes=0-0');
  expect(await sheet.getByRole('button', { name: 'Copy link' }).getAttribute('aria-disabled')).toBeNull();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test.skipIf(!browser)(
  'a link is wished as a download under a name and copied as Markdown, HTML or CSV, and the choice is kept',
  async () => {
    const sheet = await sheetOf('b.jpg');
    await sheet.getByText('as a download', { exact: true }).click();
    await sheet.getByRole('textbox', { name: 'Name of the download' }).fill('Beach “1”.jpg');
    await sheet.getByText('HTML', { exact: true }).click();
    await sheet.getByText('checked with one byte').waitFor();
    await opened.screen('links-10-download-as-html');
    expect(await opened.axeFinds()).toEqual([]);
    await sheet.getByRole('button', { name: 'Copy link' }).click();
    await sheet.waitFor({ state: 'detached' });
    const href = await page.evaluate(async () => {
      const text = await navigator.clipboard.readText();
      const { body } = new DOMParser().parseFromString(text, 'text/html');
      return [body.textContent, body.querySelector('a')?.href];
    });
    expect(href[0]).toBe('b.jpg');
    expect((await fetch(href[1] ?? '')).status).toBe(200);
    const listed = await client.links.ledger({ search: 'b.jpg', start: 0, end: 1 });
    expect(listed).toMatchObject({
      ok: true,
      value: { entries: [{ disposition: 'attachment', filename: 'Beach “1”.jpg', by: 'browser' }] },
    });

    const again = await sheetOf('b.jpg');
    await again.getByRole('radio', { name: 'HTML', checked: true }).waitFor();
    await again.getByRole('radio', { name: 'as a download', checked: true }).waitFor();
    await again.getByText('in the browser', { exact: true }).click();
    await again.getByText('Markdown', { exact: true }).click();
    await again.getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(readClipboard).toMatch(/^\[b\.jpg\]\(http:.*X-Amz-Signature=[0-9a-f]{64}.*\)$/);
  },
);

test.skipIf(!browser)(
  'links that were handed out stand under their file and in a list, where each is found, made again and taken off',
  async () => {
    await page
      .getByRole('gridcell')
      .filter({ hasText: /^b\.jpg/ })
      .click();
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    const section = inspector.locator('details').filter({ hasText: 'Links issued' });
    await section.getByRole('listitem').first().waitFor();
    await section.scrollIntoViewIfNeeded();
    await opened.screen('issued-1-inspector');
    expect(await opened.axeFinds()).toEqual([]);
    await section.getByRole('button', { name: /^Show (?:all \d|in list)/ }).click();
    const panel = page.getByRole('region', { name: 'Jobs, errors and links' });
    const search = panel.getByRole('searchbox', { name: 'Search links issued' });
    expect(await search.inputValue()).toBe('s3://long/b.jpg');
    await search.fill('');
    const list = panel.getByRole('table', { name: 'Links issued' });
    await list.getByRole('row').filter({ hasText: 'IMG_2041.jpg' }).first().waitFor();
    await opened.screen('issued-2-list');
    expect(await opened.axeFinds()).toEqual([]);
    // What was only tried in the sheet, and what nobody signed, is not there.
    expect(await list.getByText(/missing\.jpg|web\.jpg|local\.jpg/).count()).toBe(0);

    await search.fill('IMG_20');
    await expect.poll(() => list.getByRole('row').count()).toBe(3);
    await writeClipboard('as before');
    const first = list.getByRole('row').nth(1);
    await first.getByRole('button', { name: 'Copy link to IMG_2041.jpg again' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(readClipboard).toContain('X-Amz-Signature=');
    await expect.poll(() => list.getByRole('row').count()).toBe(4);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog', { name: 'Link to IMG_2041.jpg' });
    await sheet.getByText('work · us-east-1').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    for (const left of [3, 2]) {
      await list.getByRole('row').nth(1).getByRole('button', { name: 'Remove link to IMG_2041.jpg from list' }).press('Enter');
      await expect.poll(() => list.getByRole('row').count()).toBe(left);
    }
    await panel.getByText('Ended', { exact: true }).click();
    await panel.getByText('No link handed out matches.').waitFor();
    await opened.screen('issued-3-empty');
    expect(await opened.axeFinds()).toEqual([]);
    await search.fill('');
    expect(await page.content()).not.toContain('X-Amz-Signature');
  },
);
