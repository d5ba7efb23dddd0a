/**
 * An independent judge of Azure Storage's signatures: shared keys in the header, service SAS, account SAS and user delegation SAS. From
 * Microsoft's documents of the strings to sign and `node:crypto` only: "Authorize with Shared Key", "Create a service SAS", "Create an account
 * SAS", "Create a user delegation SAS", all of the versions from 2020-12-06 to before 2025-07-05.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { headerValue, queryPairs, type RawRequest } from './canonical-request.ts';

/** What a signature is judged against. */
export interface AzureRules {
  readonly account: string;
  /** The account's key in base64. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The delegation key in base64 for the fields of a SAS; null for one that was never given out. */
  readonly delegationKeyOf: (fields: DelegationFields) => string | null;
}

/** The fields by which a delegation key is known again. */
export interface DelegationFields {
  readonly objectId: string;
  readonly tenantId: string;
  readonly start: string;
  readonly expiry: string;
  readonly service: string;
  readonly version: string;
}

/** What the signature lets its bearer do. */
export type AzureVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'key' }
  | {
      readonly kind: 'sas';
      readonly form: 'service' | 'account' | 'delegation';
      /** `r`, `l` and their like. */
      readonly rights: string;
      /** In whose name a delegation key signs; null otherwise. */
      readonly objectId: string | null;
      /** Overrides by their header's name. */
      readonly overrides: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly why: string };

const skewMs = 15 * 60_000;
const oldest = '2020-12-06';
const newest = '2025-07-05';
const overrideHeaders = {
  rscc: 'cache-control',
  rscd: 'content-disposition',
  rsce: 'content-encoding',
  rscl: 'content-language',
  rsct: 'content-type',
} as const;

/** Judges a request to `container`; `blob` null is the container itself. */
export function verifyAzure(request: RawRequest, place: { container: string; blob: string | null }, rules: AzureRules): AzureVerdict {
  const authorization = headerValue(request.headers, 'authorization');
  const pairs = queryPairs(request.rawQuery).map(([name, value]) => [name, text(value)] as const);
  const names = pairs.map(([name]) => name);
  if (new Set(names).size !== names.length) return refused(400, 'InvalidQueryParameterValue', 'A parameter stands twice.');
  const query = new Map(pairs);
  if (query.has('sig')) return verifySas(query, place, rules);
  if (authorization === null || /^Bearer /i.test(authorization)) return { kind: 'none' };
  const match = /^SharedKey ([^:]+):(.+)$/.exec(authorization);
  if (!match) return refused(400, 'InvalidAuthenticationInfo', 'This is no scheme that is known here.');
  if (match[1] !== rules.account) return refused(403, 'AuthenticationFailed', 'The key is of another account.');
  const date = Date.parse(headerValue(request.headers, 'x-ms-date') ?? '');
  if (!(Math.abs(date - rules.now) <= skewMs)) return refused(403, 'AuthenticationFailed', 'Request date header too old.');
  const wanted = mac(rules.key, sharedKeyText(request, query, rules.account));
  return equal(wanted, match[2] ?? '') ? { kind: 'key' } : refused(403, 'AuthenticationFailed', 'The MAC signature is not the same.');
}

function sharedKeyText(request: RawRequest, query: ReadonlyMap<string, string>, account: string): string {
  const header = (name: string) => headerValue(request.headers, name) ?? '';
  const length = header('content-length');
  const own = new Map(
    request.headers
      .map(([name]) => name.toLowerCase())
      .filter((name) => name.startsWith('x-ms-'))
      .map((name) => [name, header(name)]),
  );
  const canonicalHeaders = [...own.keys()].sort().map((name) => `${name}:${own.get(name)}`);
  const canonicalResource = [
    `/${account}${request.rawPath}`,
    ...[...query]
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map((pair) => pair.join(':')),
  ];
  const lines = ['content-encoding', 'content-language'].map(header);
  const more = ['content-md5', 'content-type'].map(header);
  const dated = own.has('x-ms-date') ? '' : header('date');
  const conditions = ['if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'].map(header);
  return [
    request.method,
    ...lines,
    length === '0' ? '' : length,
    ...more,
    dated,
    ...conditions,
    ...canonicalHeaders,
    ...canonicalResource,
  ].join('\n');
}

function verifySas(query: ReadonlyMap<string, string>, place: { container: string; blob: string | null }, rules: AzureRules): AzureVerdict {
  const field = (name: string) => query.get(name) ?? '';
  const failed = (why: string) => refused(403, 'AuthenticationFailed', why);
  const version = field('sv');
  if (version < oldest || version >= newest) return failed(`This judge does not know the version ${version}.`);
  const end = Date.parse(field('se'));
  const begin = field('st') === '' ? Number.NEGATIVE_INFINITY : Date.parse(field('st'));
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(field('se')) || Number.isNaN(end)) return failed('The end cannot be read.');
  if (rules.now < begin || rules.now >= end) return failed('Signature not valid in the specified time frame.');
  const overrides: Record<string, string> = {};
  for (const [name, header] of Object.entries(overrideHeaders)) if (query.has(name)) overrides[header] = field(name);

  if (query.has('ss')) {
    const lines = [rules.account, ...['sp', 'ss', 'srt', 'st', 'se', 'sip', 'spr', 'sv', 'ses'].map(field)];
    if (!equal(mac(rules.key, `${lines.join('\n')}\n`), field('sig'))) return failed('The MAC signature is not the same.');
    if (!field('ss').includes('b')) return refused(403, 'AuthorizationServiceMismatch', 'This SAS is for other services.');
    const kind = place.blob === null ? 'c' : 'o';
    if (!field('srt').includes(kind)) return refused(403, 'AuthorizationResourceTypeMismatch', 'This SAS is for other kinds of things.');
    return { kind: 'sas', form: 'account', rights: field('sp'), objectId: null, overrides: {} };
  }

  const resource = field('sr');
  const wanted =
    resource === 'c' ? `/blob/${rules.account}/${place.container}` : `/blob/${rules.account}/${place.container}/${place.blob ?? ''}`;
  if (resource !== 'c' && (place.blob === null || !['b', 'bv'].includes(resource))) return failed('The resource does not fit.');
  if (resource === 'bv' && field('versionid') === '') return failed('The version is missing.');
  const tail = [resource, resource === 'bv' ? field('versionid') : '', field('ses'), ...Object.keys(overrideHeaders).map(field)];
  const head = ['sp', 'st', 'se'].map(field);
  if (!query.has('skoid')) {
    const lines = [...head, wanted, ...['si', 'sip', 'spr', 'sv'].map(field), ...tail];
    if (!equal(mac(rules.key, lines.join('\n')), field('sig'))) return failed('The MAC signature is not the same.');
    return { kind: 'sas', form: 'service', rights: field('sp'), objectId: null, overrides };
  }
  const fields: DelegationFields = {
    objectId: field('skoid'),
    tenantId: field('sktid'),
    start: field('skt'),
    expiry: field('ske'),
    service: field('sks'),
    version: field('skv'),
  };
  const key = rules.delegationKeyOf(fields);
  if (key === null) return failed('There is no such delegation key.');
  if (!(Date.parse(fields.expiry) > rules.now && Date.parse(fields.start) <= rules.now + skewMs))
    return failed('The delegation key has ended.');
  const lines = [
    ...head,
    wanted,
    ...['skoid', 'sktid', 'skt', 'ske', 'sks', 'skv', 'saoid', 'suoid', 'scid', 'sip', 'spr', 'sv'].map(field),
    ...tail,
  ];
  if (!equal(mac(key, lines.join('\n')), field('sig'))) return failed('The MAC signature is not the same.');
  // A link outlives its delegation key on paper only.
  if (end > Date.parse(fields.expiry)) return failed('The SAS ends after its key.');
  return { kind: 'sas', form: 'delegation', rights: field('sp'), objectId: fields.objectId, overrides };
}

/** Bytes held as latin1 text, as the text that they are in UTF-8. */
function text(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function mac(key: string, content: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(content, 'utf8').digest('base64');
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function refused(status: number, code: string, why: string): AzureVerdict {
  return { kind: 'refused', status, code, why };
}
