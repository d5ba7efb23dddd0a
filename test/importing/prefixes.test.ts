/** Prefixes into a real library over a server that speaks S3: what is imported, what a refresh finds, and what it leaves when it cannot end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cellsInWords,
  got,
  inSentences,
  openTestLibrary,
  picture,
  refused,
  rowsOf,
  type TestLibrary,
  tableOf,
} from '../integration/test-library.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const png = async (width: number) => storedObject(await picture(width, 4), { type: 'image/png' });
const everything = { prefix: 's3://media/in/', compute: 'wait' } as const;

describe('a prefix of a bucket', () => {
  let s3: S3Server;
  let library: TestLibrary;
  beforeAll(async () => {
    s3 = await startS3Server({ buckets: { media: {}, many: {} }, keys: [keys] });
    library = await openTestLibrary({
      env: {
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_ENDPOINT_URL_S3: s3.origin,
        AWS_REGION: 'us-east-1',
      },
    });
  });
  afterAll(async () => {
    await library.end();
    await s3.close();
  });
  let table: string;
  let tables = 0;
  beforeEach(async () => {
    tables += 1;
    table = `pictures${tables}`;
    await tableOf(library.client, [], table);
  });
  const insertAll = async () =>
    got(
      await library.client.rows.insert({ table, source: { kind: 'prefix', prefix: 's3://media/in/' }, onError: 'abort', compute: 'none' }),
    );
  const names = async (of = table) => (await rowsOf(library.client, of)).map(({ cells }) => cells[0]?.media?.name);

  it('is known by size, ETag, time and class when it is imported, and asked again for what a listing does not tell', async () => {
    s3.put('media', 'in/a.png', await png(3));
    await insertAll();
    const { client } = library;
    const [row] = await rowsOf(client, table);
    const inspected = got(await client.rows.inspect({ table, rowId: row?.rowId ?? (0 as never) }));
    const { size, etag } = await png(3);
    expect(inspected.media.map(({ remote, facts }) => [remote, facts])).toEqual([
      [{ size, type: null, etag, modified: '2026-01-02T03:04:05.000Z', storageClass: 'STANDARD' }, null],
    ]);
    const before = s3.requests.length;
    got(await client.columns.addComputed({ table, name: 'size', expression: 'image.size', compute: 'wait' }));
    expect(s3.requests.length).toBe(before);
    got(await client.columns.addComputed({ table, name: 'width', expression: 'image.width', compute: 'wait' }));
    expect(s3.requests.length).toBeGreaterThan(before);
    expect([await cellsInWords(client, table, 'size'), await cellsInWords(client, table, 'width')]).toEqual([[String(size)], ['3']]);
    s3.remove('media', 'in/a.png');
  });

  it('gives a changed object its new values in every table, and never its former bytes', async () => {
    const { client } = library;
    s3.put('media', 'in/b.png', await png(5));
    await insertAll();
    await tableOf(client, ['s3://media/in/b.png'], `other${tables}`);
    for (const one of [table, `other${tables}`])
      got(await client.columns.addComputed({ table: one, name: 'width', expression: 'image.width', compute: 'wait' }));
    const [before] = got(await client.files.fetch({ urls: ['s3://media/in/b.png'] })).files;
    s3.put('media', 'in/b.png', await png(7));
    expect(got(await client.rows.refresh({ table, ...everything }))).toMatchObject({ fresh: 0, gone: 0, changed: 1, same: 0, values: 1 });
    expect(await cellsInWords(client, table, 'width')).toEqual(['7']);
    got(await client.columns.recompute({ table: `other${tables}`, compute: 'wait' }));
    expect(await cellsInWords(client, `other${tables}`, 'width')).toEqual(['7']);
    const [after] = got(await client.files.fetch({ urls: ['s3://media/in/b.png'] })).files;
    expect([before, after].map((file) => file?.ok && file.bytes)).toEqual([(await png(5)).size, (await png(7)).size]);
    got(await client.cache.clear({}));
    s3.remove('media', 'in/b.png');
  });

  it('is refreshed by size and time where an ETag is missing, and says of what nobody asked that it is not known', async () => {
    const { client } = library;
    await tableOf(client, ['s3://media/in/c.png', 's3://media/in/d.png', 's3://media/elsewhere.png'], `typed${tables}`);
    const without = (width: number, modified: Date) => png(width).then((object) => ({ ...object, etag: null, modified }));
    s3.put('media', 'in/c.png', await without(3, new Date('2026-01-01T00:00:00.400Z')));
    s3.put('media', 'in/d.png', await without(3, new Date('2026-01-01T00:00:00Z')));
    const refresh = async () => {
      const { fresh, gone, changed, same, unknown } = got(await client.rows.refresh({ table: `typed${tables}`, ...everything }));
      return { fresh, gone, changed, same, unknown };
    };
    expect(await refresh()).toEqual({ fresh: 0, gone: 0, changed: 0, same: 0, unknown: 2 });
    s3.put('media', 'in/c.png', await without(3, new Date('2026-01-01T00:00:00.900Z')));
    s3.put('media', 'in/d.png', await without(3, new Date('2026-01-02T00:00:00Z')));
    expect(await refresh()).toEqual({ fresh: 0, gone: 0, changed: 1, same: 1, unknown: 0 });
    expect(await names(`typed${tables}`)).toEqual(['c.png', 'd.png', 'elsewhere.png']);
    for (const key of ['in/c.png', 'in/d.png']) s3.remove('media', key);
  });

  it('changes nothing when its listing breaks off in the middle, and leaves no change in the history', async () => {
    const { client } = library;
    for (let index = 0; index < 1001; index += 1) s3.put('many', `k${String(index).padStart(4, '0')}.png`, storedObject('x'));
    await tableOf(client, ['s3://many/gone.png'], `half${tables}`);
    const history = got(await client.history.list({}));
    s3.breakListing('many', 2);
    const ask = { table: `half${tables}`, prefix: 's3://many/', compute: 'none' } as const;
    expect(inSentences(refused(await client.rows.refresh(ask)))).toMatch(/^access_denied: “s3:\/\/many\/” may not be listed/);
    s3.breakListing('many', 2);
    expect(
      refused(
        await client.rows.insert({
          table: `half${tables}`,
          source: { kind: 'prefix', prefix: 's3://many/' },
          onError: 'ignore',
          compute: 'none',
        }),
      ).cause,
    ).toBe('access_denied');
    expect([await names(`half${tables}`), got(await client.history.list({}))]).toEqual([['gone.png'], history]);
    expect(got(await client.rows.refresh({ ...ask, dryRun: true }))).toMatchObject({ fresh: 1001, gone: 1 });
    expect(await names(`half${tables}`)).toEqual(['gone.png']);
  });

  it('is inserted whole or not at all when somebody stops it in the middle', async () => {
    const { client } = library;
    const stop = new AbortController();
    const from = s3.requests.length;
    const inserting = client.rows.insert(
      { table, source: { kind: 'prefix', prefix: 's3://many/' }, onError: 'abort', compute: 'none' },
      { signal: stop.signal },
    );
    await s3.whenRequested((record) => s3.requests.indexOf(record) >= from && record.rawQuery.includes('continuation-token'), 'page two');
    stop.abort();
    expect([refused(await inserting).cause, await names()]).toEqual(['cancelled', []]);
  });

  it('is previewed like any other list', async () => {
    const { client } = library;
    for (const key of ['in/é .png', 'in/\ufffd#?.png', 'in/x.txt']) s3.put('media', key, storedObject('x'));
    await tableOf(client, ['s3://media/in/é .png'], `known${tables}`);
    const source = { kind: 'prefix', prefix: 's3://media/in/', glob: '*.png' } as const;
    const { previewId, ...counts } = got(await client.importing.preview({ source, table: `known${tables}` }));
    const lines = got(await client.importing.previewLines({ previewId, start: 0, end: 9 }));
    expect([counts.all, lines.map(({ typed, result }) => `${typed} ${result}`)]).toEqual([
      2,
      ['s3://media/in/é .png already', 's3://media/in/\ufffd#?.png new'],
    ]);
    got(
      await client.rows.insert({
        table: `known${tables}`,
        source: { kind: 'preview', previewId },
        onError: 'abort',
        skipDuplicates: true,
        compute: 'none',
      }),
    );
    expect(await names(`known${tables}`)).toEqual(['é .png', '\ufffd#?.png']);
  });

  it('sets up the store of an offer once, and not where rows of the bucket would then lead elsewhere', async () => {
    const { client } = library;
    const offered = async (url: string) => {
      const preview = got(await client.importing.preview({ source: { kind: 'texts', texts: [url] } }));
      const [line] = got(await client.importing.previewLines({ previewId: preview.previewId, start: 0, end: 1 }));
      return { id: { previewId: preview.previewId, line: 1 }, line };
    };
    const amazon = await offered('https://media.s3.amazonaws.com/in/a.png');
    // The configured endpoint takes all of s3://, so that AWS is not where the bucket leads.
    expect([amazon.line?.offered, amazon.line?.offeredStore]).toEqual([undefined, undefined]);
    const { id, line } = await offered('https://nyc3.digitaloceanspaces.com/space/a.png');
    expect([line?.offered, line?.offeredStore]).toEqual([
      's3://space/a.png',
      { match: 's3://space', endpoint: 'https://nyc3.digitaloceanspaces.com', region: 'nyc3' },
    ]);
    got(await client.importing.setUpStore(id));
    const [ready] = got(await client.importing.previewLines({ previewId: id.previewId, start: 0, end: 1 }));
    expect([ready?.offered, ready?.offeredStore]).toEqual(['s3://space/a.png', undefined]);
    expect(refused(await client.importing.setUpStore(id)).cause).toBe('invalid_input');
    const elsewhere = await offered('https://ams3.digitaloceanspaces.com/space/a.png');
    expect(inSentences(refused(await client.importing.setUpStore(elsewhere.id)))).toBe(
      'already_exists: The settings have a rule for “s3://space” already, which leads elsewhere. | Change it in the settings.',
    );
    await tableOf(client, ['s3+version://7@used/a.png'], `used${tables}`);
    const used = await offered('https://fly.storage.tigris.dev/used/b.png');
    expect(inSentences(refused(await client.importing.setUpStore(used.id)))).toBe(
      'already_exists: Rows of “s3://used” are here already, and they would lead to https://fly.storage.tigris.dev then. | Import the web address as it is.',
    );
  });
});
