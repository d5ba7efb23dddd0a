/** Keys and shared access signatures of Azure storage accounts that the environment holds. Each belongs to one account and to no other. */

/** What the environment says of one account. */
export interface AzureStorageKey {
  readonly account: string;
  readonly secret: { readonly kind: 'key'; readonly key: string } | { readonly kind: 'sas'; readonly sas: string };
  /** The account's blob service, where a connection string names it; null is the provider's own. */
  readonly endpoint: string | null;
  /** The variable that it was found in. */
  readonly variable: string;
}

/** What was found, and what was found but cannot be used. */
export interface AzureStorageKeys {
  /** In the order of use: the connection string, the key, the SAS. */
  readonly keys: readonly AzureStorageKey[];
  readonly problems: readonly { readonly kind: 'keys' | 'sas'; readonly variable: string; readonly problem: string }[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The account and key that every emulator has; they are published and open nothing else.
 * Source: https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key
 */
const emulator = {
  account: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  endpoint: 'http://127.0.0.1:10000/devstoreaccount1',
} as const;

/** The variables that `storageKeysOf` reads. */
export const storageVariables = [
  'AZURE_STORAGE_CONNECTION_STRING',
  'AZURE_STORAGE_ACCOUNT',
  'AZURE_STORAGE_KEY',
  'AZURE_STORAGE_SAS_TOKEN',
] as const;

/** Reads the variables that the Azure CLI and the SDKs read. Nothing is asked of anybody. */
export function storageKeysOf(env: Environment): AzureStorageKeys {
  const keys: AzureStorageKey[] = [];
  const problems: AzureStorageKeys['problems'][number][] = [];
  const text = env.AZURE_STORAGE_CONNECTION_STRING;
  if (text) {
    const variable = 'AZURE_STORAGE_CONNECTION_STRING';
    const found = keyOfConnectionString(text);
    if (found !== null) keys.push({ ...found, variable });
    else problems.push({ kind: 'keys', variable, problem: 'It names no account with a key or a SAS.' });
  }
  const account = env.AZURE_STORAGE_ACCOUNT?.toLowerCase();
  const given = [
    { variable: 'AZURE_STORAGE_KEY', kind: 'keys', secret: keySecret(env.AZURE_STORAGE_KEY) },
    { variable: 'AZURE_STORAGE_SAS_TOKEN', kind: 'sas', secret: sasSecret(env.AZURE_STORAGE_SAS_TOKEN) },
  ] as const;
  for (const { variable, kind, secret } of given) {
    if (!env[variable]) continue;
    if (secret === null) problems.push({ kind, variable, problem: 'It cannot be read.' });
    else if (account) keys.push({ account, secret, endpoint: null, variable });
    else problems.push({ kind, variable, problem: 'AZURE_STORAGE_ACCOUNT does not say whose it is.' });
  }
  return { keys, problems };
}

/** When a SAS ends by its own words; null where it does not say, as with a stored access policy. */
export function sasEnd(sas: string): Date | null {
  const end = Date.parse(parameterOf(sas, 'se') ?? '');
  return Number.isNaN(end) ? null : new Date(end);
}

/** A parameter of a SAS, decoded; null where it is absent. */
export function parameterOf(sas: string, name: string): string | null {
  for (const part of sas.split('&')) {
    const equals = part.indexOf('=');
    if (equals < 0 || part.slice(0, equals) !== name) continue;
    try {
      return decodeURIComponent(part.slice(equals + 1));
    } catch {
      return null;
    }
  }
  return null;
}

/** The format: https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string */
function keyOfConnectionString(text: string): Omit<AzureStorageKey, 'variable'> | null {
  const settings = new Map(
    text.split(';').flatMap((part) => {
      const equals = part.indexOf('=');
      return equals < 0 ? [] : [[part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()] as const];
    }),
  );
  if (settings.get('usedevelopmentstorage') === 'true') {
    return { account: emulator.account, secret: { kind: 'key', key: emulator.key }, endpoint: emulator.endpoint };
  }
  const named = settings.get('accountname')?.toLowerCase();
  const suffix = settings.get('endpointsuffix') ?? 'core.windows.net';
  const protocol = settings.get('defaultendpointsprotocol') === 'http' ? 'http' : 'https';
  const usual = named === undefined ? undefined : `${protocol}://${named}.blob.${suffix}`;
  const endpoint = (settings.get('blobendpoint') || usual)?.replace(/\/+$/, '');
  const account = named ?? accountOfEndpoint(endpoint);
  const secret = keySecret(settings.get('accountkey')) ?? sasSecret(settings.get('sharedaccesssignature'));
  if (!account || endpoint === undefined || !URL.canParse(endpoint) || secret === null) return null;
  return { account, secret, endpoint };
}

/** The account is the first label of the host, or the path of an emulator. */
function accountOfEndpoint(endpoint: string | undefined): string | null {
  const parts = /^https?:\/\/([^/:]+)(?::\d+)?(?:\/([^/]+))?/i.exec(endpoint ?? '');
  return (parts?.[2] ?? parts?.[1]?.split('.')[0])?.toLowerCase() ?? null;
}

function keySecret(text: string | undefined): AzureStorageKey['secret'] | null {
  return text && /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? { kind: 'key', key: text } : null;
}

function sasSecret(text: string | undefined): AzureStorageKey['secret'] | null {
  const sas = text?.replace(/^\?/, '');
  return sas && /^[\x21-\x7e]+$/.test(sas) && parameterOf(sas, 'sig') ? { kind: 'sas', sas } : null;
}
