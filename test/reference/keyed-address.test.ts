/** Addresses of objects and blobs: no byte of a key is lost, and versions stand where no key can. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedAddress, placeOf } from '../../src-shared/reference/keyed-address.ts';
import { parsePrefix, prefixText } from '../../src-shared/reference/parse-prefix.ts';
import { parseReference, referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';

const outcome = (text: string): unknown => {
  const parsed = parseReference(text);
  return parsed.ok ? parsed.value : `${parsed.error.cause}: ${parsed.error.message}`;
};

describe('an address of Azure', () => {
  it.each([
    ['az://acc/box/a//b/../c?#%20 .jpg', 'az://acc/box/a//b/../c?#%20 .jpg'],
    ['wasbs://box@acc.blob.core.windows.net/a%20b', 'az://acc/box/a%20b'],
    ['abfss://box@ACC.dfs.core.windows.net/x/y', 'az://acc/box/x/y'],
  ])('%s is read as %s', (text, canonical) => {
    expect(outcome(text)).toMatchObject({ scheme: 'az', account: 'acc', container: 'box', canonical });
  });

  it.each([
    ['az://acc', 'invalid_url: This is not an address: after the account the name of the container is missing.'],
    ['az://acc/box', 'invalid_url: This is not the address of a file: it names a container and no key.'],
    ['az:///box/a', 'invalid_url: This is not an address: after az:// the name of the account is missing.'],
    [
      'wasbs://box@acc.blob.core.windows.net.evil.example/a',
      'invalid_url: This is not an address: wasbs:// must be followed by container@account.blob.core.windows.net/key.',
    ],
  ])('%s is refused', (text, message) => {
    expect(outcome(text)).toBe(message);
  });
});

describe('a pinned version', () => {
  it('stands before the bucket, where no byte of a key can be', () => {
    expect(outcome('s3+version://3%2FL4@media/a?versionId=1#x')).toEqual({
      scheme: 's3',
      canonical: 's3+version://3%2FL4@media/a?versionId=1#x',
      bucket: 'media',
      key: 'a?versionId=1#x',
      version: '3/L4',
    });
    expect(outcome('s3+version://media/a')).toBe(
      'invalid_url: This is not an address: after s3+version:// the version and an @ are missing.',
    );
  });
});

it('gives every place back, whatever its key and version hold', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  const bucket = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{1,20}$/);
  const place = fc.record(
    { scheme: fc.constantFrom('s3' as const, 'gs' as const, 'az' as const), bucket, container: bucket, key: text, version: text },
    { requiredKeys: ['scheme', 'bucket', 'container', 'key'] },
  );
  fc.assert(
    fc.property(place, ({ container, ...rest }) => {
      const asked = rest.scheme === 'az' ? { ...rest, bucket: `${rest.bucket}/${container}` } : rest;
      const reference = keyedAddress(asked);
      expect(placeOf(reference)).toEqual(asked);
      expect(referenceFromCanonical(reference.canonical)).toEqual(reference);
    }),
    { seed: 1, numRuns: 500 },
  );
});

it.each([
  ['s3://media', 's3://media/'],
  ['gs://media/a b/', 'gs://media/a b/'],
  ['az://acc/box', 'az://acc/box/'],
  ['/photos/2026', '/photos/2026'],
])('%s can be listed', (text, again) => {
  const parsed = parsePrefix(text);
  expect(parsed.ok && prefixText(parsed.value)).toBe(again);
});
