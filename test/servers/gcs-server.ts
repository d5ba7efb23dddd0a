/** A Google Cloud Storage for tests: the JSON API, the XML paths, signed URLs that are verified, and an OAuth token endpoint. */
import { createHash } from 'node:crypto';
import { answerObject, short } from './answer-object.ts';
import { decodeText, pairsOf, type QueryPair, queryPairs, queryValue } from './canonical-request.ts';
import { type Fault, takeFaults } from './faults.ts';
import { verifyGoog4 } from './goog4-verifier.ts';
import { createGoogleTokens } from './google-tokens.ts';
import { listPage } from './list-page.ts';
import { type Exchange, type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import type { ServiceAccount } from './service-account.ts';
import type { StoredObject } from './stored-object.ts';

export interface GcsBucket {
  /** What callers without credentials may do; nothing unless given. */
  readonly public?: 'read' | 'read-and-list';
  /** E-mails that may read and list; everybody the server knows unless given. */
  readonly readers?: readonly string[];
  readonly requesterPays?: boolean;
  /** Projects that may pay; any unless given. */
  readonly payers?: readonly string[];
}

export interface GcsServerOptions {
  readonly buckets?: Record<string, GcsBucket>;
  /** Accounts whose assertions and signatures are accepted. More can be added with `addAccount` once the origin is known. */
  readonly accounts?: readonly ServiceAccount[];
  /** Bearer or refresh tokens that hold from the start, each with the e-mail it stands for. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Who may act as a service account, by its e-mail; everybody where it is not named. */
  readonly tokenCreators?: Readonly<Record<string, readonly string[]>>;
  /** Tokens of other providers that its token exchange takes, each with the identity it stands for. */
  readonly subjectTokens?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; the wall clock unless given. */
  readonly now?: () => number;
}

export interface GcsServer extends LoopbackServer {
  /** Puts an object into a bucket that was named at the start; a new generation each time. The key is byte-exact. */
  put(bucket: string, key: string, object: StoredObject, ...faults: Fault[]): void;
  /** The generation of an object as it is now. */
  generationOf(bucket: string, key: string): string;
  /** Who each request for an object or a listing came from, in order; null is nobody. */
  readonly callers: readonly (string | null)[];
  /** Ends every token issued so far, though their time is not over. */
  revokeTokens(): void;
  remove(bucket: string, key: string): void;
  spoil(bucket: string, key: string, ...faults: Fault[]): void;
  addAccount(account: ServiceAccount): void;
  /** `origin + '/token'`. */
  readonly tokenUri: string;
  /** Lets all stalled answers, and those that would stall, go on. */
  release(): void;
}

interface Held {
  readonly object: StoredObject;
  readonly faults: Fault[];
  readonly generation: string;
}

interface HeldBucket {
  readonly name: string;
  readonly rules: GcsBucket;
  readonly objects: Map<string, Held>;
}

/** What a request asks for, read from its raw path. */
interface Asked {
  readonly api: 'json' | 'xml';
  readonly bucket: string;
  /** '' is the bucket itself, null its listing in the JSON API. */
  readonly key: string | null;
  readonly isMedia: boolean;
}

/** Starts a GCS on loopback. */
export async function startGcsServer(options: GcsServerOptions = {}): Promise<GcsServer> {
  const accounts = new Map((options.accounts ?? []).map((account) => [account.email, account]));
  const buckets = new Map<string, HeldBucket>(
    Object.entries(options.buckets ?? {}).map(([name, rules]) => [name, { name, rules, objects: new Map() }]),
  );
  const now = options.now ?? Date.now;
  const tokens = createGoogleTokens({
    accounts,
    issued: options.tokens ?? {},
    ...(options.tokenCreators ? { tokenCreators: options.tokenCreators } : {}),
    ...(options.subjectTokens ? { subjectTokens: options.subjectTokens } : {}),
    now,
  });
  const callers: (string | null)[] = [];
  const released = Promise.withResolvers<void>();
  let generation = 1_700_000_000_000_000;

  const answer = async (exchange: Exchange): Promise<void> => {
    const { record } = exchange;
    const pairs = queryPairs(record.rawQuery);
    const date = new Date(now()).toUTCString();
    const json = (status: number, value: unknown) =>
      short(exchange, status, { date, 'content-type': 'application/json; charset=UTF-8' }, `${JSON.stringify(value)}\n`);

    const bearer = /^Bearer (.+)$/i.exec(record.headers.authorization ?? '')?.[1] ?? null;
    if (record.method === 'POST' && record.rawPath === '/token') {
      const form = Buffer.from(await exchange.body()).toString('utf8');
      const answered = tokens.answerTokenRequest(form, `http://${record.headers.host}/token`);
      return json(answered.status, answered.json);
    }
    const iam = /^\/v1\/projects\/-\/serviceAccounts\/([^/]+):(signBlob|generateAccessToken)$/.exec(record.rawPath);
    if (record.method === 'POST' && iam) {
      const text = Buffer.from(await exchange.body()).toString('utf8');
      const caller = bearer === null ? null : tokens.identityOf(bearer);
      if (caller === null) return json(401, googleError(401, 'authError', 'Invalid Credentials'));
      const email = decodeText(iam[1] ?? '');
      const answered = iam[2] === 'signBlob' ? tokens.answerSignBlob(caller, email, text) : tokens.answerImpersonation(caller, email, text);
      return json(answered.status, answered.json);
    }

    const asked = askedBy(record.rawPath, queryValue(pairs, 'alt'));
    const refuse = (status: number, code: string, message: string) => {
      if (asked.api === 'json' && !asked.isMedia) return json(status, googleError(status, reasons[code] ?? code, message));
      if (asked.api === 'json') return short(exchange, status, { date, 'content-type': 'text/html; charset=UTF-8' }, message);
      const xml = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
      return short(exchange, status, { date, 'content-type': 'application/xml; charset=UTF-8' }, xml);
    };
    if (record.method !== 'GET' && record.method !== 'HEAD') return refuse(405, 'MethodNotAllowed', 'The specified method is not allowed.');

    let identity: string | null = bearer === null ? null : tokens.identityOf(bearer);
    callers.push(identity);
    if (bearer !== null && identity === null) return refuse(401, 'AuthenticationRequired', 'Invalid Credentials');
    if (asked.api === 'xml') {
      const verdict = verifyGoog4(
        { ...record, headers: pairsOf(record.rawHeaders) },
        { now, publicKeyOf: (email) => accounts.get(email)?.publicKey ?? null },
      );
      if (verdict.kind === 'refused') return refuse(verdict.status, verdict.code, verdict.message);
      if (verdict.kind === 'signed') identity = verdict.email;
    }

    const bucket = buckets.get(asked.bucket);
    if (!bucket) return refuse(404, 'NoSuchBucket', 'The specified bucket does not exist.');
    const isRead = asked.key !== null && asked.key !== '';
    const right = isRead ? 'storage.objects.get' : 'storage.objects.list';
    const denied = () => {
      const who = identity ?? 'Anonymous caller';
      const message = `${who} does not have ${right} access to the Google Cloud Storage ${isRead ? 'object' : 'bucket'}.`;
      return identity === null && asked.api === 'json'
        ? refuse(401, 'AuthenticationRequired', message)
        : refuse(403, 'AccessDenied', message);
    };
    const isReader = identity !== null && (bucket.rules.readers === undefined || bucket.rules.readers.includes(identity));
    const mayList = isReader || bucket.rules.public === 'read-and-list';
    if (isRead ? !(isReader || bucket.rules.public !== undefined) : !mayList) return denied();
    const payer = queryValue(pairs, 'userProject') ?? record.headers['x-goog-user-project']?.toString() ?? null;
    if (bucket.rules.requesterPays && (identity === null || payer === null)) {
      return refuse(400, 'UserProjectMissing', 'Bucket is a requester pays bucket but no user project provided.');
    }
    if (bucket.rules.requesterPays && bucket.rules.payers?.includes(payer ?? '') === false) {
      return refuse(403, 'UserProjectAccessDenied', 'The caller may not use this project.');
    }
    if (asked.key === null) return json(200, listJson(bucket, pairs));
    if (asked.key === '') return json(200, { kind: 'storage#bucket', name: bucket.name, id: bucket.name, location: 'EU' });

    const held = bucket.objects.get(asked.key);
    const wantedGeneration = queryValue(pairs, 'generation');
    if (!held || (wantedGeneration !== null && wantedGeneration !== held.generation)) {
      if (!mayList && identity === null) return denied();
      return refuse(404, 'NoSuchKey', `No such object: ${bucket.name}/${asked.key}`);
    }
    const ifGeneration = queryValue(pairs, 'ifGenerationMatch') ?? record.headers['x-goog-if-generation-match'] ?? null;
    if (ifGeneration !== null && ifGeneration !== held.generation) {
      return refuse(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.');
    }
    if (queryValue(pairs, 'ifGenerationNotMatch') === held.generation) return short(exchange, 304, { date }, '');
    if (asked.api === 'json' && !asked.isMedia) {
      const metadata = { ...held.object, slice: (start: number, end: number) => text.subarray(start, end), size: 0, headers: {} };
      const text = new TextEncoder().encode(`${JSON.stringify(objectJson(bucket.name, asked.key, held))}\n`);
      return answerObject(
        exchange,
        { ...metadata, size: text.length, type: 'application/json; charset=UTF-8', etag: `"${held.generation}"` },
        { faults: takeFaults(held.faults), whenReleased: released.promise, extra: { date } },
      );
    }
    const extra: Record<string, string> = {
      date,
      'x-goog-generation': held.generation,
      'x-goog-metageneration': '1',
      'x-goog-stored-content-length': String(held.object.size),
      'x-goog-stored-content-encoding': 'identity',
      'x-goog-storage-class': held.object.headers['x-goog-storage-class'] ?? 'STANDARD',
      'x-goog-hash': `md5=${md5Of(held.object)}`,
    };
    const disposition = queryValue(pairs, 'response-content-disposition');
    const type = queryValue(pairs, 'response-content-type');
    if (disposition !== null) extra['content-disposition'] = disposition;
    if (type !== null) extra['content-type'] = type;
    await answerObject(exchange, held.object, { faults: takeFaults(held.faults), whenReleased: released.promise, extra });
  };

  const server = await startLoopbackServer(answer);
  const heldOf = (bucket: string) => {
    const held = buckets.get(bucket);
    if (!held) throw new Error(`The test server has no bucket ${bucket}.`);
    return held;
  };
  return Object.assign(server, {
    tokenUri: `${server.origin}/token`,
    put(bucket: string, key: string, object: StoredObject, ...faults: Fault[]) {
      generation += 1_000;
      heldOf(bucket).objects.set(key, { object, faults, generation: String(generation) });
    },
    generationOf: (bucket: string, key: string) => heldOf(bucket).objects.get(key)?.generation ?? '',
    callers,
    revokeTokens: () => tokens.revoke(),
    remove(bucket: string, key: string) {
      heldOf(bucket).objects.delete(key);
    },
    spoil(bucket: string, key: string, ...faults: Fault[]) {
      const held = heldOf(bucket).objects.get(key);
      if (!held) throw new Error(`The test server has no object ${key} in ${bucket}.`);
      held.faults.push(...faults);
    },
    addAccount(account: ServiceAccount) {
      accounts.set(account.email, account);
    },
    release: () => released.resolve(),
  });
}

/** Words of the XML API in those of the JSON API. */
const reasons: Readonly<Record<string, string>> = {
  AccessDenied: 'forbidden',
  AuthenticationRequired: 'authError',
  NoSuchKey: 'notFound',
  NoSuchBucket: 'notFound',
  PreconditionFailed: 'conditionNotMet',
  UserProjectMissing: 'required',
  UserProjectAccessDenied: 'userProjectAccessDenied',
};

function askedBy(rawPath: string, alt: string | null): Asked {
  const api = /^(\/download)?\/storage\/v1\/b\/([^/]+)(\/o(?:\/(.+))?)?$/.exec(rawPath);
  if (api) {
    const key = api[3] === undefined ? '' : api[4] === undefined ? null : decodeText(api[4]);
    return { api: 'json', bucket: decodeText(api[2] ?? ''), key, isMedia: alt === 'media' || (api[1] !== undefined && alt !== 'json') };
  }
  const path = rawPath.slice(1);
  const slash = path.indexOf('/');
  if (slash < 0) return { api: 'xml', bucket: decodeText(path), key: '', isMedia: true };
  return { api: 'xml', bucket: decodeText(path.slice(0, slash)), key: decodeText(path.slice(slash + 1)), isMedia: true };
}

function listJson(bucket: HeldBucket, pairs: readonly QueryPair[]): unknown {
  const text = (name: string) => Buffer.from(queryValue(pairs, name) ?? '', 'latin1').toString('utf8');
  const token = text('pageToken');
  const page = listPage(bucket.objects.keys(), {
    prefix: text('prefix'),
    delimiter: text('delimiter'),
    limit: Math.min(1000, Number(text('maxResults') || '1000')),
    after: token === '' ? null : Buffer.from(token, 'base64url').toString('utf8'),
  });
  const items = page.keys.flatMap((key) => {
    const held = bucket.objects.get(key);
    return held ? [objectJson(bucket.name, key, held)] : [];
  });
  return {
    kind: 'storage#objects',
    ...(page.next === null ? {} : { nextPageToken: Buffer.from(page.next).toString('base64url') }),
    ...(page.prefixes.length === 0 ? {} : { prefixes: page.prefixes }),
    ...(items.length === 0 ? {} : { items }),
  };
}

function objectJson(bucket: string, key: string, held: Held): Record<string, unknown> {
  const modified = (held.object.modified ?? new Date(0)).toISOString();
  return {
    kind: 'storage#object',
    id: `${bucket}/${key}/${held.generation}`,
    name: key,
    bucket,
    generation: held.generation,
    metageneration: '1',
    contentType: held.object.type ?? 'application/octet-stream',
    storageClass: held.object.headers['x-goog-storage-class'] ?? 'STANDARD',
    size: String(held.object.size),
    md5Hash: md5Of(held.object),
    etag: `C${held.generation}=`,
    timeCreated: modified,
    updated: modified,
  };
}

/** MD5 in base64. Of objects over 8 MiB, which are generated, only the name of their content is hashed: nobody downloads those to check. */
function md5Of(object: StoredObject): string {
  const isSmall = object.size <= 8 * 1024 * 1024;
  return createHash('md5')
    .update(isSmall ? object.slice(0, object.size) : (object.etag ?? ''))
    .digest('base64');
}

function googleError(code: number, reason: string, message: string): unknown {
  return { error: { code, message, errors: [{ message, domain: 'global', reason }] } };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
