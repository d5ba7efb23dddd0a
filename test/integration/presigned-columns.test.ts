/** Links in columns of a whole library: what is read of them when credentials come and go. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlColumn, sqlTable } from '../../src-main/catalog/stored-cells.ts';
import { rawGet } from '../links/raw-get.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { cellsInWords, got, openTestLibrary, type TestLibrary, tableOf } from './test-library.ts';

const secret = 'reader/secret+of=the-tests';
let s3: S3Server;
let library: TestLibrary;

beforeAll(async () => {
  s3 = await startS3Server({
    keys: [{ accessKeyId: 'AKIAREADER', secretAccessKey: secret }],
    buckets: { media: {} },
  });
  s3.put('media', 'a.jpg', storedObject('a'));
  s3.put('media', 'b.jpg', storedObject('b'));
  library = await openTestLibrary({ env: { AWS_ENDPOINT_URL_S3: s3.origin } });
  await tableOf(library.client, ['s3://media/a.jpg', 's3://media/b.jpg']);
  // Less than the floor of 60 s, so that every read issues anew.
  const expression = 'presigned_url(image, 30)';
  got(await library.client.columns.addComputed({ table: 'pictures', name: 'link', expression, compute: 'wait' }));
});
afterAll(async () => {
  await library.end();
  await s3.close();
});

function logIn(): void {
  mkdirSync(join(library.place.home, '.aws'), { recursive: true });
  const file = join(library.place.home, '.aws', 'credentials');
  writeFileSync(file, `[default]\naws_access_key_id = AKIAREADER\naws_secret_access_key = ${secret}\n`);
}

/** What a read gives of the column: the status that each link opens with, or the cause in its cell. By a page, as a query and an export read. */
async function readLinks(): Promise<unknown[]> {
  const { client } = library;
  const { viewId } = got(await client.views.open({ table: 'pictures' }));
  const { rows } = got(await client.views.page({ viewId, start: 0, end: 10, withLinks: true }));
  await client.views.close({ viewId });
  return Promise.all(
    rows.map(async ({ cells }) => {
      const cell = cells.at(-1);
      return typeof cell?.value === 'string' ? (await rawGet(cell.value)).status : cell?.error?.cause;
    }),
  );
}

test('a column that nobody could sign holds plain addresses, and links as soon as there is a login', async () => {
  expect(await readLinks()).toEqual([403, 403]);
  logIn();
  expect(await readLinks()).toEqual([200, 200]);
});

test('a copy gives links that open, the check says so, and their end is ahead', async () => {
  const { client } = library;
  const { viewId } = got(await client.views.open({ table: 'pictures' }));
  const rowIds = got(await client.views.rowIds({ viewId, start: 0, end: 10 }));
  const wish = { table: 'pictures', rowIds, expiresSeconds: 60, overCap: 'refuse' as const };
  const issued = got(await client.links.presignRows({ ...wish, column: 'link' }));
  expect(issued.map((outcome) => outcome.ok && Date.parse(outcome.link.expires_at ?? '') > Date.now())).toEqual([true, true]);
  const checked = got(await client.links.presignRows({ ...wish, column: 'image', verify: true, disposition: 'attachment' }));
  expect(checked.map((outcome) => outcome.ok && [outcome.link.verified, outcome.check ?? null])).toEqual([
    [true, null],
    [true, null],
  ]);
  expect(await readLinks()).toEqual([200, 200]);
});

test('without the credentials a read gives the cause and no old link, and links again after a login', async () => {
  rmSync(join(library.place.home, '.aws'), { recursive: true });
  expect(await readLinks()).toEqual(['no_credentials', 'no_credentials']);
  expect(await cellsInWords(library.client, 'pictures', 'link')).toEqual(['no_credentials', 'no_credentials']);
  const { client } = library;
  const { viewId } = got(await client.views.open({ table: 'pictures' }));
  const rowIds = got(await client.views.rowIds({ viewId, start: 0, end: 10 }));
  const wish = { table: 'pictures', rowIds, column: 'link', expiresSeconds: 60, overCap: 'refuse' as const };
  const copied = got(await client.links.presignRows(wish));
  expect(copied.map((outcome) => (outcome.ok ? outcome.link.url : outcome.error.message))).toEqual([
    'The credentials that signed this link are gone.',
    'The credentials that signed this link are gone.',
  ]);
  logIn();
  expect(await readLinks()).toEqual([200, 200]);
});

test('a refused check keeps the link and says the cause', async () => {
  const { client } = library;
  const [missing] = got(await client.links.presign({ urls: ['s3://media/none.jpg'], expiresSeconds: 60, overCap: 'refuse', verify: true }));
  expect(missing?.ok && [missing.link.verified, missing.check?.cause, missing.link.url.startsWith(s3.origin)]).toEqual([
    false,
    'not_found',
    true,
  ]);
});

test('in a library that may not be written a read issues links for itself, with their own end', async () => {
  const { place } = library;
  const table = got(await library.client.tables.get({ table: 'pictures' }));
  const column = table.columns.find(({ name }) => name === 'link')?.id ?? 0;
  await library.owned.close();
  const sqlite = new Sqlite(join(place.folder, 'catalog.sqlite'));
  sqlite.exec("INSERT INTO migration VALUES (9990, '9990-future', 10, '7.0.0', '')");
  sqlite.exec(`UPDATE ${sqlTable(table.id)} SET ${sqlColumn(column)}_expires = '2026-01-01T00:00:00Z'`);
  sqlite.close();
  library = await openTestLibrary({ place, env: { AWS_ENDPOINT_URL_S3: s3.origin } });
  expect(got(await library.client.library.info({})).readOnly?.cause).toBe('newer_version');
  expect(await readLinks()).toEqual([200, 200]);
  const { client } = library;
  const { viewId } = got(await client.views.open({ table: 'pictures' }));
  const rowIds = got(await client.views.rowIds({ viewId, start: 0, end: 10 }));
  const wish = { table: 'pictures', rowIds, column: 'link', expiresSeconds: 60, overCap: 'refuse' as const };
  const copied = got(await client.links.presignRows(wish));
  expect(copied.map((outcome) => outcome.ok && Date.parse(outcome.link.expires_at ?? '') > Date.now())).toEqual([true, true]);
});
