import { afterAll, beforeAll, expect, test } from 'vitest';
import { htmlWith200, redirectLoop, status } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { refusedOrigin } from '../servers/loopback-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { cellsInWords, got, inSentences, openTestLibrary, picture, refused, rowsOf, type TestLibrary, tableOf } from './test-library.ts';

let server: HttpServer;
let library: TestLibrary;

beforeAll(async () => {
  server = await startHttpServer();
  library = await openTestLibrary();
});
afterAll(async () => {
  await library.end();
  await server.close();
});

test('what cannot be read fails in its own cell, and the good row beside it is computed', async () => {
  const image = storedObject(await picture(40, 30), { type: 'image/png' });
  const urls = [
    server.put('/good.png', image),
    server.url('/missing.png'),
    server.put('/denied.png', image, status(403)),
    server.put('/page.png', image, htmlWith200()),
    server.put('/round.png', image, redirectLoop()),
    `${await refusedOrigin()}/nobody.png`,
    server.put('/empty.png', storedObject('', { type: 'image/png' })),
    server.put('/broken.png', image, status(500)),
  ];
  await tableOf(library.client, urls, 'bad');
  got(await library.client.columns.addComputed({ table: 'bad', name: 'width', expression: 'image.width', compute: 'wait' }));
  expect(await cellsInWords(library.client, 'bad', 'width')).toEqual([
    '40',
    'not_found',
    'access_denied',
    'unsupported',
    'too_many_redirects',
    'unreachable',
    'corrupt',
    'server_error',
  ]);
  const broken = (await rowsOf(library.client, 'bad')).at(-1)?.cells[1]?.error;
  expect(broken && inSentences(broken)).toBe(`server_error: 127.0.0.1:${server.port} answered 500. | Try again later.`);
  // Four tries of the store in each of three tries of the cell.
  expect(server.requests.filter(({ rawPath }) => rawPath === '/broken.png').length).toBe(12);
});

test('text that is no address rejects the whole list, and the table stays as it was', async () => {
  await tableOf(library.client, [], 'letters');
  const source = { kind: 'text' as const, text: Array.from({ length: 10_000 }, () => 'x').join('\n'), format: 'lines' as const };
  const result = got(await library.client.rows.insert({ table: 'letters', source, onError: 'abort', compute: 'none' }));
  expect(result.rows).toBe(0);
  expect(result.rejected[0]).toMatchObject({ line: 1, text: 'x', cause: 'invalid_url' });
  expect(got(await library.client.tables.get({ table: 'letters' })).rowCount).toBe(0);
});

test('a table that is there already is refused with its cause and left alone', async () => {
  await tableOf(library.client, [server.url('/kept.png')], 'taken');
  expect(refused(await library.client.tables.create({ path: 'taken', columns: [] })).cause).toBe('already_exists');
  expect(got(await library.client.tables.get({ table: 'taken' })).rowCount).toBe(1);
});
