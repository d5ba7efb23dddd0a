import { afterEach, expect, test } from 'vitest';
import { type HttpProcess, startHttpProcess } from '../servers/http-process.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { sha256Of, stampedObject, storedObject } from '../servers/stored-object.ts';
import { rawRequest } from './raw-request.ts';

let server: HttpServer | null = null;
let other: HttpProcess | null = null;
afterEach(async () => {
  await server?.close();
  await other?.close();
  server = null;
  other = null;
});

test('answers no sooner than its latency, and sends no faster than its rate', async () => {
  server = await startHttpServer({ pace: { latencyMs: 40, bytesPerSecond: 1_000_000 } });
  server.put('/one', storedObject(new Uint8Array(300_000)));
  const start = performance.now();
  const answer = await rawRequest(server.origin, '/one');
  // 40 ms and 300 for the bytes; timers count in whole milliseconds.
  expect([answer.status, answer.text.length, performance.now() - start >= 335]).toEqual([200, 300_000, true]);
});

test('serves generated objects from a process of its own, and counts there', async () => {
  other = await startHttpProcess({
    objects: [
      { path: '/film', size: 5_000_000_000, seed: 9 },
      { path: '/still', size: 70_001, seed: 2 },
    ],
  });
  const part = await fetch(`${other.origin}/film`, { headers: { range: 'bytes=4999999990-' } });
  const bytes = new Uint8Array(await part.arrayBuffer());
  expect([part.status, part.headers.get('content-range'), [...bytes]]).toEqual([
    206,
    'bytes 4999999990-4999999999/5000000000',
    [...stampedObject(5_000_000_000, 9).slice(4_999_999_990, 5_000_000_000)],
  ]);
  expect(await other.sha256Of('/still')).toBe(sha256Of(stampedObject(70_001, 2)));
  expect(await other.counters()).toMatchObject({ requests: 1, bodyBytes: 10 });
});

test('makes the same bytes of a stamped object from any place, and others for another page and seed', () => {
  const object = stampedObject(1_000_000, 4);
  const page = (from: number, seed = 4) => Buffer.from(stampedObject(1_000_000, seed).slice(from, from + 4096)).toString('base64');
  expect(Buffer.from(object.slice(65_530, 70_000)).equals(Buffer.from(object.slice(0, 1_000_000)).subarray(65_530, 70_000))).toBe(true);
  expect(new Set([page(0), page(65_536), page(131_072), page(0, 5)]).size).toBe(4);
});
