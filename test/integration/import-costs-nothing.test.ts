import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { got, nextEvent, openTestLibrary, type TestLibrary, tableOf } from './test-library.ts';

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

test('importing 10,000 addresses opens no connection', async () => {
  const urls = Array.from({ length: 10_000 }, (_, index) => server.url(`/photo-${index}.jpg`));
  await tableOf(library.client, urls, 'many');
  const view = got(await library.client.views.open({ table: 'many', filter: 'image.fileurl.endsWith("9.jpg")' }));
  expect(view.rowCount).toBe(1_000);
  expect(view.total).toBe(10_000);
  expect(server.counters).toMatchObject({ connections: 0, requests: 0 });
});

test('a preview of addresses opens no connection either', async () => {
  const text = Array.from({ length: 500 }, (_, index) => server.url(`/preview-${index}.jpg`)).join('\n');
  expect(got(await library.client.importing.preview({ source: { kind: 'text', text } }))).toMatchObject({ all: 500, fresh: 500 });
  expect(server.counters.connections).toBe(0);
});

test('rows, cells and jobs are announced to who listens', async () => {
  const { client, listen } = library;
  await tableOf(client, [], 'heard');
  const view = got(await client.views.open({ table: 'heard' }));
  const viewChanged = nextEvent(listen, 'viewChanged', ({ viewId, rowCount }) => viewId === view.viewId && rowCount === 1);
  const jobDone = nextEvent(listen, 'jobChanged', ({ kind, state }) => kind === 'import' && state === 'done');
  const source = { kind: 'texts' as const, texts: [server.url('/one.jpg')] };
  got(await client.rows.insert({ table: 'heard', source, onError: 'abort', compute: 'none' }));
  expect((await viewChanged).version).toBeGreaterThan(view.version);
  expect((await jobDone).done).toBe(1);
  const { id } = got(await client.tables.get({ table: 'heard' }));
  const cellsChanged = nextEvent(listen, 'cellsChanged', ({ tableId }) => tableId === id);
  got(await client.columns.addComputed({ table: 'heard', name: 'address', expression: 'image.fileurl', compute: 'wait' }));
  await cellsChanged;
});
