/** Links that are tried: with one byte, as they are written, and with the cause where they do not open. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLinks } from '../../src-main/links/create-links.ts';
import type { Link } from '../../src-shared/model/link.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import { redirectTo, status } from '../servers/faults.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type S3Server, s3Error, startS3Server } from '../servers/s3-server.ts';
import { makeServiceAccount } from '../servers/service-account.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CloudSettings, cloudRooms, signOptions } from './cloud-rooms.ts';
import { objectReference } from './odd-keys.ts';

const signal = new AbortController().signal;
const start = Date.parse('2026-11-24T00:15:00Z');
let now = start;
let s3: S3Server;
let gcs: GcsServer;
let home: string;

beforeAll(async () => {
  const clock = () => now;
  s3 = await startS3Server({
    now: clock,
    keys: [
      { accessKeyId: 'AKIAREADER', secretAccessKey: 'secret' },
      { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'secret' },
    ],
    buckets: { media: { readers: ['AKIAREADER'] } },
  });
  for (const key of ['a.jpg', 'a//b/../c']) s3.put('media', key, storedObject('bytes'));
  s3.put('media', 'empty', storedObject(''));
  s3.put('media', 'cold', storedObject('bytes', { headers: { 'x-amz-storage-class': 'GLACIER' } }));
  gcs = await startGcsServer({ now: clock, buckets: { shots: {}, paid: { requesterPays: true }, closed: { readers: [] } } });
  const account = makeServiceAccount(gcs.tokenUri);
  gcs.addAccount(account);
  home = mkdtempSync(join(tmpdir(), 'vitrine-verify-'));
  writeFileSync(join(home, 'key.json'), JSON.stringify(account.keyFile));
  for (const bucket of ['shots', 'paid', 'closed']) gcs.put(bucket, 'a.jpg', storedObject('bytes'));
});
afterAll(async () => {
  await s3.close();
  await gcs.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  now = start;
});

function rooms(settings: CloudSettings = {}) {
  return cloudRooms({
    home,
    now: () => now,
    ...settings,
    env: {
      AWS_ACCESS_KEY_ID: 'AKIAREADER',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_S3: s3.origin,
      STORAGE_EMULATOR_HOST: gcs.origin,
      GOOGLE_APPLICATION_CREDENTIALS: join(home, 'key.json'),
      ...settings.env,
    },
  });
}

/** Signs and tries; gives the verdict in a line. `change` is made to the link in between. */
async function tried(reference: Reference, change: (link: Link) => Link = (link) => link, { links } = rooms()): Promise<string> {
  const outcome = await links.sign(reference, signOptions({ expiresSeconds: 600 }));
  if (!outcome.ok) throw new Error(outcome.error.message);
  const error = await links.verify(change(outcome.value), signal);
  return error === null ? 'works' : `${error.cause}: ${error.message}`;
}

const object = (key: string, bucket = 'media') => objectReference('s3', bucket, key);
const shot = (bucket: string, key = 'a.jpg') => objectReference('gs', bucket, key);
const web = (url: string): Reference => ({ scheme: 'http', canonical: url as CanonicalUrl, url, host: 'x' });

describe('a link to S3 that is tried', () => {
  test.each([
    ['a.jpg', 'works'],
    ['empty', 'works'],
    ['a//b/../c', 'works'],
    ['cold', 'archived: The file is in an archive and must be restored first.'],
    ['missing', 'not_found: There is no file at this address.'],
  ])('%s: %s', async (key, verdict) => {
    expect(await tried(object(key))).toBe(verdict);
  });

  test('says that it ended, by the clock of the server', async () => {
    const verdict = await tried(object('a.jpg'), (link) => {
      now += 600_000;
      return link;
    });
    expect(verdict).toBe('access_denied: This link ended at 2026-11-24T00:25:00Z.');
  });

  test.each([
    ['another secret', { AWS_SECRET_ACCESS_KEY: 'other' }, 'access_denied: The server does not accept the signature of this link.'],
    ['unknown keys', { AWS_ACCESS_KEY_ID: 'AKIANOBODY' }, 'access_denied: The server does not know the keys that signed this link.'],
    [
      'an identity that may not read',
      { AWS_ACCESS_KEY_ID: 'AKIASTRANGER' },
      'access_denied: The signature is right, but whoever signed may not read this file.',
    ],
    ['nobody', { AWS_ACCESS_KEY_ID: '' }, 'access_denied: 127.0.0.1 does not let everybody read this file.'],
  ])('by %s: %s', async (_, env, verdict) => {
    expect(await tried(object('a.jpg'), undefined, rooms({ env }))).toBe(verdict);
  });

  test('says what the provider’s other codes mean', async () => {
    s3.put('media', 'odd', storedObject('x'));
    const said: string[] = [];
    for (const [code, name] of [
      [403, 'RequestTimeTooSkewed'],
      [400, 'ExpiredToken'],
      [503, 'SlowDown'],
      [500, 'InternalError'],
      [301, 'PermanentRedirect'],
      [404, 'NoSuchVersion'],
    ] as const) {
      s3.spoil('media', 'odd', s3Error(code, name, { times: 1 }));
      said.push(await tried(object('odd')));
    }
    expect(said).toEqual([
      'clock_skew: This computer’s clock is wrong, so the link was refused.',
      'expired_credentials: The session that signed this link has ended.',
      'throttled: The server asked to slow down.',
      'server_error: 127.0.0.1 answered 500.',
      'wrong_region: The bucket is not in the region that the link was signed for.',
      'not_found: This version of the file is not there.',
    ]);
  });

  test('reads no more than 64 KiB of a refusal', async () => {
    const long = `<Error>${' '.repeat(70_000)}<Code>AccessDenied</Code></Error>`;
    s3.put('media', 'long', storedObject('x'), status(403, { body: long, headers: { date: new Date(now).toUTCString() } }));
    expect(await tried(object('long'))).toBe('access_denied: 127.0.0.1 answered 403, so this link does not open.');
  });
});

describe('a link to Cloud Storage that is tried', () => {
  test('works, or says why not', async () => {
    const expired = (link: Link) => {
      now += 600_000;
      return link;
    };
    expect([
      await tried(shot('shots')),
      await tried(shot('shots', 'missing')),
      await tried(shot('closed')),
      await tried(shot('paid')),
      await tried(shot('paid'), undefined, rooms({ rules: [{ match: 'gs://paid', user_project: 'payer-1' }] })),
      await tried(shot('shots'), (link) => ({ ...link, url: link.url.replace(/.$/, (last) => (last === '0' ? '1' : '0')) })),
      await tried(shot('shots'), expired),
    ]).toEqual([
      'works',
      'not_found: There is no file at this address.',
      'access_denied: The signature is right, but whoever signed may not read this file.',
      'requester_pays: Whoever reads this bucket pays for it, and the link names nobody who does.',
      'works',
      'access_denied: The server does not accept the signature of this link.',
      'access_denied: This link ended at 2026-11-24T00:25:00Z.',
    ]);
  });
});

describe('where a link may lead', () => {
  test('a private address that no store was configured for is not asked', async () => {
    const before = s3.requests.length;
    const bare = cloudRooms();
    expect(await tried(web(`${s3.origin}/media/a.jpg`), undefined, bare)).toBe(
      'blocked_host: 127.0.0.1 is a private address, and those are not read unless allowed.',
    );
    expect(s3.requests.length).toBe(before);
  });

  test('a login in the address goes to its own host, and is no part of the path', async () => {
    const { links } = rooms();
    await links.sign(object('a.jpg'), signOptions());
    const before = s3.requests.length;
    await tried(web(s3.origin.replace('//', '//me:p%40ss@')), (link) => ({ ...link, url: `${link.url}/media/a.jpg?x=1` }), {
      ...rooms(),
      links,
    });
    const { rawPath, headers } = s3.requests.at(-1) ?? {};
    expect([s3.requests.length - before, rawPath, headers?.authorization]).toEqual([1, '/media/a.jpg', 'Basic bWU6cEBzcw==']);
  });

  test('redirects are followed as a browser does, and each hop is looked at', async () => {
    s3.put('media', 'moved', storedObject('x'), redirectTo('http://127.0.0.2:9/elsewhere'));
    s3.put('media', 'near', storedObject('x'), redirectTo('/media/circle', { times: 1 }));
    s3.put('media', 'circle', storedObject('x'), redirectTo('/media/circle'));
    expect(await tried(object('moved'))).toBe('blocked_host: 127.0.0.2 is a private address, and those are not read unless allowed.');
    expect((await tried(object('near'))).split(':')[0]).toBe('access_denied');
  });

  test('a connection that is refused is told as such, and one without a network as not tried', async () => {
    const { s3: access, gcs: other, azure } = rooms();
    const broken = (code: string) =>
      createLinks({
        s3: access,
        gcs: other,
        azure,
        now: () => now,
        connections: { allow() {}, close: async () => {}, get: () => Promise.reject(Object.assign(new Error(code), { code })) },
      });
    const verdicts: unknown[] = [];
    for (const code of ['ECONNREFUSED', 'ENETUNREACH']) {
      const outcome = await broken(code).signAndVerify(object('a.jpg'), signOptions());
      verdicts.push(outcome.ok && [outcome.value.link.verified, outcome.value.check?.cause]);
    }
    expect(verdicts).toEqual([
      [false, 'unreachable'],
      [null, 'offline'],
    ]);
  });
});
