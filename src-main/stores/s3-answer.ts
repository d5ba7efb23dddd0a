/** Reads what the AWS SDK hands over, answers and refusals alike, into our own words. */
import * as z from 'zod/mini';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { S3Refusal } from './s3-errors.ts';

/** The fields of a GET's or HEAD's output that say what the object is. */
interface ObjectOutput {
  readonly ContentLength?: number | undefined;
  readonly ContentRange?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly StorageClass?: string | undefined;
}

/** Where the bytes of an answer lie in the object. */
export interface Extent {
  /** First byte sent. */
  readonly start: number;
  /** Size of the whole object, or null where the answer does not say. */
  readonly size: number | null;
}

/** Position and size, from Content-Range where there is one. */
export function extentOf(output: ObjectOutput): Extent {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(output.ContentRange ?? '');
  if (!range) return { start: 0, size: output.ContentLength ?? null };
  return { start: Number(range[1]), size: range[2] === '*' ? null : Number(range[2]) };
}

/** What the store says of the object. S3 leaves the class out for STANDARD. */
export function remoteFactsOf(output: ObjectOutput): RemoteFacts {
  const modified = output.LastModified;
  return {
    size: extentOf(output).size,
    type: output.ContentType?.split(';')[0]?.trim().toLowerCase() || null,
    etag: output.ETag ?? null,
    modified: modified && !Number.isNaN(modified.getTime()) ? modified.toISOString() : null,
    storageClass: output.StorageClass ?? null,
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
    region: headers['x-amz-bucket-region'] ?? textOf(thrown, 'Region'),
    storageClass: textOf(thrown, 'StorageClass'),
    retryAfter: headers['retry-after'] ?? null,
    objectSize: sizeOf(headers['content-range']),
  };
}

/** Elements of the error's body become properties of the exception; a HEAD has no body, and then only the status speaks. */
function textOf(thrown: object, name: string): string | null {
  const value = Reflect.get(thrown, name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A 416 names the size after the slash of its Content-Range. */
function sizeOf(contentRange: string | undefined): number | null {
  const size = /\/(\d+)$/.exec(contentRange ?? '')?.[1];
  return size === undefined ? null : Number(size);
}
