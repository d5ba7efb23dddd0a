/** Keys that have broken other programs. Every byte counts. */
import type { CanonicalUrl, ObjectReference } from '../../src-shared/reference/reference.ts';

export const oddKeys: readonly string[] = [
  'plain.jpg',
  'a b.jpg',
  ' leading and trailing ',
  'a+b.jpg',
  'a%20b.jpg',
  'a%2Fb.jpg',
  '100%.jpg',
  '%',
  'a#b.jpg',
  'a?b=c&d.jpg',
  'a//b.jpg',
  '/leading.jpg',
  '//two.jpg',
  'trailing/',
  'a//b/../c',
  './dot',
  '..',
  'a/./b',
  '...',
  'ümlaut.jpg',
  'e\u0301-decomposed.jpg',
  '日本語/写真.jpg',
  '🦊/🎞️.mp4',
  "quote's (1)!*.jpg",
  'double"quote.jpg',
  '<angle>&amp;.jpg',
  'back\\slash.jpg',
  'semi;colon:at@comma,.jpg',
  'equals=dollar$.jpg',
  '[brackets]{braces}|pipe^caret`.jpg',
  'tab\tnew\nline.jpg',
  '~tilde_under-dash.dot',
  'x'.repeat(1_000),
];

/** A reference to an object, as the parser would make it. */
export function objectReference(scheme: 's3' | 'gs', bucket: string, key: string): ObjectReference {
  return { scheme, canonical: `${scheme}://${bucket}/${key}` as CanonicalUrl, bucket, key };
}
