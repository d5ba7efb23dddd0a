/** Reads what the AWS SDK hands over, answers and refusals alike, into our own words. */
import * as z from 'zod/mini';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { contentRangeOf } from './http-answer.ts';
import { regionOfRedirect } from './region-of-redirect.ts';
import { archiveStateOf } from './s3-archive.ts';
import type { S3Refusal } from './s3-errors.ts';
import type { SentHead } from './sent-part.ts';

/** The fields of a GET's or HEAD's output that say what the object is. */
export interface ObjectOutput {
  readonly ContentLength?: number | undefined;
  readonly ContentRange?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly StorageClass?: string | undefined;
  readonly Restore?: string | undefined;
  readonly ArchiveStatus?: string | undefined;
  readonly RequestCharged?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly $metadata: { readonly httpStatusCode?: number | undefined };
}

/** What an answer says of its body. */
export function headOf(output: ObjectOutput): Omit<SentHead, 'host'> {
  return {
    status: output.$metadata.httpStatusCode ?? 200,
    range: contentRangeOf({ 'content-range': output.ContentRange }),
    length: output.ContentLength ?? null,
  };
}

function sizeOfObject(output: ObjectOutput): number | null {
  const { status, range, length } = headOf(output);
  return status === 206 ? (range?.size ?? null) : length;
}

/**
 * MD5 of the bytes in hex, where the ETag is one: not with others than AWS, who may put anything there, nor of an upload in parts (`-N`), nor where keys of KMS or of the customer encrypt it, nor
 * in a directory bucket.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
function md5Of({ ETag, ServerSideEncryption, SSECustomerAlgorithm, StorageClass }: ObjectOutput, isOfAws: boolean): string | null {
  if (!isOfAws) return null;
  const isPlain = ServerSideEncryption === undefined || ServerSideEncryption === 'AES256';
  if (!isPlain || SSECustomerAlgorithm !== undefined || StorageClass === 'EXPRESS_ONEZONE') return null;
  return /^"([0-9a-f]{32})"$/.exec(ETag ?? '')?.[1] ?? null;
}

/** What the store says of the object; `isOfAws`: by an endpoint of AWS itself. S3 leaves the class out for STANDARD. */
export function remoteFactsOf(output: ObjectOutput, isOfAws: boolean): RemoteFacts {
  const modified = output.LastModified;
  const md5 = md5Of(output, isOfAws);
  const archive = archiveStateOf({
    storageClass: output.StorageClass ?? null,
    restore: output.Restore ?? null,
    archiveStatus: output.ArchiveStatus ?? null,
  });
  return {
    size: sizeOfObject(output),
    type: output.ContentType?.split(';')[0]?.trim().toLowerCase() || null,
    etag: output.ETag ?? null,
    modified: modified && !Number.isNaN(modified.getTime()) ? modified.toISOString() : null,
    storageClass: output.StorageClass ?? null,
    ...(archive === null ? {} : { archive }),
    ...(md5 === null ? {} : { md5 }),
    ...(output.RequestCharged === 'requester' ? { billed: 'reader' as const } : {}),
  };
}

/** What the SDK hangs on its exceptions, also on those of an answer that is no XML. */
const Answer = z.object({ statusCode: z.int(), headers: z.record(z.string(), z.string()) });

/** The refusal in what the SDK threw, or null where no answer came at all. */
export function refusalOf(thrown: unknown): S3Refusal | null {
  if (!(thrown instanceof Error)) return null;
  const response: unknown = Reflect.get(thrown, '$response');
  const answer = Answer.safeParse(response);
  if (!answer.success) return null;
  const { statusCode: status, headers } = answer.data;
  return {
    code: textOf(thrown, 'Code'),
    status,
    requestId: headers['x-amz-request-id'] ?? null,
    region: headers['x-amz-bucket-region'] ?? textOf(thrown, 'Region') ?? regionElsewhere(headers.location, textOf(thrown, 'Endpoint')),
    // The tier of INTELLIGENT_TIERING says more than the class.
    archiveTier: textOf(thrown, 'AccessTier') ?? textOf(thrown, 'StorageClass'),
    isDeleteMarker: headers['x-amz-delete-marker'] === 'true',
    retryAfter: headers['retry-after'] ?? null,
    objectSize: sizeOf(headers['content-range']),
  };
}

/** Elements of the error's body become properties of the exception; a HEAD has no body, and then only the status speaks. */
function textOf(thrown: object, name: string): string | null {
  const value = Reflect.get(thrown, name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A redirect names the right endpoint in its Location header, its body in an element; of either only the region is taken. */
function regionElsewhere(location: string | undefined, endpoint: string | null): string | null {
  return regionOfRedirect(URL.parse(location ?? '')?.hostname ?? '') ?? regionOfRedirect(endpoint ?? '');
}

/** A 416 names the size after the slash of its Content-Range. */
function sizeOf(contentRange: string | undefined): number | null {
  const size = /\/(\d+)$/.exec(contentRange ?? '')?.[1];
  return size === undefined ? null : Number(size);
}
