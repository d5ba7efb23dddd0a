import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../src-main/hosts/browser/serve.ts';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { openOwned } from '../../src-main/hosts/local-socket/open-owned.ts';
import { answerMedia } from '../../src-main/hosts/media-answer.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';
import {
  got,
  inSentences,
  newPlace,
  openOptions,
  openTestLibrary,
  picture,
  refused,
  rowsOf,
  type TestLibrary,
  type TestPlace,
  tableOf,
  treeOf,
} from './test-library.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'reader-secret' };
let server: HttpServer;
let s3: S3Server;
let library: TestLibrary;

beforeAll(async () => {
  server = await startHttpServer();
  s3 = await startS3Server({ keys: [{ accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' }], buckets: { media: {} } });
  library = await openTestLibrary({
    env: { ...keys, AWS_ENDPOINT_URL_S3: s3.origin },
    settings: { cache: { limit: 1_000_000 } },
  });
  await tableOf(library.client, [server.url('/kept.png')], 'kept');
});
afterAll(async () => {
  await library.end();
  await s3.close();
  await server.close();
});

/** A photo whose compressed part is most of it, so that half of the file has its header and not its picture. */
function photo(): Promise<Buffer> {
  return sharp({ create: { width: 200, height: 100, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
    .jpeg({ quality: 95 })
    .toBuffer();
}

async function thumbnailStatus(referenceId: number | undefined): Promise<string> {
  const request = { path: `thumbnail/${referenceId}/320`, query: '', range: null, isHead: false, signal: new AbortController().signal };
  const { status: code, headers } = await answerMedia(library.owned.library, request);
  return `${code} ${headers['X-Vitrine-Cause'] ?? ''}`.trim();
}

describe('an address', () => {
  test.each([
    ['not a url', 'invalid_url: This is not an address: “not a url” is neither a web address nor a path. | Correct the address.'],
    ['', 'invalid_url: This is not an address: there is nothing in it. | Correct the address.'],
    ['ftp://host/a.jpg', 'invalid_url: ftp is not read; https, http, s3, gs, az and files are. | Correct the address.'],
    ['javascript:alert(1)', 'invalid_url: javascript is not read; https, http, s3, gs, az and files are. | Correct the address.'],
  ])('such as %j is rejected with its line, and the good one beside it comes in', async (text, sentences) => {
    const { client } = library;
    await tableOf(client, [], 'mixed');
    const source = { kind: 'texts' as const, texts: [text, server.url('/good.png')] };
    const result = got(await client.rows.insert({ table: 'mixed', source, onError: 'ignore', compute: 'none' }));
    expect([result.rows, result.rejected.map((one) => [one.line, one.text, inSentences(one)])]).toEqual([1, [[1, text, sentences]]]);
    expect((await rowsOf(client, 'mixed')).map(({ cells }) => cells[0]?.media?.typed)).toEqual([server.url('/good.png')]);
    got(await client.tables.drop({ table: 'mixed' }));
  });

  test('whose bucket is missing or whose file is cut says so in its cell, and stays', async () => {
    const { client } = library;
    const whole = await photo();
    const urls = [
      's3://nobody-has-this/a.jpg',
      server.put('/half.jpg', storedObject(whole.subarray(0, whole.length / 2), { type: 'image/jpeg' })),
      server.put('/header.jpg', storedObject(whole.subarray(0, 100), { type: 'image/jpeg' })),
      server.put('/whole.jpg', storedObject(whole, { type: 'image/jpeg' })),
    ];
    await tableOf(client, urls, 'ill');
    const { result } = got(await client.columns.addComputed({ table: 'ill', name: 'width', expression: 'image.width', compute: 'wait' }));
    expect(result).toMatchObject({ values: 2, errors: 2 });
    const rows = await rowsOf(client, 'ill');
    expect(rows.map(({ cells: [, width] }) => (width?.error ? inSentences(width.error) : width?.value))).toEqual([
      'not_found: There is no bucket “nobody-has-this”. | Correct the address.',
      200,
      'corrupt: The file is damaged: this JPEG ends inside its header. | Look at what can be read of it, or get the file again.',
      200,
    ]);
    const pictures = await Promise.all(rows.map(({ cells }) => thumbnailStatus(cells[0]?.media?.referenceId)));
    expect(pictures).toEqual(['404 not_found', '415 corrupt', '415 corrupt', '200']);
    expect(rows.map(({ cells }) => cells[0]?.media?.typed)).toEqual(urls);
  });

  test('that is there 1,000 times is 1,000 rows of one reference, asked once; and one row where duplicates are skipped', async () => {
    const { client } = library;
    const url = server.put('/same.png', storedObject(await picture(12, 7), { type: 'image/png' }));
    const texts = Array.from({ length: 1_000 }, () => url);
    await tableOf(client, texts, 'same');
    got(await client.columns.addComputed({ table: 'same', name: 'height', expression: 'image.height', compute: 'wait' }));
    const rows = await rowsOf(client, 'same');
    expect([rows.length, new Set(rows.map(({ cells }) => cells[0]?.media?.referenceId)).size]).toEqual([1_000, 1]);
    expect(new Set(rows.map(({ cells }) => cells[1]?.value))).toEqual(new Set([7]));
    expect(server.requests.filter(({ rawPath }) => rawPath === '/same.png').length).toBe(1);
    await tableOf(client, [], 'single');
    const source = { kind: 'texts' as const, texts };
    const once = got(await client.rows.insert({ table: 'single', source, onError: 'abort', skipDuplicates: true, compute: 'none' }));
    expect([once.rows, once.rejected]).toEqual([1, []]);
  });
});

describe('a name', () => {
  const thereIs = (kind: string, name: string) =>
    `already_exists: There is already a ${kind} "${name}" here. | Choose another name for the ${kind}.`;
  const must = (kind: string, rule: string) => `invalid_input: The name of a ${kind} must ${rule}. | Choose another name.`;

  test.each([
    ['kept', thereIs('table', 'kept')],
    ['KEPT', thereIs('table', 'kept')],
    ['', must('table', 'not be empty')],
    ['..', must('table', 'not be "." or ".."')],
    ['missing/table', 'unknown_name: There is no folder "missing". | Use the name of a folder that exists.'],
  ])('of a table such as %j is refused, and the tree stays as it was', async (path, sentences) => {
    const before = await treeOf(library.client);
    expect(inSentences(refused(await library.client.tables.create({ path, columns: [] })))).toBe(sentences);
    expect(await treeOf(library.client)).toEqual(before);
  });

  test.each([
    ['image', thereIs('column', 'image')],
    ['Image', thereIs('column', 'image')],
    ['for', must('column', 'not be "for", which is a word of the expression language')],
    ['', must('column', 'not be empty')],
    ['a b', must('column', 'begin with a letter or "_" and have only letters a to z, digits and "_"')],
  ])('of a column such as %j is refused, plain or computed, and the table stays as it was', async (name, sentences) => {
    const { client } = library;
    const before = await treeOf(client);
    const plain = refused(await client.columns.add({ table: 'kept', name, type: 'int' }));
    const computed = refused(await client.columns.addComputed({ table: 'kept', name, expression: 'image.fileurl', compute: 'none' }));
    expect([inSentences(plain), inSentences(computed)]).toEqual([sentences, sentences]);
    expect(await treeOf(client)).toEqual(before);
  });
});

test.each([
  ['image.widht', 'image has no widht. | Did you mean width?', 6, 11, 'width'],
  ['imgae.width', 'There is no column imgae. | Did you mean image?', 0, 5, 'image'],
  ['presigned_ulr(image, 60)', 'There is no function presigned_ulr. | Did you mean presigned_url?', 0, 13, 'presigned_url'],
  ['image.width +', 'The expression ends too early. | Write the rest of it.', 13, 13, undefined],
  ['', 'The expression is empty. | Write one.', 0, 0, undefined],
])(
  'the expression %j is refused with its place and the nearest right name, stored nowhere',
  async (expression, sentences, start, end, near) => {
    const { client } = library;
    const before = await treeOf(client);
    const error = refused(await client.columns.addComputed({ table: 'kept', name: 'wrong', expression, compute: 'wait' }));
    expect(inSentences(error)).toBe(`expression: ${sentences}`);
    expect(error.details).toMatchObject({ position: { start, end, line: 1, column: start + 1 } });
    expect(error.details?.suggestion).toBe(near);
    expect(got(await client.columns.check({ table: 'kept', expression })).error).toEqual(error);
    expect(await treeOf(client)).toEqual(before);
  },
);

describe('a cache', () => {
  test('that is too small for a file says so, and what it holds stays', async () => {
    const { client } = library;
    const small = server.put('/small.bin', generatedObject(100_000));
    got(await client.cache.clear({}));
    const { files } = got(await client.files.fetch({ urls: [small, server.put('/large.bin', generatedObject(3_000_000))] }));
    expect(files.map((file) => (file.ok ? file.bytes : inSentences(file.error)))).toEqual([
      100_000,
      'too_large: 3 MB is more than the limit of 1 MB for this. | Raise the limit of the cache, or open the file elsewhere.',
    ]);
    expect(got(await client.cache.status({})).files).toBe(1);
  });

  test('on a full disk says so, and the library goes on', async () => {
    const place = newPlace();
    const cache = join(place.folder, 'cache');
    mkdirSync(cache);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', cache]).status === 0;
    if (!mounted) {
      console.warn('SKIPPED: no small disk can be mounted here, so nothing was filled; the cache room tests its account of the disk.');
      place.remove();
      return;
    }
    const full = await openTestLibrary({ place });
    try {
      await tableOf(full.client, [server.url('/kept.png')]);
      const urls = [server.put('/fits.bin', generatedObject(1_000_000)), server.put('/fills.bin', generatedObject(6_000_000))];
      const { files } = got(await full.client.files.fetch({ urls }));
      expect(files.map((file) => (file.ok ? file.bytes : file.error.cause))).toEqual([1_000_000, 'disk_full']);
      expect(files.map((file) => (file.ok ? '' : inSentences(file.error)))[1]).toMatch(
        /^disk_full: The disk is full: \d.* MB is needed\. \| Free some disk, or choose another folder for the cache\.$/,
      );
      expect(got(await full.client.tables.get({ table: 'pictures' })).rowCount).toBe(1);
    } finally {
      await full.owned.close();
      spawnSync('umount', [cache]);
      place.remove();
    }
  });
});

describe('a library', () => {
  /** A closed library with one row. */
  async function closedLibrary(): Promise<TestPlace> {
    const filled = await openTestLibrary();
    await tableOf(filled.client, ['s3://media/a.jpg']);
    await filled.owned.close();
    return filled.place;
  }

  function inCatalog(place: TestPlace, sql: string): void {
    const sqlite = new Sqlite(join(place.folder, 'catalog.sqlite'));
    sqlite.exec(sql);
    sqlite.close();
  }

  test('of a newer Vitrine is only read where that is safe, else refused, and is never changed', async () => {
    const place = await closedLibrary();
    inCatalog(place, "INSERT INTO migration VALUES (9990, '9990-future', 10, '7.0.0', '')");
    const reading = await openTestLibrary({ place });
    const sentence = 'newer_version: This library was made by a newer Vitrine (7.0.0).';
    expect(inSentences(refused(await reading.client.folders.create({ path: 'new' })))).toContain(sentence);
    expect(got(await reading.client.library.info({})).readOnly?.cause).toBe('newer_version');
    expect((await rowsOf(reading.client, 'pictures')).map(({ cells }) => cells[0]?.media?.typed)).toEqual(['s3://media/a.jpg']);
    await reading.owned.close();
    inCatalog(place, 'UPDATE migration SET oldest_reader = 9990 WHERE number = 9990');
    const opened = await outcomeOf(() => openOwned(openOptions(place), commandLine));
    expect(inSentences(refused(opened))).toBe(`${sentence} | Install Vitrine 7.0.0 or newer.`);
    inCatalog(place, 'DELETE FROM migration WHERE number = 9990');
    const again = await openTestLibrary({ place });
    expect(got(await again.client.tables.get({ table: 'pictures' })).rowCount).toBe(1);
    await again.end();
  });

  test('in a folder that cannot be written is read, and says why nothing can be changed', async () => {
    const place = await closedLibrary();
    for (const folder of [place.root, place.folder]) chmodSync(folder, 0o555);
    chmodSync(join(place.folder, 'catalog.sqlite'), 0o444);
    // The superuser may write everywhere, so it looks as somebody else.
    const somebodyElse = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const script = fileURLToPath(new URL('./read-only-child.ts', import.meta.url));
    const child = spawnSync(process.execPath, ['--no-warnings', script, place.folder], { encoding: 'utf8', ...somebodyElse });
    for (const folder of [place.root, place.folder]) chmodSync(folder, 0o755);
    expect([child.stderr, JSON.parse(child.stdout || 'null')]).toEqual([
      '',
      {
        addresses: ['s3://media/a.jpg'],
        refused: `read_only: ${place.folder} cannot be written. | Choose another folder, or allow writing there.`,
      },
    ]);
    place.remove();
  });

  test('that is open in another window is not opened twice, and serving it says where it is', async () => {
    const options = openOptions(library.place);
    expect(await openOwned(options, commandLine)).toBeNull();
    const serving = serve({ open: options, port: 0, showPage: false, print: () => undefined, signal: AbortSignal.abort() });
    expect(inSentences(refused(await outcomeOf(() => serving)))).toBe(
      `library_locked: This library is open in another Vitrine. | Go there, or close it. The library is ${library.place.folder}.`,
    );
    expect(got(await library.client.tables.get({ table: 'kept' })).rowCount).toBe(1);
  });
});
