import { createHash, sign } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { makeServiceAccount, type ServiceAccount } from '../servers/service-account.ts';
import { storedObject } from '../servers/stored-object.ts';
import { rawRequest } from './raw-request.ts';

const oddKey = 'a//b c#?é.jpg';
const path = encodeURIComponent(oddKey);
let server: GcsServer;
let account: ServiceAccount;
let time = Date.parse('2026-05-06T07:08:09Z');
afterEach(() => server.close());

async function serve(now: () => number = () => time): Promise<void> {
  time = Date.parse('2026-05-06T07:08:09Z');
  server = await startGcsServer({
    buckets: { private: {}, public: { public: 'read' }, listed: { public: 'read-and-list' }, others: { readers: ['other@example.com'] } },
    tokens: { 'known-token': 'reader@example.com' },
    now,
  });
  account = makeServiceAccount(server.tokenUri);
  server.addAccount(account);
  for (const bucket of ['private', 'public', 'listed', 'others']) server.put(bucket, oddKey, storedObject('hello', { type: 'image/jpeg' }));
}

/** A V4 signed URL's path and query, made here step by step. */
function signed(bucket: string, expires: number): string {
  const date = '20260506T070809Z';
  const scope = '20260506/auto/storage/goog4_request';
  const target = `/${bucket}/${path.replaceAll('%2F', '/')}`;
  const query = [
    'X-Goog-Algorithm=GOOG4-RSA-SHA256',
    `X-Goog-Credential=${encodeURIComponent(`${account.email}/${scope}`)}`,
    `X-Goog-Date=${date}`,
    `X-Goog-Expires=${expires}`,
    'X-Goog-SignedHeaders=host',
  ].join('&');
  const canonical = `GET\n${target}\n${query}\nhost:127.0.0.1:${server.port}\n\nhost\nUNSIGNED-PAYLOAD`;
  const text = `GOOG4-RSA-SHA256\n${date}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  return `${target}?${query}&X-Goog-Signature=${sign('RSA-SHA256', Buffer.from(text), account.privateKey).toString('hex')}`;
}

async function ask(target: string, token?: string): Promise<number> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await rawRequest(server.origin, target, { headers })).status;
}

describe('the GCS test server', () => {
  test('answers metadata, media and downloads of the JSON API, and the XML path', async () => {
    await serve();
    const get = (target: string, headers: Record<string, string> = {}) =>
      rawRequest(server.origin, target, { headers: { authorization: 'Bearer known-token', ...headers } });
    const metadata = JSON.parse((await get(`/storage/v1/b/private/o/${path}`)).text) as Record<string, unknown>;
    const media = await get(`/storage/v1/b/private/o/${path}?alt=media`, { range: 'bytes=1-' });
    const download = await get(`/download/storage/v1/b/private/o/${path}?alt=media`);
    const xml = await get(`/private/${path.replaceAll('%2F', '/')}`);
    expect([metadata.name, metadata.size, media.status, media.text, media.headers['content-range']]).toEqual([
      oddKey,
      '5',
      206,
      'ello',
      'bytes 1-4/5',
    ]);
    expect([download.text, download.headers['content-type'], xml.text, xml.headers['x-goog-generation']]).toEqual([
      'hello',
      'image/jpeg',
      'hello',
      metadata.generation,
    ]);
  });

  test('lets each caller read what he may and says no as Google does', async () => {
    await serve();
    const json = (bucket: string) => `/storage/v1/b/${bucket}/o/${path}`;
    expect([
      await ask(json('private')),
      await ask(json('private'), 'wrong-token'),
      await ask(json('others'), 'known-token'),
      await ask(json('public')),
      await ask('/storage/v1/b/public/o'),
      await ask('/storage/v1/b/listed/o'),
      await ask('/storage/v1/b/listed/o/missing'),
      await ask('/storage/v1/b/nowhere/o', 'known-token'),
      await ask(`/private/${path}`),
      await ask(`${json('private')}?ifGenerationMatch=1`, 'known-token'),
    ]).toEqual([401, 401, 403, 200, 401, 200, 404, 404, 403, 412]);
  });

  test('gives a token for an assertion that the account signed, and lets it end', async () => {
    await serve(() => Date.now());
    const askToken = (key: string) => {
      const assertion = assertionSignedBy(key);
      const body = `grant_type=${encodeURIComponent('urn:ietf:params:oauth:grant-type:jwt-bearer')}&assertion=${assertion}`;
      return rawRequest(server.origin, '/token', { method: 'POST', body });
    };
    const good = await askToken(account.privateKey);
    const token = (JSON.parse(good.text) as { access_token: string }).access_token;
    expect(await ask(`/storage/v1/b/private/o/${path}`, token)).toBe(200);
    const bad = await askToken(makeServiceAccount(server.tokenUri).privateKey);
    expect([bad.status, JSON.parse(bad.text)]).toMatchObject([
      400,
      { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
    ]);
  });

  test('gives the object of a signed URL until it ends, and refuses every changed one', async () => {
    await serve();
    const target = signed('private', 60);
    expect([
      await ask(target),
      await ask(target.replace('X-Goog-Expires=60', 'X-Goog-Expires=61')),
      await ask(target.replace('/private/', '/others/')),
      await ask(`${target}&response-content-type=text%2Fhtml`),
      await ask(signed('private', 604_801)),
    ]).toEqual([200, 403, 403, 403, 400]);
    time += 60_000;
    expect(await ask(target)).toBe(400);
  });
});

/** An assertion as Google's own clients make it: RS256 over issuer, audience, scope and an hour. */
function assertionSignedBy(key: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: account.email,
    aud: server.tokenUri,
    scope: 'https://www.googleapis.com/auth/devstorage.read_only',
    iat: seconds,
    exp: seconds + 3600,
  };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}
