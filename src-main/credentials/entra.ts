/** Logins of Microsoft Entra: where they are found, and the library's credential for each. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import * as z from 'zod/mini';
import type { Account } from '../../src-shared/model/account.ts';
import { type Failure, fail } from '../../src-shared/model/error.ts';
import { fileStamp } from './aws-profiles.ts';

/** Where logins are looked for. */
export interface EntraSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly httpClient?: HttpClient;
}

/** A login that may give tokens. */
export interface EntraSource {
  /** For people: `anna@example.com (Azure CLI)`. */
  readonly name: string;
  /** The command that logs in anew, null where none does. */
  readonly login: string | null;
  /** True where nothing was found and only asking tells, as with the identity of a machine. */
  readonly isGuess: boolean;
  /** Throws where it cannot be used. */
  open(): Promise<TokenCredential>;
}

/**
 * Names of the library's credentials, as `AZURE_TOKEN_CREDENTIALS` chooses among them: `dev`, `prod` or one name.
 * Source: https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains
 */
type CredentialName =
  | 'EnvironmentCredential'
  | 'WorkloadIdentityCredential'
  | 'AzureCliCredential'
  | 'AzureDeveloperCliCredential'
  | 'ManagedIdentityCredential';
const deployed: readonly CredentialName[] = ['EnvironmentCredential', 'WorkloadIdentityCredential', 'ManagedIdentityCredential'];

/** `az` is a Python program that takes seconds to start on a busy machine. */
const programLimitMs = 20_000;
/** How long a machine's metadata address may take to show that it is there. */
const metadataLimitMs = 1_000;
const metadataAddress = 'http://169.254.169.254/metadata/identity/oauth2/token';

/** Any of these says that a managed identity is served by somebody else than the metadata address. */
const managedIdentityVariables = ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'];

/**
 * Codes with which Entra says that a login has ended: refresh tokens (700082, 70043, 50173, 70008, 700084), sessions (50078, 50133) and secrets
 * (7000222). Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const endedCodes = new Set(['700082', '70043', '50173', '70008', '700084', '50078', '50133', '7000222']);

/** The file begins with a byte order mark. */
const CliProfile = z.object({
  subscriptions: z.array(
    z.looseObject({ user: z.optional(z.object({ name: z.string(), type: z.optional(z.string()) })), isDefault: z.optional(z.boolean()) }),
  ),
});
const StatusError = z.object({ statusCode: z.int() });
const MsalError = z.object({ errorCode: z.string(), errorNo: z.optional(z.union([z.string(), z.number()])) });

/** Logins in the order in which they are tried; the machine's own identity is last, because asking for it costs a second where there is none. */
export function entraSources(surroundings: EntraSurroundings): EntraSource[] {
  const { env } = surroundings;
  const sources: EntraSource[] = [];
  const common = {
    // Whether and when to try again is one rule for all stores.
    retryOptions: { maxRetries: 0 },
    ...(env.AZURE_AUTHORITY_HOST ? { authorityHost: env.AZURE_AUTHORITY_HOST } : {}),
    ...(surroundings.httpClient ? { httpClient: surroundings.httpClient } : {}),
  };
  const library = () => import('@azure/identity');
  const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret } = env;
  const certificatePath = env.AZURE_CLIENT_CERTIFICATE_PATH;
  const plain = { login: null, isGuess: false };
  if (isChosen(env, 'EnvironmentCredential') && tenantId && clientId && (secret || certificatePath)) {
    sources.push({
      ...plain,
      name: `application ${clientId}`,
      async open() {
        const { ClientCertificateCredential, ClientSecretCredential } = await library();
        if (secret) return new ClientSecretCredential(tenantId, clientId, secret, common);
        const password = env.AZURE_CLIENT_CERTIFICATE_PASSWORD;
        const certificate = { certificatePath: certificatePath ?? '', ...(password ? { certificatePassword: password } : {}) };
        const sendCertificateChain = ['1', 'true'].includes(env.AZURE_CLIENT_SEND_CERTIFICATE_CHAIN?.toLowerCase() ?? '');
        return new ClientCertificateCredential(tenantId, clientId, certificate, { ...common, sendCertificateChain });
      },
    });
  }
  const tokenFile = env.AZURE_FEDERATED_TOKEN_FILE;
  if (isChosen(env, 'WorkloadIdentityCredential') && tenantId && clientId && tokenFile) {
    sources.push({
      ...plain,
      name: `workload identity ${clientId}`,
      async open() {
        const { WorkloadIdentityCredential } = await library();
        return new WorkloadIdentityCredential({ ...common, tenantId, clientId, tokenFilePath: tokenFile });
      },
    });
  }
  const user = cliUser(surroundings);
  if (isChosen(env, 'AzureCliCredential') && user !== null && hasProgram(env, 'az')) {
    sources.push({
      name: `${user.name} (Azure CLI)`,
      login: 'az login',
      isGuess: false,
      async open() {
        const { AzureCliCredential } = await library();
        return new AzureCliCredential({ processTimeoutInMs: programLimitMs });
      },
    });
  }
  if (isChosen(env, 'AzureDeveloperCliCredential') && hasFile(azdFile(surroundings)) && hasProgram(env, 'azd')) {
    sources.push({
      name: 'Azure Developer CLI',
      login: 'azd auth login',
      isGuess: false,
      async open() {
        const { AzureDeveloperCliCredential } = await library();
        return new AzureDeveloperCliCredential({ processTimeoutInMs: programLimitMs });
      },
    });
  }
  if (isChosen(env, 'ManagedIdentityCredential')) {
    sources.push({
      name: 'managed identity',
      login: null,
      isGuess: true,
      async open() {
        if (!managedIdentityVariables.some((name) => env[name])) await askMetadata(surroundings.httpClient);
        const { ManagedIdentityCredential } = await library();
        return new ManagedIdentityCredential({
          ...common,
          ...(clientId ? { clientId } : {}),
        });
      },
    });
  }
  return sources;
}

/** Changes whenever a file that a login writes has changed. */
export function entraStamp(surroundings: EntraSurroundings): string {
  const { env } = surroundings;
  const folder = cliFolder(surroundings);
  const files = ['azureProfile.json', 'msal_token_cache.json', 'msal_token_cache.bin', 'service_principal_entries.json'].map((name) =>
    join(folder, name),
  );
  const named = [env.AZURE_FEDERATED_TOKEN_FILE, env.AZURE_CLIENT_CERTIFICATE_PATH].filter((path) => path !== undefined && path !== '');
  return [...files, azdFile(surroundings), ...named].map((path) => fileStamp(String(path))).join(' ');
}

/** Logins that were found, for people. The identity of a machine is left out: only asking would tell. */
export function entraAccounts(surroundings: EntraSurroundings): Account[] {
  const { env } = surroundings;
  const common = { provider: 'azure', isDefault: false, endsAt: null, canSign: null, login: null, problem: null } as const;
  const list: Account[] = [];
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client } = env;
  if (tenant && client && isChosen(env, 'EnvironmentCredential') && (env.AZURE_CLIENT_SECRET || env.AZURE_CLIENT_CERTIFICATE_PATH)) {
    const detail = `${env.AZURE_CLIENT_SECRET ? 'secret' : 'certificate'}, tenant ${tenant}`;
    list.push({ ...common, name: `application ${client}`, kind: 'service_account', detail, where: 'environment' });
  }
  if (tenant && client && env.AZURE_FEDERATED_TOKEN_FILE && isChosen(env, 'WorkloadIdentityCredential')) {
    const detail = `workload identity, tenant ${tenant}`;
    list.push({
      ...common,
      name: `workload identity ${client}`,
      kind: 'service_account',
      detail,
      where: env.AZURE_FEDERATED_TOKEN_FILE,
    });
  }
  const user = cliUser(surroundings);
  if (user !== null && isChosen(env, 'AzureCliCredential')) {
    list.push({
      ...common,
      name: user.name,
      kind: user.type === 'servicePrincipal' ? 'service_account' : 'user',
      detail: 'Azure CLI',
      where: cliFolder(surroundings),
      login: 'az login',
      problem: hasProgram(env, 'az') ? null : 'The program “az” is not found, so its login cannot be used.',
    });
  }
  if (hasFile(azdFile(surroundings)) && isChosen(env, 'AzureDeveloperCliCredential')) {
    list.push({
      ...common,
      name: 'Azure Developer CLI',
      kind: 'user',
      detail: null,
      where: azdFile(surroundings),
      login: 'azd auth login',
      problem: hasProgram(env, 'azd') ? null : 'The program “azd” is not found, so its login cannot be used.',
    });
  }
  return list;
}

/** What it means that a login gave no token; by codes and kinds of error, never by the text of a message. */
export function entraFailure(source: Pick<EntraSource, 'name' | 'login'>, thrown: unknown): Failure {
  const reason = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  const msal = MsalError.safeParse(reason);
  const status = StatusError.safeParse(reason);
  const number = msal.success && msal.data.errorNo !== undefined ? String(msal.data.errorNo) : null;
  const details = {
    ...(number !== null ? { providerCode: `AADSTS${number}` } : msal.success ? { providerCode: msal.data.errorCode } : {}),
    ...(status.success ? { status: status.data.statusCode } : {}),
  };
  if (msal.success && ['network_error', 'endpoints_resolution_error', 'openid_config_error'].includes(msal.data.errorCode)) {
    return fail('unreachable', { message: 'Microsoft’s login cannot be reached.', next: 'Try again when the network is back.', details });
  }
  if (source.login !== null) {
    return fail('expired_credentials', {
      message: `The login of ${source.name} has ended.`,
      next: `Run “${source.login}”; Vitrine notices by itself.`,
      details: { ...details, login: source.login },
    });
  }
  if (number !== null && endedCodes.has(number)) {
    return fail('expired_credentials', {
      message: `The login of ${source.name} has ended.`,
      next: 'Renew its secret, then start Vitrine again.',
      details,
    });
  }
  return fail('no_credentials', {
    message: `Microsoft’s login gave no token to ${source.name}.`,
    next: 'Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or token file beside them.',
    details,
  });
}

function isChosen(env: EntraSurroundings['env'], name: CredentialName): boolean {
  const choice = env.AZURE_TOKEN_CREDENTIALS?.trim().toLowerCase();
  if (!choice) return true;
  if (choice === 'dev' || choice === 'prod') return (choice === 'prod') === deployed.includes(name);
  return choice === name.toLowerCase();
}

function cliFolder({ env, home }: EntraSurroundings): string {
  return env.AZURE_CONFIG_DIR || join(home, '.azure');
}

function azdFile({ env, home }: EntraSurroundings): string {
  return join(env.AZD_CONFIG_DIR || join(home, '.azd'), 'auth.json');
}

/** Who `az login` logged in; null where nobody is. */
function cliUser(surroundings: EntraSurroundings): { name: string; type: string | null } | null {
  try {
    const text = readFileSync(join(cliFolder(surroundings), 'azureProfile.json'), 'utf8').replace(/^\uFEFF/, '');
    const { subscriptions } = CliProfile.parse(JSON.parse(text));
    const user = (subscriptions.find(({ isDefault }) => isDefault) ?? subscriptions[0])?.user;
    return user === undefined ? null : { name: user.name, type: user.type ?? null };
  } catch {
    return null;
  }
}

function hasFile(path: string): boolean {
  return fileStamp(path) !== '-';
}

function hasProgram(env: EntraSurroundings['env'], name: string): boolean {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const names = process.platform === 'win32' ? [`${name}.cmd`, `${name}.exe`, `${name}.bat`] : [name];
  return folders.some((folder) =>
    names.some((file) => {
      try {
        accessSync(join(folder, file), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

/** Any answer of the metadata address shows that this is a machine of Azure; without the header that it wants, it gives nothing away. */
async function askMetadata(given: HttpClient | undefined): Promise<void> {
  const { createDefaultHttpClient, createPipelineRequest } = await import('@azure/core-rest-pipeline');
  const request = createPipelineRequest({ url: metadataAddress, timeout: metadataLimitMs, allowInsecureConnection: true });
  await (given ?? createDefaultHttpClient()).sendRequest(request);
}
