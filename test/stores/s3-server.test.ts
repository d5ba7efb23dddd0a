import { GetObjectCommand, HeadBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, describe, expect, test } from 'vitest';
import { type S3Server, type S3ServerOptions, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { rawRequest } from './raw-request.ts';

const key = { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' };
const session = { accessKeyId: 'ASIASESSION', secretAccessKey: 'session-secret', sessionToken: 'FwoGZX+/token==' };
const ended = { accessKeyId: 'ASIAENDED', secretAccessKey: 'ended-secret', sessionToken: 'old', hasExpired: true };
const start = Date.parse('2026-05-06T07:08:09Z');
const oddKey = 'a//b/../c #?%20+&=é 😀.jpg';

let server: S3Server;
afterEach(() => server.close());

async function serve(options: Partial<S3ServerOptions> = {}): Promise<void> {
  server = await startS3Server({
    buckets: {
      private: {},
      'in-frankfurt': { region: 'eu-central-1' },
      public: { public: 'read' },
      listed: { public: 'read-and-list' },
      'no-list': { readersWithoutList: [key.accessKeyId] },
      paid: { requesterPays: true },
    },
    keys: [key, session, ended],
    now: () => start,
    ...options,
  });
  for (const bucket of ['private', 'in-frankfurt', 'public', 'listed', 'no-list', 'paid'])
    server.put(bucket, oddKey, storedObject('hello'));
}

function client(credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }, region = 'us-east-1'): S3Client {
  return new S3Client({ endpoint: server.origin, region, forcePathStyle: true, credentials, maxAttempts: 1, followRegionRedirects: false });
}

async function presign(
  bucket: string,
  options: { credentials?: typeof key; region?: string; expiresIn?: number; at?: number } = {},
): Promise<string> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: oddKey, ResponseContentDisposition: 'attachment; filename="a.jpg"' });
  const signed = await getSignedUrl(client(options.credentials ?? key, options.region), command, {
    expiresIn: options.expiresIn ?? 60,
    signingDate: new Date(options.at ?? start),
  });
  return signed.slice(server.origin.length);
}

/** Status and, where there is one, S3's code. */
async function ask(target: string, options: Parameters<typeof rawRequest>[2] = {}): Promise<string> {
  const { status, text } = await rawRequest(server.origin, target, options);
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
  return code === undefined ? String(status) : `${status} ${code}`;
}

describe('the S3 test server', () => {
  test('gives the object of a presigned URL for an odd key, with the signed disposition', async () => {
    await serve();
    const answer = await rawRequest(server.origin, await presign('private'));
    expect([answer.status, answer.text, answer.headers['content-disposition']]).toEqual([200, 'hello', 'attachment; filename="a.jpg"']);
  });

  test('takes a session token only together with its key', async () => {
    await serve();
    expect([
      await ask(await presign('private', { credentials: session })),
      await ask(await presign('private', { credentials: { ...session, sessionToken: 'another' } as typeof key })),
      await ask(await presign('private', { credentials: { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey } })),
      await ask(await presign('private', { credentials: ended })),
    ]).toEqual(['200', '400 InvalidToken', '403 InvalidAccessKeyId', '400 ExpiredToken']);
  });

  test.each([
    ['the signature', (url: string) => url.replace(/(X-Amz-Signature=)./, '$1g')],
    ['the expiry', (url: string) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61')],
    ['the disposition', (url: string) => url.replace('attachment', 'inline')],
    ['the key', (url: string) => url.replace('a//b', 'a/b')],
    ['the bucket', (url: string) => url.replace('/private/', '/no-list/')],
    ['an override more', (url: string) => `${url}&response-content-type=text%2Fhtml`],
  ])('refuses a presigned URL when %s was changed', async (_, change) => {
    await serve();
    expect(await ask(change(await presign('private')))).toBe('403 SignatureDoesNotMatch');
  });

  test('refuses a presigned URL that has ended, is not valid yet, or lasts too long', async () => {
    await serve();
    const short = await presign('private', { at: start - 60_000 });
    const early = await presign('private', { at: start + 16 * 60_000 });
    const long = (await presign('private')).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
    expect([await ask(short), await ask(early), await ask(long)]).toEqual([
      '403 AccessDenied',
      '403 AccessDenied',
      '400 AuthorizationQueryParametersError',
    ]);
  });

  test.each([
    { wrongRegion: 400 as const, answer: '400 AuthorizationQueryParametersError' },
    { wrongRegion: 301 as const, answer: '301 PermanentRedirect' },
  ])('answers a signature for another region with $answer and the right region', async ({ wrongRegion, answer }) => {
    await serve({ wrongRegion });
    const target = await presign('in-frankfurt');
    expect(await ask(target)).toBe(answer);
    expect((await rawRequest(server.origin, target)).headers['x-amz-bucket-region']).toBe('eu-central-1');
    expect(await ask(await presign('in-frankfurt', { region: 'eu-central-1' }))).toBe('200');
  });

  test('lets callers without credentials read what is public and nothing else', async () => {
    await serve();
    const path = encodeURIComponent(oddKey).replaceAll('%2F', '/');
    expect([
      await ask(`/public/${path}`),
      await ask('/public/missing'),
      await ask('/listed/missing'),
      await ask(`/private/${path}`),
      await ask('/nowhere/x'),
      await ask('/public?list-type=2'),
      await ask('/listed?list-type=2'),
      await ask(`/public/${path}?response-content-type=text%2Fhtml`),
    ]).toEqual([
      '200',
      '403 AccessDenied',
      '404 NoSuchKey',
      '403 AccessDenied',
      '404 NoSuchBucket',
      '403 AccessDenied',
      '200',
      '400 InvalidRequest',
    ]);
  });

  test('tells the region of a bucket to everybody, also with 403', async () => {
    await serve();
    const answer = await rawRequest(server.origin, '/in-frankfurt', { method: 'HEAD' });
    expect([answer.status, answer.headers['x-amz-bucket-region']]).toEqual([403, 'eu-central-1']);
  });

  test('knows the bucket by the host as well as by the path', async () => {
    await serve({ domains: ['s3.test'] });
    const path = `/${encodeURIComponent(oddKey).replaceAll('%2F', '/')}`;
    expect([
      await ask(path, { headers: { host: 'public.localhost:9000' } }),
      await ask(path, { headers: { host: 'public.s3.test' } }),
      await ask(path, { headers: { host: 'public.s3.us-east-1.amazonaws.com' } }),
      await ask(`/public${path}`, { headers: { host: 's3.amazonaws.com' } }),
      await ask(path, { headers: { host: 'public.s3.eu-west-1.amazonaws.com' } }),
    ]).toEqual(['200', '200', '200', '200', '301 PermanentRedirect']);
  });

  test('verifies signed headers of the SDK, lists in pages, and asks who pays', async () => {
    await serve({ now: Date.now });
    for (const name of ['b/1', 'b/2', 'c']) server.put('private', name, storedObject(name));
    const s3 = client(key);
    const first = await s3.send(new ListObjectsV2Command({ Bucket: 'private', Delimiter: '/', MaxKeys: 2 }));
    const rest = await s3.send(
      new ListObjectsV2Command({ Bucket: 'private', Delimiter: '/', ContinuationToken: first.NextContinuationToken }),
    );
    expect([first.CommonPrefixes?.map((each) => each.Prefix), rest.Contents?.map((each) => each.Key), rest.IsTruncated]).toEqual([
      ['a/', 'b/'],
      ['c'],
      false,
    ]);
    const body = await s3.send(new GetObjectCommand({ Bucket: 'private', Key: oddKey, Range: 'bytes=1-2' }));
    expect([body.ContentRange, await body.Body?.transformToString()]).toEqual(['bytes 1-2/5', 'el']);
    expect((await s3.send(new HeadBucketCommand({ Bucket: 'private' }))).$metadata.httpStatusCode).toBe(200);
    const code = (work: Promise<unknown>) => work.then(() => 'done').catch((error: Error) => error.name);
    expect([
      await code(client({ ...key, secretAccessKey: 'wrong' }).send(new GetObjectCommand({ Bucket: 'private', Key: oddKey }))),
      await code(s3.send(new GetObjectCommand({ Bucket: 'no-list', Key: 'missing' }))),
      await code(s3.send(new GetObjectCommand({ Bucket: 'paid', Key: oddKey }))),
      await code(s3.send(new GetObjectCommand({ Bucket: 'paid', Key: oddKey, RequestPayer: 'requester' }))),
    ]).toEqual(['SignatureDoesNotMatch', 'AccessDenied', 'AccessDenied', 'done']);
  });

  test('refuses a request whose clock is off', async () => {
    await serve({ now: () => Date.now() + 3_600_000 });
    const error: unknown = await client(key)
      .send(new GetObjectCommand({ Bucket: 'private', Key: oddKey }))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RequestTimeTooSkewed' });
  });
});
