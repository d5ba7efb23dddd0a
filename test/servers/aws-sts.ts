/** STS of the test servers: AssumeRole with a checked signature, external id and one-time code, and AssumeRoleWithWebIdentity. */
import type { AwsKeys, IssuedKey } from './aws-keys.ts';
import { pairsOf, queryPairs, queryValue, type RawRequest, sha256Hex } from './canonical-request.ts';
import type { Exchange } from './loopback-server.ts';
import { verifySigV4 } from './sigv4-verifier.ts';

/** A role that can be assumed, by its ARN. */
export interface StsRole {
  /** Names of those who may assume it: of fixed keys, or ARNs of roles. */
  readonly trusts: readonly string[];
  readonly externalId?: string;
  /** The longest session; 12 hours unless given. */
  readonly longestSeconds?: number;
  /** The device and the codes it will show, in turn; each works once. */
  readonly mfa?: { readonly device: string; readonly codes: string[] };
  /** Tokens of the web that stand for it. */
  readonly webTokens?: readonly string[];
}

/** What was granted, for tests to look at. */
export interface StsGrant {
  readonly role: string;
  readonly by: string;
  readonly region: string | null;
  readonly seconds: number;
  readonly session: string;
}

export interface Sts {
  answer(exchange: Exchange): Promise<void>;
  readonly grants: readonly StsGrant[];
}

/** Makes the STS. Roles are looked up at each call. */
export function createSts(keys: AwsKeys, roles: Readonly<Record<string, StsRole>>): Sts {
  const grants: StsGrant[] = [];

  async function answer(exchange: Exchange): Promise<void> {
    const body = Buffer.from(await exchange.body()).toString('utf8');
    const { record } = exchange;
    const fields = queryPairs(body);
    const field = (name: string) => queryValue(fields, name);
    const refuse = (status: number, code: string, message: string) => send(exchange, status, errorXml(code, message));
    const arn = field('RoleArn') ?? '';
    const role = roles[arn];
    const seconds = Number(field('DurationSeconds') ?? 3_600);
    const session = field('RoleSessionName') ?? '';
    if (session === '') return refuse(400, 'ValidationError', 'A session needs a name.');
    if (field('Action') === 'AssumeRoleWithWebIdentity') {
      const token = field('WebIdentityToken') ?? '';
      if (!role?.webTokens?.includes(token)) return refuse(400, 'InvalidIdentityToken', 'No OpenIDConnect provider found.');
      grants.push({ role: arn, by: 'web', region: null, seconds, session });
      return send(exchange, 200, grantXml('AssumeRoleWithWebIdentity', keys.issue(arn, seconds), arn));
    }
    if (field('Action') !== 'AssumeRole') return refuse(400, 'InvalidAction', 'There is no such action here.');
    const raw: RawRequest = {
      method: record.method,
      rawPath: record.rawPath,
      rawQuery: record.rawQuery,
      headers: pairsOf(record.rawHeaders),
    };
    const verdict = verifySigV4(raw, {
      service: 'sts',
      now: Date.now,
      keyOf: keys.keyOf,
      presignedPayload: '',
      headerPayload: () => sha256Hex(body),
    });
    if (verdict.kind === 'anonymous') return refuse(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
    if (verdict.kind === 'refused') {
      const code = verdict.code === 'InvalidAccessKeyId' ? 'InvalidClientTokenId' : verdict.code;
      return refuse(verdict.status, code, verdict.message);
    }
    const by = keys.nameOf(verdict.accessKeyId);
    const denied = () => refuse(403, 'AccessDenied', `${by} is not authorized to perform: sts:AssumeRole on resource: ${arn}`);
    if (!role?.trusts.includes(by) || (role.externalId ?? null) !== field('ExternalId')) return denied();
    if (seconds > (role.longestSeconds ?? 43_200)) {
      return refuse(400, 'ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    }
    if (role.mfa) {
      if (field('SerialNumber') !== role.mfa.device) return denied();
      if (field('TokenCode') !== role.mfa.codes[0]) {
        return refuse(403, 'AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code.');
      }
      role.mfa.codes.shift();
    }
    grants.push({ role: arn, by, region: verdict.region, seconds, session });
    return send(exchange, 200, grantXml('AssumeRole', keys.issue(arn, seconds), arn));
  }

  return { answer, grants };
}

async function send(exchange: Exchange, status: number, xml: string): Promise<void> {
  const body = Buffer.from(xml);
  exchange.head(status, { 'content-type': 'text/xml', 'content-length': body.length });
  await exchange.send(body);
  exchange.finish();
}

function grantXml(action: string, key: IssuedKey, arn: string): string {
  return [
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>`,
    `<AccessKeyId>${key.accessKeyId}</AccessKeyId><SecretAccessKey>${key.secretAccessKey}</SecretAccessKey>`,
    `<SessionToken>${key.sessionToken}</SessionToken><Expiration>${key.expiration.toISOString()}</Expiration></Credentials>`,
    `<AssumedRoleUser><Arn>${arn}</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></${action}Result>`,
    `<ResponseMetadata><RequestId>request</RequestId></ResponseMetadata></${action}Response>`,
  ].join('');
}

function errorXml(code: string, message: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>request</RequestId></ErrorResponse>`;
}
