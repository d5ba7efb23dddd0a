/** One page of a listing of S3: what is asked, and what the answer means. */
import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { fail } from '../../src-shared/model/error.ts';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import type { KeyPrefix } from '../../src-shared/reference/parse-prefix.ts';
import type { ListedObject, ListOptions, ListPage } from './store.ts';

/** S3 gives no more at a time: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const mostAPage = 1_000;

/**
 * What to ask. Keys come percent-encoded: XML 1.0 has no way to write control characters, and its readers trim blanks.
 * @param options.requesterPays the settings allow that this is charged
 */
export function listInput(
  { bucket, prefix }: KeyPrefix,
  { isRecursive, cursor, limit, requesterPays }: Omit<ListOptions, 'signal'> & { readonly requesterPays: boolean },
): ListObjectsV2CommandInput {
  return {
    Bucket: bucket,
    Prefix: prefix,
    EncodingType: 'url',
    ...(isRecursive ? {} : { Delimiter: '/' }),
    ...(cursor === null ? {} : { ContinuationToken: cursor }),
    ...(limit === undefined ? {} : { MaxKeys: Math.min(mostAPage, Math.max(1, limit)) }),
    ...(requesterPays ? { RequestPayer: 'requester' } : {}),
  };
}

/** The page in an answer. */
export function listPageOf(output: ListObjectsV2CommandOutput, { bucket }: KeyPrefix): ListPage {
  // Services that know no encoding say none, and their keys stand as they are.
  const keyOf = output.EncodingType === 'url' ? decodedKey : (text: string) => text;
  const objects: ListedObject[] = [];
  let placeholders = 0;
  let empty = 0;
  for (const { Key: named, Size: size, ETag: etag, LastModified: modified, StorageClass: storageClass } of output.Contents ?? []) {
    if (named === undefined) continue;
    if (size === 0) {
      if (named.endsWith('/') || named.endsWith('%2F')) placeholders += 1;
      else empty += 1;
      continue;
    }
    objects.push({
      reference: keyedAddress({ scheme: 's3', bucket, key: keyOf(named) }),
      size: size ?? null,
      etag: etag ?? null,
      modified: modified?.toISOString() ?? null,
      storageClass: storageClass ?? null,
    });
  }
  const folders = (output.CommonPrefixes ?? []).flatMap(({ Prefix: folder }) =>
    folder === undefined ? [] : [{ scheme: 's3' as const, bucket, prefix: keyOf(folder) }],
  );
  return { objects, folders, placeholders, empty, cursor: output.IsTruncated ? (output.NextContinuationToken ?? null) : null };
}

/** Encoded as forms are: a blank is a plus. Source: the same decoding in botocore's handlers.py, `decode_list_object_v2`. */
function decodedKey(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw fail('server_error', {
      message: 'The listing holds a key that is not UTF-8, which no store of S3 should have.',
      next: 'Give the addresses of the files instead.',
    });
  }
}
