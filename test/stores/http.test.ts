/** The web store on a real server. Long because each odd answer of a server is a case of its own over one small set of helpers. */
import type { LookupAddress } from 'node:dns';
import * as tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpStore, type HttpStore } from '../../src-main/stores/http.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import { createProxies } from '../../src-main/stores/proxies.ts';
import type { ByteRange, ReadAnswer } from '../../src-main/stores/store.ts';
import { errorOf, type VitrineError } from '../../src-shared/model/error.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import type { CanonicalUrl, WebReference } from '../../src-shared/reference/reference.ts';
import { makeCertificates } from '../servers/certificates.ts';
import * as faults from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { refusedOrigin } from '../servers/loopback-server.ts';
import { byteAt, generatedObject, storedObject } from '../servers/stored-object.ts';
import { startTlsFront } from '../servers/tls-front.ts';

const text = 'The quick brown fox jumps over the lazy dog';
const etag = '"9e107d9d372bb6826bd81d3542a419d6"';
let server: HttpServer;
let store: HttpStore;
let sleeps: number[];
let metered: { requests: number; bytes: number };
let abort: AbortController;

function makeStore(
  options: {
    allowed?: string[];
    resolve?: (host: string) => Promise<LookupAddress[]>;
    silenceMs?: number;
    proxies?: Record<string, string>;
  } = {},
): HttpStore {
  return createHttpStore({
    userAgent: 'Vitrine/test',
    guard: createNetworkGuard({
      allowedHosts: () => options.allowed ?? ['127.0.0.1'],
      ...(options.resolve ? { resolve: options.resolve } : {}),
    }),
    meter: {
      requestSent: () => {
        metered.requests += 1;
      },
      bytesReceived: (_, count) => {
        metered.bytes += count;
      },
    },
    proxies: createProxies({ env: options.proxies ?? {} }),
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    random: () => 0.5,
    sleep: async (ms) => void sleeps.push(ms),
    timeouts: { connectMs: 5000, silenceMs: options.silenceMs ?? 20_000 },
  });
}

beforeEach(async () => {
  metered = { requests: 0, bytes: 0 };
  sleeps = [];
  abort = new AbortController();
  server = await startHttpServer();
  store = makeStore();
});
afterEach(async () => {
  await store.close();
  await server.close();
});

function at(url: string): WebReference {
  const { protocol, host } = new URL(url);
  return { scheme: protocol === 'https:' ? 'https' : 'http', canonical: url as CanonicalUrl, url, host };
}

function read(url: string, range: ByteRange | null = null, ifMatch?: string): Promise<ReadAnswer> {
  return store.read(at(url), { range, signal: abort.signal, ...(ifMatch === undefined ? {} : { ifMatch }) });
}

async function textOf(answer: ReadAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function errorFrom(work: Promise<unknown>): Promise<VitrineError> {
  const thrown: unknown = await work.then(
    () => new Error('It succeeded.'),
    (each: unknown) => each,
  );
  return errorOf(thrown);
}

/** Cause and sentence in a line. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  const { cause, message } = await errorFrom(work);
  return `${cause}: ${message}`;
}

describe('reading the web', () => {
  test('asks once, honestly, and gives bytes and facts', async () => {
    const url = server.put('/fox.txt', storedObject(text, { type: 'text/plain; charset=utf-8' }));
    const answer = await read(`${url}?a=b%20c`);
    expect([await textOf(answer), answer.start, answer.size, answer.remote]).toEqual([
      text,
      0,
      43,
      { size: 43, type: 'text/plain', etag, modified: '2026-01-02T03:04:05.000Z', storageClass: null },
    ]);
    const { headers, rawQuery } = server.requests[0] ?? { headers: {}, rawQuery: null };
    expect([rawQuery, headers['user-agent'], headers['accept-encoding'], headers.range]).toEqual([
      'a=b%20c',
      'Vitrine/test',
      'identity',
      undefined,
    ]);
    expect(metered).toEqual({ requests: 1, bytes: 43 });
  });

  test('learns size, type and validator with a HEAD and no body', async () => {
    const url = server.put('/fox.txt', storedObject(text, { type: 'image/PNG' }));
    expect(await store.stat(at(url), abort.signal)).toMatchObject({ size: 43, type: 'image/png', etag });
    expect([server.requests.map(({ method }) => method), metered]).toEqual([['HEAD'], { requests: 1, bytes: 0 }]);
  });

  test('asks for one byte where HEAD is refused', async () => {
    const url = server.put('/fox.txt', storedObject(text), faults.status(403, { times: 1 }));
    expect(await store.stat(at(url), abort.signal)).toMatchObject({ size: 43, etag });
    expect([server.requests.map(({ method, status }) => `${method} ${status}`), metered.bytes]).toEqual([['HEAD 403', 'GET 206'], 1]);
  });

  test.each([
    { range: { start: 4, end: 9 }, gives: 'quick' },
    { range: { start: 40, end: null }, gives: 'dog' },
    { range: { start: 40, end: 100 }, gives: 'dog' },
    { range: { start: 0, end: null }, gives: text },
    { range: { start: 43, end: 50 }, gives: '' },
  ])('gives bytes $range.start to $range.end', async ({ range, gives }) => {
    const url = server.put('/fox.txt', storedObject(text));
    const answer = await read(url, range);
    expect([await textOf(answer), answer.start, answer.size, metered.bytes - (gives === '' ? metered.bytes : gives.length)]).toEqual([
      gives,
      range.start,
      43,
      0,
    ]);
  });

  test.each([
    ['ignores ranges', [faults.noRanges()], 43],
    ['sends without a length', [faults.chunked()], null],
    ['compresses all the same', [faults.gzip()], null],
  ] as const)('skips to the start of a range where the server %s', async (_, spoiled, size) => {
    const url = server.put('/fox.txt', storedObject(text), ...spoiled);
    const answer = await read(url, { start: 4, end: 9 });
    expect([await textOf(answer), answer.start, answer.size]).toEqual(['quick', 4, size]);
  });

  test('stops a server that sends the whole of a large file instead of its head', async () => {
    const url = server.put('/large', generatedObject(64 * 1024 * 1024), faults.noRanges());
    const answer = await read(url, { start: 2, end: 5 });
    const bytes: number[] = [];
    for await (const chunk of answer.body) bytes.push(...chunk);
    await server.whenEnded((record) => record.end === 'broken');
    expect([bytes, server.counters.bodyBytes < 16 * 1024 * 1024]).toEqual([[byteAt(2), byteAt(3), byteAt(4)], true]);
  });

  test('uses a connection again after a range was read to its end', async () => {
    const url = server.put('/large', generatedObject(1024 * 1024));
    for (let start = 0; start < 5; start += 1) await textOf(await read(url, { start, end: start + 1000 }));
    expect([server.counters.requests, server.counters.connections <= 2]).toEqual([5, true]);
  });

  test('gives an empty body for an empty file, by range and whole', async () => {
    const url = server.put('/empty', storedObject(''));
    const part = await read(url, { start: 0, end: 4096 });
    const whole = await read(url);
    expect([await textOf(part), part.size, await textOf(whole), whole.size]).toEqual(['', 0, '', 0]);
  });

  test('passes a web page through as what it says it is', async () => {
    const url = server.put('/cat.jpg', storedObject(text), faults.htmlWith200());
    const answer = await read(url, { start: 0, end: 15 });
    expect([answer.remote.type, await textOf(answer)]).toEqual(['text/html', '<!doctype html>']);
  });

  test('refuses bytes that begin elsewhere than asked', async () => {
    const url = server.put('/fox.txt', storedObject(text), faults.wrongContentRange());
    expect(await failureOf(read(url, { start: 4, end: 9 }))).toBe(
      `server_error: 127.0.0.1:${server.port} sent other bytes than it was asked for.`,
    );
  });

  test('never gives bytes of another version', async () => {
    const url = server.put('/fox.txt', storedObject(text));
    expect(await textOf(await read(url, { start: 4, end: 9 }, etag))).toBe('quick');
    server.put('/fox.txt', storedObject('something else'));
    expect(await failureOf(read(url, { start: 4, end: 9 }, etag))).toBe('input_failed: The file has changed since it was read.');
    server.put('/weak.txt', storedObject(text, { etag: 'W/"2"' }));
    expect(await textOf(await read(server.url('/weak.txt'), null, 'W/"2"'))).toBe(text);
    expect(await failureOf(read(server.url('/weak.txt'), null, 'W/"1"'))).toBe('input_failed: The file has changed since it was read.');
  });
});

describe('what goes wrong on the web', () => {
  test.each([
    [401, 'access_denied: HOST does not let this file be read.', 1],
    [403, 'access_denied: HOST does not let this file be read.', 1],
    [404, 'not_found: There is no file at this address.', 1],
    [410, 'not_found: There is no file at this address.', 1],
    [400, 'unsupported: HOST answered 400, so this address cannot be read.', 1],
    [429, 'throttled: The server asked to slow down.', 5],
    [500, 'server_error: HOST answered 500.', 4],
    [501, 'server_error: HOST answered 501.', 1],
    [503, 'server_error: HOST answered 503.', 4],
  ])('says what %i means: %s', async (status, said, times) => {
    const url = server.put('/fox.txt', storedObject(text), faults.status(status));
    const { cause, message, details } = await errorFrom(read(`${url}?secret=1`));
    expect([`${cause}: ${message}`, details?.status, details?.attempts ?? 1, server.counters.requests]).toEqual([
      said.replace('HOST', `127.0.0.1:${server.port}`),
      status,
      times,
      times,
    ]);
  });

  test('tries again after 500, and as late as the server asks', async () => {
    const url = server.put('/fox.txt', storedObject(text), faults.status(500, { times: 1 }));
    expect(await textOf(await read(url))).toBe(text);
    server.spoil('/fox.txt', faults.status(503, { times: 1, retryAfter: '2' }));
    expect(await textOf(await read(url))).toBe(text);
    expect(sleeps).toEqual([125, 2100]);
  });

  test.each([
    ['before the answer', faults.resets({ times: 2 })],
    ['before the first byte', faults.dropsAfter(0, { times: 2 })],
  ])('tries again when the connection breaks %s', async (_, fault) => {
    const url = server.put('/fox.txt', storedObject(text), fault);
    expect([await textOf(await read(url)), server.counters.requests]).toEqual([text, 3]);
  });

  test('says that the connection broke when it breaks later, and leaves resuming to the reader', async () => {
    const url = server.put('/large', generatedObject(1024 * 1024), faults.dropsAfter(100_000, { times: 1 }));
    const answer = await read(url);
    expect(await failureOf(textOf(answer))).toBe(`unreachable: The connection to 127.0.0.1:${server.port} broke.`);
    expect(server.counters.requests).toBe(1);
  });

  test('says so where nobody listens', async () => {
    const origin = await refusedOrigin();
    expect(await failureOf(read(`${origin}/x`))).toBe(`unreachable: ${origin.slice(7)} refuses the connection.`);
  });

  test('says so where there is no such host', async () => {
    const error = await errorFrom(read('http://vitrine-test.invalid/x'));
    // A sandbox without any name server answers EAI_AGAIN, which is what a computer that is offline sees.
    expect(['dns: There is no host “vitrine-test.invalid”.', 'offline: This computer is offline.']).toContain(
      `${error.cause}: ${error.message}`,
    );
  });

  test('says so where the other side does not speak TLS', async () => {
    const error = await errorFrom(read(`https://127.0.0.1:${server.port}/x`));
    expect([error.cause, error.message.startsWith(`The secure connection to 127.0.0.1:${server.port} failed: `)]).toEqual(['tls', true]);
  });

  test('says when a signed link ended, and nothing of its signature', async () => {
    const url = server.put('/fox.txt', storedObject(text), faults.status(403));
    const signed = `${url}?X-Amz-Date=20251231T200000Z&X-Amz-Expires=3600&X-Amz-Signature=5ec3e7`;
    const error = await errorFrom(read(signed));
    expect([`${error.cause}: ${error.message}`, JSON.stringify(error).includes('5ec3e7')]).toEqual([
      'access_denied: This link ended 3 h ago.',
      false,
    ]);
  });

  test('says it without asking where the end is certain', async () => {
    const url = server.put('/fox.txt', storedObject(text));
    const signed = (date: string) =>
      `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20251231%2Fr%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=5ec3e7`;
    const long = signed('20251231T200000Z');
    const ended = 'access_denied: This link ended 3 h ago.';
    expect([await failureOf(read(long)), await failureOf(store.stat(at(long), abort.signal)), server.counters.requests]).toEqual([
      ended,
      ended,
      0,
    ]);
    // Ten minutes may be the clock of this computer: the server decides.
    expect(await textOf(await read(signed('20251231T234900Z')))).toBe(text);
    server.spoil('/fox.txt', faults.status(403));
    expect(await failureOf(read(signed('20251231T234900Z')))).toBe('access_denied: This link ended 10 min ago.');
  });

  test('gives up on silence, not on length', async () => {
    await store.close();
    store = makeStore({ silenceMs: 300 });
    const url = server.put('/fox.txt', storedObject(text), faults.stalls());
    expect(await failureOf(read(url))).toBe(`timeout: No answer from 127.0.0.1:${server.port} within 0.3 s.`);
    expect(server.counters.requests).toBe(2);
  });

  test.each([
    ['before the answer', faults.stalls()],
    ['before the first byte', faults.stalls({ afterBytes: 0 })],
  ])('closes the socket at once when it is stopped %s', async (_, fault) => {
    const url = server.put('/large', generatedObject(1024 * 1024), fault);
    const reading = failureOf(read(url));
    await server.whenRequested(() => true);
    abort.abort();
    expect(await reading).toBe('cancelled: Stopped by you.');
    expect((await server.whenEnded(() => true, 'the socket to close')).end).toBe('broken');
  });

  test('closes the socket at once when it is stopped in the middle, read or not', async () => {
    const url = server.put('/large', generatedObject(1024 * 1024), faults.stalls({ afterBytes: 1000 }));
    const answer = await read(url);
    const other = await read(url);
    abort.abort();
    expect([await failureOf(textOf(answer)), await failureOf(textOf(other))]).toEqual([
      'cancelled: Stopped by you.',
      'cancelled: Stopped by you.',
    ]);
    await server.whenEnded((record) => record.index === 0 && record.end === 'broken');
    await server.whenEnded((record) => record.index === 1 && record.end === 'broken');
  });

  test('asks nothing when it was stopped before', async () => {
    abort.abort();
    expect([await failureOf(read(server.url('/x'))), server.counters.requests]).toEqual(['cancelled: Stopped by you.', 0]);
  });
});

describe('a signed link', () => {
  const signature =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2f20260101%2fr%2fs3%2faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=5ec3e7';

  test.each([
    ['encodings that a URL would not write', '/a%2fb%7ec%21.jpg', "x='&y=%e4+%20&&z"],
    ['quotes, brackets and bars', '/it\'s"odd"|[1]{2}^`.jpg', 'response-content-disposition=inline;filename="a|b"'],
    ['a path with steps upwards and doubled slashes', '/a//b/../c/./d.jpg', ''],
    ['no path at all', '', 'x=1'],
  ])('is asked for to the letter: %s', async (_, path, query) => {
    const sent = `${path}?${query}&${signature}`;
    const reference = parseReference(`${server.origin}${sent}`);
    if (!reference.ok || reference.value.scheme !== 'http') throw new Error('It is an address.');
    await failureOf(store.read(reference.value, { range: null, signal: abort.signal }));
    const [record] = server.requests;
    expect(`${record?.rawPath}?${record?.rawQuery}`).toBe(path === '' ? `/${sent}` : sent);
  });

  test('that an address leads to is asked for to the letter too', async () => {
    const url = server.put('/a', storedObject(''), faults.redirectTo(`${server.origin}/b//c/../d.jpg?x='&${signature}`));
    await failureOf(read(url));
    const [, record] = server.requests;
    expect(`${record?.rawPath}?${record?.rawQuery}`).toBe(`/b//c/../d.jpg?x='&${signature}`);
  });
});

describe('redirects', () => {
  test('are followed, with the range', async () => {
    server.put('/fox.txt', storedObject(text));
    const url = server.put('/a', storedObject(''), faults.redirectTo('/b', { status: 307 }));
    server.put('/b', storedObject(''), faults.redirectTo(server.url('/fox.txt')));
    expect([await textOf(await read(url, { start: 4, end: 9 })), metered.requests]).toEqual(['quick', 3]);
  });

  test('that lead in a circle, or on and on, end', async () => {
    const circle = server.put('/circle', storedObject(''), faults.redirectLoop());
    for (let hop = 0; hop < 12; hop += 1) server.put(`/${hop}`, storedObject(''), faults.redirectTo(`/${hop + 1}`));
    server.put('/12', storedObject(text));
    expect([await failureOf(read(circle)), await failureOf(read(server.url('/0'))), await textOf(await read(server.url('/2')))]).toEqual([
      'too_many_redirects: The address leads in a circle.',
      'too_many_redirects: The address leads on more than 10 times.',
      text,
    ]);
  });

  test.each([
    ['http://169.254.169.254/latest/meta-data/', "169.254.169.254 is where a cloud keeps its machines' credentials, and is never read."],
    ['http://10.0.0.1/', '10.0.0.1 is a private address, and those are not read unless allowed.'],
    ['http://[::1]/', '::1 is a private address, and those are not read unless allowed.'],
    ['http://2130706434/', '127.0.0.2 is a private address, and those are not read unless allowed.'],
  ])('to %s are refused', async (location, said) => {
    const url = server.put('/a', storedObject(''), faults.redirectTo(location));
    expect([await failureOf(read(url)), metered.requests]).toEqual([`blocked_host: ${said}`, 1]);
  });

  test('from a secure address to an insecure one are refused', async () => {
    const certificates = makeCertificates(['localhost']);
    const trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, certificates.authority]);
    const front = await startTlsFront(server.port, certificates);
    await store.close();
    store = makeStore({ allowed: ['localhost', '127.0.0.1'] });
    server.put('/a', storedObject(''), faults.redirectTo(server.url('/fox.txt')));
    server.put('/b', storedObject(''), faults.redirectTo('/fox.txt'));
    server.put('/fox.txt', storedObject(text));
    const secure = `https://localhost:${front.port}`;
    expect([await failureOf(read(`${secure}/a`)), await textOf(await read(`${secure}/b`))]).toEqual([
      `tls: The address leads from a secure connection to an insecure one at 127.0.0.1:${server.port}.`,
      text,
    ]);
    tls.setDefaultCACertificates(trusted);
    await front.close();
  });

  test('to what is no web address are refused', async () => {
    const url = server.put('/a', storedObject(''), faults.redirectTo('file:///etc/passwd'));
    expect(await failureOf(read(url))).toBe('unsupported: The address leads to a file: address, which is not read.');
  });

  test('keep the password of the address to its own origin', async () => {
    const other = await startHttpServer();
    try {
      const there = other.put('/fox.txt', storedObject(text));
      server.put('/a', storedObject(''), faults.redirectTo(there));
      await textOf(await read(server.url('/a').replace('http://', 'http://me:p%40ss@')));
      expect([server.requests[0]?.headers.authorization, other.requests[0]?.headers.authorization]).toEqual([
        `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
        undefined,
      ]);
    } finally {
      await other.close();
    }
  });
});

describe('private addresses', () => {
  test('are not asked unless they are allowed', async () => {
    await store.close();
    store = makeStore({ allowed: [] });
    const url = server.put('/fox.txt', storedObject(text));
    expect([await failureOf(read(url)), await failureOf(read(url.replace('127.0.0.1', 'localhost'))), server.counters.connections]).toEqual(
      [
        'blocked_host: 127.0.0.1 is a private address, and those are not read unless allowed.',
        'blocked_host: localhost is a private address, and those are not read unless allowed.',
        0,
      ],
    );
  });

  test('are not reached by a name, also not by one that was harmless when it was asked first', async () => {
    await Promise.all([store.close(), server.close()]);
    server = await startHttpServer({ headers: { connection: 'close' } });
    // 127.0.0.1 is allowed and stands for a public address; 10.0.0.1 is what the name says the second time.
    const answers = ['127.0.0.1', '10.0.0.1'];
    store = makeStore({ resolve: async () => [{ address: answers.shift() ?? '10.0.0.1', family: 4 }] });
    const url = server.put('/fox.txt', storedObject(text)).replace('127.0.0.1', 'rebinding.example');
    expect([await textOf(await read(url)), await failureOf(read(url)), server.counters.connections]).toEqual([
      text,
      'blocked_host: rebinding.example is a private address, and those are not read unless allowed.',
      1,
    ]);
  });
});

describe('proxies', () => {
  test('are asked for the hosts they are for, and hosts they may not reach are still refused', async () => {
    await store.close();
    store = makeStore({
      allowed: [],
      proxies: { HTTP_PROXY: server.origin, NO_PROXY: 'direct.example' },
      resolve: async () => [{ address: '10.0.0.1', family: 4 }],
    });
    server.put('http://pictures.example/fox.txt', storedObject(text));
    expect([
      await textOf(await read('http://pictures.example/fox.txt')),
      await failureOf(read('http://direct.example/fox.txt')),
      await failureOf(read('http://192.168.1.1/fox.txt')),
    ]).toEqual([
      text,
      'blocked_host: direct.example is a private address, and those are not read unless allowed.',
      'blocked_host: 192.168.1.1 is a private address, and those are not read unless allowed.',
    ]);
  });
});
