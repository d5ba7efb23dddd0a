import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AzureIdentities, createAzureIdentities } from '../../src-main/credentials/azure.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import { type EntraServer, startEntraServer } from '../servers/entra-server.ts';

const key = Buffer.from('a key').toString('base64');
const sas = 'sv=2021-12-02&sr=c&sp=rl&se=2099-01-01T00%3A00%3A00Z&sig=AAAA';
const tenant = '11111111-1111-4111-8111-111111111111';
const application = { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: 'app' };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const path = process.env.PATH;

let home: string;
let entra: EntraServer;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-azure-identities-'));
  entra = await startEntraServer({
    applications: {
      app: { objectId: 'by secret', secret: 's' },
      certified: { objectId: 'by certificate', publicKey },
      pod: { objectId: 'by token file', federatedToken: 'token of the cluster' },
      stale: { objectId: 'stale', refusedWith: 7_000_222 },
    },
    machine: 'by machine',
  });
});
afterEach(async () => {
  process.env.PATH = path;
  await entra.close();
  rmSync(home, { recursive: true, force: true });
});

function identities(env: Record<string, string>, more: { now?: () => number; server?: EntraServer } = {}): AzureIdentities {
  const { httpClient } = more.server ?? entra;
  return createAzureIdentities({ env: { AZURE_TOKEN_CREDENTIALS: 'dev', ...env }, home, now: more.now ?? Date.now, httpClient });
}

/** Who is found for the account `media`: its name, and what it shows to Azure, a token by the login behind it. */
async function foundBy(env: Record<string, string>, account = 'media'): Promise<string> {
  const identity = await identities(env).identity({ account });
  if (identity === null) return 'nobody';
  const { kind } = identity;
  const shown = kind === 'key' ? identity.key : kind === 'sas' ? identity.sas : entra.loginOf(await identity.token())?.objectId;
  return `${identity.name} | ${shown}`;
}

/** Writes a program into the test's own folder and puts that first on the path. */
function program(name: string, script: string): Record<string, string> {
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  process.env.PATH = `${bin}${delimiter}${path}`;
  return { PATH: process.env.PATH };
}

function cliLogin(user = 'anna@example.com', type = 'user'): void {
  mkdirSync(join(home, '.azure'), { recursive: true });
  const subscriptions = [{ id: '1', isDefault: true, state: 'Enabled', user: { name: user, type } }];
  // With the byte order mark that the program writes.
  writeFileSync(join(home, '.azure', 'azureProfile.json'), `\uFEFF${JSON.stringify({ installationId: 'x', subscriptions })}`);
}

const cliAnswer = (token: string, seconds = 3_600) =>
  `echo '${JSON.stringify({ accessToken: token, expires_on: Math.floor(Date.now() / 1000) + seconds, tokenType: 'Bearer' })}'`;

describe('keys and signatures of the environment', () => {
  const connection = (rest: string) => ({ AZURE_STORAGE_CONNECTION_STRING: rest });
  test.each([
    ['nothing', {}, 'nobody'],
    ['the key of an account', { AZURE_STORAGE_ACCOUNT: 'media', AZURE_STORAGE_KEY: key }, `the key of media | ${key}`],
    ['the key of another account', { AZURE_STORAGE_ACCOUNT: 'other', AZURE_STORAGE_KEY: key }, 'nobody'],
    ['a key without its account', { AZURE_STORAGE_KEY: key }, 'nobody'],
    ['a SAS', { AZURE_STORAGE_ACCOUNT: 'media', AZURE_STORAGE_SAS_TOKEN: `?${sas}` }, `the SAS of media | ${sas}`],
    [
      'a key before a SAS',
      { AZURE_STORAGE_ACCOUNT: 'media', AZURE_STORAGE_KEY: key, AZURE_STORAGE_SAS_TOKEN: sas },
      `the key of media | ${key}`,
    ],
    [
      'a connection string',
      connection(`DefaultEndpointsProtocol=https;AccountName=media;AccountKey=${key};EndpointSuffix=core.windows.net`),
      `the key of media | ${key}`,
    ],
    [
      'one with a SAS and an endpoint alone',
      connection(`BlobEndpoint=https://media.blob.core.windows.net/;SharedAccessSignature=${sas}`),
      `the SAS of media | ${sas}`,
    ],
    ['one of another account', connection(`AccountName=other;AccountKey=${key}`), 'nobody'],
    ['one that is none', connection('hello'), 'nobody'],
  ])('%s', async (_, env, found) => {
    expect(await foundBy(env)).toBe(found);
  });

  test('the endpoint of a connection string is that of its own account alone', () => {
    const endpoints = (text: string) =>
      ['media', 'devstoreaccount1', 'other'].map((account) => identities(connection(text)).endpointOf(account));
    expect(endpoints(`AccountName=media;AccountKey=${key};EndpointSuffix=core.usgovcloudapi.net`)).toEqual([
      'https://media.blob.core.usgovcloudapi.net',
      null,
      null,
    ]);
    expect(endpoints('UseDevelopmentStorage=true')).toEqual([null, 'http://127.0.0.1:10000/devstoreaccount1', null]);
  });
});

describe('logins', () => {
  const chain = { AZURE_TOKEN_CREDENTIALS: '' };
  const secret = { ...application, AZURE_CLIENT_SECRET: 's' };

  test('an application by its secret', async () => {
    expect(await foundBy({ ...chain, ...secret })).toBe('application app | by secret');
  });

  test('an application by its certificate', async () => {
    const file = join(home, 'certificate.pem');
    // The library hashes what stands between the marks and signs with the key; it does not look into the certificate.
    const body = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    writeFileSync(
      file,
      `${privateKey.export({ type: 'pkcs8', format: 'pem' })}-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`,
    );
    expect(await foundBy({ ...chain, ...application, AZURE_CLIENT_ID: 'certified', AZURE_CLIENT_CERTIFICATE_PATH: file })).toBe(
      'application certified | by certificate',
    );
  });

  test('a workload by the token of its cluster', async () => {
    const file = join(home, 'token');
    writeFileSync(file, 'token of the cluster');
    expect(await foundBy({ ...chain, ...application, AZURE_CLIENT_ID: 'pod', AZURE_FEDERATED_TOKEN_FILE: file })).toBe(
      'workload identity pod | by token file',
    );
  });

  test.skipIf(process.platform === 'win32')('a person by the Azure CLI and by the Azure Developer CLI', async () => {
    cliLogin();
    const env = program('az', cliAnswer(entra.issue('by az')));
    expect(await foundBy(env)).toBe('anna@example.com (Azure CLI) | by az');
    rmSync(join(home, '.azure'), { recursive: true });
    mkdirSync(join(home, '.azd'));
    writeFileSync(join(home, '.azd', 'auth.json'), '{}');
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const developer = program('azd', `echo '${JSON.stringify({ token: entra.issue('by azd'), expiresOn: end })}'`);
    expect(await foundBy(developer)).toBe('Azure Developer CLI | by azd');
  });

  test('a machine by its managed identity, after all others', async () => {
    expect(await foundBy({ ...chain })).toBe('managed identity | by machine');
    expect(await foundBy({ ...chain, ...secret })).toBe('application app | by secret');
    expect(await foundBy({ AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential', ...secret })).toBe('managed identity | by machine');
    expect(await foundBy({ AZURE_TOKEN_CREDENTIALS: 'dev', ...secret })).toBe('nobody');
  });

  test('a key of the account before every login', async () => {
    expect(await foundBy({ ...chain, ...secret, AZURE_STORAGE_ACCOUNT: 'media', AZURE_STORAGE_KEY: key })).toBe(
      `the key of media | ${key}`,
    );
    expect(await foundBy({ ...chain, ...secret, AZURE_STORAGE_ACCOUNT: 'media', AZURE_STORAGE_KEY: key }, 'other')).toBe(
      'application app | by secret',
    );
  });

  test('that there is none is remembered for a minute', async () => {
    const elsewhere = await startEntraServer({});
    let now = Date.now();
    let asked = 0;
    const httpClient = {
      sendRequest: (...request: Parameters<typeof elsewhere.httpClient.sendRequest>) => {
        asked += 1;
        return elsewhere.httpClient.sendRequest(...request);
      },
    };
    const found = createAzureIdentities({ env: { AZURE_TOKEN_CREDENTIALS: 'prod' }, home, now: () => now, httpClient });
    const counts = [];
    for (const step of [0, 59_000, 2_000]) {
      now += step;
      expect(await found.identity({ account: 'media' })).toBe(null);
      counts.push(asked);
    }
    expect(counts).toEqual([1, 1, 2]);
    await elsewhere.close();
  });

  test('one token serves until it nears its end, and many who ask at once get one login', async () => {
    let now = Date.now();
    const found = identities({ ...chain, ...secret }, { now: () => now });
    const [one, other] = await Promise.all([found.identity({ account: 'media' }), found.identity({ account: 'other' })]);
    expect(one).toBe(other);
    if (one?.kind !== 'token') throw new Error('A login was expected.');
    await one.token();
    expect(entra.issued.length).toBe(1);
    now += 3_400_000;
    expect(await Promise.all([one.token(), one.token()])).toEqual([entra.issued.at(-1), entra.issued.at(-1)]);
  });
});

describe('a login that gives no token', () => {
  async function refusalOf(env: Record<string, string>, more: Parameters<typeof identities>[1] = {}) {
    const outcome = await outcomeOf(() => identities({ AZURE_TOKEN_CREDENTIALS: '', ...env }, more).identity({ account: 'media' }));
    return outcome.ok ? 'somebody' : [outcome.error.cause, outcome.error.message, outcome.error.next, outcome.error.details];
  }

  test('is named with the code of Entra and what to do', async () => {
    const elsewhere = await startEntraServer({
      applications: { app: { objectId: 'x', secret: 's' }, stale: { objectId: 'x', refusedWith: 7_000_222 } },
    });
    const server = elsewhere;
    expect(await refusalOf({ ...application, AZURE_CLIENT_SECRET: 'wrong' }, { server })).toEqual([
      'no_credentials',
      'Microsoft’s login gave no token to application app.',
      'Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or token file beside them.',
      { providerCode: 'AADSTS7000215' },
    ]);
    expect(await refusalOf({ ...application, AZURE_CLIENT_ID: 'stale', AZURE_CLIENT_SECRET: 's' }, { server })).toEqual([
      'expired_credentials',
      'The login of application stale has ended.',
      'Renew its secret, then start Vitrine again.',
      { providerCode: 'AADSTS7000222' },
    ]);
    await elsewhere.close();
    expect(await refusalOf({ ...application, AZURE_CLIENT_SECRET: 's' }, { server })).toEqual([
      'unreachable',
      'Microsoft’s login cannot be reached.',
      'Try again when the network is back.',
      { providerCode: 'network_error' },
    ]);
  });

  test.skipIf(process.platform === 'win32')('is asked again at once when it logs in anew, and not before', async () => {
    cliLogin();
    const count = join(home, 'count');
    const env = program(
      'az',
      `echo x >> '${count}'\necho 'ERROR: AADSTS700082: The refresh token has expired. Please run: az login' >&2\nexit 1`,
    );
    const found = identities(env);
    const ask = () => outcomeOf(() => found.identity({ account: 'media' }));
    const refused = await ask();
    expect(refused.ok ? null : refused.error).toEqual({
      cause: 'expired_credentials',
      message: 'The login of anna@example.com (Azure CLI) has ended.',
      next: 'Run “az login”; Vitrine notices by itself.',
      details: { login: 'az login' },
    });
    await ask();
    expect(readFileSync(count, 'utf8')).toBe('x\n');
    program('az', cliAnswer('t'));
    const cache = join(home, '.azure', 'msal_token_cache.json');
    writeFileSync(cache, '{}');
    utimesSync(cache, new Date(), new Date(Date.now() + 2_000));
    const again = await ask();
    expect(again.ok && again.value?.name).toBe('anna@example.com (Azure CLI)');
  });
});

test('accounts are told in the order of use, each with where it was found and what is wrong with it', () => {
  cliLogin('robot', 'servicePrincipal');
  const env = {
    AZURE_TOKEN_CREDENTIALS: '',
    AZURE_STORAGE_ACCOUNT: 'media',
    AZURE_STORAGE_SAS_TOKEN: sas.replace('2099', '2020'),
    AZURE_STORAGE_CONNECTION_STRING: 'hello',
    ...application,
    AZURE_CLIENT_SECRET: 's',
  };
  const found = identities(env);
  const lines = found.accounts().map((each) => {
    const { provider, name, kind, where, isDefault, endsAt, canSign, login, problem } = each;
    return [provider, name, kind, where.replace(home, '~'), isDefault, endsAt, canSign, login, problem];
  });
  expect(lines).toEqual([
    ['azure', 'media', 'sas', 'environment', false, '2020-01-01T00:00:00.000Z', true, null, 'It has ended.'],
    ['azure', 'application app', 'service_account', 'environment', true, null, null, null, null],
    [
      'azure',
      'robot',
      'service_account',
      '~/.azure',
      false,
      null,
      null,
      'az login',
      'The program “az” is not found, so its login cannot be used.',
    ],
    [
      'azure',
      'AZURE_STORAGE_CONNECTION_STRING',
      'keys',
      'environment',
      false,
      null,
      false,
      null,
      'It names no account with a key or a SAS.',
    ],
  ]);
  expect(found.found()).toEqual(['Azure SAS of media', 'Azure login application app', 'Azure login robot']);
  expect(JSON.stringify([found.accounts(), found.found()])).not.toContain('sig=');
});
