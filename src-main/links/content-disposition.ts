/** How a browser is told to take a file: RFC 6266, with the name in UTF-8 (`filename*`) where ASCII does not hold it. */
import { create } from 'content-disposition';
import { fail } from '../../src-shared/model/error.ts';
import type { LinkOverrides } from './links.ts';

/** Path separators, control characters, and those that turn the direction of writing, by which `gpj.exe` is read as `exe.jpg`. */
const unfit = /[/\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/**
 * The header for what is asked, or null where the object's own holds. A name alone makes a download of it: that is where names are used.
 * @param key the object's own, whose last part is the name where none is given
 * @throws Failure `invalid_input` for a name that no browser would save under
 */
export function contentDispositionOf({ disposition, filename }: LinkOverrides, key: string): string | null {
  if (filename !== undefined && (unfit.test(filename) || !filename.isWellFormed() || isOnlyDots(filename))) {
    throw fail('invalid_input', {
      message: 'A file name holds no “/”, no “\\” and no control characters.',
      next: 'Give a plain name such as photo.jpg.',
    });
  }
  if (disposition === undefined && filename === undefined) return null;
  const type = disposition ?? 'attachment';
  const name = filename ?? nameOf(key);
  if (name === null) return type;
  // A SAS carries the value as it stands, where the Latin-1 of the library would not survive.
  const ascii = name.replace(/[^\x20-\x7e]/g, '?');
  return create(name, ascii === name ? { type } : { type, fallback: ascii });
}

/** The last part of a key that a file can be called, what cannot stand in a name replaced by `_`; null where nothing is left. */
function nameOf(key: string): string | null {
  const last = key.split('/').findLast((part) => part !== '') ?? '';
  const name = last.toWellFormed().replace(new RegExp(unfit, 'g'), '_');
  return name === '' || isOnlyDots(name) ? null : name;
}

function isOnlyDots(name: string): boolean {
  return /^[. ]*$/.test(name);
}
