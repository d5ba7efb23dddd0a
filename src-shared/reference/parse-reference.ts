/**
 * Text → `Reference`. The one place where an address is understood.
 *
 * `s3://`, `gs://` and `az://` never go through `new URL()`, which would take `#`, `?`, `%20`, `//` and `..` for syntax: in a key they are bytes.
 * What is said here about a secret in an address never repeats it.
 */
import type { Outcome } from '../model/error.ts';
import type { FileUrlProblem, LocalPlace, Platform } from './file-path.ts';
import { fileUrlOfPath, isDrivePath, isUncPath, pathOfFileUrl, resolvePath } from './file-path.ts';
import { keyedAddress, parseKeyed } from './keyed-address.ts';
import { objectAddress, type ProviderEndpoint } from './provider-hosts.ts';
import type { CanonicalUrl, FileReference, KeyedReference, Reference, WebReference } from './reference.ts';
import { refused } from './refused-address.ts';
import { signatureOf, withoutSignature } from './signed-url.ts';

/**
 * Understands an address: `https://`, `http://`, `s3://`, `gs://`, `az://` (also as `wasbs://` and `abfss://`), a pinned version of an object,
 * `file://`, an absolute path, and with `local` also `~` and relative paths. Nothing is looked up: a path may name no file. Blanks before the address are dropped; blanks after it belong to a key or path.
 * @returns the reference, or `invalid_url` with a sentence
 */
export function parseReference(text: string, local?: LocalPlace): Outcome<Reference> {
  const plain = plainWebAddress(text);
  if (plain !== null) return { ok: true, value: plain };
  const trimmed = text.trimStart();
  if (trimmed.trimEnd() === '') return refused('This is not an address: there is nothing in it.');
  if (!text.isWellFormed()) return refused('This is not an address: it holds half of a character.');
  if (local?.platform === 'win32' && (isDrivePath(trimmed) || isUncPath(trimmed))) return parsePath(trimmed, local);
  const scheme = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(trimmed);
  if (scheme?.[1] !== undefined && !looksLikeHost(scheme[1], scheme[2] ?? '')) return parseScheme(scheme[1].toLowerCase(), trimmed, local);
  return parsePath(trimmed, local);
}

/** The reference behind a canonical form. It must be one; anything else is a bug and throws. A signed address comes back without its signature. */
export function referenceFromCanonical(canonical: CanonicalUrl): Reference {
  const parsed = canonical.startsWith('file:') ? parseFileUrl(canonical) : parseReference(canonical);
  if (!parsed.ok) throw new TypeError(`No canonical address: ${parsed.error.message}`);
  return parsed.value;
}

/** An object address in place of a web address. `endpoint` is where its bucket must be reached for it, null where the scheme alone leads there. */
export interface OfferedObject {
  readonly reference: KeyedReference;
  readonly endpoint: ProviderEndpoint | null;
}

/** The object address that is offered in place of a provider's https URL (`https://b.s3.amazonaws.com/k` → `s3://b/k`), or null. */
export function offeredObject(reference: Reference): OfferedObject | null {
  const found = objectAddress(reference);
  return found === null ? null : { reference: keyedAddress(found.place), endpoint: found.endpoint };
}

/** The reference of an absolute path, in the platform's own form. */
export function fileReference(path: string, platform: Platform): FileReference {
  return { scheme: 'file', canonical: fileUrlOfPath(path, platform) as CanonicalUrl, path };
}

/** `photos.example:8080/a.jpg` is a host and a port, not a scheme. */
function looksLikeHost(before: string, after: string): boolean {
  return /^\d{1,5}(\/|$)/.test(after) || (before.includes('.') && !after.startsWith('//'));
}

function parseScheme(scheme: string, text: string, local: LocalPlace | undefined): Outcome<Reference> {
  switch (scheme) {
    case 's3':
    case 'gs':
    case 'az':
    case 's3+version':
    case 'gs+version':
    case 'az+version':
    case 'wasb':
    case 'wasbs':
    case 'abfs':
    case 'abfss':
      return parseKeyed(scheme, text);
    case 'http':
    case 'https':
      return parseWeb(scheme, text);
    case 'file':
      return parseFileUrl(text, local?.platform);
    case 'data':
    case 'blob':
      return refused('This picture exists only inside its page.', 'Save it, then drop the file.');
    default:
      if (scheme.length === 1)
        return refused('This is not an address: it is a path of a Windows computer.', 'Give a path of this computer.');
      return refused(`${scheme.slice(0, 40)} is not read; https, http, s3, gs, az and files are.`);
  }
}

function parseWeb(scheme: 'http' | 'https', text: string): Outcome<Reference> {
  if (!URL.canParse(text)) {
    if (/^https?:[\\/]*($|[?#])/i.test(text)) return refused('This is not an address: the host is missing.');
    return refused('This is not an address: it cannot be read as a web address.');
  }
  const parsed = new URL(text);
  if (parsed.username !== '' || parsed.password !== '') {
    return refused('This address carries a user name or password, and those are not kept.', 'Take out what stands before the @.');
  }
  const host = parsed.host;
  // Setting it costs as much as reading the address did.
  if (text.includes('#')) parsed.hash = '';
  const href = parsed.href;
  const asGiven = withoutFragment(text.trimEnd());
  const isSigned = signatureOf(asGiven) !== null;
  // A signature holds for the text as it was given. Tabs and line ends, which WHATWG takes out, are no part of any such text.
  const url = isSigned && !/[\u0000-\u0020\\]/.test(asGiven) ? asGiven : href;
  const reference: WebReference = { scheme, canonical: withoutSignature(href) as CanonicalUrl, url, host };
  return { ok: true, value: reference };
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const plainHost = `(?:(?:${octet}\\.){3}${octet}|(?:[a-z0-9-]+\\.)*[a-z][a-z0-9-]*)(?::(?!80/|443/)[1-9]\\d{0,3}|:[1-5]\\d{4})?`;
const plainAddress = new RegExp(`^(https?)://(${plainHost})/[\\w.~!$&'()*+,;=:@%/-]*$`);

/**
 * A web address that `new URL` would leave as it is and that cannot be signed, read without it: lists hold a million of them, and this takes
 * a fifth of the time. Null for all that is not certain, such as dots that may be a step upwards and names in Punycode.
 */
function plainWebAddress(text: string): WebReference | null {
  const match = plainAddress.exec(text);
  const host = match?.[2];
  if (host === undefined || host.includes('xn--') || /\/(?:\.|%2e)/i.test(text)) return null;
  return { scheme: match?.[1] === 'http' ? 'http' : 'https', canonical: text as CanonicalUrl, url: text, host };
}

function withoutFragment(text: string): string {
  const hash = text.indexOf('#');
  return hash < 0 ? text : text.slice(0, hash);
}

const fileUrlProblems: Record<FileUrlProblem, { message: string; next: string }> = {
  host: { message: 'This is not an address: it names no file of this computer.', next: 'Write it as file:///folder/name.' },
  encoding: {
    message: 'This is not an address: a % in it does not stand for a character.',
    next: 'Write %25 for a %, or give the path itself.',
  },
  separator: { message: 'This is not an address: a name in it holds an encoded slash.', next: 'Give the path itself.' },
};

function parseFileUrl(text: string, platform?: Platform): Outcome<Reference> {
  if (!/^file:[\\/]/i.test(text) || !URL.canParse(text)) return refusedFileUrl('host');
  const named = pathOfFileUrl(new URL(text.trimEnd()).href, platform);
  return 'problem' in named ? refusedFileUrl(named.problem) : { ok: true, value: fileReference(named.path, named.platform) };
}

function refusedFileUrl(problem: FileUrlProblem): Outcome<Reference> {
  return refused(fileUrlProblems[problem].message, fileUrlProblems[problem].next);
}

function parsePath(text: string, local: LocalPlace | undefined): Outcome<Reference> {
  if (text.includes('\0')) return refused('This is not an address: a path holds no NUL character.');
  const platform = local?.platform ?? 'posix';
  if (platform === 'posix' && text.startsWith('/')) return { ok: true, value: fileReference(resolvePath('/', text, platform), platform) };
  if (isUncPath(text) && platform === 'posix' && text.startsWith('\\')) {
    return refused('This is not an address: it is a path of a Windows computer.', 'Give a path of this computer.');
  }
  const separator = platform === 'win32' ? /[\\/]/ : /\//;
  if (!separator.test(text) && !/[^.\s]\.[^.\s]+\s*$/.test(text) && !/^(\.{1,2}|~)\s*$/.test(text) && !/^\.[^.\s]/.test(text)) {
    return refused(`This is not an address: “${shortened(text)}” is neither a web address nor a path.`);
  }
  const inHome = /^~(?=$|[\\/\s])/.test(text);
  const isRooted = platform === 'win32' && /^[\\/]/.test(text);
  const base = inHome ? local?.home : (local?.cwd ?? (isRooted ? local?.home : undefined));
  if (base === undefined) {
    return refused(
      'This is not an address: it has no scheme, and there is no folder it could start from.',
      'Put https:// or s3:// in front, or give the whole path.',
    );
  }
  return { ok: true, value: fileReference(resolvePath(base, inHome ? `.${text.slice(1)}` : text, platform), platform) };
}

function shortened(text: string): string {
  const characters = [...text.trimEnd()];
  return characters.length <= 40 ? characters.join('') : `${characters.slice(0, 39).join('')}…`;
}
