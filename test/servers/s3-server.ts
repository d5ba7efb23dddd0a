/** An S3 for tests that checks every signature: GET, HEAD and list, by path or by virtual host, with S3's own errors. */
import { answerObject, short } from './answer-object.ts';
import { decodeText, headerValue, pairsOf, queryPairs, queryValue, type RawRequest } from './canonical-request.ts';
import { type Fault, status, takeFaults } from './faults.ts';
import { pageOfSorted, sortedKeys } from './list-page.ts';
import { type Exchange, type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import { type AccessKey, verifySigV4 } from './sigv4-verifier.ts';
import type { StoredObject } from './stored-object.ts';

export interface S3Bucket {
  /** us-east-1 unless given. */
  readonly region?: string;
  /** What callers without credentials may do; nothing unless given. */
  readonly public?: 'read' | 'read-and-list';
  /** Access key ids that may read and list; all the server knows unless given. */
  readonly readers?: readonly string[];
  /** Access key ids that may read but not list: a missing key is then 403, as in S3. */
  readonly readersWithoutList?: readonly string[];
  readonly requesterPays?: boolean;
  /** Keeps what is replaced and removed, each under its version id. */
  readonly versions?: boolean;
}

export interface S3ServerOptions {
  readonly buckets?: Record<string, S3Bucket>;
  readonly keys?: readonly AccessKey[];
  /** Host names under which the endpoint is reached; `BUCKET.domain` is then the virtual-host style. `localhost` and amazonaws.com are known. */
  readonly domains?: readonly string[];
  /** Milliseconds since 1970; the wall clock unless given. */
  readonly now?: () => number;
  /**
   * What a signature for another region gets: S3's endpoints of old answer 301, today's mostly 400, for a bucket made minutes ago 307
   * with an address and no region. `body` is 400 that names the region there alone, as MinIO does. 400 unless given.
   */
  readonly wrongRegion?: 301 | 307 | 400 | 'body';
}

export interface S3Server extends LoopbackServer {
  /** Puts an object into a bucket that was named at the start. The key is byte-exact. */
  put(bucket: string, key: string, object: StoredObject, ...faults: Fault[]): void;
  /** Ids of the versions of a key, newest first; in a bucket with versions every `put` and `remove` makes one. */
  versionsOf(bucket: string, key: string): string[];
  remove(bucket: string, key: string): void;
  /** Orders faults for an object that is there. */
  spoil(bucket: string, key: string, ...faults: Fault[]): void;
  /** The listing that comes next is refused from this page on, counting from 1. */
  breakListing(bucket: string, page: number): void;
  /** Lets all stalled answers, and those that would stall, go on. */
  release(): void;
}

/** An S3 error as a fault, for instance `s3Error(503, 'SlowDown', { times: 2 })`. */
export function s3Error(code: number, name: string, options: { readonly times?: number; readonly retryAfter?: string } = {}): Fault {
  return status(code, {
    ...options,
    body: errorXml(name, `Ordered by the test: ${name}.`, '', ''),
    headers: { 'content-type': 'application/xml' },
  });
}

interface HeldBucket {
  readonly name: string;
  readonly rules: S3Bucket;
  readonly objects: Map<string, Held>;
  /** Newest first; empty where the bucket keeps none. */
  readonly versions: Map<string, { readonly id: string; readonly held: Held | null }[]>;
  /** The keys in order, until one comes or goes. */
  sorted: readonly string[] | null;
  /** Pages until a listing is refused; null: none will be. */
  pagesLeft: number | null;
}

interface Held {
  readonly object: StoredObject;
  readonly faults: Fault[];
}

/** `anonymous` or the id of the access key whose signature was right. */
type Caller = { readonly id: string | null; readonly form: 'header' | 'query' | null };

const overrides = ['content-type', 'content-language', 'expires', 'cache-control', 'content-disposition', 'content-encoding'];

/** Starts an S3 on loopback. */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const keys = new Map((options.keys ?? []).map((key) => [key.accessKeyId, key]));
  const buckets = new Map<string, HeldBucket>(
    Object.entries(options.buckets ?? {}).map(([name, rules]) => [
      name,
      { name, rules, objects: new Map(), versions: new Map(), sorted: null, pagesLeft: null },
    ]),
  );
  const released = Promise.withResolvers<void>();
  const domains = ['localhost', ...(options.domains ?? [])];
  const now = options.now ?? Date.now;
  let answered = 0;
  let versionsMade = 0;

  const answer = async (exchange: Exchange): Promise<void> => {
    answered += 1;
    const requestId = `REQUEST${String(answered).padStart(9, '0')}`;
    const { record } = exchange;
    const place = placeOf(record.headers.host ?? '', record.rawPath, domains);
    const base: Record<string, string> = { 'x-amz-request-id': requestId, date: new Date(now()).toUTCString(), server: 'AmazonS3' };
    const refuse = (code: number, name: string, message: string, more: { headers?: Record<string, string>; xml?: string } = {}) =>
      short(
        exchange,
        code,
        { ...base, 'content-type': 'application/xml', ...more.headers },
        errorXml(name, message, requestId, more.xml ?? ''),
      );

    if (record.method !== 'GET' && record.method !== 'HEAD') {
      return refuse(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
    }
    const request: RawRequest = { ...record, headers: pairsOf(record.rawHeaders) };
    const verdict = verifySigV4(request, {
      service: 's3',
      now,
      keyOf: (id) => keys.get(id) ?? null,
      presignedPayload: 'UNSIGNED-PAYLOAD',
      headerPayload: (signed) => headerValue(signed.headers, 'x-amz-content-sha256'),
    });
    if (verdict.kind === 'refused') return refuse(verdict.status, verdict.code, verdict.message);
    if (place.bucket === '') return refuse(403, 'AccessDenied', 'Access Denied');
    const bucket = buckets.get(place.bucket);
    if (!bucket) return refuse(404, 'NoSuchBucket', 'The specified bucket does not exist');
    const region = bucket.rules.region ?? 'us-east-1';
    const regional = { ...base, 'x-amz-bucket-region': region };

    const isForElsewhere = verdict.kind === 'signed' ? verdict.region !== region : options.wrongRegion === 307 && place.key === '';
    if (isForElsewhere && options.wrongRegion === 307) {
      const location = `https://${bucket.name}.s3.${region}.amazonaws.com/`;
      return refuse(307, 'TemporaryRedirect', movedMessage, { headers: { location }, xml: endpointXml(bucket.name, region) });
    }
    if (verdict.kind === 'signed' && verdict.region !== region) {
      const headers: Record<string, string> = options.wrongRegion === 'body' ? {} : { 'x-amz-bucket-region': region };
      if (options.wrongRegion === 301)
        return refuse(301, 'PermanentRedirect', movedMessage, { headers, xml: endpointXml(bucket.name, region) });
      const name = verdict.form === 'header' ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError';
      const message = `The credential scope is malformed; the region '${verdict.region}' is wrong; expecting '${region}'`;
      return refuse(400, name, message, { headers, xml: `<Region>${region}</Region>` });
    }
    if (place.endpointRegion !== null && place.endpointRegion !== region) {
      return refuse(301, 'PermanentRedirect', movedMessage, {
        headers: { 'x-amz-bucket-region': region },
        xml: endpointXml(bucket.name, region),
      });
    }

    const caller: Caller = verdict.kind === 'signed' ? { id: verdict.accessKeyId, form: verdict.form } : { id: null, form: null };
    const pairs = queryPairs(record.rawQuery);
    const denied = () => refuse(403, 'AccessDenied', 'Access Denied', { headers: { 'x-amz-bucket-region': region } });
    const pays = queryValue(pairs, 'x-amz-request-payer') ?? record.headers['x-amz-request-payer'];
    if (bucket.rules.requesterPays && (caller.id === null || pays !== 'requester')) return denied();

    if (place.key === '') {
      if (!mayList(bucket, caller)) return denied();
      if (record.method === 'HEAD') return short(exchange, 200, regional, '');
      if (queryValue(pairs, 'list-type') !== '2') return refuse(400, 'InvalidArgument', 'Only ListObjectsV2 is answered here.');
      if (bucket.pagesLeft !== null && --bucket.pagesLeft === 0) {
        bucket.pagesLeft = null;
        return denied();
      }
      return short(exchange, 200, { ...regional, 'content-type': 'application/xml' }, listXml(bucket, pairs));
    }

    if (!mayRead(bucket, caller)) return denied();
    const versions = bucket.versions.get(place.key) ?? [];
    const wanted = queryValue(pairs, 'versionId');
    const version = wanted === null ? versions[0] : versions.find(({ id }) => id === wanted);
    if (wanted !== null && !version) {
      if (!/^v\d+$/.test(wanted)) return refuse(400, 'InvalidArgument', 'Invalid version id specified');
      return refuse(404, 'NoSuchVersion', 'The specified version does not exist.');
    }
    const marker = { headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version?.id ?? '' } };
    if (wanted !== null && version?.held === null) {
      return refuse(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', marker);
    }
    const held = wanted === null ? bucket.objects.get(place.key) : version?.held;
    if (!held) {
      if (!mayList(bucket, caller)) return denied();
      const more = version ? marker : {};
      return refuse(404, 'NoSuchKey', 'The specified key does not exist.', { ...more, xml: `<Key>${escapeXml(place.key)}</Key>` });
    }
    const extra: Record<string, string> = {
      ...base,
      ...(version ? { 'x-amz-version-id': version.id } : {}),
      ...(bucket.rules.requesterPays ? { 'x-amz-request-charged': 'requester' } : {}),
    };
    for (const name of overrides) {
      const value = queryValue(pairs, `response-${name}`);
      if (value === null) continue;
      if (caller.id === null) {
        return refuse(400, 'InvalidRequest', 'Request specific response headers cannot be used for anonymous GET requests.');
      }
      extra[name] = value;
    }
    const storageClass = held.object.headers['x-amz-storage-class'];
    const tier = held.object.headers['x-amz-archive-status'];
    const isRestored = held.object.headers['x-amz-restore']?.includes('ongoing-request="false"') === true;
    const isArchived = (storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE' || tier !== undefined) && !isRestored;
    if (isArchived && record.method === 'GET') {
      return refuse(403, 'InvalidObjectState', "The operation is not valid for the object's storage class", {
        xml: `<StorageClass>${storageClass}</StorageClass>${tier === undefined ? '' : `<AccessTier>${tier}</AccessTier>`}`,
      });
    }
    await answerObject(exchange, held.object, {
      faults: takeFaults(held.faults),
      whenReleased: released.promise,
      extra,
      errorBody: (code) => ({
        type: 'application/xml',
        text:
          code === 412
            ? errorXml('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', requestId, '')
            : errorXml('InvalidRange', 'The requested range is not satisfiable', requestId, ''),
      }),
    });
  };

  const server = await startLoopbackServer(answer);
  const heldOf = (bucket: string) => {
    const held = buckets.get(bucket);
    if (!held) throw new Error(`The test server has no bucket ${bucket}.`);
    return held;
  };
  const change = (name: string, key: string, held: Held | null) => {
    const bucket = heldOf(name);
    if (held === null) bucket.objects.delete(key);
    else bucket.objects.set(key, held);
    bucket.sorted = null;
    if (!bucket.rules.versions) return;
    versionsMade += 1;
    bucket.versions.set(key, [{ id: `v${versionsMade}`, held }, ...(bucket.versions.get(key) ?? [])]);
  };
  return Object.assign(server, {
    put: (bucket: string, key: string, object: StoredObject, ...faults: Fault[]) => change(bucket, key, { object, faults }),
    remove: (bucket: string, key: string) => change(bucket, key, null),
    versionsOf: (bucket: string, key: string) => (heldOf(bucket).versions.get(key) ?? []).map(({ id }) => id),
    spoil(bucket: string, key: string, ...faults: Fault[]) {
      const held = heldOf(bucket).objects.get(key);
      if (!held) throw new Error(`The test server has no object ${key} in ${bucket}.`);
      held.faults.push(...faults);
    },
    breakListing(bucket: string, page: number) {
      heldOf(bucket).pagesLeft = page;
    },
    release: () => released.resolve(),
  });
}

const movedMessage =
  'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';

/** Bucket and key of a request. `endpointRegion` is the region that the host itself names, null where it names none. */
function placeOf(
  hostHeader: string,
  rawPath: string,
  domains: readonly string[],
): { bucket: string; key: string; endpointRegion: string | null } {
  const host = hostHeader.replace(/:\d+$/, '').toLowerCase();
  const amazon = /^(?:(.+)\.)?s3(?:\.dualstack)?(?:[.-]([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$/.exec(host);
  const domain = domains.find((name) => host.endsWith(`.${name}`));
  const virtual = amazon ? (amazon[1] ?? null) : domain === undefined ? null : host.slice(0, -domain.length - 1);
  const endpointRegion = amazon?.[2] ?? null;
  const path = rawPath.slice(1);
  if (virtual !== null) return { bucket: virtual, key: decodeText(path), endpointRegion };
  const slash = path.indexOf('/');
  if (slash < 0) return { bucket: decodeText(path), key: '', endpointRegion };
  return { bucket: decodeText(path.slice(0, slash)), key: decodeText(path.slice(slash + 1)), endpointRegion };
}

function mayRead({ rules }: HeldBucket, { id }: Caller): boolean {
  if (rules.public !== undefined) return true;
  return id !== null && (rules.readers === undefined || rules.readers.includes(id) || (rules.readersWithoutList ?? []).includes(id));
}

function mayList({ rules }: HeldBucket, { id }: Caller): boolean {
  if (rules.public === 'read-and-list') return true;
  return id !== null && !(rules.readersWithoutList ?? []).includes(id) && (rules.readers === undefined || rules.readers.includes(id));
}

function listXml(bucket: HeldBucket, pairs: ReturnType<typeof queryPairs>): string {
  const text = (name: string) => Buffer.from(queryValue(pairs, name) ?? '', 'latin1').toString('utf8');
  const prefix = text('prefix');
  const limit = Math.min(1000, Number(text('max-keys') || '1000'));
  const token = text('continuation-token');
  const after = token === '' ? text('start-after') : Buffer.from(token, 'base64url').toString('utf8');
  bucket.sorted ??= sortedKeys(bucket.objects.keys());
  const page = pageOfSorted(bucket.sorted, { prefix, delimiter: text('delimiter'), limit, after: after === '' ? null : after });
  const isEncoded = text('encoding-type') === 'url';
  const shown = (key: string) => (isEncoded ? formEncoded(key) : escapeXml(key));
  const contents = page.keys.map((key) => {
    const object = bucket.objects.get(key)?.object;
    const modified = (object?.modified ?? new Date(0)).toISOString();
    const storageClass = object?.headers['x-amz-storage-class'] ?? 'STANDARD';
    return `<Contents><Key>${shown(key)}</Key><LastModified>${modified}</LastModified>${object?.etag ? `<ETag>${escapeXml(object.etag)}</ETag>` : ''}<Size>${object?.size ?? 0}</Size><StorageClass>${storageClass}</StorageClass></Contents>`;
  });
  const prefixes = page.prefixes.map((name) => `<CommonPrefixes><Prefix>${shown(name)}</Prefix></CommonPrefixes>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${escapeXml(bucket.name)}</Name><Prefix>${shown(prefix)}</Prefix><KeyCount>${page.keys.length + page.prefixes.length}</KeyCount>`,
    `<MaxKeys>${limit}</MaxKeys>${isEncoded ? '<EncodingType>url</EncodingType>' : ''}<IsTruncated>${page.next !== null}</IsTruncated>`,
    page.next === null ? '' : `<NextContinuationToken>${Buffer.from(page.next).toString('base64url')}</NextContinuationToken>`,
    ...contents,
    ...prefixes,
    '</ListBucketResult>',
  ].join('');
}

/** As S3 encodes keys in listings: like a form, slashes kept. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
function formEncoded(key: string): string {
  const bytes = Buffer.from(key, 'utf8').toString('latin1');
  return bytes.replace(/[^A-Za-z0-9\-._*/]/g, (byte) =>
    byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function endpointXml(bucket: string, region: string): string {
  return `<Endpoint>${bucket}.s3.${region}.amazonaws.com</Endpoint><Bucket>${bucket}</Bucket>`;
}

function errorXml(code: string, message: string, requestId: string, more: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${more}<RequestId>${requestId}</RequestId><HostId>loopback</HostId></Error>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
