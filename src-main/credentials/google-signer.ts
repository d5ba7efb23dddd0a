/** Who signs in the name of a service account: its key here, or IAM at Google's. */
import { type KeyObject, sign as signBytes } from 'node:crypto';
import type { AuthClient } from 'google-auth-library';
import * as z from 'zod/mini';

/** Signs in the name of a service account. Its signatures hold although access tokens end: only the service account itself can be disabled. */
export interface GoogleSigner {
  /** The service account in whose name is signed. */
  email(): Promise<string>;
  /** RSA with SHA-256 over the text. Throws the library's errors where Google is asked. */
  sign(text: string): Promise<Buffer>;
  /** True where Google signs, with keys that it replaces by itself; false where the key is here. */
  readonly isRemote: boolean;
}

const SignedBlob = z.object({ signedBlob: z.string() });

/** Signs with a key that is on this computer. */
export function keySigner(email: string, key: KeyObject): GoogleSigner {
  return { email: async () => email, sign: async (text) => signBytes('sha256', Buffer.from(text), key), isRemote: false };
}

/**
 * Signs by IAM's `signBlob`; the caller's identity needs the role “Service Account Token Creator” on the account.
 * Source: https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob
 * @param options.endpoint origin of the IAM credentials API
 * @param options.delegates accounts in between, each as `projects/-/serviceAccounts/EMAIL`
 */
export function blobSigner(options: {
  readonly client: AuthClient;
  readonly email: () => Promise<string>;
  readonly endpoint: string;
  readonly delegates?: readonly string[];
}): GoogleSigner {
  const { client, email, endpoint } = options;
  return {
    email,
    isRemote: true,
    async sign(text) {
      const { data } = await client.request({
        url: `${endpoint}/v1/projects/-/serviceAccounts/${encodeURIComponent(await email())}:signBlob`,
        method: 'POST',
        data: { payload: Buffer.from(text).toString('base64'), ...(options.delegates?.length ? { delegates: options.delegates } : {}) },
        responseType: 'json',
        // A signature changes nothing, so that asking again is safe.
        retry: true,
        retryConfig: { retry: 2, noResponseRetries: 1, httpMethodsToRetry: ['POST'] },
      });
      return Buffer.from(SignedBlob.parse(data).signedBlob, 'base64');
    },
  };
}
