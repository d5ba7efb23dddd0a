/** Tells a web page from media: many servers answer with one, status 200, where they have an error to tell. */
import { type Failure, fail } from '../../src-shared/model/error.ts';

/** So many first bytes decide. */
export const pageHeadBytes = 512;

/** True for bytes that begin like a web page. A declared `text/html` alone does not count: some servers say it of pictures. */
export function looksLikeWebPage(bytes: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, pageHeadBytes)).replace(/^ï»¿/, '').trimStart().toLowerCase();
  return text.startsWith('<!doctype html') || text.startsWith('<html') || /^<(head|body|script|title|meta)[\s>]/.test(text);
}

/** What is said when a page came. */
export function webPageFailure(): Failure {
  return fail('unsupported', { message: 'A web page came instead of a picture.', next: 'Open the address in a browser to see why.' });
}
