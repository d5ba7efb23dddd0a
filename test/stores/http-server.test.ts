import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as faults from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { byteAt, generatedObject, storedObject } from '../servers/stored-object.ts';
import { rawRequest } from './raw-request.ts';

const etag = '"5d41402abc4b2a76b9719d911017c592"';
let server: HttpServer;
beforeEach(async () => {
  server = await startHttpServer();
  server.put('/hello', storedObject('hello', { type: 'text/plain' }));
});
afterEach(() => server.close());

/** Status, range and text of an answer in a line. */
async function ask(headers: Record<string, string>, path = '/hello'): Promise<string> {
  const answer = await rawRequest(server.origin, path, { headers });
  return [answer.status, answer.headers['content-range'], answer.text].filter((part) => part !== undefined && part !== '').join(' ');
}

describe('the web test server', () => {
  test.each([
    [{}, '200 hello'],
    [{ range: 'bytes=1-2' }, '206 bytes 1-2/5 el'],
    [{ range: 'bytes=3-' }, '206 bytes 3-4/5 lo'],
    [{ range: 'bytes=-2' }, '206 bytes 3-4/5 lo'],
    [{ range: 'bytes=3-99' }, '206 bytes 3-4/5 lo'],
    [{ range: 'bytes=5-' }, '416 bytes */5 range not satisfiable\n'],
    [{ range: 'lines=1-2' }, '200 hello'],
    [{ range: 'bytes=1-2', 'if-range': etag }, '206 bytes 1-2/5 el'],
    [{ range: 'bytes=1-2', 'if-range': '"other"' }, '200 hello'],
    [{ 'if-match': etag }, '200 hello'],
    [{ 'if-match': '"other"' }, '412 precondition failed\n'],
    [{ 'if-none-match': `"other", W/${etag}` }, '304'],
    [{ 'if-none-match': '"other"' }, '200 hello'],
  ] as [Record<string, string>, string][])('answers %j with %j', async (headers, answer) => {
    expect(await ask(headers)).toBe(answer);
  });

  test('spends a fault as often as was ordered, and no more', async () => {
    server.spoil('/hello', faults.status(503, { times: 2, body: 'busy' }));
    expect([await ask({}), await ask({}), await ask({})]).toEqual(['503 busy', '503 busy', '200 hello']);
  });

  test('plays what servers do wrong', async () => {
    const spoiled = async (fault: faults.Fault, headers: Record<string, string> = {}) => {
      server.put('/spoiled', storedObject('hello'), fault);
      return ask(headers, '/spoiled').catch((error: Error & { code?: string }) => error.code);
    };
    expect([
      await spoiled(faults.noRanges(), { range: 'bytes=1-2' }),
      await spoiled(faults.wrongContentRange(), { range: 'bytes=1-2' }),
      await spoiled(faults.dropsAfter(2)),
      await spoiled(faults.wrongLength(7)),
      await spoiled(faults.resets()),
      await spoiled(faults.chunked(), { range: 'bytes=1-2' }),
    ]).toEqual(['200 hello', '206 bytes 2-3/5 ll', 'ECONNRESET', 'ECONNRESET', 'ECONNRESET', '200 hello']);
    server.put('/packed', storedObject('hello'), faults.gzip());
    const answer = await fetch(server.url('/packed'));
    expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual(['gzip', 'hello']);
  });

  test('stalls until it is released, and tells who waits', async () => {
    server.put('/slow', storedObject('hello'), faults.stalls());
    const answer = ask({}, '/slow');
    const seen = await server.whenRequested(({ rawPath }) => rawPath === '/slow');
    expect([seen.status, seen.end]).toEqual([null, null]);
    server.release();
    expect([await answer, (await server.whenEnded(({ rawPath }) => rawPath === '/slow')).end]).toEqual(['200 hello', 'complete']);
  });

  test('counts requests, bytes and connections, and keeps the path as it came', async () => {
    await ask({ range: 'bytes=1-2' });
    await ask({}, '/a//b/../c%20%2F?x=1&y');
    const { rawPath, rawQuery, status } = server.requests[1] ?? {};
    expect([server.counters, rawPath, rawQuery, status]).toMatchObject([
      { requests: 2, bodyBytes: 2 + '<h1>Not found</h1>\n'.length, connections: 2 },
      '/a//b/../c%20%2F',
      'x=1&y',
      404,
    ]);
  });

  test('makes the same bytes of a generated object from any place', () => {
    const object = generatedObject(10_000_000_000, 7);
    expect([...object.slice(9_999_999_990, 9_999_999_993)]).toEqual(
      [9_999_999_990, 9_999_999_991, 9_999_999_992].map((at) => byteAt(at, 7)),
    );
  });

  test('says what a test waited for in vain', async () => {
    const other = await startHttpServer();
    const waiting = other.whenRequested(() => false, 'the second range').catch((error: Error) => error.message);
    await other.close();
    expect(await waiting).toBe('The server closed while a test waited for the second range.');
  });
});
