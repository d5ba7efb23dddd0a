import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../src-shared/contract/contract.ts';
import type { LinkOutcome } from '../../src-shared/contract/links.ts';
import { rawGet } from '../links/raw-get.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { got, nextEvent, openTestLibrary, picture, rowsOf, type TestLibrary, tableOf } from './test-library.ts';

const key = { accessKeyId: 'AKIALEDGEROFTESTS000', secretAccessKey: 'ledger/secret' };
const hour = { expiresSeconds: 3600, overCap: 'clamp' } as const;
let s3: S3Server;
let library: TestLibrary;
let page: Connection;

beforeAll(async () => {
  s3 = await startS3Server({ keys: [key], buckets: { media: {} } });
  s3.put('media', 'a b.png', storedObject(await picture(3, 2), { type: 'image/png' }));
  const env = { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey, AWS_ENDPOINT_URL_S3: s3.origin };
  library = await openTestLibrary({ env });
  page = library.owned.connectionFor({
    name: 'window',
    capabilities: {
      dragOut: true,
      revealInFolder: true,
      openFile: true,
      nativeMenu: true,
      filePaths: true,
      mediaBase: 'vitrine-media://m/',
    },
  });
  await tableOf(library.client, ['s3://media/a b.png', 's3://media/none.png']);
});
afterAll(async () => {
  await library.end();
  await s3.close();
});

async function listed(): Promise<string[]> {
  const { total, entries } = got(await page.client.links.ledger({ start: 0, end: 100 }));
  expect(total).toBe(entries.length);
  return entries.map(({ fileurl, by, asked_seconds }) => `${fileurl} ${by} ${asked_seconds}`);
}

const urlOf = (outcome: LinkOutcome | undefined) => (outcome?.ok ? outcome.link.url : 'none');

test('what is only tried gives no URL and is not listed, though it is checked; what is handed out is listed, by whom', async () => {
  const rowIds = (await rowsOf(library.client, 'pictures')).map(({ rowId }) => rowId);
  const asked = { table: 'pictures', column: 'image', rowIds, ...hour };
  const tried = got(await page.client.links.presignRows({ ...asked, isTrial: true, verify: true }));
  expect(
    tried.map((outcome) => outcome.ok && [outcome.link.url, outcome.link.verified, outcome.check?.cause, outcome.link.limited_by]),
  ).toEqual([
    ['', true, undefined, 'asked'],
    ['', false, 'not_found', 'asked'],
  ]);
  expect(await listed()).toEqual([]);

  const told = nextEvent(page.listen, 'ledgerChanged');
  const [made] = got(await page.client.links.presignRows(asked));
  expect((await rawGet(urlOf(made))).status).toBe(200);
  await told;
  got(
    await library.client.links.presign({
      urls: ['s3://media/a b.png', 'https://example.com/?X-Amz-Signature=theirs', '/tmp/x.png'],
      ...hour,
      expiresSeconds: 60,
    }),
  );
  expect(await listed()).toEqual([
    's3://media/a b.png command line 60',
    's3://media/none.png window 3600',
    's3://media/a b.png window 3600',
  ]);
});

test('a link is made again as it was wished, also clamped, or otherwise; one that is gone says so in its place', async () => {
  const wish = {
    expiresSeconds: 1_209_600,
    overCap: 'clamp',
    disposition: 'attachment',
    filename: 'x.png',
    contentType: 'image/x',
  } as const;
  got(await page.client.links.presign({ urls: ['s3://media/long.png'], ...wish }));
  const search = async () => got(await page.client.links.ledger({ search: 'long', start: 0, end: 10 })).entries;
  const [entry] = await search();
  expect(entry).toMatchObject({
    asked_seconds: 1_209_600,
    limited_by: 'provider',
    disposition: 'attachment',
    filename: 'x.png',
    content_type: 'image/x',
  });
  const id = entry?.id ?? 0;
  const [again, gone] = got(await page.client.links.reissue({ ids: [id, 999_999] }));
  expect(new URL(urlOf(again)).searchParams.get('X-Amz-Expires')).toBe('604800');
  expect(gone).toEqual({
    ok: false,
    asked: 'link 999999',
    error: { cause: 'unknown_name', message: 'There is no link 999999 on the list.', next: 'List the links, and choose one of them.' },
  });
  const [other] = got(await page.client.links.reissue({ ids: [id], wish: { ...hour, expiresSeconds: 90 } }));
  expect(new URL(urlOf(other)).searchParams.get('X-Amz-Expires')).toBe('90');
  expect((await search()).map((one) => [one.asked_seconds, one.filename])).toEqual([
    [90, null],
    [1_209_600, 'x.png'],
    [1_209_600, 'x.png'],
  ]);
  expect(got(await page.client.links.forget({ ids: (await search()).map((one) => one.id) }))).toEqual({ forgotten: 3 });
  expect(await search()).toEqual([]);
});

test('a presigned column lists each cell once however often it is issued, and a page that shows an expression gets no link', async () => {
  const expression = 'presigned_url(image, 1800)';
  got(await library.client.columns.addComputed({ table: 'pictures', name: 'link', expression, compute: 'wait' }));
  const ofColumn = async () => (await listed()).filter((line) => line.endsWith('column 1800'));
  const each = ['s3://media/a b.png column 1800', 's3://media/none.png column 1800'];
  expect((await ofColumn()).sort()).toEqual(each);
  const rowIds = (await rowsOf(library.client, 'pictures')).map(({ rowId }) => rowId);
  got(await library.client.columns.recompute({ table: 'pictures', columns: ['link'], rowIds, compute: 'wait' }));
  expect((await ofColumn()).sort()).toEqual(each);

  const told = { expiresSeconds: 60, overCap: 'refuse', disposition: 'inline' } as const;
  const issued = got(await library.client.links.presignRows({ table: 'pictures', column: 'link', rowIds, ...told }));
  expect(issued.map((outcome) => outcome.ok && outcome.link.warnings)).toEqual(
    rowIds.map(() => ['The column “link” decides how its links open.']),
  );

  const shown = { table: 'pictures', expressions: ['presigned_url(image, 77)'], rowIds, maxLevel: 'sign' as const };
  const { cells } = got(await page.client.columns.evaluate(shown));
  expect(cells.map(([cell]) => [cell?.value, cell?.link?.limitedBy])).toEqual([
    [null, 'asked'],
    [null, 'asked'],
  ]);
  expect((await listed()).filter((line) => line.endsWith(' 77'))).toEqual([]);
  const printed = got(await library.client.columns.evaluate(shown));
  expect((await rawGet(String(printed.cells[0]?.[0]?.value))).status).toBe(200);
  expect((await listed()).filter((line) => line.endsWith(' 77')).sort()).toEqual([
    's3://media/a b.png command line 77',
    's3://media/none.png command line 77',
  ]);
});
