/** Signs S3 URLs for one set of credentials: with the SDK's presigner, which is kept, so that a link costs a sixth of `getSignedUrl`, or less. */
import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { encodeStrictly } from '../../src-shared/reference/encode-key.ts';
import { sevenDays } from '../../src-shared/reference/endpoint-provider.ts';
import type { AwsCredentials } from '../credentials/aws.ts';
import type { SignableRequest } from './canonical-form.ts';
import { signV4Request } from './sigv4-signature.ts';

/** What is signed: a GET of an object, no headers but the host. */
export type S3LinkRequest = Pick<SignableRequest, 'protocol' | 'host' | 'path' | 'issuedAt' | 'expiresSeconds'> & {
  readonly query: Readonly<Record<string, string>>;
  readonly region: string;
};

/** Gives the signed URL. */
export type S3Signer = (request: S3LinkRequest) => Promise<string>;

/**
 * The payload of a GET is not signed; the header that says so is neither signed nor moved into the query, as in AWS's documented example.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
const payloadHeader = 'x-amz-content-sha256';
const leftAlone = new Set([payloadHeader]);
/** Names that stand in every link, encoded once. */
const encodedNames = new Map<string, string>();

/** Makes the signer of one set of credentials. */
export function createS3Signer(credentials: AwsCredentials): S3Signer {
  const presigner = new S3RequestPresigner({ region: 'us-east-1', credentials: async () => credentials, sha256: sha256Of(credentials) });
  return async ({ protocol, host, path, query, region, issuedAt, expiresSeconds }) => {
    if (expiresSeconds > sevenDays) {
      const scope = { credentials, region, service: 's3', payloadHash: 'UNSIGNED-PAYLOAD' };
      return signV4Request({ method: 'GET', protocol, host, path, query, issuedAt, expiresSeconds }, scope).url;
    }
    const signed = await presigner.presign(
      { method: 'GET', protocol, hostname: host, path, query: { ...query }, headers: { host } },
      {
        expiresIn: expiresSeconds,
        signingDate: issuedAt,
        signingRegion: region,
        unhoistableHeaders: leftAlone,
        unsignableHeaders: leftAlone,
      },
    );
    let text = `${protocol}//${host}${path}`;
    let separator = '?';
    for (const [name, value] of Object.entries(signed.query ?? {})) {
      text += `${separator}${encodedName(name)}=${encodeStrictly(String(value))}`;
      separator = '&';
    }
    return text;
  };
}

function encodedName(name: string): string {
  const known = encodedNames.get(name);
  if (known !== undefined) return known;
  const encoded = encodeStrictly(name);
  encodedNames.set(name, encoded);
  return encoded;
}

/** What the SDK's signer calls. */
interface Digest {
  update(data: string | ArrayBuffer | ArrayBufferView): void;
  digest(): Promise<Uint8Array>;
  reset(): void;
}

/**
 * SHA-256 and its HMAC in the shape that the SDK's signer asks for. Two things are made once and not for every link: the hash of the
 * access key, by which the SDK finds the signing key it keeps, and that key in the form that node:crypto works with.
 */
function sha256Of({ accessKeyId, secretAccessKey }: AwsCredentials): new (secret?: string | ArrayBuffer | ArrayBufferView) => Digest {
  const keys = new WeakMap<object, KeyObject>();
  const nameOfKey = createHmac('sha256', secretAccessKey).update(accessKeyId).digest();

  function keyOf(secret: ArrayBuffer | ArrayBufferView): KeyObject {
    const known = keys.get(secret);
    if (known) return known;
    const key = createSecretKey(bytesOf(secret));
    keys.set(secret, key);
    return key;
  }

  return class implements Digest {
    private readonly hash: Hash | Hmac | null;
    constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
      if (secret === undefined) this.hash = createHash('sha256');
      else if (secret === secretAccessKey) this.hash = null;
      else this.hash = createHmac('sha256', typeof secret === 'string' ? secret : keyOf(secret));
    }
    update(data: string | ArrayBuffer | ArrayBufferView): void {
      this.hash?.update(bytesOf(data));
    }
    async digest(): Promise<Uint8Array> {
      return this.hash === null ? nameOfKey : this.hash.digest();
    }
    reset(): void {
      throw new TypeError('A finished hash is not used again.');
    }
  };
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
