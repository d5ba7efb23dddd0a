/** AWS Signature Version 4 for URLs: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from '../credentials/aws.ts';
import { canonicalHeaders, canonicalQuery, compactTime, type SignableRequest, type UrlSignature } from './canonical-form.ts';

/** For whom. S3 is `s3` with `UNSIGNED-PAYLOAD`; other services hash the body. */
export interface V4Scope {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  readonly payloadHash: string;
}

/**
 * Signs a request in its query.
 *
 * Note: why long S3 links are not signed by the SDK. Its signer refuses more than 7 days, whoever is asked; Tigris allows 90, and an
 * endpoint of one's own what it likes. Up to 7 days the SDK signs, and a test holds the two to the same signatures.
 */
export function signV4Request(request: SignableRequest, { credentials, region, service, payloadHash }: V4Scope): UrlSignature {
  const stamp = compactTime(request.issuedAt);
  const scope = `${stamp.slice(0, 8)}/${region}/${service}/aws4_request`;
  const headers = canonicalHeaders({ host: request.host, ...request.headers });
  const signedHeaders = headers.map(([name]) => name).join(';');
  const query = canonicalQuery({
    ...request.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': String(request.expiresSeconds),
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': signedHeaders,
  });
  const headerLines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonicalRequest = [request.method, request.path, query, headerLines, signedHeaders, payloadHash].join('\n');
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  const stringToSign = ['AWS4-HMAC-SHA256', stamp, scope, digest].join('\n');
  const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();
  const signingKey = scope.split('/').reduce<string | Uint8Array>(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = createHmac('sha256', signingKey).update(stringToSign).digest('hex');
  return {
    url: `${request.protocol}//${request.host}${request.path}?${query}&X-Amz-Signature=${signature}`,
    canonicalRequest,
    stringToSign,
  };
}
