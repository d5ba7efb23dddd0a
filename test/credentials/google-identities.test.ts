import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGoogleIdentities, type GoogleIdentities } from '../../src-main/credentials/gcp.ts';
import { errorOf } from '../../src-shared/model/error.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type GoogleMetadataServer, startGoogleMetadataServer } from '../servers/google-metadata-server.ts';
import { makeServiceAccount, type ServiceAccount } from '../servers/service-account.ts';
import { storedObject } from '../servers/stored-object.ts';

const person = 'me@example.com';
const federated = 'principal://pools/other-cloud/subject/me';
let google: GcsServer;
let metadata: GoogleMetadataServer;
let reader: ServiceAccount;
let target: ServiceAccount;
let between: ServiceAccount;
let machine: ServiceAccount;
let free: ServiceAccount;
let home: string;
let now = Date.parse('2026-11-24T00:00:00Z');

beforeAll(async () => {
  const [one, two, three, four, five] = ['reader', 'target', 'between', 'machine', 'free'].map((name) => makeServiceAccount('', name));
  if (!one || !two || !three || !four || !five) throw new Error('Five accounts were made.');
  [reader, target, between, machine, free] = [one, two, three, four, five];
  google = await startGcsServer({
    buckets: { media: {} },
    accounts: [reader, target, between, machine, free],
    tokens: { 'refresh-me': person, 'machine-token': machine.email },
    subjectTokens: { 'subject-of-mine': federated },
    tokenCreators: {
      [target.email]: [between.email, federated, reader.email],
      [between.email]: [person],
      [machine.email]: [machine.email],
    },
  });
  google.put('media', 'a', storedObject('bytes'));
  metadata = await startGoogleMetadataServer({ email: machine.email, token: 'machine-token', subjectToken: 'subject-of-mine' });
});
afterAll(() => Promise.all([google.close(), metadata.close()]));
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-google-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const user = () => ({
  type: 'authorized_user',
  client_id: 'c',
  client_secret: 's',
  refresh_token: 'refresh-me',
  token_uri: google.tokenUri,
});
const service = () => ({ ...reader.keyFile, token_uri: google.tokenUri });
const acting = (email: string) => `${google.origin}/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
const external = (source: unknown, rest: Record<string, unknown> = {}) => ({
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/p',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: google.tokenUri,
  credential_source: source,
  ...rest,
});

function identitiesWith(env: Record<string, string> = {}): GoogleIdentities {
  const base = { METADATA_SERVER_DETECTION: 'none', CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: google.origin };
  return createGoogleIdentities({ env: { ...base, ...env }, home, now: () => now });
}

/** Writes a file of credentials where `gcloud auth application-default login` does. */
function logIn(key: unknown): string {
  const folder = join(home, '.config', 'gcloud');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'application_default_credentials.json');
  writeFileSync(path, JSON.stringify(key));
  return path;
}

/** Who the server takes the identity for. */
async function seenAs(identities: GoogleIdentities): Promise<string | null> {
  const identity = await identities.identity();
  const { token } = (await identity?.client.getAccessToken()) ?? {};
  const answer = await fetch(`${google.origin}/storage/v1/b/media/o/a?fields=name`, { headers: { authorization: `Bearer ${token}` } });
  await answer.text();
  return google.callers.at(-1) ?? null;
}

/** `name | who the server sees | who signs, and where`. */
async function summaryOf(identities: GoogleIdentities, signAs?: string): Promise<string> {
  const identity = await identities.identity(signAs === undefined ? {} : { signAs });
  if (identity === null) return 'nobody';
  const { signer } = identity;
  const signature = signer === null ? null : await signer.sign('text');
  const signs = signer === null ? 'cannot sign' : `${await signer.email()} ${signer.isRemote ? 'at Google' : 'here'} ${signature?.length}`;
  return `${identity.name} | ${await seenAs(identities)} | ${signs}`;
}

const program = () => {
  const path = join(home, 'token.sh');
  writeFileSync(
    path,
    `#!/bin/sh\necho '{"version":1,"success":true,"token_type":"urn:ietf:params:oauth:token-type:jwt","id_token":"subject-of-mine"}'\n`,
  );
  chmodSync(path, 0o755);
  return { executable: { command: path } };
};
const tokenFile = () => {
  writeFileSync(join(home, 'token'), 'subject-of-mine');
  return { file: join(home, 'token') };
};
const tokenUrl = () => ({ url: metadata.subjectTokenUrl, format: { type: 'json', subject_token_field_name: 'value' } });
const allowed = { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1' };

describe('where Google credentials come from', () => {
  test.each<[string, () => unknown, Record<string, string>, () => string]>([
    ['a service account’s key', service, {}, () => `service account ${reader.email} | ${reader.email} | ${reader.email} here 256`],
    ['the login of a person', user, {}, () => `your Google login | ${person} | cannot sign`],
    [
      'an account impersonated by a service account',
      () => ({
        type: 'impersonated_service_account',
        source_credentials: service(),
        service_account_impersonation_url: acting(target.email),
        delegates: [],
      }),
      {},
      () => `service account ${target.email} (impersonated) | ${target.email} | ${target.email} at Google 256`,
    ],
    [
      'an account impersonated by a person through another account',
      () => ({
        type: 'impersonated_service_account',
        source_credentials: user(),
        service_account_impersonation_url: acting(target.email),
        delegates: [`projects/-/serviceAccounts/${between.email}`],
      }),
      {},
      () => `service account ${target.email} (impersonated) | ${target.email} | ${target.email} at Google 256`,
    ],
    ['another provider’s token in a file', () => external(tokenFile()), {}, () => `external account | ${federated} | cannot sign`],
    [
      'another provider’s token that impersonates an account',
      () => external(tokenFile(), { service_account_impersonation_url: acting(free.email) }),
      {},
      () => `service account ${free.email} (through an external account) | ${free.email} | ${free.email} at Google 256`,
    ],
    ['another provider’s token at an address', () => external(tokenUrl()), {}, () => `external account | ${federated} | cannot sign`],
    ['another provider’s token from a program', () => external(program()), allowed, () => `external account | ${federated} | cannot sign`],
  ])('%s', async (_, key, env, expected) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    logIn(key());
    expect(await summaryOf(identitiesWith(env))).toBe(expected());
  });

  test('the machine itself, where no file is', async () => {
    const identities = identitiesWith({ METADATA_SERVER_DETECTION: '', GCE_METADATA_HOST: metadata.host });
    expect([identities.accounts(), await summaryOf(identities), identities.accounts().map(({ kind, where }) => [kind, where])]).toEqual([
      [],
      `the service account of this machine | ${machine.email} | ${machine.email} at Google 256`,
      [['instance', 'metadata server']],
    ]);
  });

  test('nobody, on a machine that is not Google’s, and that is remembered for a while', async () => {
    const other = await startGoogleMetadataServer({ email: '', token: '', kind: 'other' });
    const identities = identitiesWith({ METADATA_SERVER_DETECTION: '', GCE_METADATA_HOST: other.host });
    const seen = [await summaryOf(identities), await summaryOf(identities), other.counters.requests];
    now += 61_000;
    expect([...seen, await summaryOf(identities), other.counters.requests]).toEqual(['nobody', 'nobody', 1, 'nobody', 2]);
    await other.close();
  });

  test('nobody, where the metadata address never answers, after a second', async () => {
    const silent = await startGoogleMetadataServer({ email: '', token: '', kind: 'silent' });
    expect(await summaryOf(identitiesWith({ METADATA_SERVER_DETECTION: '', GCE_METADATA_HOST: silent.host }))).toBe('nobody');
    expect((await silent.whenEnded(() => true)).end).toBe('broken');
    await silent.close();
  });
});

describe('signing as a named service account', () => {
  test.each<[string, () => unknown, () => string]>([
    ['a person who may', () => user(), () => between.email],
    ['a service account that may', () => service(), () => target.email],
    ['the account itself, by its own key', () => service(), () => reader.email],
  ])('by %s', async (_, key, email) => {
    logIn(key());
    const identity = await identitiesWith().identity({ signAs: email() });
    const isOwn = email() === reader.email;
    expect([await identity?.signer?.email(), identity?.signer?.isRemote, (await identity?.signer?.sign('text'))?.length]).toEqual([
      email(),
      !isOwn,
      256,
    ]);
  });

  test('is refused by Google where the right is missing', async () => {
    logIn(user());
    const identity = await identitiesWith().identity({ signAs: target.email });
    await expect(identity?.signer?.sign('text')).rejects.toMatchObject({ status: 403 });
  });
});

describe('files that cannot be used', () => {
  test.each<[string, () => unknown, string]>([
    ['no JSON object', () => 'text', 'no_credentials: The Google credentials in FILE cannot be read.'],
    [
      'a kind that is not known',
      () => ({ type: 'gdch_service_account' }),
      'no_credentials: The Google credentials in FILE cannot be read.',
    ],
    ['a key that is none', () => ({ ...service(), private_key: 'x' }), 'no_credentials: The Google credentials in FILE cannot be read.'],
    ['no source of tokens', () => external({}), 'no_credentials: The Google credentials in FILE cannot be read.'],
    [
      'a program that is not allowed',
      () => external(program()),
      'no_credentials: The Google credentials in FILE come from a program, and none is run unless allowed.',
    ],
  ])('%s', async (_, key, said) => {
    const path = logIn(key());
    const error = await identitiesWith()
      .identity()
      .then(() => null, errorOf);
    expect(`${error?.cause}: ${error?.message.replace(path, 'FILE')}`).toBe(said);
  });
});

test('a new login counts at once, and a token that was dropped is asked for anew', async () => {
  logIn(user());
  const identities = identitiesWith();
  const first = await identities.identity();
  expect([await seenAs(identities), (await identities.identity()) === first]).toEqual([person, true]);
  if (first) identities.forget(first);
  const second = await identities.identity();
  if (first) identities.forget(first);
  expect([second === first, (await identities.identity()) === second]).toEqual([false, true]);
  logIn(service());
  expect(await seenAs(identities)).toBe(reader.email);
});

test('the project that pays is the environment’s, else that of the credentials', async () => {
  const projectOf = async (key: unknown, env: Record<string, string> = {}) => {
    logIn(key);
    return (await identitiesWith(env).identity())?.quotaProject;
  };
  expect([
    await projectOf(user()),
    await projectOf({ ...user(), quota_project_id: 'mine' }),
    await projectOf({ ...user(), quota_project_id: 'mine' }, { GOOGLE_CLOUD_QUOTA_PROJECT: 'ours' }),
    await projectOf(service()),
  ]).toEqual([null, 'mine', 'ours', 'throw-away']);
});

test('accounts tell what there is without asking anybody', () => {
  const before = google.counters.requests;
  const accounts = (key: unknown, env: Record<string, string> = {}) => {
    logIn(key);
    return identitiesWith(env)
      .accounts()
      .map(({ name, kind, detail, where, canSign, login, problem }) => [name, kind, detail, where, canSign, login, problem]);
  };
  const where = '~/.config/gcloud/application_default_credentials.json';
  const login = 'gcloud auth application-default login';
  const impersonated = {
    type: 'impersonated_service_account',
    source_credentials: user(),
    service_account_impersonation_url: acting('t@p.iam.gserviceaccount.com'),
  };
  expect([
    accounts(service()),
    accounts({ ...user(), account: person, quota_project_id: 'mine' }),
    accounts(impersonated),
    accounts(external(tokenUrl(), { service_account_impersonation_url: acting('t@p.iam.gserviceaccount.com') })),
    accounts(external(program())),
    accounts('nonsense'),
    accounts(user(), { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/key.json' }),
  ]).toEqual([
    [[reader.email, 'service_account', 'project throw-away', where, true, null, null]],
    [[person, 'user', 'project mine', where, false, login, null]],
    [
      [
        't@p.iam.gserviceaccount.com',
        'impersonated',
        null,
        where,
        null,
        `${login} --impersonate-service-account t@p.iam.gserviceaccount.com`,
        null,
      ],
    ],
    [['t@p.iam.gserviceaccount.com', 'external', null, where, null, null, null]],
    [
      [
        'external account',
        'external',
        null,
        where,
        false,
        null,
        'Its tokens come from a program, and none is run unless GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES is 1.',
      ],
    ],
    [
      [
        'application default credentials',
        'user',
        null,
        where,
        false,
        login,
        `The Google credentials in ${join(home, where.slice(2))} cannot be read.`,
      ],
    ],
    [
      [
        'application default credentials',
        'user',
        null,
        '/nowhere/key.json',
        false,
        login,
        'The Google credentials in /nowhere/key.json cannot be read.',
      ],
    ],
  ]);
  expect(google.counters.requests).toBe(before);
});
