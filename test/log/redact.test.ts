import { expect, test } from 'vitest';
import { redactFacts, redactText } from '../../src-main/log/redact.ts';

test.each([
  [
    'a presigned S3 URL',
    'https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524&X-Amz-Signature=aeeed9&X-Amz-Expires=60',
    'https://b.s3.amazonaws.com/k?X-Amz-Credential=[redacted]&X-Amz-Signature=[redacted]&X-Amz-Expires=60',
  ],
  [
    'a signed GCS URL',
    'https://storage.googleapis.com/b/k?X-Goog-Credential=x%40y&X-Goog-Signature=00ff',
    'https://storage.googleapis.com/b/k?X-Goog-Credential=[redacted]&X-Goog-Signature=[redacted]',
  ],
  [
    'a shared access signature',
    'https://a.blob.core.windows.net/c/b?sv=2024&sig=abc%3D',
    'https://a.blob.core.windows.net/c/b?sv=2024&sig=[redacted]',
  ],
  [
    'a connection string of Azure',
    'AccountName=media;AccountKey=YSBrZXk=;EndpointSuffix=core.windows.net',
    'AccountName=media;AccountKey=[redacted]',
  ],
  ['an access key id', 'signed as ASIAIOSFODNN7EXAMPLE', 'signed as [redacted access key]'],
  ['a bearer token', 'Bearer ya29.a0Af_x-y', 'Bearer [redacted]'],
  ['user and password in an address', 'http://me:secret@nas.local/x', 'http://[redacted]@nas.local/x'],
  ['a private key', 'x -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- y', 'x [redacted private key] y'],
])('%s is written without its secret', (_what, text, expected) => {
  expect(redactText(text)).toBe(expected);
});

test('an authorization header is written without its signature', () => {
  const text = redactText(
    'authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524, SignedHeaders=host, Signature=f0e8bdb8',
  );
  expect(text).not.toContain('f0e8bdb8');
  expect(text).not.toContain('AKIA');
});

test('facts named like a secret lose their value at any depth, others only what is secret in them', () => {
  expect(redactFacts({ url: 'https://x/?sig=1', inner: [{ sessionToken: 'abc', bytes: 3 }] })).toEqual({
    url: 'https://x/?sig=[redacted]',
    inner: [{ sessionToken: '[redacted]', bytes: 3 }],
  });
});
