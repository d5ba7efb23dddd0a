/** From a file of credentials to a client of Google's auth library, and to who signs. */
import { createPrivateKey } from 'node:crypto';
import {
  type AuthClient,
  AwsClient,
  ExternalAccountAuthorizedUserClient,
  IdentityPoolClient,
  JWT,
  OAuth2Client,
  PluggableAuthClient,
  UserRefreshClient,
} from 'google-auth-library';
import * as z from 'zod/mini';
import { fail } from '../../src-shared/model/error.ts';
import type { GoogleFetch } from './google-fetch.ts';
import { type ExternalKey, GoogleKey, impersonatedEmail, isExecutableSource, unusableKey } from './google-key.ts';
import type { GoogleMetadata } from './google-metadata.ts';
import { blobSigner, type GoogleSigner, keySigner } from './google-signer.ts';

/** Who asks Google, before anybody said as whom to sign. */
export interface GoogleCaller {
  /** For people: `service account reader@project.iam.gserviceaccount.com`, `your Google login`. */
  readonly name: string;
  /** Adds the access token to requests and renews it. */
  readonly client: AuthClient;
  /** The same with the rights that calls of IAM need. */
  readonly iamClient: AuthClient;
  readonly signer: GoogleSigner | null;
  /** The project that pays where none is named. */
  readonly quotaProject: string | null;
  /** The command that logs in anew, where it is known. */
  readonly login: string | null;
}

/** What clients are made with. */
export interface ClientWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: GoogleFetch;
  /** For the sentence about a file that cannot be used. */
  readonly path: string;
}

/** The command behind `authorized_user` files. */
export const userLogin = 'gcloud auth application-default login';

/** Reading needs no more than the first; signBlob and impersonation are calls of IAM and need the second. */
const readScope = 'https://www.googleapis.com/auth/devstorage.read_only';
const platformScope = 'https://www.googleapis.com/auth/cloud-platform';
/** Where the library sends the assertions of service accounts, whatever their file says. */
const libraryTokenUri = 'https://oauth2.googleapis.com/token';
const ImpersonatedToken = z.object({ accessToken: z.string(), expireTime: z.string() });

/** Origin of the IAM credentials API; gcloud's own variable names another, as for a private endpoint. */
export function iamEndpointOf(env: ClientWorld['env']): string {
  return (env.CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS || 'https://iamcredentials.googleapis.com').replace(/\/+$/, '');
}

/** The caller of a file. Throws `no_credentials` where the file cannot be used. */
export function callerOf(key: GoogleKey, world: ClientWorld): GoogleCaller {
  const quotaProject = key.quota_project_id || null;
  const transport = transportOf(world.fetch);
  switch (key.type) {
    case 'service_account':
      return serviceAccountCaller(key, world);
    case 'authorized_user': {
      const client = new UserRefreshClient({
        clientId: key.client_id,
        clientSecret: key.client_secret,
        refreshToken: key.refresh_token,
        ...(key.token_uri ? { endpoints: { oauth2TokenUrl: key.token_uri } } : {}),
        ...transport,
      });
      return { name: 'your Google login', client, iamClient: client, signer: null, quotaProject, login: userLogin };
    }
    case 'external_account_authorized_user': {
      const client = new ExternalAccountAuthorizedUserClient({
        ...key,
        audience: key.audience ?? '',
        token_info_url: key.token_info_url ?? '',
        ...transport,
      });
      return { name: 'your Google login', client, iamClient: client, signer: null, quotaProject, login: userLogin };
    }
    case 'impersonated_service_account': {
      const url = key.service_account_impersonation_url;
      const email = impersonatedEmail(url);
      const source = GoogleKey.safeParse(key.source_credentials);
      if (email === null || !source.success) throw unusableKey(world.path);
      const delegates = key.delegates ?? [];
      const { iamClient: sourceClient } = callerOf(source.data, world);
      const client = impersonatingClient({ sourceClient, url, delegates, fetch: world.fetch });
      return {
        name: `service account ${email} (impersonated)`,
        client,
        iamClient: client,
        // Signed by the source's own right: the account itself need not be allowed to sign for itself.
        signer: blobSigner({ client: sourceClient, email: async () => email, endpoint: new URL(url).origin, delegates }),
        quotaProject,
        login: `${userLogin} --impersonate-service-account ${email}`,
      };
    }
    case 'external_account': {
      const url = key.service_account_impersonation_url;
      const email = url === undefined ? null : impersonatedEmail(url);
      const client = externalClient(key, world);
      return {
        name: email === null ? 'external account' : `service account ${email} (through an external account)`,
        client,
        iamClient: client,
        signer:
          url === undefined || email === null ? null : blobSigner({ client, email: async () => email, endpoint: new URL(url).origin }),
        quotaProject,
        login: null,
      };
    }
  }
}

/** The caller of a machine of Google's. */
export function machineCaller(metadata: GoogleMetadata, world: Omit<ClientWorld, 'path'>): GoogleCaller {
  const client = new OAuth2Client(transportOf(world.fetch));
  client.refreshHandler = onceAtATime(() => metadata.token([platformScope]));
  return {
    name: 'the service account of this machine',
    client,
    iamClient: client,
    signer: blobSigner({ client, email: () => metadata.email(), endpoint: iamEndpointOf(world.env) }),
    quotaProject: null,
    login: null,
  };
}

function serviceAccountCaller(key: Extract<GoogleKey, { type: 'service_account' }>, world: ClientWorld): GoogleCaller {
  const email = key.client_email;
  let signer: GoogleSigner;
  try {
    signer = keySigner(email, createPrivateKey(key.private_key));
  } catch {
    throw unusableKey(world.path);
  }
  const tokenUri = key.token_uri ?? libraryTokenUri;
  const clientWith = (scope: string) =>
    new JWT({
      email,
      key: key.private_key,
      scopes: [scope],
      // The library writes its own address into the assertion and asks there; the file's is the one that counts.
      additionalClaims: { aud: tokenUri },
      ...transportOf((input, init) => world.fetch(String(input) === libraryTokenUri ? tokenUri : input, init)),
    });
  return {
    name: `service account ${email}`,
    client: clientWith(readScope),
    iamClient: clientWith(platformScope),
    signer,
    quotaProject: key.quota_project_id || key.project_id || null,
    login: null,
  };
}

/**
 * Note: why impersonation does not go through the library's `Impersonated`. It writes a warning to the console each time it is made, and
 * leaves out the host that the file names. The call is one request.
 */
function impersonatingClient(options: {
  sourceClient: AuthClient;
  url: string;
  delegates: readonly string[];
  fetch: GoogleFetch;
}): AuthClient {
  const client = new OAuth2Client(transportOf(options.fetch));
  client.refreshHandler = onceAtATime(async () => {
    const { data } = await options.sourceClient.request({
      url: options.url,
      method: 'POST',
      data: { scope: [platformScope], lifetime: '3600s', ...(options.delegates.length > 0 ? { delegates: options.delegates } : {}) },
      responseType: 'json',
    });
    const { accessToken, expireTime } = ImpersonatedToken.parse(data);
    return { access_token: accessToken, expiry_date: Date.parse(expireTime) };
  });
  return client;
}

function externalClient(key: ExternalKey, world: ClientWorld): AuthClient {
  if (isExecutableSource(key) && world.env.GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES !== '1') {
    throw fail('no_credentials', {
      message: `The Google credentials in ${world.path} come from a program, and none is run unless allowed.`,
      next: 'Allow it with GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 if you know the program.',
    });
  }
  const { credential_source, ...rest } = key;
  const options = {
    ...rest,
    token_url: key.token_url ?? 'https://sts.googleapis.com/v1/token',
    ...transportOf(world.fetch),
  };
  let client: AuthClient;
  try {
    client =
      'executable' in credential_source
        ? new PluggableAuthClient({ ...options, credential_source })
        : 'environment_id' in credential_source
          ? new AwsClient({ ...options, credential_source })
          : new IdentityPoolClient({ ...options, credential_source });
  } catch {
    throw unusableKey(world.path);
  }
  Reflect.set(client, 'scopes', [platformScope]);
  // Note: why the token exchange is given its transporter from outside. The library makes it without one, and it would then take a proxy
  // from the process by itself. https://github.com/googleapis/google-cloud-node-core (stscredentials.ts)
  const exchange: unknown = Reflect.get(client, 'stsCredential');
  if (typeof exchange === 'object' && exchange !== null) Reflect.set(exchange, 'transporter', client.transporter);
  return client;
}

/** How a client sends. Trying again is the store's business and not done twice. */
function transportOf(fetch: GoogleFetch) {
  return { transporterOptions: { fetchImplementation: fetch, retryConfig: { retry: 0, noResponseRetries: 0 } } };
}

/** However many wait for a token, one question is asked. */
function onceAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let under: Promise<T> | null = null;
  return () => {
    under ??= ask().finally(() => {
      under = null;
    });
    return under;
  };
}
