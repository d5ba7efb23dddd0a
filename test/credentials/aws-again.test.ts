import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAwsIdentities } from '../../src-main/credentials/aws.ts';
import { processCredentials } from '../../src-main/credentials/credential-process.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import { createS3Store, type S3Store } from '../../src-main/stores/s3.ts';
import { createS3Access } from '../../src-main/stores/s3-access.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import { memoryOf } from '../links/cloud-rooms.ts';
import { objectReference } from '../links/odd-keys.ts';
import { type AwsPlace, baseEnv, baseKeys, inAWord, newAwsPlace, reader } from './aws-place.ts';
import { isRunning } from './is-running.ts';

let place: AwsPlace;
const stores: S3Store[] = [];

beforeEach(async () => {
  place = await newAwsPlace();
});
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  await place.end();
});

const ssoConfig = `[profile s]\nsso_session = corp\nsso_account_id = 111\nsso_role_name = Looker\n[sso-session corp]\nsso_start_url = https://x.invalid\nsso_region = us-east-1\n`;
const ssoUsed = 'profile s, signed as ann as 111/Looker, ends 2026-11-24T01:15:00.000Z';

/** The store over identities of the place, as the library puts them together. */
function storeOver(env: Record<string, string>): S3Store {
  const meter = { requestSent() {}, bytesReceived() {} };
  const now = () => place.now;
  const access = createS3Access({ identities: place.identities(env), rules: () => [], memory: memoryOf(new Map()), meter, now });
  const store = createS3Store({ access, meter, retryPolicy: createRetryPolicy(Math.random), sleep: async () => {}, now });
  stores.push(store);
  return store;
}
const stat = (store: S3Store) => outcomeOf(() => store.stat(objectReference('s3', 'b', 'k'), new AbortController().signal));

test('a session that the server ended early is had anew, once, and the read goes on', async () => {
  place.write('config', ssoConfig);
  place.writeSsoToken('corp', place.server.logins.signIn('ann', 3_600));
  const store = storeOver({ AWS_PROFILE: 's' });
  expect((await stat(store)).ok).toBe(true);
  place.server.revoke('ann as 111/Looker');
  const outcome = await stat(store);
  const asked = place.server.requests.filter(({ rawPath }) => rawPath.startsWith('/portal')).length;
  const keys = place.server.readers.map(({ accessKeyId }) => accessKeyId);
  expect([outcome.ok, asked, new Set(keys).size]).toEqual([true, 2, 2]);
});

test('a session of the environment that the server ended is not tried again: it can be no other', async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = place.server.issue('guest', 3_600);
  const store = storeOver({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken });
  place.server.revoke('guest');
  const outcome = await stat(store);
  const signed = place.server.requests.filter(({ headers, method }) => headers.authorization !== undefined && method === 'HEAD');
  expect([outcome.ok ? null : outcome.error.cause, signed.length]).toEqual(['expired_credentials', 1]);
});

test('only what is held and can be had anew is forgotten', async () => {
  place.write('config', ssoConfig);
  place.writeSsoToken('corp', place.server.logins.signIn('ann', 3_600));
  const identities = place.identities(baseEnv);
  const fixed = await identities.identity({ profile: null });
  const session = await identities.identity({ profile: 's' });
  if (!fixed || !session) throw new Error('Both were to be found.');
  const others = createAwsIdentities({ env: {}, home: place.home, now: () => place.now });
  expect([identities.forget(fixed), identities.forget(session), identities.forget(session), others.forget(session)]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  const again = await identities.identity({ profile: 's' });
  expect(again?.credentials.accessKeyId).not.toBe(session.credentials.accessKeyId);
});

test.each<
  [title: string, profile: string | null, prepare: () => Record<string, string>, change: () => void, before: string, after: string]
>([
  [
    'an SSO login in a terminal',
    's',
    () => {
      place.write('config', ssoConfig);
      return {};
    },
    () => void place.writeSsoToken('corp', place.server.logins.signIn('ann', 3_600)),
    'expired_credentials',
    ssoUsed,
  ],
  [
    'an SSO login under a role that is assumed from it',
    'r',
    () => {
      place.write('config', `${ssoConfig}[profile r]\nrole_arn = ${reader}\nsource_profile = s\n`);
      place.writeSsoToken('corp', { accessToken: 'old', expiresAt: '2026-11-24T00:00:00Z' });
      return {};
    },
    () => void place.writeSsoToken('corp', place.server.logins.signIn('ann', 3_600)),
    'expired_credentials',
    `profile r, signed as ${reader}, ends 2026-11-24T01:15:00.000Z`,
  ],
  [
    'aws login in a terminal',
    'l',
    () => {
      place.write('config', '[profile l]\nlogin_session = x\n');
      return {};
    },
    () => {
      const { accessKeyId, secretAccessKey, sessionToken } = place.server.issue('ann by aws login', 900);
      place.writeLogin('x', { accessToken: { accessKeyId, secretAccessKey, sessionToken, expiresAt: '2026-11-24T00:30:00Z' } });
    },
    'expired_credentials',
    'profile l, signed as ann by aws login, ends 2026-11-24T00:30:00.000Z',
  ],
  [
    'a web identity token that is renewed by others',
    null,
    () => ({ AWS_WEB_IDENTITY_TOKEN_FILE: place.write('token', 'old'), AWS_ROLE_ARN: reader }),
    () => void place.write('token', 'web-token'),
    'access_denied',
    `web identity, signed as ${reader}, ends 2026-11-24T01:15:00.000Z`,
  ],
  [
    'aws configure in a terminal',
    null,
    () => ({}),
    () => void place.write('credentials', `[default]\n${baseKeys}`),
    'nobody',
    'profile default, signed as base, ends never',
  ],
  [
    'a profile that is written into the config',
    'k',
    () => ({}),
    () => void place.write('config', `[profile k]\n${baseKeys}`),
    'no_credentials',
    'profile k, signed as base, ends never',
  ],
])('%s works at once', async (_title, profile, prepare, change, before, after) => {
  const identities = place.identities(prepare());
  const first = await outcomeOf(() => inAWord(place, identities, profile));
  change();
  expect([first.ok ? first.value : first.error.cause, await inAWord(place, identities, profile)]).toEqual([before, after]);
});

test('what cannot be had is not asked for again by every tile, but soon', async () => {
  place.write('config', ssoConfig);
  place.writeSsoToken('corp', place.server.logins.signIn('ann', 3_600));
  place.server.logins.signOut('ann');
  const identities = place.identities();
  const ask = () => outcomeOf(() => identities.identity({ profile: 's' }));
  await Promise.all([ask(), ask()]);
  await ask();
  const before = place.server.counters.requests;
  place.now += 11_000;
  await ask();
  expect([before, place.server.counters.requests]).toEqual([1, 2]);
});

test('credentials that cannot be renewed are used until their end', async () => {
  place.write('config', ssoConfig);
  place.writeSsoToken('corp', place.server.logins.signIn('ann', 7_200));
  const identities = place.identities();
  const first = await identities.identity({ profile: 's' });
  place.server.logins.signOut('ann');
  place.now += 3_400_000;
  const late = await identities.identity({ profile: 's' });
  place.now += 201_000;
  const ended = await outcomeOf(() => identities.identity({ profile: 's' }));
  expect([late === first, ended.ok ? null : ended.error.message]).toEqual([true, 'The login “s” has ended.']);
});

test('the accounts say how each gets its credentials, from where, until when, and what is wrong', async () => {
  const { logins } = place.server;
  place.write(
    'config',
    [
      ssoConfig,
      `[profile role]\nrole_arn = ${reader}\nsource_profile = base`,
      `[profile nested]\nrole_arn = ${reader}\nsource_profile = gone`,
      '[profile old]\nsso_start_url = https://old.invalid\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = Looker',
      '[profile new]\nlogin_session = x',
      '[profile tool]\ncredential_process = "/opt/my tools/helper" --password hush',
      '[profile web]\nrole_arn = arn:aws:iam::1:role/Web\nweb_identity_token_file = ~/nowhere',
      '[profile plain]\nregion = eu-west-1',
    ].join('\n'),
  );
  place.write(
    'credentials',
    `[base]\n${baseKeys}[temp]\naws_access_key_id = ASIATEMP00000000T1\naws_secret_access_key = t\naws_session_token = t\n`,
  );
  place.writeSsoToken('corp', logins.signIn('ann', 60));
  place.writeSsoToken('https://old.invalid', { accessToken: 'a', expiresAt: '2026-11-24T00:00:00Z', refreshToken: undefined });
  const env = { AWS_PROFILE: 'role', AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT00E9', AWS_SECRET_ACCESS_KEY: 'e', AWS_SESSION_TOKEN: 'e' };
  const identities = place.identities({
    ...env,
    AWS_CREDENTIAL_EXPIRATION: '2026-11-24T09:00:00Z',
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/role',
  });
  await identities.identity({ profile: 'role' });
  const lines = identities
    .accounts()
    .map(({ name, kind, detail, where, isDefault, endsAt, login, problem }) =>
      [isDefault ? '* ' : '', name, kind, detail, where, endsAt, login, problem].map((part) => part ?? '-').join(' | '),
    );
  expect(lines).toEqual([
    '*  | role | assume_role | role Reader through base | ~/.aws/config | 2026-11-24T01:15:00.000Z | - | -',
    ' | s | sso | role Looker | ~/.aws/config | - | aws sso login --profile s | -',
    ' | nested | assume_role | role Reader through gone | ~/.aws/config | - | - | there is no profile “gone”',
    ' | old | sso | role Looker | ~/.aws/config | 2026-11-24T00:00:00.000Z | aws sso login --profile old | the login has ended',
    ' | new | login | - | ~/.aws/config | - | aws login --profile new | not logged in',
    ' | tool | process | through helper | ~/.aws/config | - | - | -',
    ' | web | web_identity | role Web | ~/.aws/config | - | - | its web identity token is missing',
    ' | base | keys | key AKIA…B1 | ~/.aws/credentials | - | - | -',
    ' | temp | session | key ASIA…T1 | ~/.aws/credentials | - | - | -',
    ' | environment | session | key AKIA…E9 | environment | 2026-11-24T09:00:00.000Z | - | -',
    ' | container role | container | - | environment | - | - | -',
  ]);
});

test('an instance’s role is in the list once it was used', async () => {
  const identities = place.identities({ AWS_EC2_METADATA_DISABLED: '' });
  const before = identities.accounts();
  const identity = await identities.identity({ profile: null });
  expect([before, identities.accounts()]).toEqual([
    [],
    [
      {
        provider: 'aws',
        name: 'instance role',
        kind: 'instance',
        detail: `key ASIA…${identity?.credentials.accessKeyId.slice(-2)}`,
        where: 'this machine',
        isDefault: true,
        endsAt: '2026-11-24T06:15:00.000Z',
        canSign: true,
        login: null,
        problem: null,
      },
    ],
  ]);
});

test('a credential process that hangs is ended with all that it started', async () => {
  const pidFile = join(place.home, 'pid');
  const program = place.program('slow', `sleep 60 & echo $! > '${pidFile}'; wait`);
  const outcome = await outcomeOf(() => processCredentials('p', program, { env: { PATH: process.env.PATH }, now: Date.now, limitMs: 400 }));
  expect(outcome.ok ? null : `${outcome.error.cause}: ${outcome.error.message}`).toBe(
    'timeout: The program of the AWS profile “p” did not answer in 0.4 s.',
  );
  await expect.poll(() => isRunning(pidFile)).toBe(false);
});
