import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Link } from '../../src-shared/model/link.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CloudSettings, cloudRooms, signOptions } from './cloud-rooms.ts';
import { objectReference, oddKeys } from './odd-keys.ts';
import { rawGet } from './raw-get.ts';

const start = Date.parse('2026-11-24T00:15:00Z');
const keys = { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'reader-secret' };
let serverTime = start;
let server: S3Server;
let home: string;

beforeAll(async () => {
  server = await startS3Server({
    now: () => serverTime,
    keys: [
      { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' },
      { accessKeyId: 'ASIASESSION', secretAccessKey: 'session-secret', sessionToken: 'token/with+odd=characters' },
    ],
    buckets: {
      media: {},
      'dotted.bucket.name': {},
      open: { public: 'read' },
      far: { region: 'eu-central-1' },
      paid: { requesterPays: true },
    },
  });
  for (const key of oddKeys) server.put('media', key, storedObject(`bytes of ${key}`));
  for (const bucket of ['dotted.bucket.name', 'open', 'far', 'paid']) server.put(bucket, 'a.jpg', storedObject(`a in ${bucket}`));
});
afterAll(() => server.close());
beforeEach(() => {
  serverTime = start;
  home = mkdtempSync(join(tmpdir(), 'vitrine-links-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function rooms(settings: CloudSettings = {}) {
  return cloudRooms({ now: () => start, home, ...settings, env: { AWS_ENDPOINT_URL_S3: server.origin, ...keys, ...settings.env } });
}

async function linkTo(
  bucket: string,
  key: string,
  settings: CloudSettings = {},
  options: Parameters<typeof signOptions>[0] = {},
): Promise<Link> {
  const outcome = await rooms(settings).links.sign(objectReference('s3', bucket, key), signOptions(options));
  if (!outcome.ok) throw new Error(`${outcome.error.cause}: ${outcome.error.message}`);
  return outcome.value;
}

describe('a signed link to an S3 object', () => {
  test.each(oddKeys.map((key) => [key.length > 60 ? `${key.slice(0, 9)}… (${key.length})` : key, key]))(
    'opens the object %j byte for byte',
    async (_, key) => {
      const link = await linkTo('media', key);
      expect(await rawGet(link.url)).toEqual({ status: 200, body: `bytes of ${key}` });
    },
  );

  test('says when it was made, when it ends, by what and as whom', async () => {
    const { url, ...rest } = await linkTo('media', 'plain.jpg');
    expect(rest).toEqual({
      fileurl: 's3://media/plain.jpg',
      issued_at: '2026-11-24T00:15:00Z',
      expires_at: '2026-11-24T01:15:00Z',
      limited_by: 'asked',
      signed_as: 'environment',
      verified: null,
      warnings: [],
      signer: { provider: '127.0.0.1', capSeconds: 604_800, session: 'environment', login: null, region: 'us-east-1', cautions: [] },
    });
    const names = [...url.matchAll(/[?&]([^=]+)=/g)].map((match) => match[1]);
    expect(names.sort()).toEqual([
      'X-Amz-Algorithm',
      'X-Amz-Credential',
      'X-Amz-Date',
      'X-Amz-Expires',
      'X-Amz-Signature',
      'X-Amz-SignedHeaders',
    ]);
  });

  test('is refused from the second on in which it says to end', async () => {
    const link = await linkTo('media', 'plain.jpg', {}, { expiresSeconds: 60 });
    serverTime = Date.parse(link.expires_at ?? '') - 1;
    expect((await rawGet(link.url)).status).toBe(200);
    serverTime += 1;
    expect((await rawGet(link.url)).status).toBe(403);
  });

  test.each([
    ['its signature', (url: string) => url.replace(/Signature=./, (text) => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`)],
    ['its life', (url: string) => url.replace('X-Amz-Expires=3600', 'X-Amz-Expires=7200')],
    ['its time', (url: string) => url.replace('T001500Z', 'T001501Z')],
    ['its key', (url: string) => url.replace('/plain.jpg', '/a+b.jpg')],
    ['its query', (url: string) => `${url}&response-content-type=text%2Fhtml`],
  ])('is refused when %s is changed', async (_, change) => {
    const { url } = await linkTo('media', 'plain.jpg');
    expect(change(url)).not.toBe(url);
    expect((await rawGet(change(url))).status).toBe(403);
  });

  test('carries the session token of temporary credentials, and warns when nobody says how long they live', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'ASIASESSION',
      AWS_SECRET_ACCESS_KEY: 'session-secret',
      AWS_SESSION_TOKEN: 'token/with+odd=characters',
    };
    const link = await linkTo('media', 'plain.jpg', { env });
    expect((await rawGet(link.url)).status).toBe(200);
    expect(link.limited_by).toBe('unknown');
    expect(link.warnings).toEqual(['The end of these credentials is not known. Short links are safer.']);
  });

  test('ends with the credentials when those end first', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'ASIASESSION',
      AWS_SECRET_ACCESS_KEY: 'session-secret',
      AWS_SESSION_TOKEN: 'token/with+odd=characters',
      AWS_CREDENTIAL_EXPIRATION: '2026-11-24T00:45:00.700Z',
    };
    const link = await linkTo('media', 'plain.jpg', { env });
    expect([link.expires_at, link.limited_by]).toEqual(['2026-11-24T00:45:00Z', 'credentials']);
    expect((await rawGet(link.url)).status).toBe(200);
    expect(link.url).toContain('X-Amz-Expires=1800');
  });

  test('lasts exactly seven days when that is asked', async () => {
    const link = await linkTo('media', 'plain.jpg', {}, { expiresSeconds: 604_800 });
    expect([link.expires_at, link.limited_by]).toEqual(['2026-12-01T00:15:00Z', 'asked']);
    expect((await rawGet(link.url)).status).toBe(200);
  });

  test('is refused over the cap with the cap in the sentence, or clamped where that is asked', async () => {
    const refused = await rooms().links.sign(objectReference('s3', 'media', 'plain.jpg'), signOptions({ expiresSeconds: 604_801 }));
    expect(refused).toEqual({
      ok: false,
      error: {
        cause: 'invalid_input',
        message: '127.0.0.1 allows 7 days at most (604800 seconds); 604801 were asked.',
        next: 'Ask for 604800 seconds or less.',
      },
    });
    const clamped = await linkTo('media', 'plain.jpg', {}, { expiresSeconds: 604_801, overCap: 'clamp' });
    expect([clamped.expires_at, clamped.limited_by]).toEqual(['2026-12-01T00:15:00Z', 'provider']);
    expect(clamped.warnings).toEqual(['127.0.0.1 allows 7 days at most, so the link ends 2026-12-01T00:15:00Z.']);
  });

  test.each([0, -1, 1.5, Number.NaN])('cannot work for %s seconds', async (expiresSeconds) => {
    const outcome = await rooms().links.sign(
      objectReference('s3', 'media', 'plain.jpg'),
      signOptions({ expiresSeconds, overCap: 'clamp' }),
    );
    expect(outcome.ok ? null : outcome.error.cause).toBe('invalid_input');
  });

  test('is signed for the region that the bucket itself names, which is asked once', async () => {
    const { links } = rooms({ env: { AWS_REGION: 'us-east-1' } });
    const before = server.counters.requests;
    for (let count = 0; count < 3; count += 1) {
      const outcome = await links.sign(objectReference('s3', 'far', 'a.jpg'), signOptions());
      expect(outcome.ok && outcome.value.url).toContain('%2Feu-central-1%2Fs3%2Faws4_request');
    }
    expect(server.counters.requests - before).toBe(1);
    expect((await rawGet((await linkTo('far', 'a.jpg')).url)).body).toBe('a in far');
  });

  test('is made all the same when the region cannot be asked, and says so', async () => {
    const link = await linkTo('media', 'plain.jpg', { env: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_REGION: 'eu-west-3' } });
    expect(link.warnings).toEqual(['The region of this bucket could not be asked; the link is made for eu-west-3.']);
    expect(link.url).toContain('eu-west-3');
  });

  test('to a bucket that is not there says so', async () => {
    expect((await linkTo('missing', 'a.jpg')).warnings).toEqual(['127.0.0.1 knows no bucket “missing”, so this link will not work.']);
  });

  test('to a requester-pays bucket carries the consent, signed', async () => {
    const paid = { match: 's3://paid', requester_pays: true };
    expect((await rawGet((await linkTo('paid', 'a.jpg', { rules: [paid] })).url)).status).toBe(200);
    expect((await rawGet((await linkTo('paid', 'a.jpg')).url)).status).toBe(403);
  });

  test('uses path style for dotted buckets and virtual hosts where a rule says so', async () => {
    const dotted = await linkTo('dotted.bucket.name', 'a.jpg');
    expect((await rawGet(dotted.url)).body).toBe('a in dotted.bucket.name');
    const endpoint = server.origin.replace('127.0.0.1', 'localhost');
    const virtual = await linkTo('media', 'plain.jpg', {
      rules: [{ match: 's3://media', endpoint, region: 'us-east-1', path_style: false }],
    });
    expect(virtual.url.startsWith(`http://media.localhost:${server.port}/plain.jpg?`)).toBe(true);
    expect((await rawGet(virtual.url, { port: server.port })).status).toBe(200);
  });

  test('warns when its key has dot segments, which browsers resolve', async () => {
    expect((await linkTo('media', 'a//b/../c')).warnings).toEqual(['No browser can open a link to this name. Export the file instead.']);
    expect((await linkTo('media', '...')).warnings).toEqual([]);
  });

  test('is made by the profile that a store rule names', async () => {
    mkdirSync(join(home, '.aws'));
    writeFileSync(join(home, '.aws', 'credentials'), '[work]\naws_access_key_id = AKIAREADER\naws_secret_access_key = reader-secret\n');
    const env = { AWS_ACCESS_KEY_ID: 'AKIAOTHER', AWS_SECRET_ACCESS_KEY: 'other' };
    const link = await linkTo('media', 'plain.jpg', { env, rules: [{ match: 's3://media/', profile: 'work' }] });
    expect(link.signed_as).toBe('profile work');
    expect((await rawGet(link.url)).status).toBe(200);
  });
});

describe('without credentials', () => {
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

  test('the plain address is given, with what it takes to work', async () => {
    const link = await linkTo('open', 'a.jpg', { env: none });
    expect(link).toEqual({
      url: `${server.origin}/open/a.jpg`,
      fileurl: 's3://open/a.jpg',
      issued_at: '2026-11-24T00:15:00Z',
      expires_at: null,
      limited_by: 'none',
      signed_as: null,
      verified: null,
      warnings: ['Nothing was found to sign with, so this link works only if the object is public.'],
    });
    expect((await rawGet(link.url)).body).toBe('a in open');
  });

  test('a rule that says anonymous gives the plain address although there are keys', async () => {
    expect((await linkTo('open', 'a.jpg', { rules: [{ match: 's3://open', anonymous: true }] })).signed_as).toBeNull();
  });
});

describe('the signing path', () => {
  test.each([
    ['eu-west-1', 'media', 'https://media.s3.eu-west-1.amazonaws.com/a.jpg'],
    ['us-east-1', 'dotted.name', 'https://s3.us-east-1.amazonaws.com/dotted.name/a.jpg'],
    ['us-west-2', 'Capitals_And_Underscores', 'https://s3.us-west-2.amazonaws.com/Capitals_And_Underscores/a.jpg'],
    ['cn-north-1', 'media', 'https://media.s3.cn-north-1.amazonaws.com.cn/a.jpg'],
  ])('goes to the regional host of %s for %s', async (region, bucket, address) => {
    const { links } = cloudRooms({ env: keys, rules: [{ match: `s3://${bucket}`, region }] });
    const outcome = await links.sign(objectReference('s3', bucket, 'a.jpg'), signOptions());
    expect(outcome.ok && outcome.value.url.split('?')[0]).toBe(address);
  });
});
