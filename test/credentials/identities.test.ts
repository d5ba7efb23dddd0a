import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAwsIdentities } from '../../src-main/credentials/aws.ts';
import { createGoogleIdentities } from '../../src-main/credentials/gcp.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';

const start = Date.parse('2026-11-24T00:15:00Z');
let home: string;
let now = start;

beforeEach(() => {
  now = start;
  home = mkdtempSync(join(tmpdir(), 'vitrine-credentials-'));
  mkdirSync(join(home, '.aws', 'sso', 'cache'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function aws(env: Record<string, string> = {}) {
  return createAwsIdentities({ env: { AWS_EC2_METADATA_DISABLED: 'true', ...env }, home, now: () => now });
}
const write = (name: string, text: string) => writeFileSync(join(home, '.aws', name), text);

test('without any credentials there is no identity', async () => {
  expect(await aws().identity({ profile: null })).toBeNull();
  expect(aws().found()).toEqual([]);
});

test('keys of the environment come before the default profile, and AWS_PROFILE before both', async () => {
  write('credentials', '[default]\naws_access_key_id=D\naws_secret_access_key=d\n[work]\naws_access_key_id=W\naws_secret_access_key=w\n');
  const keys = { AWS_ACCESS_KEY_ID: 'E', AWS_SECRET_ACCESS_KEY: 'e' };
  expect(await aws(keys).identity({ profile: null })).toMatchObject({
    name: 'environment',
    credentials: { accessKeyId: 'E' },
    expiration: null,
  });
  expect(await aws().identity({ profile: null })).toMatchObject({ name: 'profile default', credentials: { accessKeyId: 'D' } });
  expect(await aws({ ...keys, AWS_PROFILE: 'work' }).identity({ profile: null })).toMatchObject({
    name: 'profile work',
    credentials: { accessKeyId: 'W' },
  });
  expect(aws().found()).toEqual(['AWS profiles default, work']);
});

test('a credential process is run, and asked again only when its credentials near their end or a link wants longer ones', async () => {
  const script = join(home, 'process.sh');
  const counter = join(home, 'count');
  writeFileSync(
    script,
    `#!/bin/sh\necho x >> '${counter}'\nn=$(wc -l < '${counter}')\necho "{\\"Version\\":1,\\"AccessKeyId\\":\\"K$((n))\\",\\"SecretAccessKey\\":\\"s\\",\\"SessionToken\\":\\"t\\",\\"Expiration\\":\\"2099-01-01T0$((n)):00:00Z\\"}"\n`,
  );
  chmodSync(script, 0o755);
  write('config', `[profile tool]\ncredential_process = ${script}\n`);
  const identities = aws();
  now = Date.parse('2099-01-01T00:00:00Z');
  const first = await identities.identity({ profile: 'tool' });
  expect([first?.name, first?.credentials.accessKeyId, first?.expiration?.toISOString()]).toEqual([
    'profile tool',
    'K1',
    '2099-01-01T01:00:00.000Z',
  ]);
  expect(await identities.identity({ profile: 'tool' })).toBe(first);
  now += 120_000;
  const longer = await identities.identity({ profile: 'tool', wantedUntil: new Date('2099-01-01T01:30:00Z') });
  expect(longer?.credentials.accessKeyId).toBe('K2');
});

test('an ended SSO login is named with the command that renews it', async () => {
  write(
    'config',
    '[profile sso]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session corp]\nsso_start_url = https://x.invalid\nsso_region = us-east-1\n',
  );
  const token = join(home, '.aws', 'sso', 'cache', `${createHash('sha1').update('corp').digest('hex')}.json`);
  writeFileSync(token, JSON.stringify({ accessToken: 'a', expiresAt: '2026-11-24T00:00:00Z' }));
  const outcome = await outcomeOf(() => aws().identity({ profile: 'sso' }));
  expect(outcome.ok ? null : outcome.error).toMatchObject({
    cause: 'expired_credentials',
    message: 'The login “sso” has ended.',
    next: 'Run “aws sso login --profile sso”; Vitrine notices by itself.',
    details: { login: 'aws sso login --profile sso' },
  });
});

test('an identity knows the command that logs it in anew, that of the profile it is assumed from too', () => {
  write(
    'config',
    '[profile plain]\naws_access_key_id=K\naws_secret_access_key=k\n[profile browser]\nlogin_session = x\n[profile my team]\nsso_start_url = https://x.invalid\n[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = browser\n',
  );
  expect(
    aws()
      .accounts()
      .map(({ name, login }) => [name, login]),
  ).toEqual([
    ['plain', null],
    ['browser', 'aws login --profile browser'],
    ['my team', "aws sso login --profile 'my team'"],
    ['role', 'aws login --profile browser'],
  ]);
});

test('a profile that does not exist is named', async () => {
  const outcome = await outcomeOf(() => aws().identity({ profile: 'nowhere' }));
  expect(outcome.ok ? null : [outcome.error.cause, outcome.error.message]).toEqual([
    'no_credentials',
    'There is no AWS profile “nowhere”.',
  ]);
});

test('region and endpoint come from the environment, the profile and its services', () => {
  write(
    'config',
    '[default]\nregion = eu-west-1 # here\nservices = local\n[services local]\ns3 =\n  endpoint_url = http://127.0.0.1:9000\n',
  );
  expect(aws().settingsOf(null)).toEqual({ region: 'eu-west-1', s3Endpoint: 'http://127.0.0.1:9000' });
  expect(aws({ AWS_REGION: 'us-west-2', AWS_ENDPOINT_URL_S3: 'http://other' }).settingsOf(null)).toEqual({
    region: 'us-west-2',
    s3Endpoint: 'http://other',
  });
});

test('Google credentials are found by file, a broken one is named, and without one there is nobody', async () => {
  const env = { METADATA_SERVER_DETECTION: 'none' };
  const identities = createGoogleIdentities({ env, home, now: () => now });
  expect([await identities.identity(), identities.found()]).toEqual([null, []]);
  const folder = join(home, '.config', 'gcloud');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'application_default_credentials.json');
  writeFileSync(file, JSON.stringify({ type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' }));
  expect(await identities.identity()).toMatchObject({ name: 'your Google login', signer: null });
  expect(identities.found()).toEqual(['Google credentials']);
  writeFileSync(file, 'no json');
  const outcome = await outcomeOf(() => identities.identity());
  expect(outcome.ok ? null : outcome.error.cause).toBe('no_credentials');
});
