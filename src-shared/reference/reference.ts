/** A reference: the address of a file, as plain data. `parse-reference.ts` makes them, nobody else. */
import * as z from 'zod/mini';

/** The schemes that are read. */
export const schemes = ['https', 'http', 's3', 'gs', 'file'] as const;
export type Scheme = (typeof schemes)[number];

/**
 * The canonical form of an address, which is its identity: one object has one, however it was typed.
 * `s3://bucket/key` and `gs://bucket/key` with the key's bytes as they stand; http(s) as WHATWG serialises it, fragment dropped;
 * `file:///…` percent-encoded by the rules of `pathToFileURL`.
 */
export type CanonicalUrl = string & { readonly __brand: 'CanonicalUrl' };

/** An object in a bucket. `key` is byte-exact: never normalised, never percent-decoded, never empty. */
export interface ObjectReference {
  readonly scheme: 's3' | 'gs';
  readonly canonical: CanonicalUrl;
  readonly bucket: string;
  readonly key: string;
}

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
export type Reference = ObjectReference | WebReference | FileReference;

/** What kind of media an address seems to hold, from its extension alone; `unknown` until somebody looks. */
export const MediaKind = z.enum(['image', 'video', 'audio', 'unknown']);
export type MediaKind = z.infer<typeof MediaKind>;
