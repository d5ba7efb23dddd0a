/** A reference: the address of a file, as plain data. `parse-reference.ts` makes them, nobody else. */
import * as z from 'zod/mini';

/** The schemes that are read. */
export const schemes = ['https', 'http', 's3', 'gs', 'az', 'file'] as const;
export type Scheme = (typeof schemes)[number];

/**
 * The canonical form of an address, which is its identity: one object has one, however it was typed.
 * `s3://bucket/key`, `gs://bucket/key` and `az://account/container/key` with the key's bytes as they stand; http(s) as WHATWG serialises
 * it, fragment dropped; `file:///…` percent-encoded by the rules of `pathToFileURL`.
 *
 * Note: how a version is written. Every byte after the bucket belongs to the key, `?` and `#` too, so a version stands before the bucket and
 * has a scheme of its own: `s3+version://ID@bucket/key`, `gs+version://GENERATION@bucket/key`, `az+version://ID@account/container/key`, the
 * id percent-encoded.
 */
export type CanonicalUrl = string & { readonly __brand: 'CanonicalUrl' };

/** An object in a bucket of S3 or Cloud Storage; `bucket` may be the ARN of an S3 access point. `key` is byte-exact: never normalised, never percent-decoded, never empty. */
export interface ObjectReference {
  readonly scheme: 's3' | 'gs';
  readonly canonical: CanonicalUrl;
  readonly bucket: string;
  readonly key: string;
  /** The version pinned: S3's `versionId`, Cloud Storage's generation. Its bytes never change. Absent: whatever is there now. */
  readonly version?: string;
}

/** A blob in a container of an Azure storage account. `key` is the blob's name, byte-exact as with buckets. */
export interface BlobReference {
  readonly scheme: 'az';
  readonly canonical: CanonicalUrl;
  /** Name of the storage account, such as `myaccount`. */
  readonly account: string;
  readonly container: string;
  readonly key: string;
  /** The version pinned: Azure's `versionid`. */
  readonly version?: string;
}

/** What lies in a store under a key. */
export type KeyedReference = ObjectReference | BlobReference;

/** A web address. `url` is what is asked, query included; for a recognised signed URL `canonical` leaves the signature parameters out. */
export interface WebReference {
  readonly scheme: 'https' | 'http';
  readonly canonical: CanonicalUrl;
  readonly url: string;
  readonly host: string;
}

/** A file on this computer. `path` is absolute, in the system's own form. */
export interface FileReference {
  readonly scheme: 'file';
  readonly canonical: CanonicalUrl;
  readonly path: string;
}

/** The address of a file. Removing a row never touches the file behind it. */
export type Reference = KeyedReference | WebReference | FileReference;

/** True for objects and blobs. */
export function isKeyed(reference: Reference): reference is KeyedReference {
  return reference.scheme === 's3' || reference.scheme === 'gs' || reference.scheme === 'az';
}

/** What kind of media an address seems to hold, from its extension alone; `unknown` until somebody looks. */
export const MediaKind = z.enum(['image', 'video', 'audio', 'unknown']);
export type MediaKind = z.infer<typeof MediaKind>;
