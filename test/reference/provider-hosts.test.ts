/** Object addresses of providers behind web addresses: what is offered in place of them, where its bucket is reached, and what only looks alike. */
import { describe, expect, it } from 'vitest';
import { providerOf } from '../../src-shared/reference/describe-reference.ts';
import { offeredObject, parseReference } from '../../src-shared/reference/parse-reference.ts';

const account = '0123456789abcdef0123456789abcdef';

function reference(text: string) {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** `s3://b/k at ENDPOINT (REGION)`, or `nothing`. */
function offer(url: string): string {
  const offered = offeredObject(reference(url));
  if (offered === null) return 'nothing';
  const { canonical } = offered.reference;
  return offered.endpoint === null ? canonical : `${canonical} at ${offered.endpoint.url} (${offered.endpoint.region})`;
}

describe('object addresses behind https', () => {
  it.each([
    ['https://bucket.s3.amazonaws.com/a%20b.jpg', 's3://bucket/a b.jpg'],
    ['https://s3.amazonaws.com/bucket/k+1.jpg', 's3://bucket/k+1.jpg'],
    ['https://bucket.s3.eu-central-1.amazonaws.com/k', 's3://bucket/k'],
    ['https://bucket.s3-us-west-2.amazonaws.com/k', 's3://bucket/k'],
    ['https://s3.eu-west-3.amazonaws.com/dotted.bucket//k', 's3://dotted.bucket//k'],
    ['https://bucket.s3.dualstack.us-east-1.amazonaws.com/k', 's3://bucket/k'],
    ['https://s3.dualstack.us-east-1.amazonaws.com/bucket/k', 's3://bucket/k'],
    ['https://bucket.s3-fips.us-east-1.amazonaws.com/k', 's3://bucket/k'],
    ['https://bucket.s3-accelerate.amazonaws.com/k', 's3://bucket/k'],
    ['https://bucket.s3-accelerate.dualstack.amazonaws.com/k', 's3://bucket/k'],
    ['http://www.example.org.s3-website-us-east-1.amazonaws.com/a.jpg', 's3://www.example.org/a.jpg'],
    ['http://bucket.s3-website.eu-central-1.amazonaws.com/a.jpg', 's3://bucket/a.jpg'],
    ['https://storage.googleapis.com/bucket/a%23b/c.png', 'gs://bucket/a#b/c.png'],
    ['https://bucket.storage.googleapis.com/c.png', 'gs://bucket/c.png'],
    ['https://storage.cloud.google.com/bucket/c.png', 'gs://bucket/c.png'],
    ['https://acc.blob.core.windows.net/photos/2026/a%20b.jpg', 'az://acc/photos/2026/a b.jpg'],
  ])('%s is offered as %s, which its scheme leads to', (url, object) => {
    expect(offer(url)).toBe(object);
  });

  it.each([
    [`https://${account}.r2.cloudflarestorage.com/bucket/k.jpg`, `s3://bucket/k.jpg at https://${account}.r2.cloudflarestorage.com (auto)`],
    [`https://bucket.${account}.r2.cloudflarestorage.com/k`, `s3://bucket/k at https://${account}.r2.cloudflarestorage.com (auto)`],
    [`https://bucket.${account}.eu.r2.cloudflarestorage.com/k`, `s3://bucket/k at https://${account}.eu.r2.cloudflarestorage.com (auto)`],
    [`https://${account}.fedramp.r2.cloudflarestorage.com/b/k`, `s3://b/k at https://${account}.fedramp.r2.cloudflarestorage.com (auto)`],
    ['https://bucket.s3.us-west-004.backblazeb2.com/k', 's3://bucket/k at https://s3.us-west-004.backblazeb2.com (us-west-004)'],
    ['https://s3.eu-central-003.backblazeb2.com/bucket/k', 's3://bucket/k at https://s3.eu-central-003.backblazeb2.com (eu-central-003)'],
    ['https://f000.backblazeb2.com/file/bucket/a+b%2B.jpg', 's3://bucket/a b+.jpg at https://s3.us-west-000.backblazeb2.com (us-west-000)'],
    ['https://bucket.nyc3.digitaloceanspaces.com/k', 's3://bucket/k at https://nyc3.digitaloceanspaces.com (nyc3)'],
    ['https://bucket.fra1.cdn.digitaloceanspaces.com/k', 's3://bucket/k at https://fra1.digitaloceanspaces.com (fra1)'],
    ['https://ams3.digitaloceanspaces.com/bucket/k', 's3://bucket/k at https://ams3.digitaloceanspaces.com (ams3)'],
    ['https://s3.wasabisys.com/bucket/k', 's3://bucket/k at https://s3.wasabisys.com (us-east-1)'],
    ['https://bucket.s3.eu-central-1.wasabisys.com/k', 's3://bucket/k at https://s3.eu-central-1.wasabisys.com (eu-central-1)'],
    ['https://bucket.fly.storage.tigris.dev/k', 's3://bucket/k at https://fly.storage.tigris.dev (auto)'],
    ['https://t3.storage.dev/bucket/k', 's3://bucket/k at https://t3.storage.dev (auto)'],
    // Partitions of AWS have their own buckets under the same names.
    ['https://bucket.s3.cn-north-1.amazonaws.com.cn/k', 's3://bucket/k at https://s3.cn-north-1.amazonaws.com.cn (cn-north-1)'],
    ['https://b.s3.us-gov-west-1.amazonaws.com/k', 's3://b/k at https://s3.us-gov-west-1.amazonaws.com (us-gov-west-1)'],
  ])('%s is offered as %s', (url, object) => {
    expect(offer(url)).toBe(object);
  });

  it.each([
    ['https://bucket.s3.amazonaws.com/k.jpg?versionId=3%2FL4kqtJl', 's3+version://3%2FL4kqtJl@bucket/k.jpg'],
    ['https://storage.googleapis.com/bucket/k?generation=1700000000000000', 'gs+version://1700000000000000@bucket/k'],
    [
      'https://acc.blob.core.windows.net/c/k?versionid=2026-01-02T03:04:05.1234567Z',
      'az+version://2026-01-02T03%3A04%3A05.1234567Z@acc/c/k',
    ],
    ['https://b.t3.storage.dev/k?versionId=1', 's3+version://1@b/k at https://t3.storage.dev (auto)'],
  ])('%s pins the version: %s', (url, object) => {
    expect(offer(url)).toBe(object);
  });

  it.each([
    'https://s3.amazonaws.com.evil.example/bucket/k',
    'https://bucket.s3.amazonaws.com.evil.example/k',
    'https://evils3.amazonaws.com/bucket/k',
    'https://xs3.amazonaws.com/bucket/k',
    'https://s3.amazonaws.com.cn/bucket/k',
    'https://bucket.s3.amazonaws.com.cn/k',
    'https://bucket.s3.eu-west-1.amazonaws.com.cn/k',
    'https://bucket.s3.cn-north-1.amazonaws.com/k',
    'https://ap-123.s3-accesspoint.us-east-1.amazonaws.com/k',
    'http://bucket.s3-website-us-east-1.amazonaws.com/folder/',
    'https://windowscentral.com/s3.amazonaws.com/bucket/k',
    'https://blog.cloudflare.com/bucket/k',
    `https://${account}.r2.cloudflarestorage.com.evil.example/bucket/k`,
    'https://r2.cloudflarestorage.com.evil.example/bucket/k',
    'https://bucket.r2.cloudflarestorage.com/k',
    'https://evil.cdn.nyc3.digitaloceanspaces.com.example/k',
    'https://nyc3.cdn.digitaloceanspaces.com/bucket/k',
    'https://www.digitaloceanspaces.com/bucket/k',
    'https://console.wasabisys.com/bucket/k',
    'https://www.tigris.dev/bucket/k',
    'https://f999.backblazeb2.com/file/bucket/k',
    'https://f000.backblazeb2.com/b2api/v1/b2_download_file_by_id?fileId=1',
    'https://storage.googleapis.com.evil.example/bucket/k',
    'https://notstorage.googleapis.com/bucket/k',
    'https://storage.googleapis.com/storage/v1/b/bucket/o/k',
    'https://storage.googleapis.com/download/storage/v1/b/bucket/o/k?alt=media',
    'https://acc-secondary.blob.core.windows.net/c/k',
    'https://acc.blob.core.chinacloudapi.cn/c/k',
    'https://acc.blob.core.windows.net/only-a-container',
    'https://s3.amazonaws.com/bucket',
    'https://s3.amazonaws.com/bucket/',
    'https://s3.amazonaws.com/',
    'https://bucket.s3.amazonaws.com/',
    'https://bucket.s3.amazonaws.com/k?versionId=1&partNumber=2',
    'https://bucket.s3.amazonaws.com/k?versionId=',
    'https://bucket.s3.amazonaws.com/k?versionid=1',
    'https://storage.googleapis.com/bucket/k?generation=latest',
    'https://bucket.s3.amazonaws.com:8443/k',
    'https://bucket.s3.amazonaws.com/%ff',
    'http://bucket.s3.amazonaws.com/k',
    's3://bucket/k',
  ])('%s is offered as nothing', (url) => {
    expect(offer(url)).toBe('nothing');
  });

  it('names the provider of a host that is its own, and the host itself of a look-alike', () => {
    const whose = (host: string) => providerOf(reference(`https://${host}/bucket/k`));
    expect(
      [
        's3.amazonaws.com.cn',
        'bucket.s3.cn-northwest-1.amazonaws.com.cn',
        `${account}.r2.cloudflarestorage.com`,
        'f004.backblazeb2.com',
        'media.nyc3.cdn.digitaloceanspaces.com',
        's3.wasabisys.com',
        'fly.storage.tigris.dev',
      ].map(whose),
    ).toEqual(['Amazon S3 (China)', 'Amazon S3 (China)', 'Cloudflare R2', 'Backblaze B2', 'DigitalOcean Spaces', 'Wasabi', 'Tigris']);
    const alike = [
      's3.amazonaws.com.evil.example',
      'windowscentral.com',
      'blog.cloudflare.com',
      'core.windows.net.example',
      'myblob.core.windows.net',
    ];
    expect(alike.map(whose)).toEqual(alike);
  });
});
