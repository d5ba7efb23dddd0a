import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAzureStore } from '../../src-main/stores/azure.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import type { BlobReference } from '../../src-shared/reference/reference.ts';
import { accountKey, accountSas, blobReference, rulesFor, serveAzure, withKey } from '../clouds/azure-room.ts';
import type { AzureServer } from '../servers/azure-server.ts';
import { type EntraServer, startEntraServer } from '../servers/entra-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CloudSettings, cloudRooms, signOptions } from './cloud-rooms.ts';
import { oddKeys } from './odd-keys.ts';
import { rawGet, rawHead } from './raw-get.ts';

const start = Date.parse('2026-11-24T00:15:00Z');
let serverTime = start;
let server: AzureServer;
let entra: EntraServer;
let home: string;
let firstVersion: string;

const login = {
  AZURE_TOKEN_CREDENTIALS: 'prod',
  AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111',
  AZURE_CLIENT_ID: 'app',
  AZURE_CLIENT_SECRET: 's',
};
const noLogin = { ...login, AZURE_CLIENT_ID: 'stranger' };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-azure-links-'));
  entra = await startEntraServer({ applications: { app: { objectId: 'anna', secret: 's' }, stranger: { objectId: 'bob', secret: 's' } } });
  server = await serveAzure({ now: () => serverTime, loginOf: entra.loginOf });
  firstVersion = server.put('mediaaccount', 'media', 'plain.jpg', storedObject('the first'));
  for (const key of oddKeys) server.put('mediaaccount', 'media', key, storedObject(`bytes of ${key}`));
  server.put('mediaaccount', 'open', 'a.jpg', storedObject('public'));
});
afterAll(async () => {
  await server.close();
  await entra.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  serverTime = start;
});

function rooms(env: Record<string, string>, more: CloudSettings = {}) {
  return cloudRooms({ home, now: () => start, rules: rulesFor(server), httpClient: entra.httpClient, env, ...more });
}

async function linkTo(
  reference: BlobReference,
  options: Parameters<typeof signOptions>[0] = {},
  env: Record<string, string> = withKey,
  more: CloudSettings = {},
) {
  const outcome = await rooms(env, more).links.sign(reference, signOptions(options));
  if (!outcome.ok) throw new Error(`${outcome.error.cause}: ${outcome.error.message} | ${outcome.error.next}`);
  return outcome.value;
}

const sas = (fields: { sp: string; se: string }) => ({
  AZURE_STORAGE_ACCOUNT: 'mediaaccount',
  AZURE_STORAGE_SAS_TOKEN: accountSas(accountKey, fields),
});

describe.each([
  ['the account’s key', withKey, 'the key of mediaaccount'],
  ['a login', login, 'application app'],
  ['a SAS', sas({ sp: 'r', se: '2026-12-24T00:00:00Z' }), 'the SAS of mediaaccount'],
])('a link by %s', (_, env, name) => {
  test('opens every odd name byte for byte', async () => {
    const { links } = rooms(env);
    for (const key of oddKeys) {
      const outcome = await links.sign(blobReference('media', key), signOptions());
      expect(outcome.ok && [outcome.value.signed_as, await rawGet(outcome.value.url)], key).toEqual([
        name,
        { status: 200, body: `bytes of ${key}` },
      ]);
    }
  });

  test('opens the version that is pinned', async () => {
    expect(await rawGet((await linkTo(blobReference('media', 'plain.jpg', firstVersion), {}, env)).url)).toEqual({
      status: 200,
      body: 'the first',
    });
  });
});

describe('a link by the account’s key', () => {
  test('says when it was made, when it ends, by what and as whom', async () => {
    const { url: _, ...rest } = await linkTo(blobReference('media', 'plain.jpg'));
    expect(rest).toEqual({
      fileurl: 'az://mediaaccount/media/plain.jpg',
      issued_at: '2026-11-24T00:15:00Z',
      expires_at: '2026-11-24T01:15:00Z',
      limited_by: 'asked',
      signed_as: 'the key of mediaaccount',
      verified: null,
      warnings: [],
      signer: { provider: '127.0.0.1', capSeconds: null, session: 'the key of mediaaccount', login: null, region: null, cautions: [] },
    });
  });

  test('opens to its last second, reads one blob and nothing else', async () => {
    const { url } = await linkTo(blobReference('media', 'plain.jpg'), { expiresSeconds: 60 });
    serverTime = start + 59_999;
    expect((await rawGet(url)).status).toBe(200);
    serverTime = start + 60_000;
    expect((await rawGet(url)).status).toBe(403);
    serverTime = start;
    expect((await rawGet(url.replace('/plain.jpg?', '/a+b.jpg?'))).status).toBe(403);
    expect((await rawGet(url.replace('sp=r', 'sp=rw'))).status).toBe(403);
    expect((await rawGet(url.replace(/se=[^&]+/, 'se=2030-01-01T00%3A00%3A00Z'))).status).toBe(403);
  });

  test('is made for the server’s time where this computer’s clock is an hour slow', async () => {
    const { links, azure } = rooms(withKey, { now: () => start - 3_600_000 });
    const reference = blobReference('media', 'plain.jpg');
    const meter = { requestSent() {}, bytesReceived() {} };
    const store = createAzureStore({ access: azure, meter, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {} });
    await store.stat(reference, new AbortController().signal);
    const outcome = await links.sign(reference, signOptions({ expiresSeconds: 600 }));
    expect(outcome.ok && [outcome.value.expires_at, (await rawGet(outcome.value.url)).status]).toEqual(['2026-11-24T00:25:00Z', 200]);
    azure.close();
  });

  test('has no longest life, unless a rule of the settings says one', async () => {
    const rules = rulesFor(server).map((rule) => ({ ...rule, link_cap_seconds: 60 }));
    const capped = await linkTo(blobReference('media', 'plain.jpg'), { overCap: 'clamp' }, withKey, { rules });
    expect([capped.expires_at, capped.limited_by]).toEqual(['2026-11-24T00:16:00Z', 'provider']);
    expect((await linkTo(blobReference('media', 'plain.jpg'), { expiresSeconds: 315_360_000 })).expires_at).toBe('2036-11-21T00:15:00Z');
  });

  test.each([
    [{ disposition: 'attachment' as const }, 'attachment; filename=plain.jpg', 'application/octet-stream'],
    [{ disposition: 'inline' as const, contentType: 'image/jpeg' }, 'inline; filename=plain.jpg', 'image/jpeg'],
    [
      { filename: 'Grüße ; 日本.jpg' },
      'attachment; filename="Gr??e ; ??.jpg"; filename*=UTF-8\'\'Gr%C3%BC%C3%9Fe%20%3B%20%E6%97%A5%E6%9C%AC.jpg',
      'application/octet-stream',
    ],
  ])('carries %j under its signature', async (wish, disposition, type) => {
    const { headers } = await rawHead((await linkTo(blobReference('media', 'plain.jpg'), wish)).url);
    expect([headers['content-disposition'], headers['content-type']]).toEqual([disposition, type]);
  });

  test('warns where no browser leaves the name as it is', async () => {
    expect((await linkTo(blobReference('media', 'a//b/../c'))).warnings).toEqual([
      'No browser can open a link to this name. Export the file instead.',
    ]);
  });

  test('is made for https alone at the provider, at the host of the account', async () => {
    const { url, signer } = await linkTo(blobReference('media', 'a b.jpg'), {}, withKey, { rules: [] });
    expect(url.startsWith('https://mediaaccount.blob.core.windows.net/media/a%20b.jpg?')).toBe(true);
    expect([url.includes('spr=https&'), signer?.provider]).toEqual([true, 'Azure Blob Storage']);
  });

  test('holds for random names, ends and overrides', async () => {
    const { links } = rooms(withKey);
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed() && text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(word, fc.integer({ min: 1, max: 100_000_000 }), fc.option(word), async (key, expiresSeconds, filename) => {
        server.put('mediaaccount', 'media', key, storedObject('found'));
        // Names that a link refuses are tried elsewhere: separators, controls, marks of direction, nothing but dots.
        const fit =
          filename === null ? {} : { filename: `a${filename.replaceAll(/[\p{Cc}/\\\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '_')}` };
        const wish = { expiresSeconds, ...fit };
        const outcome = await links.sign(blobReference('media', key), signOptions(wish));
        expect(outcome.ok && (await rawGet(outcome.value.url))).toEqual({ status: 200, body: 'found' });
      }),
      { seed: 1, numRuns: process.env.VITRINE_SOAK ? 10_000 : 100 },
    );
  });
});

describe('a link by a login', () => {
  const reference = blobReference('media', 'plain.jpg');

  test('lasts seven days at most, and more is refused by name or cut with a sentence', async () => {
    const week = await linkTo(reference, { expiresSeconds: 604_800 }, login);
    expect([week.expires_at, week.limited_by, week.signer?.capSeconds]).toEqual(['2026-12-01T00:15:00Z', 'asked', 604_800]);
    serverTime = start + 604_799_000;
    expect((await rawGet(week.url)).status).toBe(200);
    serverTime = start;
    const refused = await rooms(login).links.sign(reference, signOptions({ expiresSeconds: 604_801 }));
    expect(refused.ok ? null : refused.error.message).toBe('127.0.0.1 allows 7 days at most (604800 seconds); 604801 were asked.');
    const clamped = await linkTo(reference, { expiresSeconds: 700_000, overCap: 'clamp' }, login);
    expect([clamped.expires_at, clamped.limited_by]).toEqual(['2026-12-01T00:15:00Z', 'provider']);
  });

  test('asks for one delegation key for many links, and for another where the first would end before the link', async () => {
    let now = start;
    const { links } = rooms(login, { now: () => now });
    const asked = () => server.requests.filter(({ method }) => method === 'POST').length;
    const before = asked();
    await Promise.all([1, 2, 3].map(() => links.sign(reference, signOptions())));
    await links.sign(reference, signOptions());
    expect(asked() - before).toBe(1);
    now = serverTime = start + 86_400_000;
    await links.sign(reference, signOptions());
    expect(asked() - before).toBe(1);
    const long = await links.sign(reference, signOptions({ expiresSeconds: 604_800 }));
    expect([asked() - before, long.ok && long.value.expires_at]).toEqual([2, '2026-12-02T00:15:00Z']);
  });

  test('tells its true end where the server’s clock is behind and takes seven days for too many', async () => {
    serverTime = start - 30_000;
    const link = await linkTo(reference, { expiresSeconds: 604_800 }, login);
    expect([link.expires_at, link.limited_by, link.warnings]).toEqual([
      '2026-12-01T00:10:00Z',
      'provider',
      ['127.0.0.1 lets a login sign until 2026-12-01T00:10:00Z at most, so the link ends then.'],
    ]);
    serverTime = Date.parse('2026-12-01T00:09:59Z');
    expect((await rawGet(link.url)).status).toBe(200);
  });

  test('is not made where the login gets no delegation key, and the role that it lacks is named', async () => {
    const outcome = await rooms(noLogin).links.sign(reference, signOptions());
    expect(outcome.ok ? null : [outcome.error.cause, outcome.error.message, outcome.error.next]).toEqual([
      'signature_not_possible',
      'Application stranger can read but not sign: Azure gave it no delegation key.',
      'Ask the owner for the role “Storage Blob Delegator” on the account “mediaaccount”, then retry.',
    ]);
  });
});

describe('a link by a SAS that was given', () => {
  const reference = blobReference('media', 'plain.jpg');
  const end = '2026-12-24T00:00:00Z';

  test('has the end of the SAS whatever was asked, and says what else it opens', async () => {
    const link = await linkTo(reference, { filename: 'other.jpg' }, sas({ sp: 'rl', se: end }));
    expect([link.expires_at, link.limited_by, link.warnings]).toEqual([
      end,
      'credentials',
      [
        'A SAS has the end that it was made with: 2026-12-24T00:00:00Z.',
        'This link carries the whole SAS of mediaaccount: who has it can do all that the SAS allows, not only read this file.',
        'A SAS that was made before cannot carry another name or type, so the link opens as the file itself says.',
      ],
    ]);
  });

  test('is not made of one that has ended or that lets nobody read', async () => {
    const causes = [];
    for (const fields of [
      { sp: 'r', se: '2026-11-24T00:00:00Z' },
      { sp: 'wd', se: end },
    ]) {
      const outcome = await rooms(sas(fields)).links.sign(reference, signOptions());
      causes.push(outcome.ok ? null : [outcome.error.cause, outcome.error.message]);
    }
    expect(causes).toEqual([
      ['expired_credentials', 'The SAS of mediaaccount ended 2026-11-24T00:00:00Z.'],
      ['signature_not_possible', 'The SAS of mediaaccount does not let anybody read.'],
    ]);
  });

  test('whose end a policy says has an end that is not known', async () => {
    const byPolicy = { AZURE_STORAGE_ACCOUNT: 'mediaaccount', AZURE_STORAGE_SAS_TOKEN: 'sv=2021-12-02&sr=c&si=readers&sig=AAAA' };
    const link = await linkTo(reference, {}, byPolicy);
    expect([link.expires_at, link.limited_by, link.warnings[0]]).toEqual([
      null,
      'unknown',
      'The end of this SAS is not known: a policy of its container says it.',
    ]);
  });
});

describe('without credentials', () => {
  test('a link is the plain address, which is known to be public once a blob was read', async () => {
    const { links, azure } = rooms({});
    const reference = blobReference('open', 'a.jpg');
    const before = await links.sign(reference, signOptions());
    expect(before.ok && [before.value.url, before.value.limited_by, before.value.warnings]).toEqual([
      `${server.origin}/mediaaccount/open/a.jpg`,
      'none',
      ['Nothing was found to sign with, so this link works only if the object is public.'],
    ]);
    const signal = new AbortController().signal;
    expect(await links.plainAddress(reference, signal)).toBe(null);
    const meter = { requestSent() {}, bytesReceived() {} };
    const store = createAzureStore({ access: azure, meter, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {} });
    await store.stat(reference, signal);
    expect(await links.plainAddress(reference, signal)).toBe(`${server.origin}/mediaaccount/open/a.jpg`);
    const after = await links.sign(reference, signOptions());
    expect(after.ok && after.value.warnings).toEqual([]);
    azure.close();
  });
});
