/**
 * What SigV4 and GOOG4 signatures are made of, from the raw request, with nothing of the clients they judge: no URL class, no
 * URLSearchParams, no SDK. Both schemes canonicalise alike; `x-amz-` and `X-Goog-` names differ.
 */
import { createHash } from 'node:crypto';

/** A request as a verifier sees it. `headers` are names and values as they came, repeated names kept. */
export interface RawRequest {
  readonly method: string;
  /** Percent-encoded path as it was sent. */
  readonly rawPath: string;
  /** What stood after `?`, as it was sent. */
  readonly rawQuery: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A name and a value, decoded to bytes held as latin1 text, so that nothing is lost when they are encoded again. */
export type QueryPair = readonly [name: string, value: string];

/** Pairs names and values of Node's flat `rawHeaders`. */
export function pairsOf(rawHeaders: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  return pairs;
}

/** Percent-decodes to bytes as latin1 text. A `%` without two hex digits stays as it is; text beyond ASCII becomes its UTF-8 bytes. */
export function decodeBytes(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return bytes.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Decodes text that was percent-encoded UTF-8. */
export function decodeText(text: string): string {
  return Buffer.from(decodeBytes(text), 'latin1').toString('utf8');
}

/** Percent-encodes bytes (latin1 text): unreserved characters of RFC 3986 stay, hex is upper case. */
export function encodeBytes(bytes: string): string {
  return bytes.replace(/[^A-Za-z0-9\-._~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** The pairs of a raw query, `+` read as a blank, in the order they came. */
export function queryPairs(rawQuery: string): QueryPair[] {
  return rawQuery
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      const name = equals < 0 ? part : part.slice(0, equals);
      const value = equals < 0 ? '' : part.slice(equals + 1);
      return [decodeBytes(name.replaceAll('+', ' ')), decodeBytes(value.replaceAll('+', ' '))];
    });
}

/** The value of a query parameter (names compare exactly), or null. */
export function queryValue(pairs: readonly QueryPair[], name: string): string | null {
  return pairs.find(([key]) => key === name)?.[1] ?? null;
}

/** The values of a header joined by commas, trimmed, inner blanks made one; null where it did not come. */
export function headerValue(headers: RawRequest['headers'], name: string): string | null {
  const values = headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value.trim().replace(/\s+/g, ' '));
  return values.length === 0 ? null : values.join(',');
}

/** The canonical request. `omit` is the query parameter that carries the signature itself. The path is encoded once and never normalised. */
export function canonicalRequest(request: RawRequest, signedHeaders: readonly string[], payloadHash: string, omit: string | null): string {
  const path = decodeBytes(request.rawPath).split('/').map(encodeBytes).join('/');
  const query = queryPairs(request.rawQuery)
    .filter(([name]) => name !== omit)
    .map(([name, value]) => [encodeBytes(name), encodeBytes(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = signedHeaders.map((name) => `${name}:${headerValue(request.headers, name) ?? ''}\n`).join('');
  return [request.method, path, query, headers, signedHeaders.join(';'), payloadHash].join('\n');
}

/** `20260102T030405Z` as milliseconds since 1970, or null. */
export function compactTime(text: string | null): number | null {
  const match = text === null ? null : /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

export function sha256Hex(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
