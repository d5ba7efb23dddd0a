/** An Azure Blob Storage for tests, path style as emulators have it, that checks every signature: get, head, list, delegation keys. */
import { createHmac, randomBytes } from 'node:crypto';
import { answerObject, short } from './answer-object.ts';
import { type DelegationFields, verifyAzure } from './azure-verifier.ts';
import { decodeText, headerValue, pairsOf, queryPairs } from './canonical-request.ts';
import { type Fault, status, takeFaults } from './faults.ts';
import { listPage } from './list-page.ts';
import { type Exchange, type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import type { StoredObject } from './stored-object.ts';

export interface AzureContainer {
  /** What callers without credentials may do; nothing unless given. */
  readonly public?: 'read' | 'read-and-list';
  /** Object ids of logins that may read and list; all that the server knows unless given. */
  readonly readers?: readonly string[];
}

export interface AzureAccount {
  /** In base64. */
  readonly key: string;
  readonly containers: Readonly<Record<string, AzureContainer>>;
  /** Object ids of logins that get delegation keys; all that the server knows unless given. */
  readonly delegators?: readonly string[];
  /** Only logins are let in. */
  readonly takesNoKeys?: boolean;
}

export interface AzureServerOptions {
  readonly accounts: Readonly<Record<string, AzureAccount>>;
  /** The login behind a bearer token; null for one that is not good. Nobody's are unless given. */
  readonly loginOf?: (token: string) => { readonly objectId: string; readonly tenantId: string } | null;
  /** What a reader without credentials gets for what is private: by the account's settings and the version asked for, Azure answers all three. 404 unless given. */
  readonly privateIs?: 401 | 404 | 409;
  /** Milliseconds since 1970; the wall clock unless given. */
  readonly now?: () => number;
}

export interface AzureServer extends LoopbackServer {
  /** Puts a blob into a container that was named at the start, and gives its version. The name is byte-exact. */
  put(account: string, container: string, key: string, object: StoredObject, ...faults: Fault[]): string;
  /** Lets all stalled answers, and those that would stall, go on. */
  release(): void;
}

/** An Azure error as a fault, for instance `azureError(503, 'ServerBusy', { times: 2 })`. */
export function azureError(code: number, name: string, options: { readonly times?: number; readonly retryAfter?: string } = {}): Fault {
  return status(code, {
    ...options,
    body: errorXml(name, 'Ordered by the test.'),
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': name },
  });
}

interface Held {
  readonly object: StoredObject;
  readonly faults: Fault[];
  readonly version: string;
}

const sevenDaysMs = 604_800_000;

/** Starts a blob service on loopback: `ORIGIN/ACCOUNT/CONTAINER/BLOB`. */
export async function startAzureServer(options: AzureServerOptions): Promise<AzureServer> {
  const now = options.now ?? Date.now;
  const released = Promise.withResolvers<void>();
  const secret = randomBytes(32);
  const blobs = new Map<string, Map<string, Held[]>>();
  const blobsOf = (account: string, container: string) => {
    const name = `${account}/${container}`;
    if (options.accounts[account]?.containers[container] === undefined) throw new Error(`The test server has no container ${name}.`);
    const known = blobs.get(name) ?? new Map<string, Held[]>();
    blobs.set(name, known);
    return known;
  };
  const delegationKeyOf = (fields: DelegationFields) =>
    createHmac('sha256', secret)
      .update(JSON.stringify(Object.entries(fields).sort()))
      .digest('base64');
  let puts = 0;

  const answer = async (exchange: Exchange): Promise<void> => {
    const { record } = exchange;
    const base = { 'x-ms-request-id': `request-${record.index}`, 'x-ms-version': '2021-12-02', date: new Date(now()).toUTCString() };
    const refuse = (code: number, name: string, why: string) =>
      short(exchange, code, { ...base, 'content-type': 'application/xml', 'x-ms-error-code': name }, errorXml(name, why));
    const [, accountName = '', container = '', ...rest] = record.rawPath.split('/').map(decodeText);
    const account = options.accounts[accountName];
    if (!account) return refuse(400, 'InvalidUri', 'There is no such account.');
    const blob = record.rawPath.split('/').length > 3 ? rest.join('/') : null;
    const query = new Map(queryPairs(record.rawQuery).map(([name, value]) => [name, Buffer.from(value, 'latin1').toString('utf8')]));
    const headers = pairsOf(record.rawHeaders);
    if (headerValue(headers, 'authorization') !== null && headerValue(headers, 'x-ms-version') === null) {
      return refuse(400, 'MissingRequiredHeader', 'x-ms-version is missing.');
    }

    const verdict = verifyAzure(
      { ...record, headers },
      { container, blob },
      { account: accountName, key: account.key, now: now(), delegationKeyOf },
    );
    if (verdict.kind === 'refused') return refuse(verdict.status, verdict.code, verdict.why);
    const byKey = verdict.kind === 'key' || (verdict.kind === 'sas' && verdict.form !== 'delegation');
    if (byKey && account.takesNoKeys)
      return refuse(403, 'KeyBasedAuthenticationNotPermitted', 'Key based authentication is not permitted.');
    const bearer = /^Bearer (.+)$/i.exec(headerValue(headers, 'authorization') ?? '')?.[1] ?? null;
    const login = bearer === null ? null : (options.loginOf?.(bearer) ?? null);
    if (bearer !== null && login === null) return refuse(401, 'InvalidAuthenticationInfo', 'The token is not good.');

    if (record.method === 'POST' && query.get('comp') === 'userdelegationkey') {
      if (login === null) return refuse(403, 'AuthorizationFailure', 'Only a login gets a delegation key.');
      if (account.delegators !== undefined && !account.delegators.includes(login.objectId)) {
        return refuse(
          403,
          'AuthorizationPermissionMismatch',
          'This request is not authorized to perform this operation using this permission.',
        );
      }
      const asked = Buffer.from(await exchange.body()).toString('utf8');
      const [start = '', expiry = ''] = ['Start', 'Expiry'].map((name) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(asked)?.[1]);
      if (!(Date.parse(expiry) > now() && Date.parse(expiry) <= now() + sevenDaysMs))
        return refuse(400, 'InvalidXmlNodeValue', 'The expiry is out of range.');
      const fields = { ...login, start, expiry, service: 'b', version: headerValue(headers, 'x-ms-version') ?? '' };
      const { objectId, tenantId, service, version } = fields;
      const xml = `\uFEFF<?xml version="1.0" encoding="utf-8"?><UserDelegationKey><SignedOid>${objectId}</SignedOid><SignedTid>${tenantId}</SignedTid><SignedStart>${start}</SignedStart><SignedExpiry>${expiry}</SignedExpiry><SignedService>${service}</SignedService><SignedVersion>${version}</SignedVersion><Value>${delegationKeyOf(fields)}</Value></UserDelegationKey>`;
      return short(exchange, 200, { ...base, 'content-type': 'application/xml' }, xml);
    }
    if (record.method !== 'GET' && record.method !== 'HEAD') return refuse(405, 'UnsupportedHttpVerb', 'Only reads are answered here.');

    const isList = blob === null && query.get('restype') === 'container' && query.get('comp') === 'list';
    const rules = account.containers[container];
    const objectId = verdict.kind === 'sas' ? verdict.objectId : (login?.objectId ?? null);
    const isAnonymous = verdict.kind === 'none' && login === null;
    const isPublic = isList ? rules?.public === 'read-and-list' : rules?.public !== undefined;
    if (isAnonymous && !isPublic) {
      if (options.privateIs === 401) return refuse(401, 'NoAuthenticationInformation', 'Server failed to authenticate the request.');
      if (options.privateIs === 409)
        return refuse(409, 'PublicAccessNotPermitted', 'Public access is not permitted on this storage account.');
      return refuse(404, 'ResourceNotFound', 'The specified resource does not exist.');
    }
    if (!rules) return refuse(404, 'ContainerNotFound', 'The specified container does not exist.');
    if (objectId !== null && rules.readers !== undefined && !rules.readers.includes(objectId)) {
      return refuse(
        403,
        'AuthorizationPermissionMismatch',
        'This request is not authorized to perform this operation using this permission.',
      );
    }
    if (verdict.kind === 'sas' && !verdict.rights.includes(isList ? 'l' : 'r')) {
      return refuse(
        403,
        'AuthorizationPermissionMismatch',
        'This request is not authorized to perform this operation using this permission.',
      );
    }
    if (isList)
      return short(exchange, 200, { ...base, 'content-type': 'application/xml' }, listXml(blobsOf(accountName, container), query));
    if (blob === null) return refuse(400, 'InvalidQueryParameterValue', 'Only listings are answered here.');

    const versions = blobsOf(accountName, container).get(blob) ?? [];
    const wanted = query.get('versionid');
    const held = wanted === undefined ? versions.at(-1) : versions.find(({ version }) => version === wanted);
    if (!held) return refuse(404, 'BlobNotFound', 'The specified blob does not exist.');
    const tier = held.object.headers['x-ms-access-tier'] ?? 'Hot';
    if (tier === 'Archive' && record.method === 'GET') {
      return refuse(409, 'BlobArchived', 'This operation is not permitted on an archived blob.');
    }
    await answerObject(exchange, held.object, {
      faults: takeFaults(held.faults),
      whenReleased: released.promise,
      extra: {
        ...base,
        'x-ms-access-tier': tier,
        'x-ms-blob-type': 'BlockBlob',
        'x-ms-version-id': held.version,
        ...(verdict.kind === 'sas' ? verdict.overrides : {}),
      },
      errorBody: (code) => ({ type: 'application/xml', text: errorXml(code === 412 ? 'ConditionNotMet' : 'InvalidRange', 'Not met.') }),
    });
  };

  const server = await startLoopbackServer(answer);
  return Object.assign(server, {
    put(account: string, container: string, key: string, object: StoredObject, ...faults: Fault[]) {
      puts += 1;
      const version = `2026-01-02T03:04:05.${String(puts).padStart(7, '0')}Z`;
      const known = blobsOf(account, container);
      known.set(key, [...(known.get(key) ?? []), { object, faults, version }]);
      return version;
    },
    release: () => released.resolve(),
  });
}

function listXml(blobs: ReadonlyMap<string, readonly Held[]>, query: ReadonlyMap<string, string>): string {
  const marker = query.get('marker') ?? '';
  const page = listPage(blobs.keys(), {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: Math.min(5_000, Number(query.get('maxresults') ?? '5000')),
    after: marker === '' ? null : Buffer.from(marker, 'base64url').toString('utf8'),
  });
  const items = page.keys.map((key) => {
    const object = blobs.get(key)?.at(-1)?.object;
    const modified = (object?.modified ?? new Date(0)).toUTCString();
    const tier = object?.headers['x-ms-access-tier'] ?? 'Hot';
    const etag = (object?.etag ?? '').replaceAll('"', '');
    return `<Blob>${nameXml(key)}<Properties><Last-Modified>${modified}</Last-Modified><Etag>${etag}</Etag><Content-Length>${object?.size ?? 0}</Content-Length><Content-Type>${escapeXml(object?.type ?? '')}</Content-Type><BlobType>BlockBlob</BlobType><AccessTier>${tier}</AccessTier></Properties></Blob>`;
  });
  const prefixes = page.prefixes.map((name) => `<BlobPrefix>${nameXml(name)}</BlobPrefix>`);
  const next = page.next === null ? '' : Buffer.from(page.next).toString('base64url');
  // With a byte order mark, as Azure sends it.
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/" ContainerName="c"><Blobs>${items.join('')}${prefixes.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
}

/** Names with characters that XML cannot hold are percent-encoded and say so: https://learn.microsoft.com/rest/api/storageservices/list-blobs#response-body */
function nameXml(name: string): string {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(name)) return `<Name Encoded="true">${encodeURIComponent(name)}</Name>`;
  return `<Name>${escapeXml(name)}</Name>`;
}

function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\r', '&#xD;');
}
