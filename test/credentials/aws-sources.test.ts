/** Every source of AWS credentials, one table and the settings that change its rows: long because the rows are read against each other. */
import { readFileSync, statSync } from 'node:fs';
import { Agent } from 'node:https';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAwsIdentities } from '../../src-main/credentials/aws.ts';
import { createMfaDesk } from '../../src-main/credentials/mfa-desk.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import { type AwsPlace, base, baseEnv, baseKeys, careful, deep, device, inAWord, newAwsPlace, reader, start } from './aws-place.ts';

let place: AwsPlace;

beforeEach(async () => {
  place = await newAwsPlace();
});
afterEach(() => place.end());

const inAnHour = '2026-11-24T01:15:00.000Z';
const inSixHours = '2026-11-24T06:15:00.000Z';
const ssoProfile = 'sso_account_id = 111\nsso_role_name = Looker\n';
const session = '[sso-session corp]\nsso_start_url = https://x.invalid\nsso_region = us-east-1\n';

interface Source {
  readonly config?: string;
  readonly credentials?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly profile?: string;
  /** Makes what else is there, and adds to the environment. */
  readonly prepare?: (place: AwsPlace) => Readonly<Record<string, string>> | undefined;
}

test.each<[title: string, source: Source, outcome: string]>([
  ['keys of the environment', { env: baseEnv }, 'environment, signed as base, ends never'],
  [
    'a session of the environment that says its end',
    { prepare: (p) => sessionEnv(p, { AWS_CREDENTIAL_EXPIRATION: '2026-11-24T02:00:00Z' }) },
    'environment, signed as container /role, ends 2026-11-24T02:00:00.000Z',
  ],
  [
    'a session of the environment that does not',
    { prepare: (p) => sessionEnv(p, {}) },
    'environment, signed as container /role, ends unknown',
  ],
  ['the default profile', { credentials: `[default]\n${baseKeys}` }, 'profile default, signed as base, ends never'],
  [
    'a default profile with a role after nothing in the environment',
    { config: `[profile default]\nrole_arn = ${reader}\nsource_profile = keys\n[profile keys]\n${baseKeys}` },
    `profile default, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'AWS_PROFILE before keys of the environment',
    {
      config: `[profile  my team ]\n${baseKeys}`,
      env: { AWS_ACCESS_KEY_ID: 'AKIAOTHER', AWS_SECRET_ACCESS_KEY: 'o', AWS_PROFILE: 'my team' },
    },
    'profile my team, signed as base, ends never',
  ],
  [
    'AWS_PROFILE that is about a region alone, after keys of the environment',
    { config: '[profile far]\nregion = eu-west-1\n', env: { ...baseEnv, AWS_PROFILE: 'far' } },
    'environment, signed as base, ends never',
  ],
  [
    'files elsewhere, by AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, with ~ and blanks',
    {
      profile: 'away',
      prepare: (p) => {
        p.write('my config', `[profile away]\nregion=eu-west-1\nrole_arn = ${reader}\nsource_profile = here`);
        p.write('my keys', `[here]\n${baseKeys}`);
        return { AWS_CONFIG_FILE: '~/my config', AWS_SHARED_CREDENTIALS_FILE: join(p.home, 'my keys') };
      },
    },
    `profile away, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'a profile that assumes from itself',
    { config: `[profile self]\nrole_arn = ${reader}\nsource_profile = self\n${baseKeys}`, profile: 'self' },
    `profile self, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'a role over two others, with external id and duration',
    {
      config: `[profile c]\nrole_arn = ${deep}\nsource_profile = b\nexternal_id = partner\nduration_seconds = 900\n[profile b]\nrole_arn = ${reader}\nsource_profile = a\n`,
      credentials: `[a]\n${baseKeys}`,
      profile: 'c',
    },
    `profile c, signed as ${deep}, ends 2026-11-24T00:30:00.000Z`,
  ],
  [
    'credential_source = Environment',
    { config: `[profile e]\nrole_arn = ${reader}\ncredential_source = Environment\n`, env: baseEnv, profile: 'e' },
    `profile e, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'credential_source = EcsContainer',
    {
      config: `[profile e]\nrole_arn = ${reader}\ncredential_source = EcsContainer\n`,
      env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/role' },
      profile: 'e',
    },
    `profile e, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'credential_source = Ec2InstanceMetadata',
    {
      config: `[profile e]\nrole_arn = ${reader}\ncredential_source = Ec2InstanceMetadata\n`,
      env: { AWS_EC2_METADATA_DISABLED: 'false' },
      profile: 'e',
    },
    `profile e, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'web identity of the environment',
    { prepare: (p) => ({ AWS_WEB_IDENTITY_TOKEN_FILE: p.write('token', 'web-token\n'), AWS_ROLE_ARN: reader }) },
    `web identity, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'web identity of a profile',
    {
      config: `[profile w]\nrole_arn = ${reader}\nweb_identity_token_file = ~/token\nrole_session_name = me\n`,
      profile: 'w',
      prepare: (p) => void p.write('token', 'web-token'),
    },
    `profile w, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'SSO by a session',
    {
      config: `[profile s]\nsso_session = corp\n${ssoProfile}${session}`,
      profile: 's',
      prepare: (p) => void p.writeSsoToken('corp', p.server.logins.signIn('ann', 3_600)),
    },
    `profile s, signed as ann as 111/Looker, ends ${inAnHour}`,
  ],
  [
    'SSO of the old form',
    {
      config: `[profile s]\nsso_start_url = https://old.invalid\nsso_region = us-east-1\n${ssoProfile}`,
      profile: 's',
      prepare: (p) =>
        void p.writeSsoToken('https://old.invalid', {
          ...p.server.logins.signIn('ann', 3_600),
          clientId: undefined,
          refreshToken: undefined,
        }),
    },
    `profile s, signed as ann as 111/Looker, ends ${inAnHour}`,
  ],
  [
    'a role from an SSO login whose token is renewed first',
    {
      config: `[profile r]\nrole_arn = ${reader}\nsource_profile = s\n[profile s]\nsso_session = corp\n${ssoProfile}${session}`,
      profile: 'r',
      prepare: (p) => void p.writeSsoToken('corp', p.server.logins.signIn('ann', 60)),
    },
    `profile r, signed as ${reader}, ends ${inAnHour}`,
  ],
  [
    'aws login, renewed with its proof of possession',
    {
      config: '[profile l]\nlogin_session = arn:aws:iam::111:user/ann\nregion = eu-west-1\n',
      profile: 'l',
      prepare: (p) => {
        const { refreshToken } = p.server.logins.signIn('ann', 900);
        const accessToken = { accessKeyId: 'ASIAOLD', secretAccessKey: 'o', sessionToken: 'o', accountId: '111' };
        p.writeLogin('arn:aws:iam::111:user/ann', { accessToken: { ...accessToken, expiresAt: '2026-11-24T00:16:00Z' }, refreshToken });
      },
    },
    'profile l, signed as ann by aws login, ends 2026-11-24T00:30:00.000Z',
  ],
  [
    'a credential process',
    {
      profile: 'p',
      prepare: (p) => {
        const { accessKeyId, secretAccessKey } = base;
        const json = JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Expiration: inSixHours });
        p.write('config', `[profile p]\ncredential_process = "${p.program('my tool', `echo '${json}'`)}" --for me\n`);
      },
    },
    `profile p, signed as base, ends ${inSixHours}`,
  ],
  [
    'a container of ECS by its relative address',
    { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/role' } },
    `container role, signed as container /role, ends ${inSixHours}`,
  ],
  [
    'a container by its full address and token',
    { prepare: (p) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${p.server.origin}/pod`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod-token' }) },
    `container role, signed as container /pod, ends ${inSixHours}`,
  ],
  [
    'a pod of EKS by its token file',
    {
      prepare: (p) => ({
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${p.server.origin}/pod`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: p.write('pod', 'pod-token\n'),
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'older',
      }),
    },
    `container role, signed as container /pod, ends ${inSixHours}`,
  ],
  [
    'an instance by IMDSv2',
    { env: { AWS_EC2_METADATA_DISABLED: 'false' } },
    `instance role, signed as instance web-server, ends ${inSixHours}`,
  ],
  ['an instance that may not be asked', { env: { AWS_EC2_METADATA_DISABLED: 'TRUE' } }, 'nobody'],
])('%s', async (_title, { config, credentials, env, profile, prepare }, outcome) => {
  if (config) place.write('config', config);
  if (credentials) place.write('credentials', credentials);
  const identities = place.identities({ ...env, ...prepare?.(place) });
  expect(await inAWord(place, identities, profile ?? null)).toBe(outcome);
});

/** Session keys that the server knows, as somebody pastes them into a shell. */
function sessionEnv(p: AwsPlace, more: Record<string, string>): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = p.server.issue('container /role', 3_600);
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken, ...more };
}

test('the role is asked of STS in the region of the profile, for the time it says, by the name it says', async () => {
  place.write(
    'config',
    `[profile r]\nregion = eu-west-1\nrole_arn = ${reader}\nsource_profile = k\nduration_seconds = 7200\nrole_session_name = me\n[profile k]\n${baseKeys}`,
  );
  await place.identities({ AWS_REGION: 'us-west-2' }).identity({ profile: 'r' });
  expect(place.server.grants).toEqual([{ role: reader, by: 'base', region: 'eu-west-1', seconds: 7_200, session: 'me' }]);
});

test('a session of aws login is renewed first where a link is to live longer than it', async () => {
  place.write('config', '[profile l]\nlogin_session = x\n');
  const { refreshToken } = place.server.logins.signIn('ann', 900);
  const { expiration, ...keys } = place.server.issue('ann by aws login', 420);
  place.writeLogin('x', { accessToken: { ...keys, expiresAt: expiration.toISOString() }, refreshToken });
  const identities = place.identities();
  const short = await identities.identity({ profile: 'l' });
  place.now += 61_000;
  const longer = await identities.identity({ profile: 'l', wantedUntil: new Date(start + 3_600_000) });
  expect([short?.expiration?.toISOString(), longer?.expiration?.toISOString()]).toEqual([
    '2026-11-24T00:22:00.000Z',
    '2026-11-24T00:31:01.000Z',
  ]);
});

test.each([
  ['sts', 'eu-west-1', 'sts.eu-west-1.amazonaws.com'],
  ['sts', 'cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
  ['sso', 'eu-central-1', 'portal.sso.eu-central-1.amazonaws.com'],
  ['sso_oidc', 'us-gov-west-1', 'oidc.us-gov-west-1.amazonaws.com'],
  ['signin', 'eu-west-1', 'eu-west-1.signin.aws.amazon.com'],
  ['signin', 'us-gov-west-1', 'signin.amazonaws-us-gov.com'],
])('without an endpoint of the user’s own, %s in %s is asked at %s, through the agent', async (service, region, host) => {
  const life = service === 'sso' ? 3_600 : 60;
  place.write(
    'config',
    {
      sts: `[profile p]\nregion = ${region}\nrole_arn = ${reader}\nsource_profile = k\n[profile k]\n${baseKeys}`,
      signin: `[profile p]\nregion = ${region}\nlogin_session = x\n`,
    }[service] ?? `[profile p]\nsso_session = corp\n${ssoProfile}${session.replace('us-east-1', region)}`,
  );
  place.writeSsoToken('corp', place.server.logins.signIn('ann', life));
  place.writeLogin('x', { accessToken: { expiresAt: '2026-11-24T00:16:00Z' }, refreshToken: 'r' });
  const asked = new Set<string>();
  const agent = new Agent();
  agent.createConnection = (options, callback) => {
    asked.add(String(options.host));
    const socket = new Socket();
    callback?.(Object.assign(new Error('Nothing leaves this test.'), { code: 'ECONNREFUSED' }), socket);
    return undefined;
  };
  const identities = createAwsIdentities({ env: {}, home: place.home, now: () => place.now, agent });
  const outcome = await outcomeOf(() => identities.identity({ profile: 'p' }));
  // A session that cannot be renewed is told as ended; else that the service was out of reach.
  expect([[...asked].includes(host), outcome.ok]).toEqual([true, false]);
});

test('a renewed SSO token stands in the file for others to use, and for nobody else to read', async () => {
  place.write('config', `[profile s]\nsso_session = corp\n${ssoProfile}${session}`);
  const path = place.writeSsoToken('corp', place.server.logins.signIn('ann', 60));
  const identities = place.identities();
  const first = await identities.identity({ profile: 's' });
  expect(await identities.identity({ profile: 's' })).toBe(first);
  const stored = JSON.parse(readFileSync(path, 'utf8'));
  expect([stored.expiresAt, stored.clientId, statSync(path).mode & 0o777]).toEqual(['2026-11-24T01:15:00Z', 'client', 0o600]);
  place.now += 3_500_000;
  expect(await inAWord(place, identities, 's')).toBe('profile s, signed as ann as 111/Looker, ends 2026-11-24T02:13:20.000Z');
});

test('a code that is refused is asked for again, and the role is held until its end without another', async () => {
  place.write('config', `[profile m]\nrole_arn = ${careful}\nsource_profile = k\nmfa_serial = ${device}\n[profile k]\n${baseKeys}`);
  const desk = createMfaDesk();
  const asked: string[] = [];
  desk.onChanged((open) => {
    for (const question of open) {
      asked.push(`${question.profile} ${question.role} ${question.device} ${question.wasRefused}`);
      queueMicrotask(() => desk.answer(question.id, asked.length === 1 ? '999999' : '123456'));
    }
  });
  const identities = place.identities({}, desk);
  expect(await inAWord(place, identities, 'm')).toBe(`profile m, signed as ${careful}, ends ${inAnHour}`);
  place.now += 120_000;
  await identities.identity({ profile: 'm', wantedUntil: new Date(start + 7 * 86_400_000) });
  expect(asked).toEqual([`m ${careful} ${device} false`, `m ${careful} ${device} true`]);
});

const outcomes: [title: string, source: Source & { answer?: string | null }, sentence: string][] = [
  [
    'three refused codes',
    {
      config: `[profile m]\nrole_arn = ${careful}\nsource_profile = k\nmfa_serial = ${device}\n[profile k]\n${baseKeys}`,
      profile: 'm',
      answer: '999999',
    },
    `access_denied: The one-time code for the role ${careful} was refused 3 times. | Wait for the next code of ${device} and try again; if it stays, ask whether the role is yours to assume.`,
  ],
  [
    'no code',
    {
      config: `[profile m]\nrole_arn = ${careful}\nsource_profile = k\nmfa_serial = ${device}\n[profile k]\n${baseKeys}`,
      profile: 'm',
      answer: null,
    },
    `expired_credentials: The role ${careful} needs a one-time code of ${device}, and none was given. | Try again and type the code; on the command line give it with --mfa CODE.`,
  ],
  [
    'an SSO login that was never made',
    { config: `[profile s]\nsso_session = corp\n${ssoProfile}${session}`, profile: 's' },
    'expired_credentials: The AWS profile “s” is not logged in. | Run “aws sso login --profile s”; Vitrine notices by itself.',
  ],
  [
    'an SSO login that was ended elsewhere',
    {
      config: `[profile r]\nrole_arn = ${reader}\nsource_profile = s\n[profile s]\nsso_session = corp\n${ssoProfile}${session}`,
      profile: 'r',
      prepare: (p) => {
        p.writeSsoToken('corp', p.server.logins.signIn('ann', 3_600));
        p.server.logins.signOut('ann');
      },
    },
    'expired_credentials: The login “s” has ended. | Run “aws sso login --profile s”; Vitrine notices by itself.',
  ],
  [
    'an SSO role that the person does not have',
    {
      config: `[profile s]\nsso_session = corp\nsso_account_id = 222\nsso_role_name = Admin\n${session}`,
      profile: 's',
      prepare: (p) => void p.writeSsoToken('corp', p.server.logins.signIn('ann', 3_600)),
    },
    'access_denied: The login “s” may not use the role Admin in the account 222. | Ask for access to it, or choose another profile.',
  ],
  [
    'an aws login that has ended',
    {
      config: '[profile l]\nlogin_session = x\n',
      profile: 'l',
      prepare: (p) => void p.writeLogin('x', { accessToken: { expiresAt: '2026-11-24T00:10:00Z' }, refreshToken: 'used' }),
    },
    'expired_credentials: The login “l” has ended. | Run “aws login --profile l”; Vitrine notices by itself.',
  ],
  [
    'a role that is not given',
    { config: `[profile r]\nrole_arn = ${deep}\nsource_profile = k\n[profile k]\n${baseKeys}`, profile: 'r' },
    `access_denied: The role ${deep} was not given to the profile k. | Ask for the right to assume it, or choose another profile.`,
  ],
  [
    'a session of the environment that has ended',
    { env: { ...baseEnv, AWS_SESSION_TOKEN: 't', AWS_CREDENTIAL_EXPIRATION: '2026-11-24T00:00:00Z' } },
    'expired_credentials: The AWS credentials of the environment have ended. | Set new ones and start Vitrine again.',
  ],
  [
    'a profile that says nothing of who asks',
    { config: '[profile plain]\nregion = eu-west-1\n', profile: 'plain' },
    'no_credentials: The AWS profile “plain” does not say how to get credentials. | Run “aws configure --profile plain” or “aws sso login --profile plain”.',
  ],
  [
    'a web identity whose token is gone',
    { env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token', AWS_ROLE_ARN: reader } },
    `no_credentials: The web identity token for the role ${reader} cannot be read. | Correct AWS_WEB_IDENTITY_TOKEN_FILE.`,
  ],
  [
    'a longer session than the role allows, before anybody types a second code',
    {
      config: `[profile m]\nrole_arn = ${careful}\nsource_profile = k\nmfa_serial = ${device}\nduration_seconds = 7200\n[profile k]\n${baseKeys}`,
      profile: 'm',
      answer: '123456',
    },
    `no_credentials: STS does not accept the settings for the role ${careful}. | Check duration_seconds (the role has a longest of its own), role_session_name, external_id and mfa_serial of its profile.`,
  ],
  [
    'keys that AWS does not know',
    {
      config: `[profile r]\nrole_arn = ${reader}\nsource_profile = k\n[profile k]\naws_access_key_id = AKIANOBODY\naws_secret_access_key = n\n`,
      profile: 'r',
    },
    `access_denied: The keys of the profile k were refused, so the role ${reader} cannot be assumed. | Correct the keys, or choose another profile.`,
  ],
  [
    'STS that nobody answers at',
    {
      config: `[profile r]\nrole_arn = ${reader}\nsource_profile = k\n[profile k]\n${baseKeys}`,
      profile: 'r',
      env: { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' },
    },
    'unreachable: 127.0.0.1:9 refuses the connection. | Try again later.',
  ],
  [
    'profiles in a circle',
    {
      config: `[profile a]\nrole_arn = ${reader}\nsource_profile = b\n[profile b]\nrole_arn = ${reader}\nsource_profile = a\n`,
      profile: 'a',
    },
    'no_credentials: The AWS profiles a → b → a name each other in a circle. | Correct their source_profile.',
  ],
  [
    'a source that is not there',
    { config: `[profile a]\nrole_arn = ${reader}\nsource_profile = b\n`, profile: 'a' },
    'no_credentials: There is no AWS profile “b”, which “a” names. | Add it with “aws configure --profile b”, or choose another identity.',
  ],
  [
    'a web identity that STS does not know',
    { prepare: (p) => ({ AWS_WEB_IDENTITY_TOKEN_FILE: p.write('token', 'forged'), AWS_ROLE_ARN: reader }) },
    `access_denied: The role ${reader} was not given to the web identity token. | Ask for the right to assume it, or choose another profile.`,
  ],
  [
    'a container that refuses',
    { prepare: (p) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${p.server.origin}/pod`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'wrong' }) },
    'no_credentials: The container role gave no credentials. | See whether a role with access is attached here, then retry.',
  ],
  [
    'a container without TLS elsewhere',
    { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://10.0.0.1/keys' } },
    'no_credentials: The address of the container role may be https, or http to this machine, ECS or EKS. | Correct AWS_CONTAINER_CREDENTIALS_FULL_URI.',
  ],
  [
    'an SSO region that would end the host',
    {
      config: `[profile s]\nsso_session = corp\n${ssoProfile}[sso-session corp]\nsso_start_url = https://x.invalid\nsso_region = evil.example/\n`,
      profile: 's',
      env: { AWS_ENDPOINT_URL_SSO: '', AWS_ENDPOINT_URL_SSO_OIDC: '' },
      prepare: (p) => void p.writeSsoToken('corp', p.server.logins.signIn('ann', 3_600)),
    },
    'no_credentials: “evil.example/” cannot be a region of AWS. | Correct “sso_region” in ~/.aws/config.',
  ],
];

test.each(outcomes)('%s is told with its next step', async (_title, { config, env, profile, prepare, answer }, sentence) => {
  if (config) place.write('config', config);
  const desk = createMfaDesk();
  if (answer !== undefined) {
    desk.onChanged((open) => {
      for (const { id } of open) queueMicrotask(() => desk.answer(id, answer));
    });
  }
  const identities = place.identities({ ...env, ...prepare?.(place) }, desk);
  const outcome = await outcomeOf(() => identities.identity({ profile: profile ?? null }));
  expect(outcome.ok ? outcome.value : `${outcome.error.cause}: ${outcome.error.message} | ${outcome.error.next}`).toBe(sentence);
});

test.each([
  ['echo no >&2; echo "secret-on-stderr" >&2; exit 3', 'no_credentials: The program of the AWS profile “p” ended with exit code 3.'],
  ['kill -9 $$', 'no_credentials: The program of the AWS profile “p” was stopped by a signal.'],
  ['echo "{}"', 'no_credentials: The program of the AWS profile “p” printed no credentials of version 1.'],
  [
    'echo \'{"Version":1,"AccessKeyId":"a","SecretAccessKey":"b","Expiration":"2026-11-24T00:00:00Z"}\'',
    'expired_credentials: The program of the AWS profile “p” gave credentials that have ended.',
  ],
  ['nothing-of-that-name', 'no_credentials: The program of the AWS profile “p” was not found.'],
])('a credential process that fails says how, and nothing of what it said: %s', async (lines, sentence) => {
  place.write('config', `[profile p]\ncredential_process = ${place.program('tool', lines)}\n`);
  const outcome = await outcomeOf(() => place.identities().identity({ profile: 'p' }));
  expect(outcome.ok ? outcome.value : `${outcome.error.cause}: ${outcome.error.message}`).toBe(sentence);
  expect(JSON.stringify(outcome)).not.toContain('secret-on-stderr');
});

test('on no instance there is nobody, and that is remembered', async () => {
  await place.end();
  place = await newAwsPlace({ metadata: { isInstance: false } });
  const identities = place.identities({ AWS_EC2_METADATA_DISABLED: 'false' });
  expect(await identities.identity({ profile: null })).toBeNull();
  expect(await identities.identity({ profile: null })).toBeNull();
  expect(place.server.requests.map(({ rawPath }) => rawPath)).toEqual(['/latest/api/token']);
  place.write('credentials', '[plain]\nregion = eu-west-1\n');
  place.now += 599_000;
  expect(await identities.identity({ profile: null })).toBeNull();
  expect(place.server.requests).toHaveLength(1);
});

test('nothing is taken from the environment and the home of the process itself', async () => {
  const ofProcess = await newAwsPlace();
  ofProcess.write('config', `[default]\nsso_session = corp\n${ssoProfile}${session}`);
  ofProcess.write('credentials', `[k]\n${baseKeys}`);
  ofProcess.writeSsoToken('corp', ofProcess.server.logins.signIn('ann', 3_600));
  for (const [name, value] of Object.entries({ ...baseEnv, ...ofProcess.server.env, HOME: ofProcess.home })) vi.stubEnv(name, value);
  place.write(
    'config',
    `[profile s]\nsso_session = corp\n${ssoProfile}${session}[profile e]\nrole_arn = ${reader}\ncredential_source = Environment\n`,
  );
  const identities = place.identities();
  const told = [];
  for (const profile of [null, 's', 'e', 'k']) {
    const outcome = await outcomeOf(() => identities.identity({ profile }));
    told.push(outcome.ok ? outcome.value : outcome.error.message);
  }
  vi.unstubAllEnvs();
  expect([told, place.server.requests.length, ofProcess.server.requests.length]).toEqual([
    [
      null,
      'The AWS profile “s” is not logged in.',
      'The AWS profile “e” takes keys of the environment, and there are none.',
      'There is no AWS profile “k”.',
    ],
    0,
    0,
  ]);
  await ofProcess.end();
});
