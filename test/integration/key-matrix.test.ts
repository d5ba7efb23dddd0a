/** Every byte of a key, through every layer: put to a server, inserted, kept, shown, read, listed, signed and opened. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasDotSegments } from '../../src-main/links/dot-segments.ts';
import type { OutputOf } from '../../src-shared/contract/contract.ts';
import type { listing } from '../../src-shared/contract/listing.ts';
import { isNameOfGcs, oddKeys } from '../links/odd-keys.ts';
import { rawGet } from '../links/raw-get.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { makeServiceAccount } from '../servers/service-account.ts';
import { storedObject } from '../servers/stored-object.ts';
import { got, newPlace, openTestLibrary, rowsOf, type TestLibrary, tableOf } from './test-library.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIAMATRIXOFKEYS0000', AWS_SECRET_ACCESS_KEY: 'secret/of+the=matrix' };
type Listed = OutputOf<typeof listing.page>;
let s3: S3Server;
let gcs: GcsServer;
let library: TestLibrary;

beforeAll(async () => {
  s3 = await startS3Server({
    keys: [{ accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY }],
    buckets: { media: {} },
  });
  gcs = await startGcsServer({ buckets: { media: {} } });
  const account = makeServiceAccount(gcs.tokenUri);
  gcs.addAccount(account);
  const place = newPlace();
  const keyFile = join(place.home, 'key.json');
  writeFileSync(keyFile, JSON.stringify(account.keyFile));
  for (const key of oddKeys) s3.put('media', key, storedObject(`bytes of ${key}`));
  for (const key of oddKeys.filter(isNameOfGcs)) gcs.put('media', key, storedObject(`bytes of ${key}`));
  const env = { ...keys, AWS_ENDPOINT_URL_S3: s3.origin, STORAGE_EMULATOR_HOST: gcs.origin, GOOGLE_APPLICATION_CREDENTIALS: keyFile };
  library = await openTestLibrary({ env, place });
});
afterAll(async () => {
  await library.end();
  await s3.close();
  await gcs.close();
});

test('the matrix holds at least 60 different keys', () => {
  expect(new Set(oddKeys).size).toBeGreaterThanOrEqual(60);
  expect(new Set(oddKeys).size).toBe(oddKeys.length);
  expect(Math.max(...oddKeys.map((key) => Buffer.byteLength(key)))).toBe(1_024);
});

describe.each([
  ['s3', oddKeys],
  ['gs', oddKeys.filter(isNameOfGcs)],
])('%s', (scheme, wanted) => {
  const addresses = wanted.map((key) => `${scheme}://media/${key}`);

  test('rows keep and show every byte, and one object is one reference', async () => {
    await tableOf(library.client, [...addresses, ...addresses], scheme);
    const media = (await rowsOf(library.client, scheme)).map(({ cells }) => cells[0]?.media);
    expect(media.map((cell) => cell?.typed)).toEqual([...addresses, ...addresses]);
    expect(media.map((cell) => cell?.canonical)).toEqual([...addresses, ...addresses]);
    expect(new Set(media.map((cell) => cell?.referenceId)).size).toBe(addresses.length);
  });

  test('files are fetched under their own names, each with its own bytes', async () => {
    const { files } = got(await library.client.files.fetch({ urls: addresses }));
    expect(files.map((file) => (file.ok ? readFileSync(file.path, 'utf8') : file.error.message))).toEqual(
      wanted.map((key) => `bytes of ${key}`),
    );
    const paths = files.map((file) => (file.ok ? file.path : ''));
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => Buffer.byteLength(basename(path)) > 255 || /[\u0000-\u001f]/.test(path))).toEqual([]);
  });

  test('a listing gives each key back, and its address reads what was listed', async () => {
    const found: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const page: Listed = got(await library.client.listing.page({ prefix: `${scheme}://media/`, cursor, isRecursive: true, limit: 10 }));
      found.push(...page.objects.map(({ url }) => url));
      cursor = page.cursor;
      if (cursor === null) break;
    }
    expect(found.toSorted()).toEqual(addresses.toSorted());
  });

  test('a link opens exactly its object, or says that no browser can', async () => {
    const outcomes = got(await library.client.links.presign({ urls: addresses, expiresSeconds: 600, overCap: 'refuse' }));
    for (const [place, outcome] of outcomes.entries()) {
      const key = wanted[place] ?? '';
      if (!outcome.ok) throw new Error(`${key}: ${outcome.error.message}`);
      expect(outcome.link.fileurl).toBe(addresses[place]);
      expect(await rawGet(outcome.link.url)).toEqual({ status: 200, body: `bytes of ${key}` });
      // What a browser would send; WHATWG takes dot segments out.
      const isLeftAlone = new URL(outcome.link.url).href === outcome.link.url;
      expect(isLeftAlone, key).toBe(!hasDotSegments(key));
      expect(outcome.link.warnings.filter((warning) => warning.includes('No browser'))).toHaveLength(isLeftAlone ? 0 : 1);
    }
  });
});
