import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Row } from '../../src-shared/model/cell.ts';
import { rawGet } from '../links/raw-get.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { makeServiceAccount } from '../servers/service-account.ts';
import { storedObject } from '../servers/stored-object.ts';
import { cellsInWords, got, newPlace, openTestLibrary, picture, type TestLibrary, tableOf } from './test-library.ts';

const secret = 'reader/secret+of=the-tests';
const keys = { AWS_ACCESS_KEY_ID: 'AKIAREADEROFTESTS000', AWS_SECRET_ACCESS_KEY: secret };
const addresses = ['s3://media/private one.png', 's3://open/public.png', 'gs://shots/deep/shot.png'];
/** Every address that was handed out, so that the log can be searched for all of them. */
const handedOut: string[] = [];
let serverAheadMs = 0;
let s3: S3Server;
let gcs: GcsServer;
let privateKey: string;
let library: TestLibrary;

beforeAll(async () => {
  const now = () => Date.now() + serverAheadMs;
  s3 = await startS3Server({
    now,
    keys: [{ accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: secret }],
    buckets: { media: {}, open: { public: 'read' } },
  });
  gcs = await startGcsServer({ now, buckets: { shots: {} }, tokens: { 'refresh-of-tests': 'me@example.com' } });
  const account = makeServiceAccount(gcs.tokenUri);
  gcs.addAccount(account);
  privateKey = account.privateKey;
  const place = newPlace();
  const keyFile = join(place.home, 'key.json');
  writeFileSync(keyFile, JSON.stringify(account.keyFile));
  s3.put('media', 'private one.png', storedObject(await picture(31, 17), { type: 'image/png' }));
  s3.put('open', 'public.png', storedObject(await picture(23, 11), { type: 'image/png' }));
  gcs.put('shots', 'deep/shot.png', storedObject(await picture(19, 13), { type: 'image/png' }));
  const env = {
    ...keys,
    AWS_ENDPOINT_URL_S3: s3.origin,
    STORAGE_EMULATOR_HOST: gcs.origin,
    GOOGLE_APPLICATION_CREDENTIALS: keyFile,
  };
  library = await openTestLibrary({ env, place });
  await tableOf(library.client, addresses);
});
afterAll(async () => {
  await library.end();
  await s3.close();
  await gcs.close();
});
beforeEach(() => {
  serverAheadMs = 0;
});

/** The only page of the table. */
async function page(options: { withLinks?: boolean } = {}): Promise<Row[]> {
  const { client } = library;
  const { viewId } = got(await client.views.open({ table: 'pictures' }));
  return got(await client.views.page({ viewId, start: 0, end: 10, ...options })).rows;
}

/** Addresses of the presigned column. */
async function urls(): Promise<string[]> {
  const { columns } = got(await library.client.tables.get({ table: 'pictures' }));
  const index = columns.findIndex(({ name }) => name === 'link');
  const found = (await page({ withLinks: true })).map(({ cells }) => String(cells[index]?.value));
  handedOut.push(...found);
  return found;
}

test('width and height are read from private S3 with keys, from a public bucket, and from private GCS by a login', async () => {
  const place = newPlace();
  const login = join(place.home, 'login.json');
  const fields = {
    type: 'authorized_user',
    client_id: 'c',
    client_secret: 's',
    refresh_token: 'refresh-of-tests',
    token_uri: gcs.tokenUri,
  };
  writeFileSync(login, JSON.stringify(fields));
  const env = { ...keys, AWS_ENDPOINT_URL_S3: s3.origin, STORAGE_EMULATOR_HOST: gcs.origin, GOOGLE_APPLICATION_CREDENTIALS: login };
  const reader = await openTestLibrary({ env, place });
  const { client } = reader;
  await tableOf(client, addresses);
  got(await client.columns.addComputed({ table: 'pictures', name: 'width', expression: 'image.width', compute: 'wait' }));
  got(await client.columns.addComputed({ table: 'pictures', name: 'height', expression: 'image.height', compute: 'wait' }));
  expect(await cellsInWords(client, 'pictures', 'width')).toEqual(['31', '23', '19']);
  expect(await cellsInWords(client, 'pictures', 'height')).toEqual(['17', '11', '13']);
  await reader.owned.close();
  for (const value of [secret, 'refresh-of-tests', keys.AWS_ACCESS_KEY_ID]) expect(reader.logText()).not.toContain(value);
  place.remove();
});

test('without any credentials a public bucket is read, and a private one says what is missing', async () => {
  const bare = await openTestLibrary({ env: { AWS_ENDPOINT_URL_S3: s3.origin } });
  await tableOf(bare.client, ['s3://open/public.png', 's3://media/private one.png']);
  got(await bare.client.columns.addComputed({ table: 'pictures', name: 'width', expression: 'image.width', compute: 'wait' }));
  expect(await cellsInWords(bare.client, 'pictures', 'width')).toEqual(['23', 'no_credentials']);
  await bare.end();
});

describe('a presigned column', () => {
  beforeAll(async () => {
    const expression = 'presigned_url(image, 3600)';
    const { result } = got(await library.client.columns.addComputed({ table: 'pictures', name: 'link', expression, compute: 'wait' }));
    expect(result).toMatchObject({ values: 3, errors: 0 });
  });

  test('carries its end and never an address on a page, unless it is asked for', async () => {
    const rows = await page();
    expect(JSON.stringify(rows)).not.toMatch(/X-(Amz|Goog)-|Signature/i);
    expect(rows.map(({ cells }) => [cells.at(-1)?.state, cells.at(-1)?.value, cells.at(-1)?.link?.limitedBy])).toEqual([
      ['ok', null, 'asked'],
      ['ok', null, 'asked'],
      ['ok', null, 'asked'],
    ]);
    const told: string[] = [];
    for (const { rowId } of rows) told.push(JSON.stringify(got(await library.client.rows.inspect({ table: 'pictures', rowId }))));
    expect(told.join('\n')).not.toMatch(/X-(Amz|Goog)-|Signature/i);
  });

  test('hands out addresses that open each object without credentials', async () => {
    const [own, open, shot] = await urls();
    expect([own, open, shot].map((url) => /[?&](X-(?:Amz|Goog)-Signature)=/.exec(url ?? '')?.[1])).toEqual([
      'X-Amz-Signature',
      'X-Amz-Signature',
      'X-Goog-Signature',
    ]);
    const answers = await Promise.all([own, open, shot].map((url) => rawGet(url ?? '')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('hands out addresses that end when they say, and that nobody can change', async () => {
    const [own = '', , shot = ''] = await urls();
    const changed = [own.replace('X-Amz-Expires=3600', 'X-Amz-Expires=7200'), shot.replace('X-Goog-Expires=3600', 'X-Goog-Expires=7200')];
    expect(changed).not.toContain(own);
    expect(changed).not.toContain(shot);
    for (const url of changed) expect((await rawGet(url)).status).toBe(403);
    expect((await rawGet(own.replace('private%20one', 'public'))).status).toBe(403);
    serverAheadMs = 3_590_000;
    expect([(await rawGet(own)).status, (await rawGet(shot)).status]).toEqual([200, 200]);
    serverAheadMs = 3_601_000;
    expect([(await rawGet(own)).status, (await rawGet(shot)).status]).toEqual([403, 400]);
  });

  test('issues the links of chosen rows, and other links of any length beside them', async () => {
    const rowIds = (await page()).map(({ rowId }) => rowId);
    const asked = { table: 'pictures', rowIds, expiresSeconds: 60, overCap: 'refuse' as const };
    const issued = got(await library.client.links.presignRows({ ...asked, column: 'link' }));
    const fresh = got(await library.client.links.presignRows({ ...asked, column: 'image' }));
    const links = [...issued, ...fresh].map((outcome) => (outcome.ok ? outcome.link.url : outcome.error.message));
    handedOut.push(...links);
    expect(await Promise.all(links.map(async (url) => (await rawGet(url)).status))).toEqual([200, 200, 200, 200, 200, 200]);
    serverAheadMs = 61_000;
    const later = await Promise.all(fresh.map(async (outcome) => (outcome.ok ? (await rawGet(outcome.link.url)).status : 0)));
    expect(later).toEqual([403, 403, 400]);
  });

  test('that asks for more than the provider allows fails in its cells, and the good column beside it stays', async () => {
    const wrong = await library.client.columns.addComputed({
      table: 'pictures',
      name: 'weeks',
      expression: 'presigned_url(image, 1209600)',
      compute: 'wait',
    });
    expect(got(wrong).result).toMatchObject({ values: 0, errors: 3 });
    expect(await cellsInWords(library.client, 'pictures', 'weeks')).toEqual(['invalid_input', 'invalid_input', 'invalid_input']);
    expect((await urls()).filter((url) => url.startsWith('http')).length).toBe(3);
    got(await library.client.columns.drop({ table: 'pictures', name: 'weeks' }));
  });
});

test('after all that no signature, key or secret stands in the log', async () => {
  // An address with a signature that cannot be read is what a careless log would keep.
  const [own = ''] = handedOut;
  const broken = own.replace('X-Amz-Expires=3600', 'X-Amz-Expires=7200');
  await tableOf(library.client, [broken, `${gcs.origin}/shots/none.png?X-Goog-Signature=abcdef0123`], 'careless');
  got(await library.client.columns.addComputed({ table: 'careless', name: 'width', expression: 'image.width', compute: 'wait' }));
  library.owned.library.log.warn('a link was refused', { url: broken });
  library = await library.reopen();
  const log = library.logText();
  expect(log).toContain('a link was refused');
  const signatures = handedOut.flatMap((url) => /[?&]X-(?:Amz|Goog)-Signature=([^&]+)/.exec(url)?.[1] ?? []);
  expect(signatures.length).toBeGreaterThan(10);
  for (const value of [...signatures, 'abcdef0123', secret, encodeURIComponent(secret), keys.AWS_ACCESS_KEY_ID]) {
    expect(log.includes(value), `the log holds ${value.slice(0, 12)}…`).toBe(false);
  }
  for (const line of privateKey.split('\n').filter((part) => part.length > 20)) expect(log).not.toContain(line);
  expect(log).not.toMatch(/X-(?:Amz|Goog)-Signature=(?!\[redacted\])/);
});
