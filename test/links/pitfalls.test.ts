/** What links get wrong elsewhere, one test each. Every link is opened by a client that sends it as it stands. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { awsFilesOf } from '../../src-main/credentials/aws-profiles.ts';
import type { CheckedLink } from '../../src-main/links/links.ts';
import type { Link } from '../../src-shared/model/link.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CloudRooms, type CloudSettings, cloudRooms, memoryOf, signOptions } from './cloud-rooms.ts';
import { objectReference } from './odd-keys.ts';
import { rawGet } from './raw-get.ts';

const secret = 'reader/secret+of=tests';
const keys = { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: secret };
/** The SDK compares the ends of sessions with the wall clock, so these tests live in the present. */
const start = Math.floor(Date.now() / 1000) * 1000;
const hour = 3_600_000;
let now = start;
let serverAheadMs = 0;
let server: S3Server;
let home: string;

beforeAll(async () => {
  server = await startS3Server({
    now: () => now + serverAheadMs,
    keys: [
      { accessKeyId: 'AKIAREADER', secretAccessKey: secret },
      { accessKeyId: 'AKIA+PLUS/SLASH=', secretAccessKey: secret },
      { accessKeyId: 'ASIASHORT', secretAccessKey: secret, sessionToken: 'short+token' },
      { accessKeyId: 'ASIALONG', secretAccessKey: secret, sessionToken: 'long/token' },
    ],
    buckets: {
      media: {},
      far: { region: 'eu-central-1' },
      'dotted.bucket.name': {},
      'no-listing': { readers: [], readersWithoutList: ['AKIAREADER'], region: 'ap-southeast-2' },
      paid: { requesterPays: true },
      open: { public: 'read' },
    },
  });
  for (const bucket of ['media', 'far', 'dotted.bucket.name', 'no-listing', 'paid', 'open'])
    server.put(bucket, 'a.jpg', storedObject(bucket));
});
afterAll(() => server.close());
beforeEach(() => {
  now = start;
  serverAheadMs = 0;
  home = mkdtempSync(join(tmpdir(), 'vitrine-pitfalls-'));
  mkdirSync(join(home, '.aws'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function rooms(settings: CloudSettings = {}): CloudRooms {
  return cloudRooms({ now: () => now, home, ...settings, env: { AWS_ENDPOINT_URL_S3: server.origin, ...keys, ...settings.env } });
}

async function linkTo(bucket: string, options: Parameters<typeof signOptions>[0] = {}, { links } = rooms()): Promise<Link> {
  const outcome = await links.sign(objectReference('s3', bucket, 'a.jpg'), signOptions(options));
  if (!outcome.ok) throw new Error(`${outcome.error.cause}: ${outcome.error.message}`);
  return outcome.value;
}

async function checkedLinkTo(bucket: string, options: Parameters<typeof signOptions>[0] = {}, { links } = rooms()): Promise<CheckedLink> {
  const outcome = await links.signAndVerify(objectReference('s3', bucket, 'a.jpg'), signOptions(options));
  if (!outcome.ok) throw new Error(`${outcome.error.cause}: ${outcome.error.message}`);
  return outcome.value;
}

/** Keys that a profile gets from a program, as they are at that moment. */
function sessionOf(accessKeyId: string, sessionToken: string, endsAt: number): void {
  const session = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secret, SessionToken: sessionToken };
  writeFileSync(join(home, 'session.json'), JSON.stringify({ ...session, Expiration: new Date(endsAt).toISOString() }));
}

function profileFromProgram(): CloudRooms {
  const line = `[profile work]\ncredential_process = cat '${join(home, 'session.json')}'\n`;
  writeFileSync(join(home, '.aws', 'config'), line);
  return rooms({ env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: 'work' } });
}

test('wrong region: a region that has become wrong is told by the check, learnt, and the link made anew', async () => {
  const stale = memoryOf(new Map([[`s3-region ${server.origin} far`, 'us-east-1']]));
  const { link, check } = await checkedLinkTo('far', {}, rooms({ memory: stale }));
  expect([check, link.verified, link.signer?.region]).toEqual([null, true, 'eu-central-1']);
  expect((await rawGet(link.url)).body).toBe('far');
});

test('wrong region: one that a store rule says is left as it is, and the check names the right one', async () => {
  const wrong = rooms({ rules: [{ match: 's3://far', region: 'us-west-2' }] });
  const { link, check } = await checkedLinkTo('far', {}, wrong);
  expect([link.verified, check?.cause, check?.message, check?.next]).toEqual([
    false,
    'wrong_region',
    'The bucket is in eu-central-1, not where the link was signed for.',
    'Use eu-central-1, then issue the link anew.',
  ]);
});

test('session shorter than the link: the link ends with the session, and says so', async () => {
  sessionOf('ASIASHORT', 'short+token', start + hour);
  const link = await linkTo('media', { expiresSeconds: 86_400 }, profileFromProgram());
  expect([Date.parse(link.expires_at ?? ''), link.limited_by, link.signed_as]).toEqual([start + hour, 'credentials', 'profile work']);
  expect(link.url).toContain('X-Amz-Expires=3600&');
  now = start + hour - 1;
  expect((await rawGet(link.url)).status).toBe(200);
  now += 1;
  expect((await rawGet(link.url)).status).toBe(403);
});

test('session refreshed first: a longer one is fetched before signing where the held one would end before the link', async () => {
  sessionOf('ASIASHORT', 'short+token', start + hour);
  const held = profileFromProgram();
  expect((await linkTo('media', { expiresSeconds: 60 }, held)).url).toContain('ASIASHORT');
  sessionOf('ASIALONG', 'long/token', start + 12 * hour);
  now += 120_000;
  expect((await linkTo('media', { expiresSeconds: 60 }, held)).url).toContain('ASIASHORT');
  const long = await linkTo('media', { expiresSeconds: 6 * 3_600 }, held);
  expect([long.url.includes('ASIALONG'), long.limited_by, Date.parse(long.expires_at ?? '') - now]).toEqual([true, 'asked', 6 * hour]);
  expect((await rawGet(long.url)).status).toBe(200);
});

test('exactly seven days: the most there is works to its last moment, one second more is refused with the cap', async () => {
  const link = await linkTo('media', { expiresSeconds: 604_800 });
  now = start + 604_800_000 - 1;
  expect((await rawGet(link.url)).status).toBe(200);
  now += 1;
  expect((await rawGet(link.url)).status).toBe(403);
  await expect(linkTo('media', { expiresSeconds: 604_801 })).rejects.toThrow('127.0.0.1 allows 7 days at most');
});

test.each([
  ['behind', 600_000],
  ['ahead', -1_200_000],
])('clock %s: the check learns the server’s time, the link is made for it, and says so', async (_, ahead) => {
  serverAheadMs = ahead;
  const { link, check } = await checkedLinkTo('media', { expiresSeconds: 300 });
  expect([check, link.verified]).toEqual([null, true]);
  expect(link.warnings).toEqual([`This computer’s clock is ${Math.abs(ahead) / 60_000} min off; signing corrects for it. Set the clock.`]);
  expect(Math.abs(Date.parse(link.expires_at ?? '') - (now + ahead + 300_000))).toBeLessThan(1_000);
});

test('clock 10 minutes off: once known, links are made for the server’s time without being tried', async () => {
  serverAheadMs = 600_000;
  const known = rooms();
  known.s3.serverClock.learn('127.0.0.1', new Date(now + serverAheadMs).toUTCString(), now);
  const link = await linkTo('media', { expiresSeconds: 60 }, known);
  expect((await rawGet(link.url)).status).toBe(200);
  expect(Math.abs(known.links.serverNow() - now - serverAheadMs)).toBeLessThan(1_000);
});

test('dotted bucket: its name stands in the path, where certificates hold for it', async () => {
  const { links } = cloudRooms({ env: keys, rules: [{ match: 's3://dotted.bucket.name', region: 'us-east-1' }] });
  const outcome = await links.sign(objectReference('s3', 'dotted.bucket.name', 'a.jpg'), signOptions());
  expect(outcome.ok && outcome.value.url.split('?')[0]).toBe('https://s3.us-east-1.amazonaws.com/dotted.bucket.name/a.jpg');
  expect((await rawGet((await linkTo('dotted.bucket.name')).url)).body).toBe('dotted.bucket.name');
});

test('custom port: it belongs to the signed host', async () => {
  const link = await linkTo('media');
  expect(link.url.startsWith(`http://127.0.0.1:${server.port}/media/a.jpg?`)).toBe(true);
  expect((await rawGet(link.url)).status).toBe(200);
});

test('GetBucketLocation denied: the region is learnt all the same, and that question is never asked', async () => {
  const before = server.requests.length;
  const link = await linkTo('no-listing');
  expect([link.signer?.region, (await rawGet(link.url)).body]).toEqual(['ap-southeast-2', 'no-listing']);
  const asked = server.requests.slice(before).map(({ method, rawPath, rawQuery }) => `${method} ${rawPath} ${rawQuery.slice(0, 5)}`);
  expect(asked).toEqual(['HEAD /no-listing ', 'GET /no-listing/a.jpg X-Amz']);
});

test('checksum mode absent: nothing is signed but what a browser sends', async () => {
  const { url } = await linkTo('media');
  expect(url).not.toMatch(/checksum|x-id=|amz-sdk|user-agent/i);
  expect(/X-Amz-SignedHeaders=([^&]+)/.exec(url)?.[1]).toBe('host');
});

test('`+` in the access key: it is encoded and not read as a blank', async () => {
  const { url } = await linkTo('media', {}, rooms({ env: { AWS_ACCESS_KEY_ID: 'AKIA+PLUS/SLASH=' } }));
  expect(url).toContain('X-Amz-Credential=AKIA%2BPLUS%2FSLASH%3D%2F');
  expect((await rawGet(url)).status).toBe(200);
});

test('requester pays: the consent stands in the query, signed, and in no header', async () => {
  const { url } = await linkTo('paid', {}, rooms({ rules: [{ match: 's3://paid', requester_pays: true }] }));
  expect([url.includes('x-amz-request-payer=requester'), /X-Amz-SignedHeaders=([^&]+)/.exec(url)?.[1]]).toEqual([true, 'host']);
  expect((await rawGet(url)).body).toBe('paid');
  expect((await rawGet(url.replace('x-amz-request-payer=requester', 'x-amz-request-payer=owner'))).status).toBe(403);
});

test('HEAD on a GET link: it is refused, so the check asks with GET for one byte', async () => {
  const { link } = await checkedLinkTo('media');
  expect(link.verified).toBe(true);
  const { method, headers } = server.requests.at(-1) ?? {};
  expect([method, headers?.range]).toEqual(['GET', 'bytes=0-0']);
  const { pathname, search } = new URL(link.url);
  const head = await new Promise<number>((resolve, reject) => {
    const sent = request({ port: server.port, host: '127.0.0.1', method: 'HEAD', path: `${pathname}${search}`, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
  expect(head).toBe(403);
});

test('non-ASCII file name: it arrives whole, with a fallback for clients that read ASCII only', async () => {
  const link = await linkTo('media', { disposition: 'attachment', filename: 'Größe 🦊.jpg', contentType: 'image/jpeg' });
  const answer = await fetch(link.url);
  expect([answer.status, answer.headers.get('content-disposition'), answer.headers.get('content-type')]).toEqual([
    200,
    `attachment; filename="Gr??e ??.jpg"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%F0%9F%A6%8A.jpg`,
    'image/jpeg',
  ]);
});

test('credentials present but bucket public: it is signed all the same, and the plain address is there beside it', async () => {
  const held = rooms();
  const reference = objectReference('s3', 'open', 'a.jpg');
  held.s3.publicObjects.add(reference);
  const link = await linkTo('open', {}, held);
  expect([link.signed_as, link.limited_by, link.url.includes('X-Amz-Signature=')]).toEqual(['environment', 'asked', true]);
  expect(await held.links.plainAddress(reference, new AbortController().signal)).toBe(`${server.origin}/open/a.jpg`);
});

test('expired SSO: the words name the profile, and the command that logs in again', async () => {
  const config =
    '[profile work]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = Reader\n';
  writeFileSync(join(home, '.aws', 'config'), config);
  const token = awsFilesOf({}, home).ssoToken('https://example.awsapps.com/start');
  mkdirSync(dirname(token), { recursive: true });
  writeFileSync(token, JSON.stringify({ accessToken: 'old', expiresAt: '2020-01-01T00:00:00Z' }));
  const ended = rooms({ env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: 'work' } });
  const outcome = await ended.links.sign(objectReference('s3', 'media', 'a.jpg'), signOptions());
  expect(outcome.ok ? null : [outcome.error.cause, outcome.error.message, outcome.error.next]).toEqual([
    'expired_credentials',
    'The login “work” has ended.',
    'Run “aws sso login --profile work”; Vitrine notices by itself.',
  ]);
});

test('endpoint kept in anonymous mode: the plain address leads to the configured endpoint, not to Amazon', async () => {
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  const byEnvironment = await linkTo('open', {}, rooms({ env: none }));
  const rule = { match: 's3://open', endpoint: server.origin, anonymous: true };
  const byRule = await linkTo('open', {}, rooms({ env: { AWS_ENDPOINT_URL_S3: '' }, rules: [rule] }));
  expect([byEnvironment.url, byRule.url]).toEqual([`${server.origin}/open/a.jpg`, `${server.origin}/open/a.jpg`]);
  expect((await rawGet(byRule.url)).body).toBe('open');
});
