/** Keys as the raw path of a request: every byte encoded once, nothing normalised. */
import { fail } from '../model/error.ts';

/** A key as a path: the slashes stay, all else but RFC 3986's unreserved characters is percent-encoded as UTF-8. Throws `invalid_url` for half a surrogate pair. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeStrictly).join('/');
}

/** A value encoded as signatures want it: `encodeURIComponent` leaves five characters more than RFC 3986 does. Throws as `encodeKey`. */
export function encodeStrictly(text: string): string {
  if (!text.isWellFormed()) {
    throw fail('invalid_url', { message: 'This is not an address: it holds half a character.', next: 'Correct the address.' });
  }
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
