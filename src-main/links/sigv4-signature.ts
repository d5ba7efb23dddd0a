/** AWS Signature Version 4 for URLs: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from '../credentials/aws.ts';
import { canonicalHeaders, canonicalQuery, compactTime } from './canonical-form.ts';

/** What is signed. */
export interface V4Request {
  readonly method: string;
  readonly protocol: 'https:' | 'http:';
  /** With the port where it is not the protocol's own: it is what the client sends as Host. */
  readonly host: string;
  /** Raw path, encoded once. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly issuedAt: Date;
  readonly expiresSeconds: number;
}

/** For whom. S3 is `s3` with `UNSIGNED-PAYLOAD`; other services hash the body. */
export interface V4Scope {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  readonly payloadHash: string;
}

/** The signed URL, and what it was made from. */
export interface V4Signature {
  readonly url: string;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

/**
 * Signs a request in its query.
 *
 * Note: why long S3 links are not signed by the SDK. Its signer refuses more than 7 days, whoever is asked; Tigris allows 90, and an
 * endpoint of one's own what it likes. Up to 7 days the SDK signs, and a test holds the two to the same signatures.
 */
export function signV4Request(request: V4Request, { credentials, region, service, payloadHash }: V4Scope): V4Signature {
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
