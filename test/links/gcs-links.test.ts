import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { makeServiceAccount } from '../servers/service-account.ts';
import { storedObject } from '../servers/stored-object.ts';
import { cloudRooms, signOptions } from './cloud-rooms.ts';
import { objectReference, oddKeys } from './odd-keys.ts';
import { rawGet } from './raw-get.ts';

const start = Date.parse('2026-11-24T00:15:00Z');
let serverTime = start;
let server: GcsServer;
let home: string;
let keyFile: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-gcs-links-'));
  server = await startGcsServer({ now: () => serverTime, buckets: { media: {}, open: { public: 'read' } } });
  const account = makeServiceAccount(server.tokenUri);
  server.addAccount(account);
  keyFile = join(home, 'key.json');
  writeFileSync(keyFile, JSON.stringify(account.keyFile));
  for (const key of oddKeys) server.put('media', key, storedObject(`bytes of ${key}`));
  server.put('open', 'a.jpg', storedObject('public'));
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

async function signed(reference: Reference, options: Parameters<typeof signOptions>[0] = {}, env: Record<string, string> = {}) {
  const base = { STORAGE_EMULATOR_HOST: server.origin, GOOGLE_APPLICATION_CREDENTIALS: keyFile };
  return cloudRooms({ home, now: () => start, env: { ...base, ...env } }).links.sign(reference, signOptions(options));
}

async function linkTo(key: string, options: Parameters<typeof signOptions>[0] = {}) {
  const outcome = await signed(objectReference('gs', 'media', key), options);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value;
}

describe('a signed link to an object of Cloud Storage', () => {
  test('opens every odd key byte for byte', async () => {
    for (const key of oddKeys) expect(await rawGet((await linkTo(key)).url), key).toEqual({ status: 200, body: `bytes of ${key}` });
  });

  test('says when it was made, when it ends, by what and as whom', async () => {
    const { url: _, ...rest } = await linkTo('plain.jpg');
    expect(rest).toEqual({
      fileurl: 'gs://media/plain.jpg',
      issued_at: '2026-11-24T00:15:00Z',
      expires_at: '2026-11-24T01:15:00Z',
      limited_by: 'asked',
      signed_as: 'service account reader@throw-away.iam.gserviceaccount.com',
      verified: null,
      warnings: [],
      signer: {
        provider: '127.0.0.1',
        capSeconds: 604_800,
        session: 'service account reader@throw-away.iam.gserviceaccount.com',
        login: null,
        region: null,
        cautions: [],
      },
    });
  });

  test('is refused after its end and when anything of it is changed', async () => {
    const { url } = await linkTo('plain.jpg', { expiresSeconds: 60 });
    expect((await rawGet(url.replace('Expires=60', 'Expires=600'))).status).toBe(403);
    expect((await rawGet(url.replace('/plain.jpg', '/a+b.jpg'))).status).toBe(403);
    serverTime = start + 60_000;
    expect((await rawGet(url)).status).toBe(400);
    serverTime = start;
  });

  test('lasts seven days at most', async () => {
    expect((await linkTo('plain.jpg', { expiresSeconds: 604_800 })).expires_at).toBe('2026-12-01T00:15:00Z');
    expect((await linkTo('plain.jpg', { expiresSeconds: 700_000, overCap: 'clamp' })).limited_by).toBe('provider');
    const refused = await signed(objectReference('gs', 'media', 'plain.jpg'), { expiresSeconds: 604_801 });
    expect(refused.ok ? null : refused.error.cause).toBe('invalid_input');
  });

  test('cannot be made by the login of a person, and says why', async () => {
    const file = join(home, 'user.json');
    writeFileSync(file, JSON.stringify({ type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' }));
    const outcome = await signed(objectReference('gs', 'media', 'plain.jpg'), {}, { GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(outcome).toEqual({
      ok: false,
      error: {
        cause: 'signature_not_possible',
        message: 'Your Google login can read but not sign: only a service account can, and none is named for gs://media.',
        next: 'Name one as “sign_as” of this store in the settings, or run: gcloud auth application-default login --impersonate-service-account EMAIL',
      },
    });
  });

  test('is the plain address where there are no credentials', async () => {
    const outcome = await signed(objectReference('gs', 'open', 'a.jpg'), {}, { GOOGLE_APPLICATION_CREDENTIALS: '' });
    expect(outcome.ok && [outcome.value.url, outcome.value.signed_as, outcome.value.expires_at]).toEqual([
      `${server.origin}/open/a.jpg`,
      null,
      null,
    ]);
    expect(outcome.ok && (await rawGet(outcome.value.url)).body).toBe('public');
  });
});

describe('other references', () => {
  const web = (url: string): Reference => ({ scheme: 'https', canonical: url as CanonicalUrl, url, host: 'example.com' });
  const date = '2026-11-24T00:00:00Z'.replaceAll(/[-:]/g, '');
  const s3Url = (expires: number) =>
    `https://example.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20261124%2Fr%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host&X-Amz-Signature=${'0'.repeat(64)}`;

  test('a web address passes through unchanged and has no end', async () => {
    const outcome = await signed(web('https://example.com/a?b=c'));
    expect(outcome.ok && [outcome.value.url, outcome.value.limited_by, outcome.value.expires_at]).toEqual([
      'https://example.com/a?b=c',
      'none',
      null,
    ]);
  });

  test('a signed one keeps its own end, and is refused when that has passed', async () => {
    const alive = await signed(web(s3Url(3_600)));
    expect(alive.ok && [alive.value.url, alive.value.expires_at]).toEqual([s3Url(3_600), '2026-11-24T01:00:00Z']);
    const ended = await signed(web(s3Url(600)));
    expect(ended.ok ? null : [ended.error.cause, ended.error.message]).toEqual(['access_denied', 'This link ended 5 min ago.']);
  });

  test('a file on this computer cannot be linked', async () => {
    const outcome = await signed({ scheme: 'file', canonical: 'file:///a' as CanonicalUrl, path: '/a' });
    expect(outcome.ok ? null : [outcome.error.cause, outcome.error.message]).toEqual([
      'signature_not_possible',
      'A file on this computer has no address others could open.',
    ]);
  });
});
