/** The identities of AWS as people look at them in a list: what the files and the environment say, without asking anybody. */
import { existsSync } from 'node:fs';
import type { Account } from '../../src-shared/model/account.ts';
import { chainOf, filesOfChain, keysOfEnvironment, loginCommandOf, profileKind } from './aws-chain.ts';
import type { AwsCredentials, Environment } from './aws-given.ts';
import { loginFileOf, readLogin } from './aws-login.ts';
import { hasContainerRole } from './aws-metadata.ts';
import type { AwsFiles, AwsProfile, AwsProfiles } from './aws-profiles.ts';
import { readSsoToken, ssoLoginOf } from './aws-sso.ts';

/** What was loaded before and is still held. */
export interface HeldAccount {
  /** `profile work`, `environment`, `web identity`, `container role`, `instance role`. */
  readonly name: string;
  readonly credentials: AwsCredentials;
  readonly expiration: Date | null;
}

interface Known {
  readonly env: Environment;
  readonly home: string;
  readonly files: AwsFiles;
  readonly profiles: AwsProfiles;
  readonly held: readonly HeldAccount[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** All identities in the order in which they are used. Roles of an instance appear once they were used: nobody knows of them before. */
export function listAwsAccounts(known: Known): Account[] {
  const { env, profiles } = known;
  const names = [...profiles.profiles].flatMap(([name, profile]) => (profileKind(profile) === null ? [] : [name]));
  const first = env.AWS_PROFILE || (keysOfEnvironment(env) ? null : 'default');
  const inOrder = first !== null && names.includes(first) ? [first, ...names.filter((name) => name !== first)] : names;
  const ofProfiles = inOrder.map((name) => profileAccount(known, name, profiles.profiles.get(name) ?? {}));
  const ofEnvironment = environmentAccount(known);
  const all = [
    ...(env.AWS_PROFILE ? [...ofProfiles, ...ofEnvironment] : [...ofEnvironment, ...ofProfiles]),
    ...webIdentityAccount(known),
    ...placeAccounts(known),
  ];
  const usual = usualName(known, names);
  return all.map((account) => ({ ...account, isDefault: account.name === usual }));
}

/** Name of the one that is used where no rule says otherwise. */
function usualName({ env, held }: Known, names: readonly string[]): string | null {
  if (env.AWS_PROFILE && names.includes(env.AWS_PROFILE)) return env.AWS_PROFILE;
  if (keysOfEnvironment(env)) return 'environment';
  if (!env.AWS_PROFILE && names.includes('default')) return 'default';
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) return 'web identity';
  if (hasContainerRole(env)) return 'container role';
  return held.some(({ name }) => name === 'instance role') ? 'instance role' : null;
}

const plain = { provider: 'aws', isDefault: false, canSign: true, login: null, problem: null } as const;

function environmentAccount({ env, now }: Known): Account[] {
  const keys = keysOfEnvironment(env);
  if (keys === null) return [];
  const hasEnded = keys.expiration !== null && keys.expiration.getTime() <= now;
  return [
    {
      ...plain,
      name: 'environment',
      kind: keys.sessionToken ? 'session' : 'keys',
      detail: keyInWords(keys.accessKeyId),
      where: 'environment',
      endsAt: keys.expiration?.toISOString() ?? null,
      problem: hasEnded ? 'the session has ended' : null,
    },
  ];
}

function profileAccount(known: Known, name: string, profile: AwsProfile): Account {
  const { files, home, profiles } = known;
  const kind = profileKind(profile) ?? 'keys';
  const held = known.held.find((one) => one.name === `profile ${name}`);
  const isInCredentials = (kind === 'keys' || kind === 'session') && profiles.inCredentialsFile.has(name);
  return {
    ...plain,
    name,
    kind,
    detail: detailOf(kind, profile),
    where: withTilde(isInCredentials ? files.credentials : files.config, home),
    endsAt: endOf(known, name)?.toISOString() ?? held?.expiration?.toISOString() ?? null,
    login: loginCommandOf(name, profiles),
    problem: problemOf(known, name),
  };
}

/** The end of the login that a profile's chain rests on, where it cannot be renewed without a person. */
function endOf(known: Known, name: string): Date | null {
  for (const login of loginsOf(known, name)) if (login.state !== null && !login.state.isRenewable) return login.state.endsAt;
  return null;
}

function loginsOf({ profiles, files, now }: Known, name: string) {
  return chainOf(name, profiles).flatMap((link) => {
    const profile = profiles.profiles.get(link) ?? {};
    const kind = profileKind(profile);
    const sso = kind === 'sso' ? ssoLoginOf(profile, profiles, files) : null;
    if (sso !== null) return [{ state: readSsoToken(sso.tokenFile, now) }];
    return kind === 'login' ? [{ state: readLogin(loginFileOf(files.loginCache, profile.login_session ?? '')) }] : [];
  });
}

function problemOf(known: Known, name: string): string | null {
  const { profiles, files, home, now } = known;
  const chain = chainOf(name, profiles);
  const missing = chain.find((link) => !profiles.profiles.has(link));
  if (missing !== undefined) return `there is no profile “${missing}”`;
  for (const { state } of loginsOf(known, name)) {
    if (state === null) return 'not logged in';
    if (!state.isRenewable && state.endsAt.getTime() <= now) return 'the login has ended';
  }
  for (const link of chain) {
    const profile = profiles.profiles.get(link) ?? {};
    if (profileKind(profile) === 'sso' && ssoLoginOf(profile, profiles, files) === null) return 'its sso_session is not in the file';
  }
  const last = profiles.profiles.get(chain.at(-1) ?? name) ?? {};
  const [token] = profileKind(last) === 'web_identity' ? filesOfChain(chain.at(-1) ?? name, { profiles, files, home }) : [];
  return token !== undefined && !existsSync(token) ? 'its web identity token is missing' : null;
}

function detailOf(kind: Account['kind'], profile: AwsProfile): string | null {
  if (kind === 'keys' || kind === 'session') return keyInWords(profile.aws_access_key_id ?? '');
  if (kind === 'sso') return profile.sso_role_name ? `role ${profile.sso_role_name}` : null;
  // Only the program: its arguments may hold what nobody should see.
  if (kind === 'process') return `through ${programOf(profile.credential_process ?? '')}`;
  if (kind === 'web_identity') return roleInWords(profile.role_arn);
  if (kind !== 'assume_role') return null;
  const from = profile.source_profile ?? placeInWords[profile.credential_source ?? ''];
  return [roleInWords(profile.role_arn), from === undefined ? null : `through ${from}`].filter((part) => part !== null).join(' ');
}

const placeInWords: Readonly<Record<string, string>> = {
  Environment: 'the environment',
  EcsContainer: 'the container role',
  Ec2InstanceMetadata: 'the instance role',
};

function webIdentityAccount({ env, held }: Known): Account[] {
  if (!env.AWS_WEB_IDENTITY_TOKEN_FILE || !env.AWS_ROLE_ARN) return [];
  const used = held.find(({ name }) => name === 'web identity');
  const isThere = existsSync(env.AWS_WEB_IDENTITY_TOKEN_FILE);
  return [
    {
      ...plain,
      name: 'web identity',
      kind: 'web_identity',
      detail: roleInWords(env.AWS_ROLE_ARN),
      where: 'environment',
      endsAt: used?.expiration?.toISOString() ?? null,
      problem: isThere ? null : 'its web identity token is missing',
    },
  ];
}

function placeAccounts({ env, held }: Known): Account[] {
  const used = (name: string) => held.find((one) => one.name === name);
  const role = (name: 'container role' | 'instance role', kind: Account['kind'], where: string): Account => ({
    ...plain,
    name,
    kind,
    detail: keyInWords(used(name)?.credentials.accessKeyId ?? ''),
    where,
    endsAt: used(name)?.expiration?.toISOString() ?? null,
  });
  return [
    ...(hasContainerRole(env) ? [role('container role', 'container', 'environment')] : []),
    ...(used('instance role') ? [role('instance role', 'instance', 'this machine')] : []),
  ];
}

/** `key AKIA…7Q`: the first four characters of the public id and its last two, which tell two keys apart and open nothing. */
function keyInWords(id: string): string | null {
  if (id === '') return null;
  return id.length < 12 ? 'key' : `key ${id.slice(0, 4)}…${id.slice(-2)}`;
}

/** The last part of a role's ARN, as consoles show it. */
function roleInWords(arn: string | undefined): string | null {
  const name = arn?.split('/').at(-1);
  return name ? `role ${name}` : null;
}

function programOf(command: string): string {
  const word = /^\s*(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(command);
  const path = word?.[1] ?? word?.[2] ?? word?.[3] ?? '';
  return path.split(/[\\/]/).at(-1) || 'a program';
}

function withTilde(path: string, home: string): string {
  return path.startsWith(`${home}/`) || path.startsWith(`${home}\\`) ? `~${path.slice(home.length)}` : path;
}
