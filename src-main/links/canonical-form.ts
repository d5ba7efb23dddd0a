/** What Signature Version 4 of AWS and of Google have in common: canonical headers and query, and the time as they write it. */
import { encodeStrictly } from '../../src-shared/reference/encode-key.ts';

/** What is signed. */
export interface SignableRequest {
  readonly method: string;
  readonly protocol: 'https:' | 'http:';
  /** With the port where it is not the protocol's own: it is what the client sends as Host. */
  readonly host: string;
  /** Raw path, encoded once. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly issuedAt: Date;
  /** Seconds from `issuedAt`. */
  readonly expiresSeconds: number;
}

/** The signed URL, and what it was made from. */
export interface UrlSignature {
  readonly url: string;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

/** A name and its value, both as they are signed. */
export type CanonicalPair = readonly [name: string, value: string];

/** Names in lower case and in order, values trimmed, inner blanks made one. */
export function canonicalHeaders(headers: Readonly<Record<string, string>>): CanonicalPair[] {
  return Object.entries(headers)
    .map(([name, value]): CanonicalPair => [name.toLowerCase(), value.trim().replace(/\s+/g, ' ')])
    .sort(byCode);
}

/** Every name and value encoded once, in the order of the encoded names. */
export function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]): CanonicalPair => [encodeStrictly(name), encodeStrictly(value)])
    .sort(byCode)
    .map((pair) => pair.join('='))
    .join('&');
}

/** `20130524T000000Z`. */
export function compactTime(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** By UTF-16 code units, which for encoded names are bytes; never by the order of a language. */
function byCode([one]: CanonicalPair, [other]: CanonicalPair): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
