/** Text → `Prefix`: where a listing begins. */
import type { Outcome } from '../model/error.ts';
import type { LocalPlace } from './file-path.ts';
import { splitKeyed } from './keyed-address.ts';
import { parseReference } from './parse-reference.ts';
import type { KeyedReference } from './reference.ts';
import { refused } from './refused-address.ts';

/** The beginning of keys in a bucket. */
export interface KeyPrefix {
  readonly scheme: KeyedReference['scheme'];
  /** For `az` it is `account/container`. */
  readonly bucket: string;
  /** Byte-exact; empty for the whole bucket. Not only whole folders: `2026/IMG_` is a prefix too. */
  readonly prefix: string;
}

/** A folder of this computer. */
export interface FolderPrefix {
  readonly scheme: 'file';
  /** Absolute, in the system's own form. */
  readonly path: string;
}

/** Where a listing begins. */
export type Prefix = KeyPrefix | FolderPrefix;

/** Understands `s3://bucket`, `s3://bucket/prefix`, `gs://…`, `az://account/container/prefix` and paths of folders. Nothing is looked up. */
export function parsePrefix(text: string, local?: LocalPlace): Outcome<Prefix> {
  const trimmed = text.trimStart();
  const scheme = /^(s3|gs|az|wasbs?|abfss?):/i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined) {
    const found = splitKeyed(scheme, trimmed);
    return 'ok' in found ? found : { ok: true, value: { scheme: found.scheme, bucket: found.bucket, prefix: found.key } };
  }
  const parsed = parseReference(text, local);
  if (!parsed.ok) return parsed;
  if (parsed.value.scheme === 'file') return { ok: true, value: { scheme: 'file', path: parsed.value.path } };
  return refused('This cannot be listed: only buckets and folders can.', 'Give an address such as s3://bucket/folder/.');
}

/** The prefix as text; `parsePrefix` reads it back. */
export function prefixText(prefix: Prefix): string {
  return prefix.scheme === 'file' ? prefix.path : `${prefix.scheme}://${prefix.bucket}/${prefix.prefix}`;
}
