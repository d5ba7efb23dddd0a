import { describe, expect, it } from 'vitest';
import { kindOf, nameOf, plainHttpsUrl, providerOf } from '../../src-shared/reference/describe-reference.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import { signatureOf, signedUrlEnd } from '../../src-shared/reference/signed-url.ts';

function reference(text: string) {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe('describing a reference', () => {
  it.each([
    ['s3://b/x/IMG 1.JPG', 'IMG 1.JPG', 'image', 'Amazon S3'],
    ['gs://b/clip.mp4', 'clip.mp4', 'video', 'Google Cloud Storage'],
    ['s3://b/folder/', 'folder/', 'unknown', 'Amazon S3'],
    ['s3://b/.jpg', '.jpg', 'unknown', 'Amazon S3'],
    ['https://example.com/a%20b.flac?x=y.jpg', 'a b.flac', 'audio', 'example.com'],
    ['https://example.com:8443/', 'example.com:8443', 'unknown', 'example.com:8443'],
    ['https://b.s3.eu-west-1.amazonaws.com/a.webp', 'a.webp', 'image', 'Amazon S3'],
    ['https://acc.blob.core.windows.net/c/a.webm', 'a.webm', 'video', 'Azure Blob Storage'],
    ['/photos/a.heic', 'a.heic', 'image', 'This computer'],
    ['/', '/', 'unknown', 'This computer'],
  ])('of %s', (text, name, kind, provider) => {
    expect([nameOf(reference(text)), kindOf(reference(text)), providerOf(reference(text))]).toEqual([name, kind, provider]);
  });

  it('gives the plain https address of an object, encoded once', () => {
    expect(plainHttpsUrl(reference('s3://bucket/a b#1+é/(x).jpg'))).toBe('https://bucket.s3.amazonaws.com/a%20b%231%2B%C3%A9/%28x%29.jpg');
    expect(plainHttpsUrl(reference('s3://dotted.bucket/k'), { region: 'eu-west-1' })).toBe(
      'https://s3.eu-west-1.amazonaws.com/dotted.bucket/k',
    );
    expect(plainHttpsUrl(reference('gs://b//k'))).toBe('https://storage.googleapis.com/b//k');
    expect(plainHttpsUrl(reference('https://h/x'))).toBe('https://h/x');
    expect(plainHttpsUrl(reference('/x'))).toBeNull();
  });
});

describe('signatures in an address', () => {
  const aws =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=c&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=s&X-Amz-Security-Token=t';
  const goog =
    'X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=c&X-Goog-Date=20260101T000000Z&X-Goog-Expires=60&X-Goog-SignedHeaders=host&X-Goog-Signature=s';
  const sas = 'sv=2024-11-04&st=2026-01-01T00:00:00Z&se=2026-01-02T00%3A00%3A00Z&sr=b&sp=r&sig=x%3D';

  it.each([
    [aws, 'SigV4', '2026-01-01T01:00:00.000Z'],
    [goog, 'Goog', '2026-01-01T00:01:00.000Z'],
    [sas, 'SAS', '2026-01-02T00:00:00.000Z'],
    ['sv=2024-11-04&si=policy&sr=c&sig=x', 'SAS', undefined],
  ])('are recognised with their end: %s', (query, scheme, end) => {
    const signature = signatureOf(`https://h/k?w=100&${query}`);
    expect([signature?.scheme, signature?.endsAt?.toISOString()]).toEqual([scheme, end]);
    expect(reference(`https://h/k?w=100&${query}&h=5`).canonical).toBe('https://h/k?w=100&h=5');
  });

  it.each([
    aws.replace('X-Amz-Signature=s', ''),
    aws.replace('X-Amz-Expires=3600', 'X-Amz-Expires=soon'),
    `${aws}&X-Amz-Signature=two`,
    goog.replace('GOOG4-RSA-SHA256', 'NONE'),
    sas.replace('sig=x%3D', ''),
    'Expires=1&Signature=s&Key-Pair-Id=k',
    '',
  ])('are not seen in %j', (query) => {
    expect(signedUrlEnd(`https://h/k?${query}`)).toBe('not-signed');
  });
});
