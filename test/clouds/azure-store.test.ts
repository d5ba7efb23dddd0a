import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAzureStore } from '../../src-main/stores/azure.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import type { ListPage, ReadAnswer, Store } from '../../src-main/stores/store.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import { type CloudSettings, cloudRooms } from '../links/cloud-rooms.ts';
import { oddKeys } from '../links/odd-keys.ts';
import { short } from '../servers/answer-object.ts';
import { type AzureServer, type AzureServerOptions, azureError } from '../servers/azure-server.ts';
import { type EntraServer, startEntraServer } from '../servers/entra-server.ts';
import { dropsAfter, type Fault, noRanges, resets, stalls, status } from '../servers/faults.ts';
import { startLoopbackServer } from '../servers/loopback-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';
import { accountKey, accountSas, blobReference, otherKey, rulesFor, serveAzure, withKey } from './azure-room.ts';

let server: AzureServer;
let home: string;
const closers: (() => unknown)[] = [];
const signal = new AbortController().signal;
const whole = { range: null, signal };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-azure-'));
  await serve();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(home, { recursive: true, force: true });
});

async function serve(options: Partial<AzureServerOptions> = {}): Promise<void> {
  server = await serveAzure(options);
  const { close } = server;
  closers.push(close);
}

function storeWith(settings: CloudSettings = {}): { store: Store; traffic: { requests: number; bytes: number } } {
  const traffic = { requests: 0, bytes: 0 };
  const meter = {
    requestSent: () => {
      traffic.requests += 1;
    },
    bytesReceived: (_: string, count: number) => {
      traffic.bytes += count;
    },
  };
  const { azure } = cloudRooms({ home, rules: rulesFor(server), meter, ...settings, env: settings.env ?? withKey });
  closers.push(() => azure.close());
  return {
    store: createAzureStore({ access: azure, meter, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {} }),
    traffic,
  };
}

async function textOf(answer: ReadAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function sentenceOf(work: () => Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(work);
  return outcome.ok ? 'ok' : `${outcome.error.cause}: ${outcome.error.message}`;
}

const causeOf = async (work: () => Promise<unknown>) => (await sentenceOf(work)).split(':')[0];

async function allPages(
  store: Store,
  container: string,
  prefix: string,
  options: { isRecursive: boolean; limit?: number },
): Promise<ListPage[]> {
  const pages: ListPage[] = [];
  let cursor: string | null = null;
  do {
    const page: ListPage = await store.list({ scheme: 'az', bucket: `mediaaccount/${container}`, prefix }, { ...options, cursor, signal });
    pages.push(page);
    cursor = page.cursor;
  } while (cursor !== null);
  return pages;
}

const keysOf = (pages: readonly ListPage[]) =>
  pages.flatMap(({ objects }) => objects.map(({ reference }) => 'key' in reference && reference.key));

describe('reading a blob', () => {
  test('works for every odd name, byte for byte', async () => {
    const { store } = storeWith();
    for (const key of oddKeys) server.put('mediaaccount', 'media', key, storedObject(`bytes of ${key}`));
    for (const key of oddKeys) expect(await textOf(await store.read(blobReference('media', key), whole))).toBe(`bytes of ${key}`);
  });

  test('says size, type, validator, time and tier with one HEAD, and the same when it is read', async () => {
    const options = { type: 'image/jpeg; charset=x', headers: { 'x-ms-access-tier': 'Cool' } };
    server.put('mediaaccount', 'media', 'a.jpg', storedObject('0123456789', options));
    const { store } = storeWith();
    const facts = await store.stat(blobReference('media', 'a.jpg'), signal);
    expect(facts).toEqual({
      size: 10,
      type: 'image/jpeg',
      etag: expect.stringMatching(/^"\w+"$/),
      modified: '2026-01-02T03:04:05.000Z',
      storageClass: 'Cool',
    });
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD']);
    expect((await store.read(blobReference('media', 'a.jpg'), whole)).remote).toEqual(facts);
  });

  test.each([
    [{ start: 2, end: 5 }, '234', false],
    [{ start: 7, end: null }, '789', false],
    [{ start: 8, end: 100 }, '89', false],
    [{ start: 10, end: 12 }, '', false],
    [{ start: 2, end: 5 }, '234', true],
  ])('gives the range %j alone, and the size of the whole (%s; ranges ignored: %s)', async (range, text, isIgnored) => {
    server.put('mediaaccount', 'media', 'a', storedObject('0123456789'), ...(isIgnored ? [noRanges()] : []));
    const answer = await storeWith().store.read(blobReference('media', 'a'), { range, signal });
    expect([await textOf(answer), answer.start, answer.size]).toEqual([text, range.start, 10]);
  });

  test('refuses other bytes than those of the ETag', async () => {
    server.put('mediaaccount', 'media', 'a', storedObject('old'));
    const { store } = storeWith();
    const ifMatch = (await store.stat(blobReference('media', 'a'), signal)).etag ?? '';
    expect(await textOf(await store.read(blobReference('media', 'a'), { ...whole, ifMatch }))).toBe('old');
    server.put('mediaaccount', 'media', 'a', storedObject('new'));
    expect(await causeOf(() => store.read(blobReference('media', 'a'), { ...whole, ifMatch }))).toBe('input_failed');
  });

  test('gives the version that is pinned, and what is there now where none is', async () => {
    const first = server.put('mediaaccount', 'media', 'a', storedObject('first'));
    server.put('mediaaccount', 'media', 'a', storedObject('second, longer'));
    const { store } = storeWith();
    expect(await textOf(await store.read(blobReference('media', 'a', first), whole))).toBe('first');
    expect((await store.stat(blobReference('media', 'a', first), signal)).size).toBe(5);
    expect(await textOf(await store.read(blobReference('media', 'a'), whole))).toBe('second, longer');
  });

  test('stops when it is told to, before the answer and in the middle of it', async () => {
    server.put('mediaaccount', 'media', 'silent', storedObject('x'), stalls());
    server.put('mediaaccount', 'media', 'big', generatedObject(4_000_000), stalls({ afterBytes: 1_000_000 }));
    const { store } = storeWith();
    const early = new AbortController();
    const waiting = causeOf(() => store.read(blobReference('media', 'silent'), { range: null, signal: early.signal }));
    await server.whenRequested(({ rawPath }) => rawPath.endsWith('/silent'));
    early.abort();
    expect(await waiting).toBe('cancelled');
    const late = new AbortController();
    const answer = await store.read(blobReference('media', 'big'), { range: null, signal: late.signal });
    const reading = causeOf(async () => {
      for await (const _ of answer.body) late.abort();
    });
    expect(await reading).toBe('cancelled');
    expect((await server.whenEnded(({ rawPath }) => rawPath.endsWith('/big'))).end).toBe('broken');
  });

  test('tries transient trouble again until it passes, counts every request, and says when a connection broke in the middle', async () => {
    server.put('mediaaccount', 'media', 'a', storedObject('at last'), azureError(503, 'ServerBusy', { times: 2 }), resets({ times: 1 }));
    server.put('mediaaccount', 'media', 'short', generatedObject(300_000), dropsAfter(100_000));
    const { store, traffic } = storeWith();
    expect(await textOf(await store.read(blobReference('media', 'a'), whole))).toBe('at last');
    expect(traffic).toEqual({ requests: server.counters.requests, bytes: 'at last'.length });
    const answer = await store.read(blobReference('media', 'short'), whole);
    expect(await causeOf(() => textOf(answer))).toBe('unreachable');
  });
});

describe('listing a container', () => {
  test('gives every odd name as it is, page by page, with placeholders and empty blobs counted and left out', async () => {
    const keys = [...oddKeys, 'control\u0001\u001f.jpg', 'many&&&.jpg', 'return\r.jpg'];
    for (const key of keys) server.put('mediaaccount', 'list', key, storedObject('x', { headers: { 'x-ms-access-tier': 'Cool' } }));
    server.put('mediaaccount', 'list', 'folder/', storedObject(''));
    server.put('mediaaccount', 'list', 'zero', storedObject(''));
    const pages = await allPages(storeWith().store, 'list', '', { isRecursive: true, limit: 7 });
    expect(keysOf(pages).sort()).toEqual([...keys].sort());
    expect(pages.length).toBe(Math.ceil((keys.length + 2) / 7));
    expect([pages.reduce((sum, page) => sum + page.placeholders, 0), pages.reduce((sum, page) => sum + page.empty, 0)]).toEqual([1, 1]);
    const all = pages.flatMap(({ objects }) => objects);
    expect(all.find(({ reference }) => 'key' in reference && reference.key === ' leading and trailing ')).toEqual({
      reference: blobReference('list', ' leading and trailing '),
      size: 1,
      etag: expect.stringMatching(/^"\w+"$/),
      modified: '2026-01-02T03:04:05.000Z',
      storageClass: 'Cool',
    });
  });

  test('gives one level with its folders, and takes odd prefixes byte for byte', async () => {
    for (const key of ['a/b.jpg', 'a/c/d.jpg', 'a/e f?#%/g.jpg', 'a//h.jpg', 'z.jpg'])
      server.put('mediaaccount', 'list', key, storedObject('x'));
    const { store } = storeWith({ env: {} });
    const level = async (prefix: string) => {
      const pages = await allPages(store, 'list', prefix, { isRecursive: false, limit: 2 });
      return [...keysOf(pages), ...pages.flatMap(({ folders }) => folders.map((folder) => 'prefix' in folder && folder.prefix))];
    };
    expect(await level('')).toEqual(['z.jpg', 'a/']);
    expect((await level('a/')).sort()).toEqual(['a/b.jpg', 'a//', 'a/c/', 'a/e f?#%/'].sort());
    expect(await level('a/e f?#%/')).toEqual(['a/e f?#%/g.jpg']);
  });

  test('takes a page of 5,000 names that are full of what XML must escape', async () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `${'&<>"'.repeat(8)}${String(index).padStart(4, '0')}`);
    for (const key of keys) server.put('mediaaccount', 'list', key, storedObject('x'));
    expect(keysOf(await allPages(storeWith().store, 'list', '', { isRecursive: true }))).toEqual(keys);
  });

  test('says that listing, not reading, is refused; and stops when it is told to', async () => {
    const { store } = storeWith({
      env: {
        AZURE_STORAGE_ACCOUNT: 'mediaaccount',
        AZURE_STORAGE_SAS_TOKEN: accountSas(accountKey, { sp: 'r', se: '2099-01-01T00:00:00Z' }),
      },
    });
    const list = (asked: AbortSignal) =>
      store.list({ scheme: 'az', bucket: 'mediaaccount/media', prefix: '' }, { isRecursive: true, cursor: null, signal: asked });
    expect(await sentenceOf(() => list(signal))).toBe('access_denied: The SAS of mediaaccount may not list this container.');
    expect(await causeOf(() => list(AbortSignal.abort()))).toBe('cancelled');
    const { store: keyed } = storeWith();
    expect(
      await sentenceOf(() =>
        keyed.list({ scheme: 'az', bucket: 'mediaaccount/absent', prefix: '' }, { isRecursive: true, cursor: null, signal }),
      ),
    ).toBe('not_found: There is no container “absent” in the account “mediaaccount”.');
  });
});

test('an answer that is no listing is said as such', async () => {
  const other = await startLoopbackServer((exchange) => short(exchange, 200, { 'content-type': 'text/html' }, '<html><p>Sorry'));
  closers.push(other.close);
  const { store } = storeWith({ rules: [{ match: 'az://mediaaccount/list', endpoint: other.origin }] });
  const listed = sentenceOf(() =>
    store.list({ scheme: 'az', bucket: 'mediaaccount/list', prefix: '' }, { isRecursive: true, cursor: null, signal }),
  );
  expect(await listed).toBe(`server_error: 127.0.0.1:${other.port} answered something that is not Azure Blob Storage.`);
});

describe('who asks', () => {
  test.each([401, 404, 409] as const)(
    'nobody, where there are no credentials: public blobs are read, private ones ask for a login (%s)',
    async (privateIs) => {
      await serve({ privateIs });
      server.put('mediaaccount', 'open', 'a', storedObject('public'));
      server.put('mediaaccount', 'media', 'a', storedObject('private'));
      const { store } = storeWith({ env: {} });
      expect(await textOf(await store.read(blobReference('open', 'a'), whole))).toBe('public');
      expect(await sentenceOf(() => store.read(blobReference('media', 'a'), whole))).toBe(
        'no_credentials: This container needs credentials and none were found.',
      );
      expect(await causeOf(() => store.read(blobReference('open', 'missing'), whole))).toBe('not_found');
    },
  );

  test('the held key, and after its refusal nobody, which is remembered for the container', async () => {
    server.put('mediaaccount', 'open', 'a', storedObject('public'));
    const { store } = storeWith({ env: { ...withKey, AZURE_STORAGE_KEY: otherKey } });
    for (let count = 0; count < 3; count += 1) expect(await textOf(await store.read(blobReference('open', 'a'), whole))).toBe('public');
    expect(server.requests.map(({ headers }) => headers.authorization !== undefined)).toEqual([true, false, false, false]);
    for (let count = 0; count < 2; count += 1) {
      expect(await sentenceOf(() => store.read(blobReference('media', 'a'), whole))).toBe(
        'access_denied: The key of mediaaccount was refused by the account “mediaaccount”.',
      );
    }
    expect(server.requests.slice(4).map(({ headers }) => headers.authorization !== undefined)).toEqual([true, false, true]);
  });

  test('never with the key of another account', async () => {
    server.put('other', 'media', 'a', storedObject('private'));
    expect(await causeOf(() => storeWith().store.read(blobReference('media', 'a', undefined, 'other'), whole))).toBe('no_credentials');
    expect(server.requests.every(({ headers, rawQuery }) => headers.authorization === undefined && rawQuery === '')).toBe(true);
  });

  test('a SAS, which is named with its end when it has passed', async () => {
    server.put('mediaaccount', 'media', 'a b', storedObject('private'));
    const env = (se: string) => ({
      AZURE_STORAGE_ACCOUNT: 'mediaaccount',
      AZURE_STORAGE_SAS_TOKEN: `?${accountSas(accountKey, { sp: 'rl', se })}`,
    });
    expect(await textOf(await storeWith({ env: env('2099-01-01T00:00:00Z') }).store.read(blobReference('media', 'a b'), whole))).toBe(
      'private',
    );
    expect(await sentenceOf(() => storeWith({ env: env('2020-01-01T00:00:00Z') }).store.stat(blobReference('media', 'a b'), signal))).toBe(
      'expired_credentials: The SAS of mediaaccount ended 2020-01-01 00:00 UTC.',
    );
  });

  test('nobody, where a rule says so', async () => {
    server.put('mediaaccount', 'open', 'a', storedObject('public'));
    const rules = [{ match: 'az://mediaaccount/open', endpoint: server.origin, anonymous: true }];
    await textOf(await storeWith({ rules }).store.read(blobReference('open', 'a'), whole));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('a login of Entra', () => {
  let entra: EntraServer;
  const env = {
    AZURE_TOKEN_CREDENTIALS: 'prod',
    AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111',
    AZURE_CLIENT_ID: 'app',
    AZURE_CLIENT_SECRET: 's',
  };

  beforeEach(async () => {
    entra = await startEntraServer({
      applications: { app: { objectId: 'anna', secret: 's' }, stranger: { objectId: 'bob', secret: 's' } },
    });
    closers.push(() => entra.close());
    await serve({ loginOf: entra.loginOf });
    server.put('mediaaccount', 'media', 'a', storedObject('private'));
  });

  test('opens what it may, with one token for all, and asks for another when that is refused', async () => {
    const { store } = storeWith({ env, httpClient: entra.httpClient });
    for (let count = 0; count < 3; count += 1) expect(await textOf(await store.read(blobReference('media', 'a'), whole))).toBe('private');
    expect(entra.issued.length).toBe(1);
    entra.revoke();
    expect(await textOf(await store.read(blobReference('media', 'a'), whole))).toBe('private');
    expect(entra.issued.length).toBe(2);
  });

  test('that may not read is told which role it lacks', async () => {
    const { store } = storeWith({ env: { ...env, AZURE_CLIENT_ID: 'stranger' }, httpClient: entra.httpClient });
    const outcome = await outcomeOf(() => store.read(blobReference('media', 'a'), whole));
    expect(outcome.ok ? null : [outcome.error.cause, outcome.error.message, outcome.error.next]).toEqual([
      'access_denied',
      'Application stranger may not read this file.',
      'Ask the owner for the role “Storage Blob Data Reader”, or choose another identity.',
    ]);
  });

  test('is not sent over a connection that is not encrypted, but to this computer', async () => {
    const rules = [{ match: 'az://mediaaccount/media', endpoint: 'http://storage.example' }];
    const { azure } = cloudRooms({ home, env, rules, httpClient: entra.httpClient });
    expect(await sentenceOf(() => azure.identity(azure.route(blobReference('media', 'a'))))).toBe(
      'access_denied: The endpoint of “mediaaccount” is not encrypted, so application app is not sent to it.',
    );
  });
});

describe('what goes wrong', () => {
  const table: [string, string, string, Fault[], string][] = [
    ['a blob that is not there', 'media', 'missing', [], 'not_found'],
    ['a container that is not there', 'absent', 'a', [], 'not_found'],
    ['too many requests', 'media', 'a', [azureError(503, 'ServerBusy')], 'throttled'],
    ['a server in trouble', 'media', 'a', [azureError(500, 'InternalError')], 'server_error'],
    ['a server that gave up', 'media', 'a', [azureError(500, 'OperationTimedOut')], 'timeout'],
    ['a status without words', 'media', 'a', [status(502)], 'server_error'],
    ['a disabled account', 'media', 'a', [azureError(403, 'AccountIsDisabled')], 'access_denied'],
    ['a firewall', 'media', 'a', [azureError(403, 'AuthorizationFailure')], 'access_denied'],
    ['an account without keys', 'media', 'a', [azureError(403, 'KeyBasedAuthenticationNotPermitted')], 'access_denied'],
    ['a name that cannot be', 'media', 'a', [azureError(400, 'InvalidResourceName')], 'invalid_url'],
    ['a reset connection', 'media', 'a', [resets()], 'unreachable'],
  ];
  test.each(table)('%s is said by its cause', async (_, container, key, faults, cause) => {
    if (faults.length > 0) server.put('mediaaccount', container, key, storedObject('x'), ...faults);
    expect(await causeOf(() => storeWith().store.read(blobReference(container, key), whole))).toBe(cause);
  });

  test('an archived blob is named with what to do, and one that is on its way back says so', async () => {
    const cold = (headers: Record<string, string>) => storedObject('x', { headers: { 'x-ms-access-tier': 'Archive', ...headers } });
    server.put('mediaaccount', 'media', 'cold', cold({}));
    server.put('mediaaccount', 'media', 'coming', cold({ 'x-ms-archive-status': 'rehydrate-pending-to-hot' }));
    const { store } = storeWith();
    expect(await sentenceOf(() => store.read(blobReference('media', 'cold'), whole))).toBe(
      'archived: The blob is in the archive tier and must be rehydrated first.',
    );
    expect(await sentenceOf(() => store.read(blobReference('media', 'coming'), whole))).toBe(
      'archived: The blob is being rehydrated from the archive tier.',
    );
    expect(await store.stat(blobReference('media', 'cold'), signal)).toMatchObject({
      storageClass: 'Archive',
      archive: { state: 'archived' },
    });
    expect(await store.stat(blobReference('media', 'coming'), signal)).toMatchObject({ archive: { state: 'restoring' } });
  });

  test('a clock that is wrong is corrected by the answer', async () => {
    server.put('mediaaccount', 'media', 'a', storedObject('private'));
    const { store } = storeWith({ now: () => Date.now() - 3_600_000 });
    expect(await textOf(await store.read(blobReference('media', 'a'), whole))).toBe('private');
    expect(server.requests.map(({ status: answered }) => answered)).toEqual([403, 200]);
    await textOf(await store.read(blobReference('media', 'a'), whole));
    expect(server.requests.length).toBe(3);
  });

  test('an account or container that cannot be one is refused without a request', async () => {
    const { store, traffic } = storeWith({ rules: [] });
    const refusals = [blobReference('media', 'a', undefined, 'evil.example#'), blobReference('..', 'media/a')].map((each) =>
      sentenceOf(() => store.read(each, whole)),
    );
    expect(await Promise.all(refusals)).toEqual([
      'invalid_url: “evil.example#” is not the name of a storage account.',
      'invalid_url: “..” is not the name of a container.',
    ]);
    expect(traffic.requests).toBe(0);
  });
});
