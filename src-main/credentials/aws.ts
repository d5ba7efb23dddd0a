/** AWS identities: which credentials there are, under a name for people, with their end. */
import type { Agent } from 'node:http';
import type { Account } from '../../src-shared/model/account.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import { listAwsAccounts } from './aws-accounts.ts';
import { filesOfChain, keysOfEnvironment, loginCommandOf, profileCredentials, profileKind, unknownProfile } from './aws-chain.ts';
import { configuredEndpoint, configuredRegion } from './aws-endpoints.ts';
import type { AwsCredentials, AwsGiven, AwsGround, Environment } from './aws-given.ts';
import { containerCredentials, ecsHost, hasContainerRole, instanceCredentials, mayAskInstance } from './aws-metadata.ts';
import { awsFilesOf, fileStamp, readAwsProfiles } from './aws-profiles.ts';
import { webIdentityRole } from './aws-roles.ts';
import { createAsking } from './credential-request.ts';
import type { MfaDesk } from './mfa-desk.ts';

export type { AwsCredentials };

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
   * instance. Null when there is none. `wantedUntil` asks for fresh credentials first where the held ones would end before it; a person
   * is not asked for a code because of it.
   * Throws `Failure`: `expired_credentials` (a login that has ended, a code that nobody gave), `no_credentials` (a source that was named
   * and gives none), `access_denied` (a role that is not given), and what the network says.
   */
  identity(options: { profile: string | null; wantedUntil?: Date }): Promise<AwsIdentity | null>;
  /**
   * Drops what is held of an identity that a server calls ended. True where asking for it again can give another: then one more try is
   * worth it. False for keys that stand in a file or in the environment and have not changed.
   */
  forget(identity: AwsIdentity): boolean;
  /** Region and endpoint as the environment and the profile say, the environment first. */
  settingsOf(profile: string | null): AwsProfileSettings;
  /** What there is, by name only, without network and without secrets. */
  found(): string[];
  /** The same in full, in the order of use. Reads files, asks nobody. */
  accounts(): Account[];
}

interface Loaded {
  readonly identity: AwsIdentity;
  readonly given: AwsGiven;
}
interface Held {
  /** Of all files that were read. */
  readonly stamp: string;
  readonly loadedAt: number;
  /** Null: there is nobody. */
  readonly loaded: Loaded | null;
  /** Why it could not be had; it is told again for a moment, so that a thousand tiles do not ask a thousand times. */
  readonly failure: Failure | null;
}

/** Credentials are renewed this long before their end, as the SDK's own chain does; where a person must type a code, as late as is safe. */
const renewBeforeMs = 5 * 60_000;
const renewWithCodeBeforeMs = 60_000;
/** "None found" is asked again after this long, so that a machine without credentials does not wait for the metadata address each time. */
const noneHoldsMs = 60_000;
/** A machine that is no instance of EC2 seldom becomes one: files and environment are looked at meanwhile, the address is not. */
const noInstanceHoldsMs = 10 * 60_000;
const failureHoldsMs = 10_000;
/** These are told again: a source that will most likely say the same. What the network says is tried anew each time. */
const heldCauses = new Set(['expired_credentials', 'no_credentials', 'access_denied', 'timeout']);

/**
 * Finds identities with the environment and home folder given; neither those of the process nor the SDK's own order is asked (Note: why
 * the chain is ours, `aws-chain.ts`). Files are looked at on each use, so a new login works at once.
 * @param options.env read at each use, so that variables of a login shell may come late
 * @param options.now milliseconds since 1970
 * @param options.agent speaks http and https for services of AWS, as one that knows proxies does; none connects directly
 * @param options.containerHost where containers ask; the address of ECS unless given
 */
export function createAwsIdentities(options: {
  env: Environment;
  home: string;
  now: () => number;
  mfa?: MfaDesk;
  agent?: Agent;
  containerHost?: string;
}): AwsIdentities {
  const { env, home, now } = options;
  const held = new Map<string, Held>();
  const loading = new Map<string, Promise<AwsIdentity | null>>();
  const issued = new WeakSet<AwsIdentity>();
  let named = { by: '', files: awsFilesOf(env, home) };
  let read = { stamp: '', profiles: readAwsProfiles(named.files) };
  let filesWritten = 0;
  let noInstanceUntil = Number.NEGATIVE_INFINITY;

  function files() {
    const by = `${env.AWS_CONFIG_FILE} ${env.AWS_SHARED_CREDENTIALS_FILE} ${env.AWS_LOGIN_CACHE_DIRECTORY}`;
    if (by !== named.by) named = { by, files: awsFilesOf(env, home) };
    return named.files;
  }

  const stampOf = (paths: readonly string[]) => paths.map((path) => `${path} ${fileStamp(path)}`).join(' ');

  function profiles() {
    const current = files();
    const stamp = stampOf([current.config, current.credentials]);
    if (stamp !== read.stamp) read = { stamp, profiles: readAwsProfiles(current) };
    return read.profiles;
  }

  const ground: AwsGround = {
    env,
    now,
    files,
    profiles,
    ask: createAsking(options.agent),
    askDirectly: createAsking(),
    agent: options.agent ?? null,
    mfa: options.mfa ?? null,
    containerHost: options.containerHost ?? ecsHost,
    refreshing: new Map(),
    fileWritten: () => {
      filesWritten += 1;
    },
  };

  async function load(asked: string | null, wantedUntil: Date | undefined): Promise<Loaded | null> {
    const profile = asked ?? (env.AWS_PROFILE || null);
    if (profile !== null) {
      const settings = profiles().profiles.get(profile);
      if (!settings) throw unknownProfile(profile, null);
      // AWS_PROFILE may be set for its region alone; who asks then comes from elsewhere, as with the SDK.
      if (asked !== null || profileKind(settings) !== null) return ofProfile(profile, wantedUntil);
    }
    const keys = keysOfEnvironment(env);
    if (keys) return loaded('environment', null, keys);
    const usual = profile === null ? profiles().profiles.get('default') : undefined;
    if (usual && profileKind(usual) !== null) return ofProfile('default', wantedUntil);
    if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) {
      const given = await webIdentityRole(ground, {
        profile: null,
        tokenFile: env.AWS_WEB_IDENTITY_TOKEN_FILE,
        role: env.AWS_ROLE_ARN,
        sessionName: env.AWS_ROLE_SESSION_NAME || null,
      });
      return loaded('web identity', null, given);
    }
    if (hasContainerRole(env)) return loaded('container role', null, await containerCredentials(ground));
    if (!mayAskInstance(env) || now() < noInstanceUntil) return null;
    const given = await instanceCredentials(ground);
    if (given !== null) return loaded('instance role', null, given);
    noInstanceUntil = now() + noInstanceHoldsMs;
    return null;
  }

  async function ofProfile(name: string, wantedUntil: Date | undefined): Promise<Loaded> {
    return loaded(`profile ${name}`, name, await profileCredentials(ground, name, { home, ...(wantedUntil ? { wantedUntil } : {}) }));
  }

  function loaded(name: string, profile: string | null, given: AwsGiven): Loaded {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = given;
    const login = profile === null ? null : loginCommandOf(profile, profiles());
    if (expiration && expiration.getTime() <= now()) throw endedFailure({ name, profile, login });
    const identity: AwsIdentity = {
      name,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
      expiration,
      isEndUnknown: sessionToken !== undefined && expiration === null,
      profile,
      login,
    };
    issued.add(identity);
    return { identity, given };
  }

  /** Every file that the answer may come from. */
  function stampFor(asked: string | null): string {
    const profile = asked ?? (env.AWS_PROFILE || null);
    const known = { profiles: profiles(), files: files(), home };
    const ofEnvironment =
      asked === null ? [env.AWS_WEB_IDENTITY_TOKEN_FILE, env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE].filter((path) => path) : [];
    const chain = filesOfChain(profile ?? 'default', known);
    return `${read.stamp} ${stampOf([...chain, ...ofEnvironment.map(String)])}`;
  }

  async function loadAndHold(asked: string | null, stamp: string, wantedUntil: Date | undefined): Promise<AwsIdentity | null> {
    const key = asked ?? '';
    const before = held.get(key);
    const written = filesWritten;
    const hold = (loaded: Loaded | null, failure: Failure | null) => {
      const current = filesWritten === written ? stamp : stampFor(asked);
      held.set(key, { stamp: current, loadedAt: now(), loaded, failure });
    };
    try {
      const fresh = await load(asked, wantedUntil);
      hold(fresh, null);
      return fresh?.identity ?? null;
    } catch (thrown) {
      // What is held may live on for minutes; that it could not be renewed is told when it has ended.
      const end = before?.loaded?.identity.expiration?.getTime() ?? 0;
      if (before?.loaded && before.stamp === stamp && end > now()) {
        held.set(key, { ...before, loadedAt: now() });
        return before.loaded.identity;
      }
      if (thrown instanceof Failure && heldCauses.has(thrown.error.cause)) hold(null, thrown);
      throw thrown;
    }
  }

  return {
    async identity({ profile, wantedUntil }) {
      const key = profile ?? '';
      const stamp = stampFor(profile);
      const known = held.get(key);
      if (known && known.stamp === stamp && isGood(known, now(), wantedUntil)) {
        if (known.failure) throw known.failure;
        return known.loaded?.identity ?? null;
      }
      const flight = `${key} ${stamp}`;
      const under = loading.get(flight);
      if (under) return under;
      const work = loadAndHold(profile, stamp, wantedUntil).finally(() => loading.delete(flight));
      loading.set(flight, work);
      return work;
    },

    forget(identity) {
      if (!issued.has(identity)) return false;
      for (const [key, known] of held) {
        if (known.loaded?.identity !== identity) continue;
        if (known.loaded.given.isFixed && known.stamp === stampFor(key === '' ? null : key)) return false;
        held.delete(key);
      }
      return true;
    },

    settingsOf(profile) {
      const known = { env, profiles: profiles() };
      return { region: configuredRegion(known, profile), s3Endpoint: configuredEndpoint(known, 's3', profile) };
    },

    accounts: () =>
      listAwsAccounts({
        env,
        home,
        files: files(),
        profiles: profiles(),
        held: [...held.values()].flatMap(({ loaded: found }) => (found ? [found.identity] : [])),
        now: now(),
      }),

    found() {
      const names = [...profiles().profiles].filter(([, settings]) => profileKind(settings) !== null).map(([name]) => name);
      const list: string[] = [];
      if (keysOfEnvironment(env)) list.push('AWS keys in the environment');
      if (names.length > 0) list.push(`AWS profiles ${names.join(', ')}`);
      if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) list.push('AWS web identity');
      if (hasContainerRole(env)) list.push('AWS container role');
      return list;
    },
  };
}

function endedFailure({ name, profile, login }: { name: string; profile: string | null; login: string | null }): Failure {
  if (profile !== null) {
    return fail('expired_credentials', {
      message: `The login “${profile}” has ended.`,
      next: login
        ? `Run “${login}”; Vitrine notices by itself.`
        : `Renew the credentials of the profile “${profile}”; Vitrine notices by itself.`,
      ...(login ? { details: { login } } : {}),
    });
  }
  return fail('expired_credentials', {
    message: `The AWS credentials of the ${name} have ended.`,
    next: 'Set new ones and start Vitrine again.',
  });
}

function isGood(known: Held, now: number, wantedUntil: Date | undefined): boolean {
  const age = now - known.loadedAt;
  if (known.failure) return age < failureHoldsMs;
  if (!known.loaded) return age < noneHoldsMs;
  const { identity, given } = known.loaded;
  const end = identity.expiration?.getTime();
  if (end === undefined) return true;
  // What was loaded a moment ago will not live longer by being loaded again.
  const isNew = age < noneHoldsMs;
  const isTooShort = wantedUntil !== undefined && end < wantedUntil.getTime();
  if (isTooShort && !isNew && !given.needsCode && !given.isFixed) return false;
  return end - now > (given.needsCode ? renewWithCodeBeforeMs : renewBeforeMs) || (isNew && end > now);
}
