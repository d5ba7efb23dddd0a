/** A throw-away Google service account: a key made on the spot, valid nowhere but at the test server that is told of it. */
import { generateKeyPairSync } from 'node:crypto';

export interface ServiceAccount {
  readonly email: string;
  /** PEM, SPKI. */
  readonly publicKey: string;
  /** PEM, PKCS 8. */
  readonly privateKey: string;
  /** The JSON key file as Google hands it out, its `token_uri` pointing where asked. */
  readonly keyFile: Readonly<Record<string, string>>;
}

/** Makes a service account whose tokens come from `tokenUri` (`origin + '/token'` of the GCS test server). Takes some 100 ms. */
export function makeServiceAccount(tokenUri: string, name = 'reader'): ServiceAccount {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const email = `${name}@throw-away.iam.gserviceaccount.com`;
  return {
    email,
    ...pair,
    keyFile: {
      type: 'service_account',
      project_id: 'throw-away',
      private_key_id: '0'.repeat(40),
      private_key: pair.privateKey,
      client_email: email,
      client_id: '100000000000000000000',
      token_uri: tokenUri,
      universe_domain: 'googleapis.com',
    },
  };
}
