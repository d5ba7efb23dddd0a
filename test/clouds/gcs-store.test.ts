import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoreRule } from '../../src-main/settings/settings.ts';
import { createGcsStore } from '../../src-main/stores/gcs.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import type { ListPage, ReadAnswer, Store } from '../../src-main/stores/store.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import { type CloudSettings, cloudRooms, memoryOf, signOptions } from '../links/cloud-rooms.ts';
import { objectReference, oddKeys } from '../links/odd-keys.ts';
import { rawGet } from '../links/raw-get.ts';
import { dropsAfter, noRanges, resets, stalls, status } from '../servers/faults.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { startLoopbackServer } from '../servers/loopback-server.ts';
import { makeServiceAccount } from '../servers/service-account.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';

let server: GcsServer;
let home: string;
const signal = new AbortController().signal;
const whole = { range: null, signal };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-gcs-'));
  server = await startGcsServer({
    buckets: {
      open: { public: 'read-and-list' },
      media: {},
      closed: { readers: ['other@example.com'] },
      readable: { public: 'read', readers: [] },
      paid: { public: 'read', requesterPays: true, payers: ['mine', 'ours'] },
    },
    tokens: { good: 'me@example.com' },
    tokenCreators: { 'guarded@example.com': [] },
  });
});
afterEach(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

function storeWith(env: Record<string, string> = {}, settings: Pick<CloudSettings, 'rules' | 'memory'> = {}): Store {
  const rooms = cloudRooms({ home, env: { STORAGE_EMULATOR_HOST: server.origin, ...env }, ...settings });
  const meter = { requestSent() {}, bytesReceived() {} };
  return createGcsStore({ access: rooms.gcs, meter, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {}, now: Date.now });
}

async function textOf(answer: ReadAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function errorFrom(work: () => Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(work);
  return outcome.ok ? 'ok' : [outcome.error.cause, outcome.error.message, outcome.error.next].join(' | ');
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

function loginOf(refreshToken: string, more: Record<string, string> = {}): string {
  const file = join(home, 'login.json');
  const login = {
    type: 'authorized_user',
    client_id: 'c',
    client_secret: 's',
    refresh_token: refreshToken,
    token_uri: server.tokenUri,
    ...more,
  };
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
    md5: '781e5e245d69b566979b86e28d23f2c7',
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

const pinned = (key: string, version: string) => ({ ...objectReference('gs', 'open', key), version });

describe('a pinned generation', () => {
  test('is what is read and described, whatever came after it', async () => {
    server.put('open', 'a', storedObject('old'));
    const version = server.generationOf('open', 'a');
    const store = storeWith();
    expect([(await store.stat(pinned('a', version), signal)).etag, await textOf(await store.read(pinned('a', version), whole))]).toEqual([
      version,
      'old',
    ]);
    server.put('open', 'a', storedObject('new'));
    const gone =
      'not_found | This version of the file is not there any more. | Take the version off the address to get the file as it is now.';
    expect([
      await errorFrom(() => store.read(pinned('a', version), whole)),
      await errorFrom(() => store.stat(pinned('a', version), signal)),
      await causeOf(() => store.read(pinned('a', 'v1'), whole)),
    ]).toEqual([gone, gone, 'invalid_url']);
  });
});

describe('a bucket whose readers pay', () => {
  const paid = objectReference('gs', 'paid', 'a');
  const payersAsked = () => [...new Set(server.requests.map(({ rawQuery }) => /userProject=([^&]*)/.exec(rawQuery)?.[1] ?? null))];
  beforeEach(() => server.put('paid', 'a', storedObject('bytes')));

  test.each<[string, StoreRule[], Record<string, string>, string | null]>([
    ['that the rule names', [{ match: 'gs://paid', user_project: 'mine' }], {}, 'mine'],
    [
      'of the credentials, where the rule says that readers pay',
      [{ match: 'gs://paid', requester_pays: true }],
      { quota_project_id: 'ours' },
      'ours',
    ],
  ])('is read, described and listed at the cost of the project %s', async (_, rules, more, payer) => {
    const store = storeWith({ GOOGLE_APPLICATION_CREDENTIALS: loginOf('good', more) }, { rules });
    const page = await store.list({ scheme: 'gs', bucket: 'paid', prefix: '' }, { isRecursive: true, cursor: null, signal });
    expect([await textOf(await store.read(paid, whole)), (await store.stat(paid, signal)).size, page.objects.length]).toEqual([
      'bytes',
      5,
      1,
    ]);
    expect(payersAsked().filter((each) => each !== null)).toEqual([payer]);
    expect(server.requests.filter(({ rawQuery, method }) => method === 'GET' && !rawQuery.includes('userProject'))).toEqual([]);
  });

  test('says which setting is missing, and never pays unasked', async () => {
    const said =
      'requester_pays | Whoever reads this bucket pays for it, and no project to charge is known. | Name the project that pays: “user_project” of this bucket’s store in the settings.';
    const store = storeWith({ GOOGLE_APPLICATION_CREDENTIALS: loginOf('good', { quota_project_id: 'ours' }) });
    const listing = () => store.list({ scheme: 'gs', bucket: 'paid', prefix: '' }, { isRecursive: true, cursor: null, signal });
    expect([
      await errorFrom(() => store.read(paid, whole)),
      await errorFrom(() => store.stat(paid, signal)),
      await errorFrom(listing),
    ]).toEqual([said, said, said]);
    expect([payersAsked(), await causeOf(() => storeWith().read(paid, whole))]).toEqual([[null], 'requester_pays']);
  });

  test('says so where the project may not be used', async () => {
    const store = storeWith(
      { GOOGLE_APPLICATION_CREDENTIALS: loginOf('good') },
      { rules: [{ match: 'gs://paid', user_project: 'theirs' }] },
    );
    expect(await causeOf(() => store.stat(paid, signal))).toBe('requester_pays');
  });
});

describe('credentials that are refused', () => {
  test('a token that ended before its time is dropped, and the request sent once more', async () => {
    server.put('media', 'a', storedObject('private'));
    const store = storeWith({ GOOGLE_APPLICATION_CREDENTIALS: loginOf('good') });
    await textOf(await store.read(objectReference('gs', 'media', 'a'), whole));
    server.revokeTokens();
    expect(await textOf(await store.read(objectReference('gs', 'media', 'a'), whole))).toBe('private');
    expect(server.requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'POST 200',
      'GET 200',
      'GET 401',
      'POST 200',
      'GET 200',
    ]);
  });

  test('are left away for a bucket that is open without them, also after a restart', async () => {
    server.put('readable', 'a', storedObject('public'));
    server.put('readable', 'b', storedObject('public'));
    const memory = memoryOf(new Map());
    const env = { STORAGE_EMULATOR_HOST: server.origin, GOOGLE_APPLICATION_CREDENTIALS: loginOf('revoked') };
    const read = async (key: string) => textOf(await storeWith(env, { memory }).read(objectReference('gs', 'readable', key), whole));
    const isOpen = () => cloudRooms({ home, env, memory }).gcs.readsWithoutCredentials('readable');
    const before = isOpen();
    expect([before, await read('a'), isOpen(), await read('b')]).toEqual([false, 'public', true, 'public']);
    expect([server.callers, server.requests.filter(({ method }) => method === 'POST').length]).toEqual([[null, null], 1]);
  });

  test.each<[string, () => unknown, string]>([
    [
      'an account that may not be impersonated',
      () => ({
        type: 'impersonated_service_account',
        source_credentials: {
          type: 'authorized_user',
          client_id: 'c',
          client_secret: 's',
          refresh_token: 'good',
          token_uri: server.tokenUri,
        },
        service_account_impersonation_url: `${server.origin}/v1/projects/-/serviceAccounts/guarded@example.com:generateAccessToken`,
      }),
      'access_denied: Google does not let service account guarded@example.com (impersonated) be used.',
    ],
    [
      'a token file that is gone',
      () => ({
        type: 'external_account',
        audience: 'a',
        subject_token_type: 't',
        token_url: server.tokenUri,
        credential_source: { file: '/nowhere/token' },
      }),
      'no_credentials: External account gave no access token.',
    ],
  ])('are named for what they lack: %s', async (_, key, said) => {
    server.put('media', 'a', storedObject('private'));
    const file = join(home, 'key.json');
    writeFileSync(file, JSON.stringify(key()));
    const store = storeWith({ GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(await errorFrom(() => store.read(objectReference('gs', 'media', 'a'), whole))).toContain(said.replace(': ', ' | '));
  });

  test('are named where nobody else may read either', async () => {
    server.put('closed', 'a', storedObject('theirs'));
    const store = storeWith({ GOOGLE_APPLICATION_CREDENTIALS: loginOf('good') });
    const list = () => store.list({ scheme: 'gs', bucket: 'closed', prefix: '' }, { isRecursive: true, cursor: null, signal });
    expect([await errorFrom(() => store.read(objectReference('gs', 'closed', 'a'), whole)), await errorFrom(list)]).toEqual([
      'access_denied | Your Google login may not read this file. | Choose another identity, or ask the owner for access.',
      'access_denied | Your Google login may not list this bucket. | Choose another identity, or ask the owner for access.',
    ]);
  });
});

describe('listing a bucket', () => {
  const listed = async (prefix: string, options: { isRecursive: boolean; limit?: number }, store = storeWith()) => {
    const pages: ListPage[] = [];
    for (let cursor: string | null = null; pages.length === 0 || cursor !== null; cursor = pages.at(-1)?.cursor ?? null) {
      pages.push(await store.list({ scheme: 'gs', bucket: 'open', prefix }, { ...options, cursor, signal }));
    }
    return pages;
  };
  const keysOf = (pages: ListPage[]) =>
    pages.flatMap(({ objects }) => objects.map(({ reference }) => ('key' in reference ? reference.key : '')));

  test('gives every odd key byte for byte, in pages, and each can be read', async () => {
    const keys = [...oddKeys.filter((key) => key !== '..'), 'control\u0001\u001f.jpg', 'a/../b', 'x//y', '{{projectId}}.jpg'];
    for (const key of keys) server.put('open', key, storedObject('bytes'));
    const pages = await listed('', { isRecursive: true, limit: 7 });
    const sorted = keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect([keysOf(pages), pages.length]).toEqual([sorted, Math.ceil(keys.length / 7)]);
    const store = storeWith();
    for (const { reference } of pages.flatMap(({ objects }) => objects))
      expect(await textOf(await store.read(reference, whole))).toBe('bytes');
    expect(keysOf(await listed('{{projectId}}', { isRecursive: true }))).toEqual(['{{projectId}}.jpg']);
  });

  test('gives one level with its folders, and counts placeholders and empty objects', async () => {
    for (const key of ['2026/a.jpg', '2026/b&c #1/d.jpg', '2026/e/f/g.jpg']) server.put('open', key, storedObject('bytes'));
    for (const key of ['2026/', '2026/empty.jpg', '2026/e/']) server.put('open', key, storedObject(''));
    const [level] = await listed('2026/', { isRecursive: false });
    const [all] = await listed('2026/', { isRecursive: true });
    expect([level, all?.folders, all?.placeholders, all?.empty, all?.objects.length]).toEqual([
      {
        objects: [
          {
            reference: objectReference('gs', 'open', '2026/a.jpg'),
            size: 5,
            etag: server.generationOf('open', '2026/a.jpg'),
            modified: '2026-01-02T03:04:05.000Z',
            storageClass: null,
          },
        ],
        folders: [
          { scheme: 'gs', bucket: 'open', prefix: '2026/b&c #1/' },
          { scheme: 'gs', bucket: 'open', prefix: '2026/e/' },
        ],
        placeholders: 1,
        empty: 1,
        cursor: null,
      },
      [],
      2,
      1,
      3,
    ]);
  });

  test('says what is wrong, and stops when it is told to', async () => {
    const ask = (bucket: string, stop = signal) =>
      storeWith().list({ scheme: 'gs', bucket, prefix: '' }, { isRecursive: true, cursor: null, signal: stop });
    expect([await errorFrom(() => ask('nowhere')), await causeOf(() => ask('readable'))]).toEqual([
      'not_found | There is no bucket “nowhere”. | Correct the address.',
      'no_credentials',
    ]);
    const stalled = await startLoopbackServer(({ whenEnded }) => whenEnded);
    const stop = new AbortController();
    const store = storeWith({ STORAGE_EMULATOR_HOST: stalled.origin });
    const waiting = causeOf(() =>
      store.list({ scheme: 'gs', bucket: 'open', prefix: '' }, { isRecursive: true, cursor: null, signal: stop.signal }),
    );
    await stalled.whenRequested(() => true);
    stop.abort();
    expect([await waiting, (await stalled.whenEnded(() => true)).end]).toEqual(['cancelled', 'broken']);
    await stalled.close();
  });
});

test('a link is signed as the account that the rule names, where a person may', async () => {
  const account = makeServiceAccount(server.tokenUri);
  server.addAccount(account);
  server.put('media', 'a b#1', storedObject('bytes'));
  const env = {
    STORAGE_EMULATOR_HOST: server.origin,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: server.origin,
    GOOGLE_APPLICATION_CREDENTIALS: loginOf('good'),
  };
  const { links } = cloudRooms({ home, env, rules: [{ match: 'gs://media', sign_as: account.email }] });
  const link = await links.sign(objectReference('gs', 'media', 'a b#1'), signOptions());
  expect(link.ok && (await rawGet(link.value.url))).toEqual({ status: 200, body: 'bytes' });
});
