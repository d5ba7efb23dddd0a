/** AWS identities: which credentials there are, under a name for people, with their end. The SDK's providers do the work. */
import { readFileSync } from 'node:fs';
import { fromHttp, fromIni, fromInstanceMetadata, fromTokenFile } from '@aws-sdk/credential-providers';
import type { Account } from '../../src-shared/model/account.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import { type AwsProfile, awsFilesOf, fileStamp, readAwsProfiles } from './aws-profiles.ts';
import type { MfaDesk } from './mfa-desk.ts';

/** Keys to sign with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Who signs. */
export interface AwsIdentity {
  /** For people: `profile work`, `environment`, `instance role`. */
  readonly name: string;
  readonly credentials: AwsCredentials;
  /** When the credentials end; null for keys without an end. */
  readonly expiration: Date | null;
  /** True for a session whose end nobody says: a token from the environment without `AWS_CREDENTIAL_EXPIRATION`. */
  readonly isEndUnknown: boolean;
  /** The profile behind it, null where none is. */
  readonly profile: string | null;
  /** The command that logs in anew, where it is known: `aws sso login --profile work`. */
  readonly login: string | null;
}

/** What a profile says about the store itself, not about who asks. Null where it says nothing. */
export interface AwsProfileSettings {
  readonly region: string | null;
  readonly s3Endpoint: string | null;
}

export interface AwsIdentities {
  /**
   * The identity of a profile, or of the usual order: environment, profile (`AWS_PROFILE` or `default`), web identity, container,
   * instance. Null when there is none. `wantedUntil` asks for fresh credentials first where the held ones would end before it.
   * Throws `Failure`: `expired_credentials` (an SSO login that has ended), `no_credentials` (a named profile that gives none).
   */
  identity(options: { profile: string | null; wantedUntil?: Date }): Promise<AwsIdentity | null>;
  /** Region and endpoint as the environment and the profile say, the environment first. */
  settingsOf(profile: string | null): AwsProfileSettings;
  /** What there is, by name only, without network and without secrets. */
  found(): string[];
  /** The same in full, in the order of use. Reads files, asks nobody. */
  accounts(): Account[];
}

type Environment = Readonly<Record<string, string | undefined>>;
type Provided = AwsCredentials & { readonly expiration?: Date };
interface Source {
  readonly name: string;
  readonly profile: string | null;
  load(): Promise<Provided>;
}
interface Held {
  readonly stamp: string;
  readonly identity: AwsIdentity | null;
  readonly loadedAt: number;
}

/** Credentials are renewed this long before their end, as the SDK's own chain does. */
const renewBeforeMs = 5 * 60_000;
/** "None found" is asked again after this long, so that a machine without credentials does not wait for the metadata address each time. */
const noneHoldsMs = 60_000;
const metadataLimitMs = 1_000;

/**
 * Finds identities with the environment and home folder given. Files are looked at on each use, so a new login works at once.
 *
 * Caveats: two things inside the SDK read the process's own environment and home and cannot be told otherwise: the token files of SSO
 * (`~/.aws/sso/cache`) and `credential_source = Environment` of a profile that assumes a role. A host that adopts variables of a login
 * shell sets them in its process before it opens a library.
 * @param now milliseconds since 1970
 */
export function createAwsIdentities(options: { env: Environment; home: string; now: () => number; mfa?: MfaDesk }): AwsIdentities {
  const { env, now } = options;
  const files = awsFilesOf(env, options.home);
  const held = new Map<string, Held>();
  const loading = new Map<string, Promise<AwsIdentity | null>>();
  let read = { stamp: '', profiles: readAwsProfiles(files) };

  function profiles() {
    const stamp = `${fileStamp(files.config)} ${fileStamp(files.credentials)}`;
    if (stamp !== read.stamp) read = { stamp, profiles: readAwsProfiles(files) };
    return read.profiles;
  }

  function ssoTokenFileOf(profile: AwsProfile | undefined): string | null {
    const name = profile?.sso_session ?? profile?.sso_start_url;
    return name ? files.ssoToken(name) : null;
  }

  /** A role that is assumed from another profile ends with the login of that one. */
  function loginOf(profile: string | null): string | null {
    const known = profiles().profiles;
    const seen = new Set<string>();
    for (let name = profile; name !== null && !seen.has(name); name = known.get(name)?.source_profile ?? null) {
      seen.add(name);
      const settings = known.get(name);
      if (ssoTokenFileOf(settings) !== null) return `aws sso login --profile ${shellWord(name)}`;
      if (settings?.login_session !== undefined) return `aws login --profile ${shellWord(name)}`;
    }
    return null;
  }

  function sourcesFor(asked: string | null): Source[] {
    const known = profiles().profiles;
    const named = asked ?? (env.AWS_PROFILE || null);
    const sources: Source[] = [];
    if (named === null) {
      const keys = keysOfEnvironment(env);
      if (keys) sources.push({ name: 'environment', profile: null, load: async () => keys });
    }
    const profile = named ?? 'default';
    const settings = known.get(profile);
    if (named !== null && !settings) {
      throw fail('no_credentials', {
        message: `There is no AWS profile “${named}”.`,
        next: `Add it with “aws configure --profile ${named}”, or choose another identity.`,
      });
    }
    if (settings && saysWho(settings)) {
      const load = fromIni({
        profile,
        filepath: files.credentials,
        configFilepath: files.config,
        ignoreCache: true,
        mfaCodeProvider: (device) => mfaCode(profile, device),
      });
      sources.push({ name: `profile ${profile}`, profile, load: () => load() });
    }
    if (named !== null) return sources;
    if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) {
      const load = fromTokenFile({
        webIdentityTokenFile: env.AWS_WEB_IDENTITY_TOKEN_FILE,
        roleArn: env.AWS_ROLE_ARN,
        ...(env.AWS_ROLE_SESSION_NAME ? { roleSessionName: env.AWS_ROLE_SESSION_NAME } : {}),
      });
      sources.push({ name: 'web identity', profile: null, load: () => load() });
    }
    const container = containerSettingsOf(env);
    if (container) sources.push({ name: 'container role', profile: null, load: () => fromHttp(container)() });
    else if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true') {
      const load = fromInstanceMetadata({ timeout: metadataLimitMs, maxRetries: 0 });
      sources.push({ name: 'instance role', profile: null, load: () => within(metadataLimitMs, load()) });
    }
    return sources;
  }

  async function load(asked: string | null): Promise<AwsIdentity | null> {
    for (const source of sourcesFor(asked)) {
      try {
        const { accessKeyId, secretAccessKey, sessionToken, expiration } = await source.load();
        if (expiration && expiration.getTime() <= now()) throw endedFailure(source, loginOf(source.profile));
        return {
          name: source.name,
          credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
          expiration: expiration ?? null,
          isEndUnknown: sessionToken !== undefined && expiration === undefined,
          profile: source.profile,
          login: loginOf(source.profile),
        };
      } catch (thrown) {
        if (thrown instanceof Failure) throw thrown;
        if (source.profile !== null) throw profileFailure(source.profile, profiles().profiles.get(source.profile), thrown);
      }
    }
    return null;
  }

  async function mfaCode(profile: string, device: string): Promise<string> {
    const role = profiles().profiles.get(profile)?.role_arn ?? '';
    if (!options.mfa) throw new Error('Nobody can be asked for a one-time code here.');
    return options.mfa.ask({ profile, role, device });
  }

  function profileFailure(name: string, settings: AwsProfile | undefined, thrown: unknown): Failure {
    const details = { providerCode: thrown instanceof Error ? thrown.name : 'Unknown' };
    const tokenFile = ssoTokenFileOf(settings);
    if (tokenFile !== null && !isLoginAlive(tokenFile, now())) {
      return fail('expired_credentials', {
        message: `The login “${name}” has ended.`,
        next: `Run “aws sso login --profile ${name}”; Vitrine notices by itself.`,
        details: { ...details, login: `aws sso login --profile ${shellWord(name)}` },
      });
    }
    return fail('no_credentials', {
      message: `The AWS profile “${name}” gave no credentials.`,
      next: `Try “aws sts get-caller-identity --profile ${name}” to see why, then retry.`,
      details,
    });
  }

  function stampFor(asked: string | null): string {
    const profile = asked ?? (env.AWS_PROFILE || 'default');
    const tokenFile = ssoTokenFileOf(profiles().profiles.get(profile));
    const others = [tokenFile, env.AWS_WEB_IDENTITY_TOKEN_FILE].filter((path) => path !== undefined && path !== null && path !== '');
    return [read.stamp, ...others.map((path) => fileStamp(String(path)))].join(' ');
  }

  return {
    async identity({ profile, wantedUntil }) {
      const key = profile ?? '';
      const stamp = stampFor(profile);
      const known = held.get(key);
      if (known && known.stamp === stamp && isGood(known, now(), wantedUntil)) return known.identity;
      const flight = `${key} ${stamp}`;
      const under = loading.get(flight);
      if (under) return under;
      const work = load(profile)
        .then((identity) => {
          held.set(key, { stamp, identity, loadedAt: now() });
          return identity;
        })
        .finally(() => loading.delete(flight));
      loading.set(flight, work);
      return work;
    },

    settingsOf(profile) {
      const all = profiles();
      const settings = all.profiles.get(profile ?? (env.AWS_PROFILE || 'default'));
      const service = settings?.services ? all.services.get(settings.services) : undefined;
      const isIgnored =
        env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true' || settings?.ignore_configured_endpoint_urls === 'true';
      const fromProfile = service?.['s3.endpoint_url'] ?? settings?.['s3.endpoint_url'] ?? settings?.endpoint_url;
      const fromEnvironment = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
      // A profile that a store rule names is asked first: its endpoint and its keys belong together.
      const endpoint = profile === null ? fromEnvironment || fromProfile : fromProfile || fromEnvironment;
      const regionOfEnvironment = env.AWS_REGION || env.AWS_DEFAULT_REGION;
      const region = profile === null ? regionOfEnvironment || settings?.region : settings?.region || regionOfEnvironment;
      return { region: region || null, s3Endpoint: isIgnored ? null : endpoint || null };
    },

    accounts() {
      const isDefault = (profile: string) => !keysOfEnvironment(env) && profile === (env.AWS_PROFILE || 'default');
      const common = { provider: 'aws', detail: null, endsAt: null, canSign: true, problem: null } as const;
      const keys = keysOfEnvironment(env);
      const ofEnvironment: Account[] = keys
        ? [
            {
              ...common,
              name: 'environment',
              kind: keys.sessionToken ? 'session' : 'keys',
              where: 'environment',
              isDefault: true,
              login: null,
            },
          ]
        : [];
      const ofProfiles = [...profiles().profiles]
        .filter(([, settings]) => saysWho(settings))
        .map(([name]): Account => {
          return { ...common, name, kind: 'keys', where: files.config, isDefault: isDefault(name), login: loginOf(name) };
        });
      return [...ofEnvironment, ...ofProfiles];
    },

    found() {
      const names = [...profiles().profiles].filter(([, settings]) => saysWho(settings)).map(([name]) => name);
      const list: string[] = [];
      if (keysOfEnvironment(env)) list.push('AWS keys in the environment');
      if (names.length > 0) list.push(`AWS profiles ${names.join(', ')}`);
      if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) list.push('AWS web identity');
      if (containerSettingsOf(env)) list.push('AWS container role');
      return list;
    },
  };
}

/** A name as one word of a shell, quoted where it must be; a profile may be called anything. */
function shellWord(name: string): string {
  return /^[\w.@:/+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

function endedFailure(source: Source, login: string | null): Failure {
  if (source.profile !== null) {
    return fail('expired_credentials', {
      message: `The login “${source.profile}” has ended.`,
      next: login
        ? `Run “${login}”; Vitrine notices by itself.`
        : `Renew the credentials of the profile “${source.profile}”; Vitrine notices by itself.`,
      ...(login ? { details: { login } } : {}),
    });
  }
  return fail('expired_credentials', {
    message: `The AWS credentials of the ${source.name} have ended.`,
    next: 'Set new ones and start Vitrine again.',
  });
}

function keysOfEnvironment(env: Environment): Provided | null {
  if (!env.AWS_ACCESS_KEY_ID || !env.AWS_SECRET_ACCESS_KEY) return null;
  const end = env.AWS_CREDENTIAL_EXPIRATION ? new Date(env.AWS_CREDENTIAL_EXPIRATION) : null;
  return {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
    ...(end && !Number.isNaN(end.getTime()) ? { expiration: end } : {}),
  };
}

function containerSettingsOf(env: Environment) {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (!relative && !full) return null;
  return {
    timeout: metadataLimitMs,
    maxRetries: 1,
    ...(relative ? { awsContainerCredentialsRelativeUri: relative } : { awsContainerCredentialsFullUri: full ?? '' }),
    ...(env.AWS_CONTAINER_AUTHORIZATION_TOKEN ? { awsContainerAuthorizationToken: env.AWS_CONTAINER_AUTHORIZATION_TOKEN } : {}),
    ...(env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
      ? { awsContainerAuthorizationTokenFile: env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE }
      : {}),
  };
}

/** True where a profile says how to get credentials, not only a region or an output format. */
function saysWho(profile: AwsProfile): boolean {
  const ways = [
    'aws_access_key_id',
    'role_arn',
    'credential_process',
    'sso_session',
    'sso_start_url',
    'web_identity_token_file',
    'login_session',
  ];
  return ways.some((name) => profile[name] !== undefined);
}

function isGood(known: Held, now: number, wantedUntil: Date | undefined): boolean {
  if (!known.identity) return now - known.loadedAt < noneHoldsMs;
  const end = known.identity.expiration?.getTime();
  if (end === undefined) return true;
  // What was loaded a moment ago will not live longer by being loaded again.
  const isNew = now - known.loadedAt < noneHoldsMs;
  if (wantedUntil && end < wantedUntil.getTime() && !isNew) return false;
  return end - now > renewBeforeMs || (isNew && end > now);
}

function isLoginAlive(tokenFile: string, now: number): boolean {
  try {
    const token: unknown = JSON.parse(readFileSync(tokenFile, 'utf8'));
    if (typeof token !== 'object' || token === null || !('expiresAt' in token)) return false;
    return new Date(String(token.expiresAt)).getTime() > now;
  } catch {
    return false;
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No answer from the metadata address.')), limitMs);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}
