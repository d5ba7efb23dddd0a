/** Where a listing begins, as it was typed; and what its objects are called below it. */
import { Failure } from '../../src-shared/model/error.ts';
import type { LocalPlace } from '../../src-shared/reference/file-path.ts';
import { type Prefix, parsePrefix } from '../../src-shared/reference/parse-prefix.ts';
import { fileReference } from '../../src-shared/reference/parse-reference.ts';
import type { FileReference, KeyedReference } from '../../src-shared/reference/reference.ts';

/** The prefix that a text names. Throws `invalid_url`. */
export function readPrefix(text: string, local: LocalPlace): Prefix {
  // A folder here may be named without a slash, which of a file to import could be any word.
  const isName = local.cwd !== null && text.trim() !== '' && !/[:/\\~]/.test(text);
  const parsed = parsePrefix(isName ? `./${text}` : text, local);
  if (!parsed.ok) throw new Failure(parsed.error);
  return parsed.value;
}

/** The part of a key, or of a prefix, below the last folder of the prefix it was listed by; of a path with `/` on all systems. */
export function nameBelow(prefix: Prefix, listed: KeyedReference | FileReference | Prefix): string {
  if (prefix.scheme === 'file') {
    const path = 'path' in listed ? listed.path : '';
    return path.slice(prefix.path.replace(/[\\/]+$/, '').length + 1).replaceAll(prefix.path.startsWith('/') ? '/' : '\\', '/');
  }
  const key = 'key' in listed ? listed.key : 'prefix' in listed ? listed.prefix : '';
  return key.slice(prefix.prefix.lastIndexOf('/') + 1);
}

/** What the canonical form of everything below the prefix begins with. */
export function canonicalStart(prefix: Prefix): string {
  if (prefix.scheme !== 'file') return `${prefix.scheme}://${prefix.bucket}/${prefix.prefix}`;
  const folder = fileReference(prefix.path, prefix.path.startsWith('/') ? 'posix' : 'win32').canonical;
  return folder.endsWith('/') ? folder : `${folder}/`;
}
