/** An independent judge of Google Cloud Storage's signed URLs, version 4 (GOOG4-RSA-SHA256): `node:crypto` and the specification only. */
import { verify } from 'node:crypto';
import { canonicalRequest, compactTime, headerValue, queryPairs, queryValue, type RawRequest, sha256Hex } from './canonical-request.ts';

export interface Goog4Rules {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** PEM public key of a service account, or null where it is not known. */
  readonly publicKeyOf: (email: string) => string | null;
}

export type Goog4Verdict =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'signed'; readonly email: string; readonly stringToSign: string }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string };

const maxExpires = 604_800;
const skewMs = 15 * 60_000;

/** Judges a request. Anonymous is one without any signing parameter. */
export function verifyGoog4(request: RawRequest, rules: Goog4Rules): Goog4Verdict {
  const pairs = queryPairs(request.rawQuery);
  if (!pairs.some(([name]) => /^x-goog-(algorithm|signature)$/i.test(name))) return { kind: 'anonymous' };
  const invalid = (message: string) => refused(400, 'InvalidQueryParameterValue', message);
  const names = pairs.map(([name]) => name).filter((name) => name.startsWith('X-Goog-'));
  if (new Set(names).size !== names.length) return invalid('A signing parameter stands twice.');
  const value = (name: string) => queryValue(pairs, `X-Goog-${name}`);
  if (value('Algorithm') !== 'GOOG4-RSA-SHA256') return invalid('X-Goog-Algorithm is not GOOG4-RSA-SHA256.');
  const credential = /^(.+)\/(\d{8})\/([^/]+)\/storage\/goog4_request$/.exec(value('Credential') ?? '');
  const [, email = '', day = '', location = ''] = credential ?? [];
  const date = value('Date');
  const signedAt = compactTime(date);
  if (!credential || date === null || signedAt === null || !date.startsWith(day))
    return invalid('X-Goog-Credential or X-Goog-Date is malformed.');
  const expiresText = value('Expires') ?? '';
  const expires = /^\d{1,9}$/.test(expiresText) ? Number(expiresText) : 0;
  if (expires < 1 || expires > maxExpires) return invalid('X-Goog-Expires must be from 1 to 604800.');
  if (rules.now() < signedAt - skewMs) return refused(403, 'AccessDenied', 'The request is not valid yet.');
  if (rules.now() >= signedAt + expires * 1000) return refused(400, 'ExpiredToken', 'The provided token has expired.');
  const publicKey = rules.publicKeyOf(email);
  if (publicKey === null) return refused(403, 'AccessDenied', `The service account ${email} does not exist.`);

  const signedHeaders = (value('SignedHeaders') ?? '').split(';');
  const unsigned = request.headers.find(([name]) => /^x-goog-/i.test(name) && !signedHeaders.includes(name.toLowerCase()));
  if (!signedHeaders.includes('host') || unsigned) return refused(403, 'SignatureDoesNotMatch', 'A header that must be signed is not.');
  const payloadHash = signedHeaders.includes('x-goog-content-sha256') ? headerValue(request.headers, 'x-goog-content-sha256') : null;
  const hex = value('Signature') ?? '';
  const signature = Buffer.from(/^(?:[0-9a-f]{2})+$/.test(hex) ? hex : '', 'hex');
  const stringsToSign = [request.headers, withoutPort(request.headers)].map((headers) => {
    const canonical = canonicalRequest({ ...request, headers }, signedHeaders, payloadHash ?? 'UNSIGNED-PAYLOAD', 'X-Goog-Signature');
    return ['GOOG4-RSA-SHA256', date, `${day}/${location}/storage/goog4_request`, sha256Hex(canonical)].join('\n');
  });
  const stringToSign = stringsToSign.find((text) => verify('RSA-SHA256', Buffer.from(text), publicKey, signature));
  if (stringToSign === undefined) return refused(403, 'SignatureDoesNotMatch', 'Access denied: the signature does not match.');
  return { kind: 'signed', email, stringToSign };
}

/** The published vectors sign the host without its port, though it is sent with it; clients are found that sign what they send. Both hold. */
function withoutPort(headers: RawRequest['headers']): RawRequest['headers'] {
  return headers.map(([name, value]) => [name, name.toLowerCase() === 'host' ? value.replace(/:\d+$/, '') : value]);
}

function refused(status: number, code: string, message: string): Goog4Verdict {
  return { kind: 'refused', status, code, message };
}
