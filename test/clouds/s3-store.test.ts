import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import { createS3Store, type S3Store } from '../../src-main/stores/s3.ts';
import type { ReadAnswer } from '../../src-main/stores/store.ts';
import { type ErrorCause, outcomeOf } from '../../src-shared/model/error.ts';
import { type CloudSettings, cloudRooms, memoryOf } from '../links/cloud-rooms.ts';
import { objectReference, oddKeys } from '../links/odd-keys.ts';
import { dropsAfter, type Fault, noRanges, resets, stalls, status } from '../servers/faults.ts';
import { type S3Server, type S3ServerOptions, s3Error, startS3Server } from '../servers/s3-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';

const reader = { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'reader-secret' };
const stranger = { AWS_ACCESS_KEY_ID: 'AKIASTRANGER', AWS_SECRET_ACCESS_KEY: 'stranger-secret' };
const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

let server: S3Server;
let home: string;
const stores: S3Store[] = [];

async function serve(options: S3ServerOptions = {}): Promise<void> {
  server = await startS3Server({
    keys: [
      { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' },
      { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'stranger-secret' },
      { accessKeyId: 'ASIAENDED', secretAccessKey: 'ended-secret', sessionToken: 'token', hasExpired: true },
    ],
    buckets: {
      media: { readers: ['AKIAREADER'] },
      hidden: { readersWithoutList: ['AKIAREADER'] },
      open: { public: 'read', readers: ['AKIAREADER'] },
      far: { region: 'eu-central-1' },
    },
    ...options,
  });
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-s3-'));
  await serve();
});
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

function storeWith(settings: CloudSettings = {}): { store: S3Store; traffic: { requests: number; bytes: number } } {
  const traffic = { requests: 0, bytes: 0 };
  const meter = {
    requestSent: () => {
      traffic.requests += 1;
    },
    bytesReceived: (_: string, count: number) => {
      traffic.bytes += count;
    },
  };
  const rooms = cloudRooms({ home, ...settings, env: { AWS_ENDPOINT_URL_S3: server.origin, ...reader, ...settings.env } });
  const policy = createRetryPolicy(() => 0);
  const store = createS3Store({ access: rooms.s3, meter, retryPolicy: policy, sleep: async () => {}, now: Date.now });
  stores.push(store);
  return { store, traffic };
}

const signal = new AbortController().signal;
const whole = { range: null, signal };

async function textOf(answer: ReadAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function causeOf(work: () => Promise<unknown>): Promise<ErrorCause | 'ok'> {
  const outcome = await outcomeOf(work);
  return outcome.ok ? 'ok' : outcome.error.cause;
}

describe('reading an object', () => {
  test('works for every odd key, byte for byte', async () => {
    const { store } = storeWith();
    for (const key of oddKeys) server.put('media', key, storedObject(`bytes of ${key}`));
    for (const key of oddKeys) expect(await textOf(await store.read(objectReference('s3', 'media', key), whole))).toBe(`bytes of ${key}`);
  });

  test('says size, type, validator, time and class with one HEAD', async () => {
    server.put(
      'media',
      'a.jpg',
      storedObject('0123456789', { type: 'image/jpeg; charset=x', headers: { 'x-amz-storage-class': 'STANDARD_IA' } }),
    );
    const { store } = storeWith();
    const facts = await store.stat(objectReference('s3', 'media', 'a.jpg'), signal);
    expect(facts).toEqual({
      size: 10,
      type: 'image/jpeg',
      etag: expect.stringMatching(/^"\w+"$/),
      modified: '2026-01-02T03:04:05.000Z',
      storageClass: 'STANDARD_IA',
    });
    expect(server.requests.filter((request) => request.rawPath === '/media/a.jpg').map((request) => request.method)).toEqual(['HEAD']);
  });

  test.each([
    [{ start: 2, end: 5 }, '234'],
    [{ start: 7, end: null }, '789'],
    [{ start: 8, end: 100 }, '89'],
    [{ start: 10, end: 12 }, ''],
  ])('gives the range %j alone, and the size of the whole', async (range, text) => {
    server.put('media', 'a', storedObject('0123456789'));
    const { store, traffic } = storeWith();
    const answer = await store.read(objectReference('s3', 'media', 'a'), { range, signal });
    expect([await textOf(answer), answer.start, answer.size]).toEqual([text, range.start, 10]);
    expect(traffic.bytes).toBe(text.length);
  });

  test('cuts what a server sends that ignores ranges', async () => {
    server.put('media', 'a', storedObject('0123456789'), noRanges());
    const answer = await storeWith().store.read(objectReference('s3', 'media', 'a'), { range: { start: 2, end: 5 }, signal });
    expect([await textOf(answer), answer.start, answer.size]).toEqual(['234', 2, 10]);
  });

  test('refuses other bytes than those of the ETag', async () => {
    server.put('media', 'a', storedObject('old'));
    const { store } = storeWith();
    const { etag } = await store.stat(objectReference('s3', 'media', 'a'), signal);
    const ifMatch = etag ?? '';
    expect(await textOf(await store.read(objectReference('s3', 'media', 'a'), { ...whole, ifMatch }))).toBe('old');
    server.put('media', 'a', storedObject('new'));
    expect(await causeOf(() => store.read(objectReference('s3', 'media', 'a'), { ...whole, ifMatch }))).toBe('input_failed');
  });

  test('stops when it is told to, before the answer and in the middle of it', async () => {
    server.put('media', 'silent', storedObject('x'), stalls());
    server.put('media', 'big', generatedObject(4_000_000), stalls({ afterBytes: 1_000_000 }));
    const { store } = storeWith();
    const early = new AbortController();
    const waiting = causeOf(() => store.read(objectReference('s3', 'media', 'silent'), { range: null, signal: early.signal }));
    await server.whenRequested((request) => request.rawPath.endsWith('/silent'));
    early.abort();
    expect(await waiting).toBe('cancelled');
    const late = new AbortController();
    const answer = await store.read(objectReference('s3', 'media', 'big'), { range: null, signal: late.signal });
    const reading = causeOf(async () => {
      for await (const _ of answer.body) late.abort();
    });
    expect(await reading).toBe('cancelled');
    expect((await server.whenEnded((request) => request.rawPath.endsWith('/big'))).end).toBe('broken');
  });

  test('says that the connection broke when it breaks in the middle', async () => {
    server.put('media', 'a', generatedObject(300_000), dropsAfter(100_000));
    const answer = await storeWith().store.read(objectReference('s3', 'media', 'a'), whole);
    expect(await causeOf(() => textOf(answer))).toBe('unreachable');
  });

  test('sends no checksum parameters and nothing else that changes what is signed', async () => {
    server.put('media', 'a', storedObject('x'));
    await textOf(await storeWith().store.read(objectReference('s3', 'media', 'a'), whole));
    const request = server.requests.at(-1);
    expect(request?.headers['x-amz-checksum-mode']).toBeUndefined();
    expect(request?.rawQuery).toBe('x-id=GetObject');
  });
});

describe('who asks', () => {
  test('nobody, where there are no credentials: public buckets are read all the same', async () => {
    server.put('open', 'a', storedObject('public'));
    const { store } = storeWith({ env: none });
    expect(await textOf(await store.read(objectReference('s3', 'open', 'a'), whole))).toBe('public');
    expect(server.requests.some((request) => request.headers.authorization !== undefined)).toBe(false);
    expect(await causeOf(() => store.read(objectReference('s3', 'media', 'a'), whole))).toBe('no_credentials');
  });

  test('the held credentials, and after their refusal nobody, which is remembered for the bucket', async () => {
    server.put('open', 'a', storedObject('public'));
    const { store } = storeWith({ env: { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN', AWS_SECRET_ACCESS_KEY: 'x' } });
    for (let count = 0; count < 3; count += 1) {
      expect(await textOf(await store.read(objectReference('s3', 'open', 'a'), whole))).toBe('public');
    }
    const signed = server.requests
      .filter((request) => request.rawPath === '/open/a')
      .map((request) => request.headers.authorization !== undefined);
    expect(signed).toEqual([true, false, false, false]);
  });

  test('the identity is named when both ways are refused, and nobody is tried only once', async () => {
    server.put('media', 'a', storedObject('private'));
    const { store } = storeWith({ env: stranger });
    for (let count = 0; count < 2; count += 1) {
      const outcome = await outcomeOf(() => store.read(objectReference('s3', 'media', 'a'), whole));
      expect(outcome.ok ? null : [outcome.error.cause, outcome.error.message]).toEqual([
        'access_denied',
        'environment may not read this file.',
      ]);
    }
    expect(server.requests.filter((request) => request.rawPath === '/media/a' && request.headers.authorization === undefined)).toHaveLength(
      1,
    );
  });

  test('an ended session still reads what is public, and is named where it is needed', async () => {
    server.put('open', 'a', storedObject('public'));
    const env = { AWS_ACCESS_KEY_ID: 'ASIAENDED', AWS_SECRET_ACCESS_KEY: 'ended-secret', AWS_SESSION_TOKEN: 'token' };
    const { store } = storeWith({ env });
    expect(await textOf(await store.read(objectReference('s3', 'open', 'a'), whole))).toBe('public');
    expect(await causeOf(() => store.read(objectReference('s3', 'media', 'a'), whole))).toBe('expired_credentials');
  });

  test('new keys in a file work at once', async () => {
    server.put('media', 'a', storedObject('private'));
    mkdirSync(join(home, '.aws'));
    const file = join(home, '.aws', 'credentials');
    writeFileSync(file, '[default]\naws_access_key_id = AKIASTRANGER\naws_secret_access_key = stranger-secret\n');
    const { store } = storeWith({ env: none });
    expect(await causeOf(() => store.read(objectReference('s3', 'media', 'a'), whole))).toBe('access_denied');
    writeFileSync(file, '[default]\naws_access_key_id = AKIAREADER\naws_secret_access_key = reader-secret\nregion=us-east-1\n');
    expect(await textOf(await store.read(objectReference('s3', 'media', 'a'), whole))).toBe('private');
  });
});

describe('the region of a bucket', () => {
  test('is asked once without a signature, and remembered beyond this process', async () => {
    server.put('far', 'a', storedObject('far away'));
    const memory = memoryOf(new Map());
    for (let count = 0; count < 2; count += 1) {
      const { store } = storeWith({ memory });
      expect(await textOf(await store.read(objectReference('s3', 'far', 'a'), whole))).toBe('far away');
    }
    expect(server.requests.map((request) => [request.method, request.rawPath, request.status])).toEqual([
      ['HEAD', '/far', 403],
      ['GET', '/far/a', 200],
      ['GET', '/far/a', 200],
    ]);
  });

  test.each([301, 400] as const)('is taken from a refusal with %s when what was remembered is wrong', async (wrongRegion) => {
    await server.close();
    await serve({ wrongRegion });
    server.put('far', 'a', storedObject('far away'));
    const memory = memoryOf(new Map([[`s3-region ${server.origin} far`, 'us-east-1']]));
    const { store } = storeWith({ memory });
    expect(await textOf(await store.read(objectReference('s3', 'far', 'a'), whole))).toBe('far away');
    expect(await store.stat(objectReference('s3', 'far', 'a'), signal)).toMatchObject({ size: 8 });
  });

  test('that the settings say wrongly is named with the right one', async () => {
    const { store } = storeWith({ rules: [{ match: 's3://far', region: 'us-east-1' }] });
    const outcome = await outcomeOf(() => store.read(objectReference('s3', 'far', 'a'), whole));
    expect(outcome.ok ? null : outcome.error).toMatchObject({
      cause: 'wrong_region',
      message: 'The bucket is in eu-central-1, the settings say us-east-1.',
      next: 'Use eu-central-1.',
    });
  });
});

describe('what goes wrong', () => {
  const table: [string, string, string, Fault[], ErrorCause][] = [
    ['a key that is not there', 'media', 'missing', [], 'not_found'],
    ['a bucket that is not there', 'nowhere', 'a', [], 'not_found'],
    ['a key that may not even be listed', 'hidden', 'missing', [], 'access_denied'],
    ['a clock that is wrong', 'media', 'a', [s3Error(403, 'RequestTimeTooSkewed')], 'clock_skew'],
    ['a token that has ended', 'media', 'a', [s3Error(400, 'ExpiredToken')], 'expired_credentials'],
    ['keys that are unknown', 'media', 'a', [s3Error(403, 'InvalidAccessKeyId')], 'access_denied'],
    ['a signature that does not match', 'media', 'a', [s3Error(403, 'SignatureDoesNotMatch')], 'access_denied'],
    ['too many requests', 'media', 'a', [s3Error(503, 'SlowDown')], 'throttled'],
    ['a server in trouble', 'media', 'a', [s3Error(500, 'InternalError')], 'server_error'],
    ['a status without words', 'media', 'a', [status(502)], 'server_error'],
    ['a reset connection', 'media', 'a', [resets()], 'unreachable'],
  ];
  test.each(table)('%s is said by its cause', async (_, bucket, key, faults, cause) => {
    if (faults.length > 0) server.put(bucket, key, storedObject('x'), ...faults);
    const { store } = storeWith();
    expect(await causeOf(() => store.read(objectReference('s3', bucket, key), whole))).toBe(cause);
  });

  test('the refusal of a HEAD, which has no words, is asked for again by a GET of one byte', async () => {
    server.put('media', 'a', storedObject('x'), s3Error(403, 'RequestTimeTooSkewed'));
    expect(await causeOf(() => storeWith().store.stat(objectReference('s3', 'media', 'a'), signal))).toBe('clock_skew');
  });

  test('an archived object is named with its class', async () => {
    server.put('media', 'cold', storedObject('x', { headers: { 'x-amz-storage-class': 'DEEP_ARCHIVE' } }));
    const outcome = await outcomeOf(() => storeWith().store.read(objectReference('s3', 'media', 'cold'), whole));
    expect(outcome.ok ? null : [outcome.error.cause, outcome.error.message]).toEqual([
      'archived',
      'The file is in DEEP_ARCHIVE and must be restored first.',
    ]);
  });

  test('transient trouble is tried again until it passes', async () => {
    server.put('media', 'a', storedObject('at last'), s3Error(503, 'SlowDown', { times: 2 }), resets({ times: 1 }));
    const { store, traffic } = storeWith();
    expect(await textOf(await store.read(objectReference('s3', 'media', 'a'), whole))).toBe('at last');
    expect(traffic.requests).toBeGreaterThanOrEqual(3);
  });

  test('a host that refuses connections is unreachable', async () => {
    const { store } = storeWith({ env: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' } });
    expect(await causeOf(() => store.read(objectReference('s3', 'media', 'a'), whole))).toBe('unreachable');
  });
});
