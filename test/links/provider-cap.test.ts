import { describe, expect, test } from 'vitest';
import type { StoreRule } from '../../src-main/settings/settings.ts';
import { providerOfEndpoint } from '../../src-shared/reference/endpoint-provider.ts';
import type { RawRequest } from '../servers/canonical-request.ts';
import { verifySigV4 } from '../servers/sigv4-verifier.ts';
import { cloudRooms, signOptions } from './cloud-rooms.ts';
import { objectReference } from './odd-keys.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'secret' };
const start = Date.parse('2026-11-24T00:15:00Z');
const days = 86_400;

describe('the provider of an endpoint', () => {
  test.each([
    ['0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com', 'Cloudflare R2', 7],
    ['0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com', 'Cloudflare R2', 7],
    ['s3.us-west-004.backblazeb2.com', 'Backblaze B2', 7],
    ['t3.storage.dev', 'Tigris', 90],
    ['fly.storage.tigris.dev', 'Tigris', 90],
    ['nyc3.digitaloceanspaces.com', 'DigitalOcean Spaces', 7],
    ['s3.wasabisys.com', 'Wasabi', 7],
    ['s3.eu-central-1.wasabisys.com', 'Wasabi', 7],
    ['s3.eu-west-1.amazonaws.com', 'Amazon S3', 7],
    ['s3.dualstack.us-east-1.amazonaws.com', 'Amazon S3', 7],
    ['bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com', 'Amazon S3', 7],
  ])('%s is %s, with %d days', (host, name, cap) => {
    expect(providerOfEndpoint(host)).toMatchObject({ name, linkCapSeconds: cap * days });
  });

  test.each([
    't3.storage.dev.evil.example',
    'evil-t3.storage.dev',
    's3.amazonaws.com.evil.example',
    'r2.cloudflarestorage.com',
    'xs3.wasabisys.com',
    'minio.example.com',
    '127.0.0.1',
  ])('%s is nobody that is known', (host) => {
    expect(providerOfEndpoint(host)).toBeNull();
  });
});

/** The end of a link that asks for `seconds`, in days from now, with what limits it; or the error. */
async function asked(rule: Omit<StoreRule, 'match'> | null, seconds: number, overCap: 'refuse' | 'clamp' = 'refuse'): Promise<string> {
  const rules = rule === null ? [{ match: 's3://media', region: 'eu-west-1' }] : [{ match: 's3://media', region: 'auto', ...rule }];
  const { links } = cloudRooms({ env: keys, now: () => start, rules });
  const outcome = await links.sign(objectReference('s3', 'media', 'a.jpg'), signOptions({ expiresSeconds: seconds, overCap }));
  if (!outcome.ok) return outcome.error.message;
  return `${(Date.parse(outcome.value.expires_at ?? '') - start) / 1000 / days} days, ${outcome.value.limited_by}`;
}

test('each provider’s cap is its own, a rule sets that of other endpoints, and never lengthens Amazon’s', async () => {
  const tigris = { endpoint: 'https://t3.storage.dev' };
  const own = { endpoint: 'https://minio.example.com' };
  expect([
    await asked(null, 8 * days),
    await asked(null, 8 * days, 'clamp'),
    await asked({ link_cap_seconds: 30 * days, region: 'eu-west-1' }, 8 * days, 'clamp'),
    await asked({ link_cap_seconds: days, region: 'eu-west-1' }, 8 * days, 'clamp'),
    await asked(tigris, 90 * days),
    await asked(tigris, 90 * days + 1),
    await asked(own, 8 * days),
    await asked({ ...own, link_cap_seconds: 30 * days }, 30 * days),
    await asked({ endpoint: 'https://s3.us-west-004.backblazeb2.com' }, 8 * days),
  ]).toEqual([
    'Amazon S3 allows 7 days at most (604800 seconds); 691200 were asked.',
    '7 days, provider',
    '7 days, provider',
    '1 days, provider',
    '90 days, asked',
    'Tigris allows 90 days at most (7776000 seconds); 7776001 were asked.',
    'minio.example.com allows 7 days at most (604800 seconds); 691200 were asked.',
    '30 days, asked',
    'Backblaze B2 allows 7 days at most (604800 seconds); 691200 were asked.',
  ]);
});

test('a link of 90 days holds for an independent verifier to its last moment', async () => {
  const { links } = cloudRooms({
    env: { ...keys, AWS_SESSION_TOKEN: 'token/+=' },
    now: () => start,
    rules: [{ match: 's3://media', endpoint: 'https://t3.storage.dev', region: 'auto' }],
  });
  const reference = objectReference('s3', 'media', "odd//key/./'(1)* 🦊.jpg");
  const outcome = await links.sign(reference, signOptions({ expiresSeconds: 90 * days, disposition: 'attachment' }));
  const [, host = '', rawPath = '', rawQuery = ''] = /^https:\/\/([^/]+)([^?]*)\?(.*)$/.exec(outcome.ok ? outcome.value.url : '') ?? [];
  const request: RawRequest = { method: 'GET', rawPath, rawQuery, headers: [['Host', host]] };
  const verdictAt = (time: number) =>
    verifySigV4(request, {
      service: 's3',
      now: () => time,
      keyOf: (accessKeyId) => ({ accessKeyId, secretAccessKey: 'secret', sessionToken: 'token/+=' }),
      presignedPayload: 'UNSIGNED-PAYLOAD',
      headerPayload: () => null,
      maxExpires: 90 * days,
    }).kind;
  const end = start + 90 * days * 1000;
  expect([verdictAt(start), verdictAt(end - 1), verdictAt(end)]).toEqual(['signed', 'signed', 'refused']);
});
