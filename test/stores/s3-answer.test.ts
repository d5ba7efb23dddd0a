import { expect, test } from 'vitest';
import { type ObjectOutput, remoteFactsOf } from '../../src-main/stores/s3-answer.ts';

const md5 = '9e107d9d372bb6826bd81d3542a419d6';

test.each<[string, Partial<ObjectOutput>, boolean, string | undefined]>([
  ['of an object with AWS', {}, true, md5],
  ['of one encrypted by S3 itself', { ServerSideEncryption: 'AES256' }, true, md5],
  ['of one encrypted by KMS', { ServerSideEncryption: 'aws:kms' }, true, undefined],
  ['of one encrypted by a key of the customer', { SSECustomerAlgorithm: 'AES256' }, true, undefined],
  ['of an upload in parts', { ETag: `"${md5}-3"` }, true, undefined],
  ['of one in a directory bucket', { StorageClass: 'EXPRESS_ONEZONE' }, true, undefined],
  ['with anybody else', {}, false, undefined],
])('an ETag of 32 digits is the MD5 only where AWS says so: %s', (_, about, isOfAws, wanted) => {
  const output = { ETag: `"${md5}"`, ContentLength: 43, $metadata: { httpStatusCode: 200 }, ...about };
  expect(remoteFactsOf(output, isOfAws).md5).toBe(wanted);
});
