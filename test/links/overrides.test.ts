/** What a link says beside its object: name, type, version, and what cannot be said. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { PassThroughClient } from 'google-auth-library';
import { describe, expect, test } from 'vitest';
import { contentDispositionOf } from '../../src-main/links/content-disposition.ts';
import { createLinks } from '../../src-main/links/create-links.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import { cloudRooms, signOptions } from './cloud-rooms.ts';
import { objectReference } from './odd-keys.ts';

const start = Date.parse('2026-11-24T00:15:00Z');
const keys = { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'secret' };
const unsigned = 'This address is handed out as it is: its server decides the name, the type and whether it is a download.';

describe('the way a browser takes a file', () => {
  test.each([
    [{}, 'a.jpg', null],
    [{ disposition: 'inline' as const }, 'deep/a.jpg', 'inline; filename=a.jpg'],
    [{ disposition: 'attachment' as const }, 'deep/folder/', 'attachment; filename=folder'],
    [{ disposition: 'attachment' as const }, '..', 'attachment'],
    [{ disposition: 'attachment' as const }, 'a/b\\c\u0007d\u202egpj.exe', 'attachment; filename=b_c_d_gpj.exe'],
    [{ filename: 'my "best" photo.jpg' }, 'a.jpg', 'attachment; filename="my \\"best\\" photo.jpg"'],
    [{ disposition: 'inline' as const, filename: 'a b; c=d.jpg' }, 'a.jpg', 'inline; filename="a b; c=d.jpg"'],
    [{ filename: '100%25.jpg' }, 'a.jpg', "attachment; filename=100%25.jpg; filename*=UTF-8''100%2525.jpg"],
    [{ filename: '日本.jpg' }, 'a.jpg', `attachment; filename="??.jpg"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.jpg`],
  ])('%j of %j is %j', (overrides, key, header) => {
    expect(contentDispositionOf(overrides, key)).toBe(header);
  });

  test.each(['a/b.jpg', 'a\\b.jpg', 'a\nb.jpg', 'a\u202eb.jpg', '..', '\ud800.jpg'])('a name like %j is refused', (filename) => {
    const refused = () => contentDispositionOf({ filename }, 'a.jpg');
    expect(refused).toThrow(Failure);
    expect(refused).toThrow('A file name holds no “/”, no “\\” and no control characters.');
  });
});

test('a name or a type that an unsigned address cannot carry is said, not lost', async () => {
  const { links } = cloudRooms({ now: () => start, rules: [{ match: 's3://open', anonymous: true, region: 'us-east-1' }] });
  const plain = await links.sign(objectReference('s3', 'open', 'a.jpg'), signOptions({ filename: 'b.jpg' }));
  const url = 'https://example.com/a.jpg';
  const web = await links.sign(
    { scheme: 'https', canonical: url as CanonicalUrl, url, host: 'example.com' },
    signOptions({ contentType: 'image/png' }),
  );
  expect([plain, web].map((outcome) => outcome.ok && outcome.value.warnings.at(-1))).toEqual([unsigned, unsigned]);
});

test('a pinned version stands in signed and in plain addresses', async () => {
  const rooms = cloudRooms({ env: keys, now: () => start, rules: [{ match: 's3://media', region: 'us-east-1' }] });
  const reference = { ...objectReference('s3', 'media', 'a.jpg'), version: 'v+1/=' };
  const signed = await rooms.links.sign(reference, signOptions());
  expect(signed.ok && /versionId=[^&]+/.exec(signed.value.url)?.[0]).toBe('versionId=v%2B1%2F%3D');
  rooms.s3.publicObjects.add(reference);
  const plain = await rooms.links.plainAddress(reference, new AbortController().signal);
  expect(plain).toBe('https://media.s3.us-east-1.amazonaws.com/a.jpg?versionId=v%2B1%2F%3D');
  const shot = { ...objectReference('gs', 'shots', 'a.jpg'), version: '1700000000000001' };
  rooms.gcs.publicObjects.add(shot);
  const generation = await rooms.links.plainAddress(shot, new AbortController().signal);
  expect(generation).toBe('https://storage.googleapis.com/shots/a.jpg?generation=1700000000000001');
});

test('a session of unknown end is told before the provider’s limit, which comes later', async () => {
  const { links } = cloudRooms({
    env: { ...keys, AWS_SESSION_TOKEN: 'token' },
    now: () => start,
    rules: [{ match: 's3://media', region: 'us-east-1' }],
  });
  const outcome = await links.sign(objectReference('s3', 'media', 'a.jpg'), signOptions({ expiresSeconds: 700_000, overCap: 'clamp' }));
  expect(outcome.ok && [outcome.value.limited_by, ...outcome.value.warnings]).toEqual([
    'unknown',
    'The end of these credentials is not known. Short links are safer.',
    'Amazon S3 allows 7 days at most, so the link ends 2026-12-01T00:15:00Z.',
  ]);
});

test('a link that Google’s own keys sign is sure for 12 hours, and says so beyond', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { s3, gcs, azure } = cloudRooms({ now: () => start });
  const signer = {
    email: async () => 'signer@project.iam.gserviceaccount.com',
    sign: async (text: string) => sign('sha256', Buffer.from(text), privateKey),
    isRemote: true,
  };
  const links = createLinks({
    s3,
    gcs: {
      ...gcs,
      identity: async () => ({
        name: 'impersonated service account',
        client: new PassThroughClient(),
        signer,
        quotaProject: null,
        login: null,
      }),
    },
    azure,
    connections: { allow() {}, close: async () => {}, get: () => Promise.reject(new Error('Nothing is asked.')) },
    now: () => start,
  });
  const said = async (expiresSeconds: number) => {
    const outcome = await links.sign(objectReference('gs', 'media', 'a.jpg'), signOptions({ expiresSeconds }));
    return outcome.ok && [outcome.value.limited_by, outcome.value.expires_at, ...outcome.value.warnings];
  };
  expect([await said(43_200), await said(43_201)]).toEqual([
    ['asked', '2026-11-24T12:15:00Z'],
    ['unknown', '2026-11-24T12:15:01Z', 'Google signed this link with a key that it may change after 12 hours; the link then ends early.'],
  ]);
});
