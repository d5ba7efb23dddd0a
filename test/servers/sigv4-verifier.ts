/** An independent judge of AWS Signature Version 4, in headers and in query strings: `node:crypto` and the specification only. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalRequest, compactTime, headerValue, queryPairs, queryValue, type RawRequest, sha256Hex } from './canonical-request.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The token that must come with it; without, none may come. */
  readonly sessionToken?: string;
  /** The session has ended: signatures are answered with ExpiredToken. */
  readonly hasExpired?: boolean;
}

export interface SigV4Rules {
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly keyOf: (accessKeyId: string) => AccessKey | null;
  /** What stands for the body in a presigned URL: `UNSIGNED-PAYLOAD` for S3. */
  readonly presignedPayload: string;
  /** What stands for the body in a signed request; S3 takes the header `x-amz-content-sha256`. */
  readonly headerPayload: (request: RawRequest) => string | null;
  /** The longest life of a presigned URL in seconds; AWS's 7 days unless given. */
  readonly maxExpires?: number;
}

/** `region` is the one the signature was made for; whether it is right is for the server to say. Codes and statuses are S3's. */
export type SigV4Verdict =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'signed'; readonly form: 'header' | 'query'; readonly accessKeyId: string; readonly region: string }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string };

const maxExpires = 604_800;
const skewMs = 15 * 60_000;

/** Judges a request. Anonymous is one that carries no signature at all; half a signature is refused. */
export function verifySigV4(request: RawRequest, rules: SigV4Rules): SigV4Verdict {
  const pairs = queryPairs(request.rawQuery);
  const authorization = headerValue(request.headers, 'authorization');
  const inQuery = pairs.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature');
  if (authorization !== null && inQuery) return refused(400, 'InvalidArgument', 'Only one auth mechanism allowed.');
  if (authorization !== null) return verifyHeader(request, authorization, rules);
  return inQuery ? verifyQuery(request, rules) : { kind: 'anonymous' };
}

function verifyQuery(request: RawRequest, rules: SigV4Rules): SigV4Verdict {
  const pairs = queryPairs(request.rawQuery);
  const bad = (message: string) => refused(400, 'AuthorizationQueryParametersError', message);
  const names = pairs.map(([name]) => name).filter((name) => name.startsWith('X-Amz-'));
  if (new Set(names).size !== names.length) return bad('A signing parameter stands twice.');
  const value = (name: string) => queryValue(pairs, `X-Amz-${name}`);
  if (value('Algorithm') !== 'AWS4-HMAC-SHA256') return bad('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const scope = scopeOf(value('Credential'), rules.service);
  if (!scope) return bad('Error parsing the X-Amz-Credential parameter.');
  const date = value('Date');
  const signedAt = compactTime(date);
  if (date === null || signedAt === null || !date.startsWith(scope.day)) return bad('X-Amz-Date must be the day of the credential.');
  const expiresText = value('Expires') ?? '';
  const expires = /^\d{1,9}$/.test(expiresText) ? Number(expiresText) : 0;
  if (expires < 1 || expires > (rules.maxExpires ?? maxExpires)) return bad('X-Amz-Expires must be between 1 and 604800 seconds');
  if (rules.now() < signedAt - skewMs) return refused(403, 'AccessDenied', 'Request is not yet valid');
  if (rules.now() >= signedAt + expires * 1000) return refused(403, 'AccessDenied', 'Request has expired');
  return judge(request, rules, {
    form: 'query',
    scope,
    date,
    signedHeaders: (value('SignedHeaders') ?? '').split(';'),
    signature: value('Signature') ?? '',
    token: value('Security-Token'),
    payloadHash: rules.presignedPayload,
  });
}

function verifyHeader(request: RawRequest, authorization: string, rules: SigV4Rules): SigV4Verdict {
  const bad = (message: string) => refused(400, 'AuthorizationHeaderMalformed', message);
  const match = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(authorization);
  const scope = scopeOf(match?.[1] ?? null, rules.service);
  if (!match || !scope) return bad('The authorization header is malformed.');
  const date = headerValue(request.headers, 'x-amz-date');
  const signedAt = compactTime(date);
  if (date === null || signedAt === null || !date.startsWith(scope.day)) return bad('x-amz-date must be the day of the credential.');
  if (Math.abs(rules.now() - signedAt) > skewMs) {
    return refused(403, 'RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.');
  }
  const payloadHash = rules.headerPayload(request);
  if (payloadHash === null) return refused(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  return judge(request, rules, {
    form: 'header',
    scope,
    date,
    signedHeaders: (match[2] ?? '').split(';'),
    signature: match[3] ?? '',
    token: headerValue(request.headers, 'x-amz-security-token'),
    payloadHash,
  });
}

interface Claim {
  readonly form: 'header' | 'query';
  readonly scope: { accessKeyId: string; day: string; region: string };
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly token: string | null;
  readonly payloadHash: string;
}

function judge(request: RawRequest, rules: SigV4Rules, claim: Claim): SigV4Verdict {
  const { scope } = claim;
  const key = rules.keyOf(scope.accessKeyId);
  if (!key) return refused(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  const unsigned = request.headers.find(
    ([name]) => name.toLowerCase().startsWith('x-amz-') && !claim.signedHeaders.includes(name.toLowerCase()),
  );
  if (!claim.signedHeaders.includes('host') || unsigned) {
    return refused(403, 'AccessDenied', 'There were headers present in the request which were not signed');
  }
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    claim.date,
    `${scope.day}/${scope.region}/${rules.service}/aws4_request`,
    sha256Hex(canonicalRequest(request, claim.signedHeaders, claim.payloadHash, claim.form === 'query' ? 'X-Amz-Signature' : null)),
  ].join('\n');
  const hmac = (secret: string | Uint8Array, text: string) => createHmac('sha256', secret).update(text).digest();
  const signingKey = [scope.region, rules.service, 'aws4_request'].reduce(hmac, hmac(`AWS4${key.secretAccessKey}`, scope.day));
  const given = Buffer.from(/^[0-9a-f]{64}$/.test(claim.signature) ? claim.signature : '', 'hex');
  const expected = hmac(signingKey, stringToSign);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return refused(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.');
  }
  if (key.hasExpired) return refused(400, 'ExpiredToken', 'The provided token has expired.');
  if (claim.token !== (key.sessionToken ?? null)) {
    if (claim.token === null)
      return refused(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
    return refused(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  return { kind: 'signed', form: claim.form, accessKeyId: key.accessKeyId, region: scope.region };
}

function scopeOf(credential: string | null, service: string): Claim['scope'] | null {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential ?? '');
  if (!match || match[4] !== service) return null;
  return { accessKeyId: match[1] ?? '', day: match[2] ?? '', region: match[3] ?? '' };
}

function refused(status: number, code: string, message: string): SigV4Verdict {
  return { kind: 'refused', status, code, message };
}
