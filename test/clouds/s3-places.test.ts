import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { providerOfEndpoint } from '../../src-shared/reference/endpoint-provider.ts';
import { parsePrefix } from '../../src-shared/reference/parse-prefix.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import type { ObjectReference } from '../../src-shared/reference/reference.ts';
import { type CloudSettings, cloudRooms, memoryOf, signOptions } from '../links/cloud-rooms.ts';
import { objectReference } from '../links/odd-keys.ts';
import { resolveLoopbackNames } from '../servers/loopback-names.ts';
import type { S3ServerOptions } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { errorOf, nobody, openS3Room, type S3Room, sentencesOf, signal, textOf, unknown, whole } from './s3-room.ts';

let room: S3Room;
afterEach(() => room?.close());

const buckets = {
  far: { region: 'eu-central-1' },
  open: { region: 'eu-central-1', public: 'read' },
  'dotted.bucket': {},
  'photos-123456789012': { region: 'eu-west-1' },
  'photos-abcdefghijklmnopqrstuvwxyz12-s3alias': { region: 'eu-west-1' },
} as const;

async function serve(options: S3ServerOptions = {}): Promise<void> {
  room = await openS3Room({ buckets, ...options });
  for (const bucket of Object.keys(buckets)) room.server.put(bucket, 'a.jpg', storedObject(`a in ${bucket}`));
}

const read = async (settings: CloudSettings, bucket: string) =>
  textOf(await room.open(settings).store.read(objectReference('s3', bucket, 'a.jpg'), whole));

describe('the region of a bucket', () => {
  test.each([
    [301, 'eu-central-1'],
    [307, 'eu-central-1'],
    [400, 'eu-central-1'],
    ['body', 'eu-central-1'],
  ] as const)('that was remembered wrongly is corrected once by an answer of %s, and kept', async (wrongRegion, right) => {
    await serve({ wrongRegion });
    const kept = new Map([[`s3-region ${room.server.origin} far`, 'us-east-1']]);
    for (let count = 0; count < 2; count += 1) expect(await read({ memory: memoryOf(kept) }, 'far')).toBe('a in far');
    expect(kept.get(`s3-region ${room.server.origin} far`)).toBe(right);
    expect(room.asked().map((line) => line.split(' ')[2])).toEqual([String(wrongRegion === 'body' ? 400 : wrongRegion), '200', '200']);
  });

  test('is learnt without a signature from the address that a new bucket is redirected to', async () => {
    await serve({ wrongRegion: 307 });
    expect(await read({}, 'far')).toBe('a in far');
    expect(room.asked()).toEqual(['HEAD /far 307 unsigned', 'GET /far/a.jpg 200 signed']);
  });

  test('is never asked for with GetBucketLocation, which needs a permission that readers seldom have', async () => {
    await serve();
    for (const bucket of ['far', 'open', 'dotted.bucket']) await read({}, bucket);
    expect(room.server.requests.filter(({ rawQuery }) => /(^|&)location/.test(rawQuery))).toEqual([]);
  });

  test('that an answer names is never taken for a host: text that cannot be a region is ignored', async () => {
    await serve();
    const { s3 } = cloudRooms({ home: room.home, memory: memoryOf(new Map([['s3-region aws media', 'us-east-1']])) });
    const route = await s3.route({ bucket: 'media', key: 'a' }, signal);
    const learnt = ['evil.example/', 'eu-west-1.evil.example', 'eu-west-1#', '', 'EU'].map((text) => s3.learnRegion(route, text));
    expect(learnt).toEqual([false, false, false, false, false]);
    expect(s3.learnRegion(route, 'eu-west-1')).toBe(true);
    expect((await s3.route({ bucket: 'media', key: 'a' }, signal)).endpoint.hostname).toBe('s3.eu-west-1.amazonaws.com');
  });

  test.each([
    ['https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com', 'auto'],
    ['https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com', 'auto'],
    ['https://fly.storage.tigris.dev', 'auto'],
    ['https://t3.storage.dev', 'auto'],
    ['https://s3.us-west-004.backblazeb2.com', 'us-west-004'],
    ['https://nyc3.digitaloceanspaces.com', 'nyc3'],
    ['https://s3.wasabisys.com', 'us-east-1'],
    ['https://s3.eu-central-2.wasabisys.com', 'eu-central-2'],
    ['https://s3.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['https://s3.dualstack.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['https://bucket.vpce-0a1b-2c3d.s3.eu-west-3.vpce.amazonaws.com', 'eu-west-3'],
    ['https://s3.us-west-004.backblazeb2.com.evil.example', null],
    ['https://r2.cloudflarestorage.com.evil.example', null],
    ['https://minio.example', null],
  ])('stands in the endpoint %s', (endpoint, region) => {
    expect(providerOfEndpoint(new URL(endpoint).hostname)?.region ?? null).toBe(region);
  });

  test('of a known provider needs no question, and AWS_REGION does not overrule it; a rule does', async () => {
    await serve();
    const env = { AWS_ENDPOINT_URL_S3: 'https://s3.us-west-004.backblazeb2.com', AWS_REGION: 'eu-west-1' };
    const of = async (rules: CloudSettings['rules'] = []) => {
      const { region, isRegionKnown, isPathStyle } = await cloudRooms({ env, rules }).s3.route({ bucket: 'b', key: 'k' }, signal);
      return [region, isRegionKnown, isPathStyle];
    };
    expect(await of()).toEqual(['us-west-004', true, true]);
    expect(await of([{ match: 's3://b', region: 'us-east-005' }])).toEqual(['us-east-005', true, true]);
  });
});

describe('the endpoint', () => {
  test('is kept in anonymous mode, whether the environment, a profile or a rule names it', async () => {
    await serve();
    const endpoint = room.server.origin;
    const withoutEndpoint = { env: { AWS_ENDPOINT_URL_S3: '', ...nobody } };
    expect(await read({ env: nobody }, 'open')).toBe('a in open');
    expect(await read({ ...withoutEndpoint, rules: [{ match: 's3://open', endpoint }] }, 'open')).toBe('a in open');
    const asAnonymous = { rules: [{ match: 's3://open', endpoint, anonymous: true }] };
    expect(await read({ env: { AWS_ENDPOINT_URL_S3: '' }, ...asAnonymous }, 'open')).toBe('a in open');
    mkdirSync(join(room.home, '.aws'));
    writeFileSync(join(room.home, '.aws', 'config'), `[default]\nendpoint_url = ${endpoint}\n`);
    expect(await read(withoutEndpoint, 'open')).toBe('a in open');
    expect(room.asked().filter((line) => line.endsWith(' signed'))).toEqual([]);
  });

  test('of a dotted bucket is asked by path, and at AWS too, where no certificate covers its name', async () => {
    await serve();
    expect(await read({}, 'dotted.bucket')).toBe('a in dotted.bucket');
    const { s3 } = cloudRooms({ rules: [{ match: 's3://dotted.bucket', region: 'eu-west-1' }] });
    const route = await s3.route({ bucket: 'dotted.bucket', key: 'a b' }, signal);
    expect(s3.addressOf(route, 'a b')).toEqual({ host: 's3.eu-west-1.amazonaws.com', path: '/dotted.bucket/a%20b' });
  });

  test('is asked by virtual host where a rule wants that', async () => {
    await serve();
    const restore = resolveLoopbackNames();
    try {
      const endpoint = `http://localhost:${room.server.port}`;
      expect(await read({ rules: [{ match: 's3://far', endpoint, path_style: false }] }, 'far')).toBe('a in far');
      expect(room.server.requests.at(-1)?.headers.host).toBe(`far.localhost:${room.server.port}`);
    } finally {
      restore();
    }
  });

  test('teaches its clock with every answer, refusals too, and the request is signed anew for the right time', async () => {
    const ahead = 20 * 60_000;
    await serve({ now: () => Date.now() + ahead });
    const { store, access } = room.open();
    const { host } = new URL(room.server.origin);
    await access.route({ bucket: 'far', key: 'a.jpg' }, signal);
    expect(Math.round(access.serverClock.offsetMs(host) / 60_000)).toBe(20);
    expect(await textOf(await store.read(objectReference('s3', 'far', 'a.jpg'), whole))).toBe('a in far');
    expect(room.asked()).toEqual(['HEAD /far 403 unsigned', 'GET /far/a.jpg 403 signed', 'GET /far/a.jpg 200 signed']);
    const fresh = room.open({ memory: memoryOf(new Map([[`s3-region ${room.server.origin} far`, 'eu-central-1']])), env: unknown });
    await errorOf(() => fresh.store.read(objectReference('s3', 'far', 'a.jpg'), whole));
    expect(Math.round(fresh.access.serverClock.offsetMs(host) / 60_000)).toBe(20);
  });
});

describe('an access point', () => {
  const arn = 'arn:aws:s3:eu-west-1:123456789012:accesspoint';
  const referenceTo = (text: string): ObjectReference => {
    const parsed = parseReference(text);
    if (!parsed.ok || parsed.value.scheme !== 's3') throw new Error('No address of S3.');
    return parsed.value;
  };

  test.each([
    [`s3://${arn}/photos/2026/a.jpg`, `${arn}/photos`, '2026/a.jpg'],
    [`s3://${arn}:photos/2026/a.jpg`, `${arn}:photos`, '2026/a.jpg'],
    [`s3+version://v1@${arn}/photos/a//b`, `${arn}/photos`, 'a//b'],
    ['s3://photos-abc-s3alias/a.jpg', 'photos-abc-s3alias', 'a.jpg'],
    [
      's3://arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/photos/a',
      'arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/photos',
      'a',
    ],
  ])('stands in %s with slashes of its own', (text, bucket, key) => {
    const reference = referenceTo(text);
    expect(reference).toMatchObject({ bucket, key, canonical: text });
    expect(referenceTo(reference.canonical)).toEqual(reference);
  });

  test('is listed from its name on, and named by an address without a key only there', () => {
    expect(parsePrefix(`s3://${arn}/photos`)).toEqual({ ok: true, value: { scheme: 's3', bucket: `${arn}/photos`, prefix: '' } });
    expect(parsePrefix(`s3://${arn}/photos/2026/`)).toMatchObject({ value: { bucket: `${arn}/photos`, prefix: '2026/' } });
    expect(parseReference(`s3://${arn}/photos/`).ok).toBe(false);
  });

  test.each([
    [`s3://${arn}/photos/a b.jpg`, 'photos-123456789012.s3-accesspoint.eu-west-1.amazonaws.com', 'eu-west-1'],
    [`s3://${arn}:photos/a b.jpg`, 'photos-123456789012.s3-accesspoint.eu-west-1.amazonaws.com', 'eu-west-1'],
    [
      's3://arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/photos/a b.jpg',
      'photos-123456789012.s3-accesspoint.cn-north-1.amazonaws.com.cn',
      'cn-north-1',
    ],
  ])('is reached by the host that its ARN says, without a question: %s', async (text, host, region) => {
    const { s3, links } = cloudRooms({ env: { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-west-2' } });
    const reference = referenceTo(text);
    const route = await s3.route(reference, signal);
    expect([s3.addressOf(route, reference.key), route.region]).toEqual([{ host, path: '/a%20b.jpg' }, region]);
    const link = await links.sign(reference, signOptions());
    expect(link.ok && link.value.url).toMatch(`https://${host}/a%20b.jpg?`);
    expect(link.ok && link.value.url).toMatch(`%2F${region}%2Fs3%2Faws4_request`);
  });

  test('is read, listed and linked to like a bucket, through an endpoint of its own too', async () => {
    await serve();
    const restore = resolveLoopbackNames();
    try {
      const { store, links } = room.open({ env: { AWS_ENDPOINT_URL_S3: `http://localhost:${room.server.port}` } });
      const reference = referenceTo(`s3://${arn}/photos/a.jpg`);
      expect(await textOf(await store.read(reference, whole))).toBe('a in photos-123456789012');
      const prefix = { scheme: 's3', bucket: `${arn}/photos`, prefix: '' } as const;
      const { objects } = await store.list(prefix, { isRecursive: true, cursor: null, signal });
      expect(objects.map((object) => object.reference)).toEqual([reference]);
      const link = await links.sign(reference, signOptions());
      expect(link.ok ? (await fetch(link.value.url)).status : link.error).toBe(200);
      expect(new Set(room.server.requests.map(({ headers }) => headers.host))).toEqual(
        new Set([`photos-123456789012.localhost:${room.server.port}`]),
      );
    } finally {
      restore();
    }
  });

  test('by its alias is a plain bucket', async () => {
    await serve();
    expect(await read({}, 'photos-abcdefghijklmnopqrstuvwxyz12-s3alias')).toBe('a in photos-abcdefghijklmnopqrstuvwxyz12-s3alias');
  });

  test('has a store rule of its own', async () => {
    await serve();
    const rules = [{ match: `s3://${arn}/photos`, endpoint: room.server.origin }];
    const hostOf = async (text: string) => (await cloudRooms({ rules }).s3.route(referenceTo(text), signal)).endpoint.hostname;
    expect([await hostOf(`s3://${arn}/photos/a`), await hostOf(`s3://${arn}/photos2/a`)]).toEqual([
      '127.0.0.1',
      's3-accesspoint.eu-west-1.amazonaws.com',
    ]);
  });

  test.each([
    ['arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap', 'a multi-region access point'],
    ['arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/photos', 'an access point of an Outpost'],
    ['arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/photos', 'an Object Lambda access point'],
    ['arn:aws:iam::123456789012:role', 'something else'],
  ])('of another kind is refused by its name: %s', async (bucket, what) => {
    await serve();
    expect(await sentencesOf(() => room.open().store.stat(objectReference('s3', bucket, 'a'), signal))).toEqual([
      'unsupported',
      `Of ARNs only access points of one region are read, and this one names ${what}.`,
      'Give the bucket behind it, or an ARN such as arn:aws:s3:eu-west-1:123456789012:accesspoint/NAME.',
    ]);
    expect(room.asked()).toEqual([]);
  });
});
