/** All of AWS that gives credentials, on one loopback server, and a bucket that tells who asked it. */
import { createAwsKeys, type IssuedKey } from './aws-keys.ts';
import { type AwsLogins, createAwsLogins } from './aws-logins.ts';
import { createMetadata, type MetadataRules } from './aws-metadata.ts';
import { createSts, type StsGrant, type StsRole } from './aws-sts.ts';
import { headerValue, pairsOf } from './canonical-request.ts';
import { type Exchange, type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import { type AccessKey, verifySigV4 } from './sigv4-verifier.ts';

export interface AwsServerOptions {
  /** Long-lived keys by the name they stand for. */
  readonly keys?: Readonly<Record<string, AccessKey>>;
  readonly roles?: Readonly<Record<string, StsRole>>;
  /** `account/role` of IAM Identity Center, with the people who have it. */
  readonly ssoRoles?: Readonly<Record<string, readonly string[]>>;
  readonly metadata?: Partial<MetadataRules>;
  /** Decides when sessions and logins end; signatures are judged by the wall clock. */
  readonly now?: () => number;
}

export interface AwsServer extends LoopbackServer {
  /** What the environment must say so that every service is asked here: endpoints alone, no credentials. */
  readonly env: Readonly<Record<string, string>>;
  readonly logins: AwsLogins;
  readonly grants: readonly StsGrant[];
  /** Who asked the bucket, by the name their key stands for, with the key's id; in order. */
  readonly readers: readonly { readonly name: string; readonly accessKeyId: string }[];
  /** Gives out session keys for somebody, as if they had been assumed elsewhere. */
  issue(name: string, lifeSeconds: number): IssuedKey;
  /** Ends all sessions that were given out for somebody, before their time. */
  revoke(name: string): void;
}

/** The client that `aws sso login` registers. */
export const ssoClient = { id: 'client', secret: 'client-secret' };

/** Starts it. */
export async function startAwsServer(options: AwsServerOptions = {}): Promise<AwsServer> {
  const now = options.now ?? Date.now;
  const keys = createAwsKeys({ fixed: options.keys ?? {}, now });
  const sts = createSts(keys, options.roles ?? {});
  const logins = createAwsLogins(keys, { roles: options.ssoRoles ?? {}, client: ssoClient, now });
  const metadata = createMetadata(keys, () => ({ containers: {}, instanceRole: null, isInstance: false, ...options.metadata }));
  const readers: { name: string; accessKeyId: string }[] = [];
  let origin = '';

  async function answerBucket(exchange: Exchange): Promise<void> {
    const { method, rawPath, rawQuery, rawHeaders } = exchange.record;
    const verdict = verifySigV4(
      { method, rawPath, rawQuery, headers: pairsOf(rawHeaders) },
      {
        service: 's3',
        now: Date.now,
        keyOf: keys.keyOf,
        presignedPayload: 'UNSIGNED-PAYLOAD',
        headerPayload: ({ headers }) => headerValue(headers, 'x-amz-content-sha256'),
      },
    );
    const isLetIn = verdict.kind === 'signed';
    if (isLetIn) readers.push({ name: keys.nameOf(verdict.accessKeyId), accessKeyId: verdict.accessKeyId });
    const code = verdict.kind === 'refused' ? verdict.code : 'AccessDenied';
    const body = Buffer.from(isLetIn ? 'x' : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
    const status = isLetIn ? 200 : verdict.kind === 'refused' ? verdict.status : 403;
    const region = { 'x-amz-bucket-region': 'us-east-1', 'content-type': isLetIn ? 'image/png' : 'application/xml' };
    exchange.head(status, { ...region, 'content-length': body.length });
    if (method !== 'HEAD') await exchange.send(body);
    exchange.finish();
  }

  const server = await startLoopbackServer(async (exchange) => {
    const path = exchange.record.rawPath;
    if (path.startsWith('/sts')) return sts.answer(exchange);
    if (path === '/portal/federation/credentials') return logins.answerPortal(exchange);
    if (path === '/oidc/token') return logins.answerOidc(exchange);
    if (path === '/signin/v1/token') return logins.answerSignin(exchange, origin);
    if (await metadata.answer(exchange)) return;
    return answerBucket(exchange);
  });
  origin = server.origin;
  return {
    ...server,
    get counters() {
      return server.counters;
    },
    env: {
      AWS_ENDPOINT_URL_S3: origin,
      AWS_ENDPOINT_URL_STS: `${origin}/sts`,
      AWS_ENDPOINT_URL_SSO: `${origin}/portal`,
      AWS_ENDPOINT_URL_SSO_OIDC: `${origin}/oidc`,
      AWS_ENDPOINT_URL_SIGNIN: `${origin}/signin`,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: origin,
    },
    logins,
    grants: sts.grants,
    readers,
    issue: keys.issue,
    revoke: keys.revoke,
  };
}
