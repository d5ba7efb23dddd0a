/** The files that hold Google credentials: which there is, and what it says. Nothing in here asks the network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Failure, fail } from '../../src-shared/model/error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where application default credentials are looked for. */
export interface KeyPlace {
  readonly path: string;
  /** True where the environment names the file, so that nothing else is tried in its place. */
  readonly isNamed: boolean;
}

const text = z.string().check(z.minLength(1));
const common = { quota_project_id: z.exactOptional(z.string()) };
const ServiceAccountKey = z.object({
  ...common,
  type: z.literal('service_account'),
  client_email: text,
  private_key: text,
  token_uri: z.exactOptional(z.url()),
  project_id: z.exactOptional(z.string()),
});
const UserKey = z.object({
  ...common,
  type: z.literal('authorized_user'),
  client_id: text,
  client_secret: text,
  refresh_token: text,
  token_uri: z.exactOptional(z.url()),
  account: z.exactOptional(z.string()),
});
const ImpersonatedKey = z.object({
  ...common,
  type: z.literal('impersonated_service_account'),
  service_account_impersonation_url: z.url(),
  delegates: z.exactOptional(z.nullable(z.array(z.string()))),
  source_credentials: z.unknown(),
});
const format = z.exactOptional(z.object({ type: z.enum(['json', 'text']), subject_token_field_name: z.exactOptional(z.string()) }));
const external = {
  ...common,
  type: z.literal('external_account'),
  audience: text,
  subject_token_type: text,
  token_url: z.exactOptional(z.url()),
  service_account_impersonation_url: z.exactOptional(z.url()),
  service_account_impersonation: z.exactOptional(z.object({ token_lifetime_seconds: z.exactOptional(z.int()) })),
  client_id: z.exactOptional(z.string()),
  client_secret: z.exactOptional(z.string()),
  workforce_pool_user_project: z.exactOptional(z.string()),
};
const FileOrUrlSource = z.object({
  file: z.exactOptional(z.string()),
  url: z.exactOptional(z.url()),
  headers: z.exactOptional(z.record(z.string(), z.string())),
  format,
});
const ExecutableSource = z.object({
  executable: z.object({ command: text, timeout_millis: z.exactOptional(z.int()), output_file: z.exactOptional(z.string()) }),
});
const AwsSource = z.object({
  environment_id: z.string().check(z.regex(/^aws\d+$/)),
  region_url: z.exactOptional(z.string()),
  url: z.exactOptional(z.string()),
  regional_cred_verification_url: text,
  imdsv2_session_token_url: z.exactOptional(z.string()),
});
const ExternalKey = z.object({ ...external, credential_source: z.union([ExecutableSource, AwsSource, FileOrUrlSource]) });
const WorkforceKey = z.object({
  ...common,
  type: z.literal('external_account_authorized_user'),
  audience: z.exactOptional(z.string()),
  client_id: text,
  client_secret: text,
  refresh_token: text,
  token_url: z.url(),
  token_info_url: z.exactOptional(z.string()),
});

/** A file of credentials, by what it says of itself. Source: https://google.aip.dev/auth/4110 and the AIPs after it */
export const GoogleKey = z.discriminatedUnion('type', [ServiceAccountKey, UserKey, ImpersonatedKey, ExternalKey, WorkforceKey]);
export type GoogleKey = z.infer<typeof GoogleKey>;
/** Of `external_account` files. */
export type ExternalKey = z.infer<typeof ExternalKey>;

/**
 * The file that `GOOGLE_APPLICATION_CREDENTIALS` names, else that of `gcloud auth application-default login`.
 * Source: https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function keyPlaceOf(env: Environment, home: string, platform: 'posix' | 'win32'): KeyPlace {
  if (env.GOOGLE_APPLICATION_CREDENTIALS) return { path: env.GOOGLE_APPLICATION_CREDENTIALS, isNamed: true };
  const folder = platform === 'win32' && env.APPDATA ? join(env.APPDATA, 'gcloud') : join(home, '.config', 'gcloud');
  return { path: join(env.CLOUDSDK_CONFIG || folder, 'application_default_credentials.json'), isNamed: false };
}

/** The file's content, or null where there is no file. Throws `no_credentials` for one that is none of the kinds above. */
export function readGoogleKey(path: string): GoogleKey | null {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  try {
    return GoogleKey.parse(JSON.parse(content));
  } catch {
    throw unusableKey(path);
  }
}

/** Said of a file that cannot be used, without a word of what is in it. */
export function unusableKey(path: string): Failure {
  return fail('no_credentials', {
    message: `The Google credentials in ${path} cannot be read.`,
    next: 'Run “gcloud auth application-default login”, or correct GOOGLE_APPLICATION_CREDENTIALS.',
  });
}

/** The account that an address of IAM's `generateAccessToken` names; null for other addresses. */
export function impersonatedEmail(url: string): string | null {
  return /\/serviceAccounts\/([^/:]+@[^/:]+):generateAccessToken$/.exec(decodeURIComponent(new URL(url).pathname))?.[1] ?? null;
}

/** True for a file whose tokens come from a program, which must be allowed by name. */
export function isExecutableSource(key: GoogleKey): boolean {
  return key.type === 'external_account' && 'executable' in key.credential_source;
}
