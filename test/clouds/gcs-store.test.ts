import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGcsStore } from '../../src-main/stores/gcs.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import type { ReadAnswer, Store } from '../../src-main/stores/store.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import { cloudRooms } from '../links/cloud-rooms.ts';
import { objectReference, oddKeys } from '../links/odd-keys.ts';
import { dropsAfter, noRanges, resets, stalls, status } from '../servers/faults.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';

let server: GcsServer;
let home: string;
const signal = new AbortController().signal;
const whole = { range: null, signal };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-gcs-'));
  server = await startGcsServer({ buckets: { open: { public: 'read-and-list' }, media: {} }, tokens: { good: 'me@example.com' } });
});
afterEach(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

function storeWith(env: Record<string, string> = {}): Store {
  const rooms = cloudRooms({ home, env: { STORAGE_EMULATOR_HOST: server.origin, ...env } });
  const meter = { requestSent() {}, bytesReceived() {} };
  return createGcsStore({ access: rooms.gcs, meter, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {}, now: Date.now });
}

async function textOf(answer: ReadAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function causeOf(work: () => Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(work);
  return outcome.ok ? 'ok' : outcome.error.cause;
}

test('public objects are read without credentials, every odd key byte for byte', async () => {
  const store = storeWith();
  // Cloud Storage has no objects named `.` and `..`.
  const keys = oddKeys.filter((key) => key !== '..');
  for (const key of keys) server.put('open', key, storedObject(`bytes of ${key}`));
  for (const key of keys) expect(await textOf(await store.read(objectReference('gs', 'open', key), whole))).toBe(`bytes of ${key}`);
  expect(await causeOf(() => store.read(objectReference('gs', 'open', '..'), whole))).toBe('not_found');
});

function loginOf(refreshToken: string): string {
  const file = join(home, 'login.json');
  const login = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: refreshToken, token_uri: server.tokenUri };
  writeFileSync(file, JSON.stringify(login));
  return file;
}

test('a login opens private objects, and without one they are refused', async () => {
  server.put('media', 'a', storedObject('private'));
  const env = { GOOGLE_APPLICATION_CREDENTIALS: loginOf('good') };
  expect(await textOf(await storeWith(env).read(objectReference('gs', 'media', 'a'), whole))).toBe('private');
  expect(await causeOf(() => storeWith().read(objectReference('gs', 'media', 'a'), whole))).toBe('no_credentials');
});

test('a login that has ended is named, and public objects are read all the same', async () => {
  server.put('media', 'a', storedObject('private'));
  server.put('open', 'a', storedObject('public'));
  const store = storeWith({ GOOGLE_APPLICATION_CREDENTIALS: loginOf('revoked') });
  expect(await causeOf(() => store.read(objectReference('gs', 'media', 'a'), whole))).toBe('expired_credentials');
  expect(await textOf(await store.read(objectReference('gs', 'open', 'a'), whole))).toBe('public');
});

test('size, type, generation and time are said, alike by stat and read', async () => {
  server.put('open', 'a', storedObject('0123456789', { type: 'image/png' }));
  const facts = await storeWith().stat(objectReference('gs', 'open', 'a'), signal);
  expect(facts).toEqual({
    size: 10,
    type: 'image/png',
    etag: expect.stringMatching(/^\d+$/),
    modified: '2026-01-02T03:04:05.000Z',
    storageClass: null,
  });
  expect((await storeWith().read(objectReference('gs', 'open', 'a'), whole)).remote).toEqual(facts);
});

test.each([
  [{ start: 2, end: 5 }, '234', false],
  [{ start: 7, end: null }, '789', false],
  [{ start: 10, end: 12 }, '', false],
  [{ start: 2, end: 5 }, '234', true],
])('the range %j is given alone (ranges ignored by the server: %s)', async (range, text, isIgnored) => {
  server.put('open', 'a', storedObject('0123456789'), ...(isIgnored ? [noRanges()] : []));
  const answer = await storeWith().read(objectReference('gs', 'open', 'a'), { range, signal });
  expect([await textOf(answer), answer.start, answer.size]).toEqual([text, range.start, 10]);
});

test('other bytes than those of the generation are refused', async () => {
  server.put('open', 'a', storedObject('old'));
  const store = storeWith();
  const ifMatch = (await store.stat(objectReference('gs', 'open', 'a'), signal)).etag ?? '';
  expect(await textOf(await store.read(objectReference('gs', 'open', 'a'), { ...whole, ifMatch }))).toBe('old');
  server.put('open', 'a', storedObject('new'));
  expect(await causeOf(() => store.read(objectReference('gs', 'open', 'a'), { ...whole, ifMatch }))).toBe('input_failed');
});

test('reading stops when it is told to', async () => {
  server.put('open', 'silent', storedObject('x'), stalls());
  const stop = new AbortController();
  const waiting = causeOf(() => storeWith().read(objectReference('gs', 'open', 'silent'), { range: null, signal: stop.signal }));
  await server.whenRequested((request) => request.rawPath.endsWith('/silent'));
  stop.abort();
  expect(await waiting).toBe('cancelled');
});

test('what goes wrong is said by its cause', async () => {
  const store = storeWith();
  server.put('open', 'slow', storedObject('x'), status(429));
  server.put('open', 'sick', storedObject('x'), status(500));
  server.put('open', 'reset', storedObject('x'), resets());
  server.put('open', 'short', generatedObject(300_000), dropsAfter(100_000));
  const causes = [];
  for (const key of ['missing', 'slow', 'sick', 'reset'])
    causes.push(await causeOf(() => store.read(objectReference('gs', 'open', key), whole)));
  expect(causes).toEqual(['not_found', 'throttled', 'server_error', 'unreachable']);
  const answer = await store.read(objectReference('gs', 'open', 'short'), whole);
  expect(await causeOf(() => textOf(answer))).toBe('unreachable');
});
