/**
 * From a profile to credentials, over as many other profiles as it names.
 *
 * Note: why the chain is ours
 * The SDK's own (`fromIni`, `fromSSO`, `fromHttp`, `fromInstanceMetadata` …) reads the environment and the home folder of its process and
 * cannot be told others, does not say which file it read, has no limit on a credential process, and gives no name to who it found. What is
 * asked of STS is signed by the SDK all the same; the rest is unsigned exchanges of a few lines. The order within a profile is the SDK's.
 */
import { join } from 'node:path';
import type { Failure } from '../../src-shared/model/error.ts';
import { type AwsGiven, type AwsGround, badProfile, type Environment, fixedKeys, shellWord } from './aws-given.ts';
import { loginCredentials, loginFileOf } from './aws-login.ts';
import { containerCredentials, instanceCredentials, mayAskInstance } from './aws-metadata.ts';
import type { AwsFiles, AwsProfile, AwsProfiles } from './aws-profiles.ts';
import { assumedRole, type RoleSource, webIdentityRole } from './aws-roles.ts';
import { ssoCredentials, ssoLoginOf } from './aws-sso.ts';
import { processCredentials } from './credential-process.ts';

/** How a profile says that credentials are got; null where it is only about a region or an output format. */
export type ProfileKind = 'keys' | 'session' | 'assume_role' | 'web_identity' | 'process' | 'sso' | 'login';

/** Which way a profile goes, in the SDK's order of precedence. */
export function profileKind(profile: AwsProfile): ProfileKind | null {
  if (profile.role_arn !== undefined && profile.web_identity_token_file === undefined) return 'assume_role';
  if (hasKeys(profile)) return profile.aws_session_token === undefined ? 'keys' : 'session';
  if (profile.web_identity_token_file !== undefined) return 'web_identity';
  if (profile.credential_process !== undefined) return 'process';
  if (profile.sso_session !== undefined || profile.sso_start_url !== undefined || profile.sso_account_id !== undefined) return 'sso';
  return profile.login_session === undefined ? null : 'login';
}

/** Profiles from this one to the one its chain begins with, each once. A profile that is assumed from itself ends there. */
export function chainOf(name: string, profiles: AwsProfiles): string[] {
  const chain: string[] = [];
  let next: string | undefined = name;
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    const profile: AwsProfile | undefined = profiles.profiles.get(next);
    const isAssumed: boolean = profile !== undefined && profileKind(profile) === 'assume_role' && !(chain.length > 1 && hasKeys(profile));
    next = isAssumed ? profile?.source_profile : undefined;
  }
  return chain;
}

/** Every file that the chain of a profile reads beside config and credentials; a change of one of them may be a new login. */
export function filesOfChain(name: string, known: { profiles: AwsProfiles; files: AwsFiles; home: string }): string[] {
  return chainOf(name, known.profiles).flatMap((link) => {
    const profile = known.profiles.profiles.get(link);
    if (profile === undefined) return [];
    const sso = ssoLoginOf(profile, known.profiles, known.files);
    return [
      ...(sso === null ? [] : [sso.tokenFile]),
      ...(profile.login_session === undefined ? [] : [loginFileOf(known.files.loginCache, profile.login_session)]),
      ...(profile.web_identity_token_file === undefined ? [] : [expanded(profile.web_identity_token_file, known.home)]),
    ];
  });
}

/** The command that logs a profile in anew: its own, or that of the profile its role is assumed from. Null where there is none. */
export function loginCommandOf(name: string, profiles: AwsProfiles): string | null {
  for (const link of chainOf(name, profiles)) {
    const profile = profiles.profiles.get(link);
    if (profile?.sso_session !== undefined || profile?.sso_start_url !== undefined) return `aws sso login --profile ${shellWord(link)}`;
    if (profile?.login_session !== undefined) return `aws login --profile ${shellWord(link)}`;
  }
  return null;
}

/** Keys that stand in the environment, or null. */
export function keysOfEnvironment(env: Environment): AwsGiven | null {
  if (!env.AWS_ACCESS_KEY_ID || !env.AWS_SECRET_ACCESS_KEY) return null;
  const end = env.AWS_CREDENTIAL_EXPIRATION ? new Date(env.AWS_CREDENTIAL_EXPIRATION) : null;
  const keys = {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN ?? '',
  };
  return fixedKeys(keys, end && !Number.isNaN(end.getTime()) ? end : null);
}

/** How the credentials of a profile are got. */
export interface ProfileOptions {
  readonly home: string;
  /** Until when they are wanted: what can be renewed for it is. Those that a role is assumed from need not last. */
  readonly wantedUntil?: Date;
  /** The profiles that name this one as their source, the asked one first. */
  readonly behind?: readonly string[];
}

/**
 * Gets the credentials of a profile.
 * @throws Failure `expired_credentials`, `no_credentials`, `access_denied`, `timeout`, and what the network says
 */
export function profileCredentials(ground: AwsGround, name: string, options: ProfileOptions): Promise<AwsGiven> {
  const { home, behind = [] } = options;
  const profile = ground.profiles().profiles.get(name);
  if (profile === undefined) throw unknownProfile(name, behind.at(-1) ?? null);
  // A profile that others are assumed from gives its own keys first, also where it has a role: that is how a profile names itself as its source.
  const kind = behind.length > 0 && hasKeys(profile) ? 'keys' : profileKind(profile);
  switch (kind) {
    case 'assume_role':
      return assumedFrom(ground, { home, name, profile, behind });
    case 'keys':
    case 'session':
      return Promise.resolve(
        fixedKeys({
          accessKeyId: profile.aws_access_key_id ?? '',
          secretAccessKey: profile.aws_secret_access_key ?? '',
          sessionToken: profile.aws_session_token ?? '',
        }),
      );
    case 'web_identity':
      if (!profile.role_arn) throw badProfile(`The AWS profile “${name}” has a web identity token and no role_arn.`, 'Add the role_arn.');
      return webIdentityRole(ground, {
        profile: name,
        tokenFile: expanded(profile.web_identity_token_file ?? '', home),
        role: profile.role_arn,
        sessionName: profile.role_session_name ?? null,
      });
    case 'process':
      return processCredentials(name, profile.credential_process ?? '', ground);
    case 'sso':
      return ssoCredentials(ground, name, profile);
    case 'login':
      return loginCredentials(ground, name, { profile, wantedUntil: options.wantedUntil ?? null });
    case null:
      throw badProfile(
        `The AWS profile “${name}” does not say how to get credentials.`,
        `Run “aws configure --profile ${shellWord(name)}” or “aws sso login --profile ${shellWord(name)}”.`,
      );
  }
}

async function assumedFrom(
  ground: AwsGround,
  { home, name, profile, behind }: { home: string; name: string; profile: AwsProfile; behind: readonly string[] },
): Promise<AwsGiven> {
  const { source_profile: from, credential_source: place } = profile;
  if (from === undefined) return assumedRole(ground, name, profile, await placeCredentials(ground, name, place));
  const isItself = from === name && hasKeys(profile);
  if (!isItself && (behind.includes(from) || from === name)) {
    throw badProfile(
      `The AWS profiles ${[...behind, name, from].join(' → ')} name each other in a circle.`,
      'Correct their source_profile.',
    );
  }
  const given = await profileCredentials(ground, from, { home, behind: [...behind, name] });
  const source: RoleSource = { given, name: `profile ${from}`, login: loginCommandOf(from, ground.profiles()) };
  const assumed = await assumedRole(ground, name, profile, source);
  return { ...assumed, needsCode: assumed.needsCode || given.needsCode };
}

/** Source of the names: https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html */
async function placeCredentials(ground: AwsGround, name: string, place: string | undefined): Promise<RoleSource> {
  if (place === 'Environment') {
    const given = keysOfEnvironment(ground.env);
    if (given !== null) return { given, name: 'environment', login: null };
    throw badProfile(
      `The AWS profile “${name}” takes keys of the environment, and there are none.`,
      'Set AWS_ACCESS_KEY_ID and its secret.',
    );
  }
  if (place === 'EcsContainer') return { given: await containerCredentials(ground), name: 'container role', login: null };
  if (place === 'Ec2InstanceMetadata') {
    const given = mayAskInstance(ground.env) ? await instanceCredentials(ground) : null;
    if (given !== null) return { given, name: 'instance role', login: null };
    throw badProfile(`The AWS profile “${name}” takes the role of an instance, and there is none here.`, 'Choose another profile.');
  }
  throw badProfile(
    `The AWS profile “${name}” has a role and does not say from what it is assumed.`,
    'Add source_profile, or credential_source with Environment, EcsContainer or Ec2InstanceMetadata.',
  );
}

/** A profile that is not there. @param namedBy the profile that names it as its source, null where it was asked for */
export function unknownProfile(name: string, namedBy: string | null): Failure {
  const message = namedBy === null ? `There is no AWS profile “${name}”.` : `There is no AWS profile “${name}”, which “${namedBy}” names.`;
  return badProfile(message, `Add it with “aws configure --profile ${shellWord(name)}”, or choose another identity.`);
}

function hasKeys(profile: AwsProfile): boolean {
  return profile.aws_access_key_id !== undefined && profile.aws_secret_access_key !== undefined;
}

function expanded(path: string, home: string): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}
