import { afterEach, expect, it } from 'vitest';
import { FailedPages } from '../../src-renderer/features/errors/failed-pages.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { got, inSentences, openTestLibrary, picture, refused, type TestLibrary, tableOf } from './test-library.ts';

const open: { library?: TestLibrary; http?: HttpServer } = {};
afterEach(async () => {
  await open.library?.end();
  await open.http?.close();
});

/** Two tables of missing files, of 2 and of 3 rows, with a computed column; one of them has a good file too. */
async function failing(): Promise<{ client: TestLibrary['client']; http: HttpServer }> {
  const http = await startHttpServer();
  open.http = http;
  http.put('/good.png', storedObject(await picture(30, 20), { type: 'image/png' }));
  const library = await openTestLibrary();
  open.library = library;
  const { client } = library;
  await tableOf(client, ['/1.png', '/2.png', '/good.png'].map(http.url), 'beach');
  await tableOf(client, ['/3.png', '/4.png', '/5.png'].map(http.url), 'party');
  for (const table of ['beach', 'party'])
    got(await client.columns.addComputed({ table, name: 'width', expression: 'image.width', compute: 'wait' }));
  return { client, http };
}

it('pages through the cells of a group over all its tables, asking for what is on screen alone', async () => {
  const { client } = await failing();
  const [group, ...others] = got(await client.errors.groups({}));
  if (!group) throw new Error('there are failed cells');
  expect([others, group.cause, group.cells, group.tables.map(({ path, cells }) => `${path} ${cells}`)]).toEqual([
    [],
    'not_found',
    5,
    ['beach 2', 'party 3'],
  ]);
  const names = await new Promise<(string | undefined)[]>((resolve, reject) => {
    let came = 0;
    const pages = new FailedPages({
      client,
      group,
      onError: reject,
      onChange() {
        came += 1;
        if (came === 2) resolve([0, 1, 2, 3, 4, 5].map((place) => pages.cellAt(place)?.name));
      },
    });
    pages.want(-2, 40);
  });
  expect(names).toEqual(['1.png', '2.png', '3.png', '4.png', '5.png', undefined]);
});

it('computes the failed cells of one cause again and asks for no other file', async () => {
  const { client, http } = await failing();
  http.put('/1.png', storedObject(await picture(30, 20), { type: 'image/png' }));
  const before = http.requests.length;
  got(await client.columns.recompute({ table: 'beach', columns: ['width'], errorsOnly: true, cause: 'not_found', compute: 'wait' }));
  expect([...new Set(http.requests.slice(before).map(({ rawPath }) => rawPath))].sort()).toEqual(['/1.png', '/2.png']);
  expect(got(await client.errors.groups({ table: 'beach' })).map(({ cells }) => cells)).toEqual([1]);
});

it('refuses a table that is not there, and more cells at once than it reads', async () => {
  const { client } = await failing();
  expect(inSentences(refused(await client.errors.groups({ table: 'beech' })))).toBe(
    'unknown_name: There is no table "beech". Did you mean "beach"? | Use "beach", or another name that exists.',
  );
  expect(inSentences(refused(await client.errors.cells({ table: 'beach', cause: 'not_found', start: 0, end: 1_001 })))).toBe(
    'invalid_input: At most 1000 failed cells are read at once. | Ask for fewer.',
  );
});
