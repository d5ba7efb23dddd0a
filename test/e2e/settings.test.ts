/** Settings and accounts in the window: keys saved by hand, access tested, stores written, codes asked for. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { settingsPages } from '../../src-renderer/features/settings/settings-store.ts';
import { got, tableOf } from '../integration/test-library.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
const typed = { accessKeyId: 'AKIATYPEDKEYS007Q', secretAccessKey: 'typed/secret+text' };
let s3: S3Server;
let opened: TestWindow;

beforeAll(async () => {
  if (!browser) return;
  s3 = await startS3Server({ keys: [typed], buckets: { media: { region: 'eu-west-1' }, closed: { readers: [] } } });
  s3.put('media', 'IMG_2041.jpg', storedObject('picture', { type: 'image/jpeg' }));
  s3.put('closed', 'a.jpg', storedObject('picture', { type: 'image/jpeg' }));
  const env = { AWS_EC2_METADATA_DISABLED: 'true', METADATA_SERVER_DETECTION: 'none' };
  opened = await openTestWindow(browser, { env });
}, 60_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await s3.close();
});

const settingsFile = () => JSON.parse(readFileSync(join(opened.home, 'library', 'settings.json'), 'utf8'));

test.skipIf(!browser)(
  'keys are typed, agreed to, used and tested step by step; a new profile and a code are noticed by themselves',
  async () => {
    const { page } = opened;
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await page.getByText('No cloud credentials found').waitFor();
    await page.keyboard.press('Control+,');
    await page.getByRole('heading', { name: 'General' }).waitFor();
    await button('Accounts').click();
    await page.getByText('No cloud credentials found. Public files work without any.').waitFor();

    await button('Save keys…').click();
    const form = page.getByRole('form', { name: 'Keys typed by hand' });
    await form.getByLabel('Name').fill('minio/1');
    await form.getByLabel('Endpoint').fill(s3.origin);
    await form.getByLabel('Access key').fill(typed.accessKeyId);
    await form.getByLabel('Secret key').fill(typed.secretAccessKey);
    await form.getByLabel('Use for…').fill('s3://media/');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('The name of saved keys must be 1 to 64 letters').waitFor();
    expect(await form.getByLabel('Secret key').inputValue()).toBe(typed.secretAccessKey);
    await form.getByLabel('Name').fill('minio');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('This computer has no keychain that Vitrine can reach.').waitFor();
    await opened.screen('settings-2-agree');
    expect(await opened.axeFinds()).toEqual([]);
    await form.getByRole('button', { name: 'Save in this file' }).click();
    await page.getByText('keys saved by hand · key AKIA…7Q').waitFor();
    expect(settingsFile()).toEqual({ stores: [{ match: 's3://media/', keys: 'minio' }] });

    await page.getByLabel('Address to test').fill('s3://media/IMG_2041.jpg');
    await button('Test access').click();
    const steps = page.getByRole('list', { name: 'Steps to s3://media/IMG_2041.jpg' });
    await steps.getByText(/can be made, until .* at most/).waitFor();
    const lines = (await steps.getByRole('listitem').allTextContents()).map((line) => line.replace(/127\.0\.0\.1:\d+/, 'server'));
    expect(lines.slice(0, 5)).toEqual([
      '1worksIdentitysaved keys minio: the store rule “s3://media/” names them',
      '2worksRegioneu-west-1: the bucket says so',
      '3worksEndpointhttp://server: the saved keys belong to it',
      '4worksStat7 B, image/jpeg',
      '5worksOne byteread',
    ]);

    const end = new Date(Date.now() + 5 * 3_600_000).toISOString();
    mkdirSync(join(opened.home, '.aws'));
    writeFileSync(
      join(opened.home, '.aws', 'credentials'),
      `[default]\naws_access_key_id=AKIANOBODY\naws_secret_access_key=${end}\n[work]\naws_access_key_id=A\naws_secret_access_key=B\n`,
    );
    await page.getByRole('button', { name: 'Use for… work' }).waitFor();
    mkdirSync(join(opened.home, '.config', 'gcloud'), { recursive: true });
    writeFileSync(
      join(opened.home, '.config', 'gcloud', 'application_default_credentials.json'),
      JSON.stringify({ type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' }),
    );
    await page.getByText('can read, cannot sign').waitFor();
    await page.getByText('Started from a terminal, so its variables are here already.').waitFor();
    await opened.screen('settings-3-accounts');
    expect(await opened.axeFinds()).toEqual([]);

    const code = opened.owned.library.mfa.ask({
      profile: 'work',
      role: 'arn:aws:iam::123456789012:role/Reader',
      device: 'arn:aws:iam::123456789012:mfa/me',
      wasRefused: false,
    });
    const dialog = page.getByRole('dialog', { name: 'One-time code' });
    await dialog.getByText('arn:aws:iam::123456789012:role/Reader').waitFor();
    await dialog.getByLabel('Code').fill('12');
    await page.keyboard.press('Enter');
    await dialog.getByText('The code must be 6 to 8 digits.').waitFor();
    await opened.screen('settings-4-code');
    expect(await opened.axeFinds()).toEqual([]);
    await dialog.getByLabel('Code').fill('123 456');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    expect(await code).toBe('123456');
    await dialog.waitFor({ state: 'detached' });
    // Over another sheet it takes nothing away from it.
    await button('Import').click();
    const sheet = page.getByRole('dialog', { name: 'Import' });
    await sheet.getByLabel('Paste or type links, one a line').fill('https://example.com/a.jpg');
    const overSheet = opened.owned.library.mfa.ask({ profile: 'work', role: 'r', device: 'd', wasRefused: true });
    await dialog.getByText('The last code was refused. Type the next one that the device shows.').waitFor();
    await dialog.getByLabel('Code').fill('654321');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    expect(await overSheet).toBe('654321');
    // The next question has a dialog of its own; a key pressed in this one would not reach it.
    await dialog.waitFor({ state: 'detached' });
    const escaped = opened.owned.library.mfa.ask({ profile: 'work', role: 'r', device: 'd', wasRefused: false }).catch(() => 'declined');
    // A key means the dialog only once it has the focus.
    await dialog.locator('input:focus').waitFor();
    await page.keyboard.press('Escape');
    expect(await escaped).toBe('declined');
    await dialog.waitFor({ state: 'detached' });
    expect(await sheet.getByLabel('Paste or type links, one a line').inputValue()).toBe('https://example.com/a.jpg');
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    const declined = opened.owned.library.mfa.ask({ profile: 'work', role: 'r', device: 'd', wasRefused: false }).catch(() => 'declined');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await declined).toBe('declined');
  },
  60_000,
);

test.skipIf(!browser)(
  'stores are written in the sentences of the core, removed and put back; a refused file leads to its test',
  async () => {
    const { page } = opened;
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await button('Stores').click();
    await button('Add store…').click();
    const form = page.getByRole('form', { name: 'New store rule' });
    await form.getByLabel('Bucket or prefix').fill('closed');
    await form.getByRole('radio', { name: 'Profile' }).click({ force: true });
    await form.getByRole('combobox', { name: 'Profile' }).fill('work');
    await form.getByLabel('Endpoint').fill(s3.origin);
    await form.getByLabel('Region').fill('us-east-1');
    await form.getByRole('checkbox', { name: 'Read and pay for this bucket' }).check();
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('must be s3://bucket, gs://bucket, az://account/container').waitFor();
    await opened.screen('settings-5-store-form');
    expect(await opened.axeFinds()).toEqual([]);
    // A file with a mistake is named, and what is typed is written once it is corrected.
    const good = JSON.stringify(settingsFile());
    writeFileSync(join(opened.home, 'library', 'settings.json'), '{ "cache": ');
    await page.getByRole('alert').getByText('settings.json, line 1: The file is not JSON.').waitFor();
    writeFileSync(join(opened.home, 'library', 'settings.json'), good);
    await page.getByRole('alert').getByText('settings.json, line 1: The file is not JSON.').waitFor({ state: 'detached' });
    // What was typed is still there after a look at another page.
    await button('Accounts').click();
    await button('Stores').click();
    expect(await form.getByLabel('Endpoint').inputValue()).toBe(s3.origin);
    await form.getByLabel('Bucket or prefix').fill('s3://closed/');
    await form.getByRole('button', { name: 'Save' }).click();
    const rule = { match: 's3://closed/', endpoint: s3.origin, region: 'us-east-1', profile: 'work', requester_pays: true };
    await button('Edit s3://closed/').waitFor();
    expect(settingsFile().stores).toEqual([{ match: 's3://media/', keys: 'minio' }, rule]);
    await button('Remove s3://media/').click();
    await button('Edit s3://media/').waitFor({ state: 'detached' });
    expect(settingsFile().stores).toEqual([rule]);
    await button('Undo').click();
    await button('Edit s3://media/').waitFor();
    expect(settingsFile().stores).toEqual([{ match: 's3://media/', keys: 'minio' }, rule]);
    await opened.screen('settings-6-stores');
    for (const name of settingsPages.filter((one) => one !== 'accounts' && one !== 'stores')) {
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name, exact: false }).click();
      await page.getByRole('heading', { level: 2, name, exact: false }).waitFor();
      await opened.screen(`settings-7-${name}`);
      expect(await opened.axeFinds()).toEqual([]);
    }

    const { client } = opened.owned.connectionFor(commandLine);
    await tableOf(client, ['s3://closed/a.jpg', 's3://media/IMG_2041.jpg'], 'pictures');
    got(await client.columns.addComputed({ table: 'pictures', name: 'width', expression: 'image.width', compute: 'wait' }));
    await page.getByRole('treeitem', { name: 'pictures' }).click();
    await page.getByText('Access', { exact: true }).waitFor();
    await page.getByText('the store rule “s3://closed/” names it').waitFor();
    await opened.screen('settings-8-inspector');
    await page.keyboard.press('Control+j');
    await page.getByRole('tab', { name: /Errors/ }).click();
    const group = page.getByRole('treeitem', { name: /access denied/ });
    await group.getByRole('button', { name: 'Test access' }).click();
    const steps = page.getByRole('list', { name: 'Steps to s3://closed/a.jpg' });
    await steps.getByText('not tried, since step 4 failed').first().waitFor();
    await opened.screen('settings-9-failed');
    expect(await opened.axeFinds()).toEqual([]);
    await page.getByRole('button', { name: 'Sign as service account…' }).click();
    await page.getByRole('form', { name: 'New store rule' }).getByLabel('Sign as').waitFor();
    await button('Accounts').click();
    await steps.getByRole('button', { name: 'Choose identity…' }).click();
    await page.getByRole('form', { name: 'Edit s3://closed/' }).waitFor();
  },
  60_000,
);
