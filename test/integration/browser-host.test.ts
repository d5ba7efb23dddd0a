import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserServer, startBrowserServer } from '../../src-main/hosts/browser/browser-server.ts';
import { stalls } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { got, newPlace, nextEvent, openTestLibrary, picture, rowsOf, type TestLibrary, tableOf } from './test-library.ts';

let server: HttpServer;
let library: TestLibrary;
let host: BrowserServer;
let origin: string;
let cookie: string;

beforeAll(async () => {
  server = await startHttpServer();
  const place = newPlace();
  const renderer = join(place.root, 'page');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(join(renderer, 'assets', 'app-1a2b.js'), 'export {};');
  writeFileSync(join(renderer, '.hidden.txt'), 'hidden');
  writeFileSync(join(place.root, 'secret.txt'), 'secret');
  library = await openTestLibrary({ place, renderer });
  host = await startBrowserServer(library.owned, { port: 0 });
  origin = new URL(host.address).origin;
});
afterAll(async () => {
  await host.close();
  await library.end();
  server.release();
  await server.close();
});

type Headers = Record<string, string>;

interface Asked {
  readonly method?: string;
  readonly headers?: Headers;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Sends a request whose path and headers go out as they stand here; `fetch` would set or forbid some. Its answer is not read yet. */
function open(path: string, { method = 'GET', headers = {}, body, signal }: Asked = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const sent = request({ hostname, port, path, method, headers, agent: false, ...(signal ? { signal } : {}) }, resolve);
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function ask(path: string, asked: Asked = {}) {
  const answer = await open(path, asked);
  const parts: Buffer[] = [];
  for await (const part of answer as AsyncIterable<Buffer>) parts.push(part);
  return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) };
}

/** As our own page asks. */
function asPage(headers: Headers = {}): Headers {
  return { cookie, 'sec-fetch-site': 'same-origin', ...headers };
}

function call(name: string, input: unknown, rest: Asked = {}): Promise<IncomingMessage> {
  return open('/api/call', { method: 'POST', headers: asPage({ origin }), body: { id: 7, name, input }, ...rest });
}

test('the printed address becomes a cookie that scripts cannot read, and the cookie opens the page under the exact policy', async () => {
  const path = host.address.slice(origin.length);
  const welcome = await ask(path, { headers: { 'sec-fetch-site': 'cross-site' } });
  const [set = ''] = welcome.headers['set-cookie'] ?? [];
  expect([welcome.status, welcome.headers.refresh, welcome.headers['cache-control']]).toEqual([200, '0; url=/', 'no-store']);
  expect(set).toMatch(/^vitrine-\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
  cookie = set.split(';')[0] ?? '';
  const page = await ask('/', { headers: { cookie } });
  expect([page.status, page.headers['content-type'], page.bytes.toString()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<!doctype html><title>the page</title>',
  ]);
  expect(page.headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; " +
      "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'; object-src 'none'",
  );
  expect(page.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  const script = await ask('/assets/app-1a2b.js', { headers: { cookie } });
  expect([script.status, script.headers['cache-control']]).toEqual([200, 'private, max-age=31536000, immutable']);
});

describe('refuses', () => {
  const missing = 'the token or the cookie is missing';
  const post = { method: 'POST', path: '/api/call' };
  test.each<[string, { method?: string; path: string; headers: () => Headers }, string]>([
    ['a request without a cookie', { path: '/', headers: () => ({}) }, missing],
    ['a wrong token', { path: '/?token=guessed', headers: () => ({}) }, missing],
    ['a cookie that was changed', { path: '/', headers: () => ({ cookie: `${cookie.slice(0, -1)}-` }) }, missing],
    ['the token on anything but the page', { path: `/api/events?token=x`, headers: () => ({}) }, missing],
    ['a name that was rebound to this machine', { path: '/', headers: () => asPage({ host: 'evil.example' }) }, 'another host was named'],
    ['another port as host', { path: '/', headers: () => asPage({ host: '127.0.0.1:1' }) }, 'another host was named'],
    [
      'a page of another site',
      { ...post, headers: () => asPage({ origin: 'https://evil.example' }) },
      'the request comes from another page',
    ],
    ['a sandboxed frame', { ...post, headers: () => asPage({ origin: 'null' }) }, 'the request comes from another page'],
    [
      'a picture tag of another site',
      { path: '/media/1', headers: () => ({ cookie, 'sec-fetch-site': 'cross-site' }) },
      'the request comes from another site',
    ],
    ['a change that names no origin', { ...post, headers: () => ({ cookie }) }, 'a change names no origin'],
  ])('%s, and changes nothing', async (_attack, { path, method = 'GET', headers }, reason) => {
    const body = method === 'POST' ? { id: 1, name: 'folders.create', input: { path: 'attacked' } } : undefined;
    const { status, bytes, headers: answered } = await ask(path, { method, headers: headers(), ...(body ? { body } : {}) });
    expect([status, bytes.toString()]).toEqual([403, `Vitrine refuses this request: ${reason}. Open the address that Vitrine printed.\n`]);
    expect(answered['set-cookie']).toBeUndefined();
    expect(got(await library.client.folders.list({})).folders).toEqual([]);
  });
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/..\\..\\secret.txt',
  '//secret.txt',
  '/.hidden.txt',
  '/assets/',
  '/media/../secret.txt',
  '/thumbnail/1/../../secret.txt',
  '/media/999999',
  '/thumbnail/-1/320',
  '/api/other',
])('nothing is found at %s', async (path) => {
  const { status, bytes } = await ask(path, { headers: asPage() });
  expect([status, bytes.length]).toEqual([404, 0]);
});

test('a call answers in lines: progress first, the answer last', async () => {
  const urls = ['/a.bin', '/b.bin'].map((path) => server.put(path, storedObject('content')));
  const lines = (await text(await call('files.fetch', { urls }))).trimEnd().split('\n');
  const messages = lines.map((line) => JSON.parse(line) as { type: string; id: number; outcome?: { ok: boolean } });
  expect(messages.map(({ type, id, outcome }) => [type, id, outcome?.ok])).toEqual([
    ['progress', 7, undefined],
    ['progress', 7, undefined],
    ['answer', 7, true],
  ]);
});

test('what is no call is answered with a cause', async () => {
  const answered = async (body: unknown) => {
    const answer = await ask('/api/call', { method: 'POST', headers: asPage({ origin }), body });
    return (JSON.parse(answer.bytes.toString()) as { outcome: { error?: { cause: string; message: string } } }).outcome.error;
  };
  expect(await answered(['nonsense'])).toMatchObject({ cause: 'invalid_input', message: 'This is not a call.' });
  expect(await answered({ id: 1, name: 'constructor.call', input: {} })).toMatchObject({ cause: 'unknown_name' });
  expect(await answered({ id: 1, name: 'tables.get', input: { table: {} } })).toMatchObject({ cause: 'invalid_input' });
});

test('closing a request stops its call, down to the server that was being read', async () => {
  const url = server.put('/silent.bin', storedObject('never sent'), stalls());
  const stop = new AbortController();
  const cancelled = nextEvent(library.listen, 'jobChanged', ({ kind, state }) => kind === 'fetch' && state === 'cancelled');
  const answer = await call('files.fetch', { urls: [url] }, { signal: stop.signal });
  const broken = new Promise<Error>((resolve) => answer.once('error', resolve));
  await server.whenRequested(({ rawPath }) => rawPath === '/silent.bin', 'the fetch');
  stop.abort();
  expect((await broken).message).toContain('aborted');
  expect((await cancelled).title).toBe('Fetch 1 file');
  expect((await server.whenEnded(({ rawPath }) => rawPath === '/silent.bin')).end).toBe('broken');
});

test('events come as they happen, as the contract names them', async () => {
  const answer = await open('/api/events', { headers: asPage() });
  expect(answer.headers['content-type']).toBe('text/event-stream');
  answer.setEncoding('utf8');
  const heard = new Promise<unknown>((resolve) => {
    let all = '';
    answer.on('data', (part: string) => {
      all += part;
      const found = /^data: (.*"treeChanged".*)\n\n/m.exec(all);
      if (found) resolve(JSON.parse(found[1] ?? ''));
    });
  });
  got(await library.client.folders.create({ path: 'heard' }));
  expect(await heard).toEqual({ type: 'event', name: 'treeChanged', payload: {} });
  answer.destroy();
});

describe('media', () => {
  let whole: Uint8Array;
  let id: number;
  beforeAll(async () => {
    whole = await picture(640, 320);
    const url = server.put('/large.png', storedObject(whole, { type: 'image/png' }));
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>';
    const urls = [
      url,
      server.put('/page.html', storedObject('<script>1</script>', { type: 'text/html' })),
      server.put('/drawing', storedObject(svg)),
      server.put('/notes.html', storedObject('Some text', { type: 'text/html' })),
    ];
    await tableOf(library.client, urls, 'media');
    id = (await rowsOf(library.client, 'media'))[0]?.cells[0]?.media?.referenceId ?? 0;
  });

  test.each<[string, string | undefined, number, (size: number) => [number, number]]>([
    ['whole without a range', undefined, 200, (size) => [0, size]],
    ['whole with a range that nobody understands', 'items=1-2', 200, (size) => [0, size]],
    ['a middle', 'bytes=10-99', 206, () => [10, 100]],
    ['a rest', 'bytes=100-', 206, (size) => [100, size]],
    ['a tail', 'bytes=-50', 206, (size) => [size - 50, size]],
    ['more than there is', 'bytes=20-99999999', 206, (size) => [20, size]],
  ])('comes %s', async (_what, range, status, part) => {
    const answer = await ask(`/media/${id}`, { headers: asPage(range === undefined ? {} : { range }) });
    const [start, end] = part(whole.length);
    expect([answer.status, answer.headers['content-length'], answer.headers['content-type']]).toEqual([
      status,
      `${end - start}`,
      'image/png',
    ]);
    expect(answer.headers['content-range']).toBe(status === 206 ? `bytes ${start}-${end - 1}/${whole.length}` : undefined);
    expect(answer.bytes.equals(whole.subarray(start, end))).toBe(true);
  });

  test('has nothing beyond its end, says so, and answers HEAD without a body', async () => {
    const beyond = await ask(`/media/${id}`, { headers: asPage({ range: `bytes=${whole.length}-` }) });
    expect([beyond.status, beyond.headers['content-range'], beyond.bytes.length]).toEqual([416, `bytes */${whole.length}`, 0]);
    const head = await ask(`/media/${id}`, { method: 'HEAD', headers: asPage({ origin }) });
    expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, `${whole.length}`, 0]);
  });

  test('of strangers runs nothing: a page is refused, a drawing and text come under a policy that allows nothing', async () => {
    const answered: unknown[] = [];
    for (const place of [1, 2, 3]) {
      const { status, headers, bytes } = await ask(`/media/${id + place}`, { headers: asPage() });
      expect(headers).toMatchObject({
        'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        'x-content-type-options': 'nosniff',
      });
      answered.push([status, headers['content-type'] ?? headers['x-vitrine-cause'], bytes.length > 0]);
    }
    expect(answered).toEqual([
      [415, 'unsupported', false],
      [200, 'image/svg+xml', true],
      [200, 'application/octet-stream', true],
    ]);
  });

  test('whose thumbnail was looked at has its size in the table from then on, and whoever shows it is told', async () => {
    const url = server.put('/learnt.png', storedObject(await picture(90, 60)));
    const { client, listen } = library;
    await tableOf(client, [url], 'learnt');
    const before = (await rowsOf(client, 'learnt'))[0]?.cells[0]?.media;
    const told = nextEvent(listen, 'factsChanged', ({ referenceIds }) => referenceIds?.includes(before?.referenceId ?? 0) ?? false);
    await ask(`/thumbnail/${before?.referenceId}/128`, { headers: asPage() });
    await told;
    const after = (await rowsOf(client, 'learnt'))[0]?.cells[0]?.media;
    expect([before?.width, before?.height, after?.width, after?.height]).toEqual([null, null, 90, 60]);
  });

  test('has a thumbnail that is a picture of its shape, and a page has none', async () => {
    const answer = await ask(`/thumbnail/${id}/320`, { headers: asPage() });
    const { width, height } = await sharp(answer.bytes).metadata();
    expect([answer.status, width, height]).toEqual([200, 320, 160]);
    const none = await ask(`/thumbnail/${id + 1}/320`, { headers: asPage() });
    expect([none.status, none.headers['x-vitrine-cause']]).toEqual([415, 'unsupported']);
  });
});

test('the log names the refusals and never the token or the cookie', async () => {
  const token = new URL(host.address).searchParams.get('token') ?? '';
  await host.close();
  library = await library.reopen();
  const log = library.logText();
  expect(log).toContain('a request was refused');
  for (const secret of [token, cookie.split('=')[1] ?? '']) expect([secret.length, log.includes(secret)]).toEqual([32, false]);
});
