/**
 * Signed web addresses: which query parameters are the signature, and when it ends.
 *
 * An address counts as signed only with the full set of a scheme, each parameter once and well-formed. Half a set is an ordinary
 * query, which belongs to the address like any other.
 */
import { type ErrorDetails, type Failure, fail } from '../model/error.ts';

/** The signing schemes that are recognised: AWS Signature Version 4, Google's version 4, Azure's shared access signature. */
export type SignatureScheme = 'SigV4' | 'Goog' | 'SAS';

/** A recognised signature. `endsAt` is null where the address does not say (a SAS by stored access policy). */
export interface Signature {
  readonly scheme: SignatureScheme;
  readonly endsAt: Date | null;
}

type Parameters = ReadonlyMap<string, string>;

/** Source: Amazon S3 API reference, "Authenticating Requests: Using Query Parameters"; the last three are optional. */
const sigV4Names = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
  'X-Amz-S3session-Token',
]);

/** Source: Cloud Storage documentation, "Signed URLs", canonical query parameters of V4. */
const googNames = new Set([
  'X-Goog-Algorithm',
  'X-Goog-Credential',
  'X-Goog-Date',
  'X-Goog-Expires',
  'X-Goog-SignedHeaders',
  'X-Goog-Signature',
]);

/** Source: Azure Storage REST reference, "Create a service SAS", "… an account SAS" and "… a user delegation SAS". */
const sasNames = new Set(
  'sv ss srt sp st se spr sip si sr sig ses sdd saoid suoid scid skoid sktid skt ske sks skv sduoid skdutid'.split(' '),
);

/** What signs this http(s) address, or null where nothing does. */
export function signatureOf(url: string): Signature | null {
  return recognise(url)?.signature ?? null;
}

/** When a signed address ends; null where it is signed but does not say. */
export function signedUrlEnd(url: string): Date | null | 'not-signed' {
  const signature = signatureOf(url);
  return signature === null ? 'not-signed' : signature.endsAt;
}

/**
 * When an address ends by what it says itself: a recognised signature, one of the kinds before it (`Expires` beside `Signature`), or half
 * a set that still names its end. Null where nothing says so. Good for explaining a refusal; only a recognised one is certain.
 */
export function statedEnd(url: string): Date | null {
  const recognised = signatureOf(url);
  if (recognised !== null) return recognised.endsAt;
  const parameters = new Map(
    splitQuery(url).parts.map((part): [string, string] => [decoded(part.split('=', 1)[0] ?? ''), decoded(part.replace(/^[^=]*=?/, ''))]),
  );
  for (const prefix of ['X-Amz-', 'X-Goog-']) {
    const issued = dateOf(parameters.get(`${prefix}Date`) ?? '');
    const seconds = parameters.get(`${prefix}Expires`) ?? '';
    if (issued !== null && /^\d{1,9}$/.test(seconds)) return new Date(issued + Number(seconds) * 1000);
  }
  const expires = parameters.get('Expires') ?? '';
  if (parameters.has('Signature') && /^\d{9,11}$/.test(expires)) return new Date(Number(expires) * 1000);
  const end = parameters.has('sig') ? Date.parse(parameters.get('se') ?? '') : Number.NaN;
  return Number.isNaN(end) ? null : new Date(end);
}

/** What is said of a signed address after its end, wherever that is noticed. @param nowMs milliseconds since 1970, after `end` */
export function endedLink(end: Date, nowMs: number, details?: ErrorDetails): Failure {
  return fail('access_denied', {
    message: `This link ended ${agoOf(nowMs - end.getTime())} ago.`,
    next: 'Ask whoever made it for a new one, and replace this one.',
    ...(details ? { details } : {}),
  });
}

/** A span for people, in its largest unit: `2 h`, `45 s`. */
function agoOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** The address without the parameters of its signature; the other parameters keep their text and order. Unsigned ones come back as they are. */
export function withoutSignature(url: string): string {
  const recognised = recognise(url);
  if (recognised === null) return url;
  const { before, parts } = splitQuery(url);
  const kept = parts.filter((part) => !recognised.names.has(decoded(part.split('=', 1)[0] ?? '')));
  return kept.length === 0 ? before : `${before}?${kept.join('&')}`;
}

function recognise(url: string): { signature: Signature; names: ReadonlySet<string> } | null {
  const { parts } = splitQuery(url);
  if (parts.length < 3) return null;
  const parameters = new Map<string, string>();
  const repeated = new Set<string>();
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = decoded(equals < 0 ? part : part.slice(0, equals));
    if (parameters.has(name)) repeated.add(name);
    parameters.set(name, equals < 0 ? '' : decoded(part.slice(equals + 1)));
  }
  const candidates = [
    { names: sigV4Names, signature: dated(parameters, 'X-Amz-', /^AWS4-(HMAC-SHA256|ECDSA-P256-SHA256)$/, 'SigV4') },
    { names: googNames, signature: dated(parameters, 'X-Goog-', /^GOOG4-(RSA-SHA256|HMAC-SHA256)$/, 'Goog') },
    { names: sasNames, signature: sas(parameters) },
  ];
  for (const { names, signature } of candidates) {
    if (signature !== null && ![...repeated].some((name) => names.has(name))) return { signature, names };
  }
  return null;
}

function dated(parameters: Parameters, prefix: string, algorithm: RegExp, scheme: SignatureScheme): Signature | null {
  const value = (name: string): string => parameters.get(prefix + name) ?? '';
  const issued = dateOf(value('Date'));
  if (issued === null || !algorithm.test(value('Algorithm')) || !/^\d{1,9}$/.test(value('Expires'))) return null;
  if (value('Credential') === '' || value('SignedHeaders') === '' || value('Signature') === '') return null;
  return { scheme, endsAt: new Date(issued + Number(value('Expires')) * 1000) };
}

/** `20261124T001500Z` in milliseconds since 1970; null for what is no date. */
function dateOf(text: string): number | null {
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const parsed = date ? Date.parse(`${date[1]}-${date[2]}-${date[3]}T${date[4]}:${date[5]}:${date[6]}Z`) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

function sas(parameters: Parameters): Signature | null {
  const has = (name: string): boolean => (parameters.get(name) ?? '') !== '';
  if (!/^\d{4}-\d\d-\d\d$/.test(parameters.get('sv') ?? '') || !has('sig')) return null;
  if (!has('sr') && !(has('ss') && has('srt'))) return null;
  if (!has('si') && !(has('se') && has('sp'))) return null;
  const end = parameters.get('se');
  if (end === undefined) return { scheme: 'SAS', endsAt: null };
  // Azure reads `2026-01-01`, `2026-01-01T10:00Z` and `2026-01-01T10:00:00Z`, always as UTC.
  const parsed = Date.parse(end);
  return Number.isNaN(parsed) ? null : { scheme: 'SAS', endsAt: new Date(parsed) };
}

function splitQuery(url: string): { before: string; parts: string[] } {
  const hash = url.indexOf('#');
  const text = hash < 0 ? url : url.slice(0, hash);
  const question = text.indexOf('?');
  if (question < 0) return { before: text, parts: [] };
  return { before: text.slice(0, question), parts: text.slice(question + 1).split('&') };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
