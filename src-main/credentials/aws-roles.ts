/** Roles of STS: assumed from other credentials, with a one-time code where the role wants one, or from a token of the web. */
import { readFileSync } from 'node:fs';
import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type ErrorDetails, Failure, fail } from '../../src-shared/model/error.ts';
import { networkFailure } from '../stores/network-failure.ts';
import { checkedRegion, configuredEndpoint, configuredRegion } from './aws-endpoints.ts';
import { type AwsGiven, type AwsGround, badProfile, sessionKeys } from './aws-given.ts';
import type { AwsProfile } from './aws-profiles.ts';

/** Milliseconds until a connection to STS stands, and until it has answered. */
const stsTimeouts = { connectMs: 5_000, silenceMs: 15_000 } as const;
/** How often a code is asked for before it is told as refused. */
const codesMost = 3;
/** STS's codes for credentials that have ended: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const endedCodes = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
/** What STS says of a code it does not take; it says the same of a role that may not be assumed, so both are named. */
const refusedCodes = new Set(['AccessDenied', 'AccessDeniedException']);
/** The request itself is out of bounds: a longer session than the role allows, a name or an id of the wrong form. */
const outOfBoundsCodes = new Set(['ValidationError', 'ValidationException']);
const badKeyCodes = new Set(['InvalidClientTokenId', 'SignatureDoesNotMatch', 'InvalidAccessKeyId', 'UnrecognizedClientException']);

/** What a role is assumed from. */
export interface RoleSource {
  readonly given: AwsGiven;
  /** For people: `profile work`, `environment`, `instance role`. */
  readonly name: string;
  /** The command that logs the source in again, where one is known. */
  readonly login: string | null;
}

/**
 * Assumes the role of a profile. A code that is refused is asked for again, three times at most.
 * Throws `expired_credentials` (the source's have ended, or no code was given), `access_denied`, `no_credentials`, and what the network says.
 */
export async function assumedRole(ground: AwsGround, name: string, profile: AwsProfile, source: RoleSource): Promise<AwsGiven> {
  const role = profile.role_arn ?? '';
  const device = profile.mfa_serial;
  const params = {
    RoleArn: role,
    RoleSessionName: profile.role_session_name || `vitrine-${Math.floor(ground.now() / 1_000)}`,
    ...(profile.external_id ? { ExternalId: profile.external_id } : {}),
    ...durationOf(name, profile),
  };
  const { accessKeyId, secretAccessKey, sessionToken } = source.given;
  const masterCredentials = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  const clientConfig = stsClient(ground, name);
  try {
    if (!device) return sessionOf(await fromTemporaryCredentials({ params, masterCredentials, clientConfig })());
    for (let attempt = 1; ; attempt += 1) {
      const code = await codeFor(ground, { profile: name, role, device, attempt });
      try {
        const withCode = { ...params, SerialNumber: device };
        const given = await fromTemporaryCredentials({
          params: withCode,
          masterCredentials,
          clientConfig,
          mfaCodeProvider: async () => code,
        })();
        return { ...sessionOf(given), needsCode: true };
      } catch (thrown) {
        if (!(thrown instanceof Error) || !refusedCodes.has(thrown.name)) throw thrown;
        if (attempt < codesMost) continue;
        throw fail('access_denied', {
          message: `The one-time code for the role ${role} was refused ${codesMost} times.`,
          next: `Wait for the next code of ${device} and try again; if it stays, ask whether the role is yours to assume.`,
          details: refusalDetails(thrown),
        });
      }
    }
  } catch (thrown) {
    throw roleFailure(thrown, { role, source, host: hostOf(clientConfig) });
  } finally {
    clientConfig.requestHandler.destroy();
  }
}

/** What is known of a role that a token of the web stands for. */
export interface WebIdentity {
  /** The profile for endpoint and region; null is the environment's. */
  readonly profile: string | null;
  readonly tokenFile: string;
  readonly role: string;
  readonly sessionName: string | null;
}

/** Assumes a role with the token in a file, read anew each time since others renew it. Throws as `assumedRole` does. */
export async function webIdentityRole(ground: AwsGround, identity: WebIdentity): Promise<AwsGiven> {
  let token: string;
  try {
    token = readFileSync(identity.tokenFile, 'utf8').trim();
  } catch {
    throw badProfile(
      `The web identity token for the role ${identity.role} cannot be read.`,
      identity.profile === null ? 'Correct AWS_WEB_IDENTITY_TOKEN_FILE.' : 'Correct web_identity_token_file in the AWS profile.',
    );
  }
  const clientConfig = stsClient(ground, identity.profile);
  try {
    const load = fromWebToken({
      webIdentityToken: token,
      roleArn: identity.role,
      roleSessionName: identity.sessionName ?? `vitrine-${Math.floor(ground.now() / 1_000)}`,
      clientConfig,
    });
    return sessionOf(await load());
  } catch (thrown) {
    const source = { name: 'web identity token', login: null };
    throw roleFailure(thrown, { role: identity.role, source, host: hostOf(clientConfig) });
  } finally {
    clientConfig.requestHandler.destroy();
  }
}

async function codeFor(
  ground: AwsGround,
  { attempt, ...question }: { profile: string; role: string; device: string; attempt: number },
): Promise<string> {
  if (ground.mfa) return ground.mfa.ask({ ...question, wasRefused: attempt > 1 });
  throw fail('expired_credentials', {
    message: `The role ${question.role} needs a one-time code of ${question.device}, and nobody can be asked here.`,
    next: 'Use an identity that needs no code.',
  });
}

/** The SDK's client is told everything, so that it looks for nothing in the environment and home of the process. */
function stsClient(ground: AwsGround, profile: string | null) {
  const known = { env: ground.env, profiles: ground.profiles() };
  const endpoint = configuredEndpoint(known, 'sts', profile);
  const agents = ground.agent === null ? {} : { httpAgent: ground.agent, httpsAgent: ground.agent };
  return {
    region: checkedRegion(configuredRegion(known, profile) ?? 'us-east-1', 'region'),
    ...(endpoint === null ? {} : { endpoint }),
    // The second try is for a clock that the first answer corrects.
    maxAttempts: 2,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: 'vitrine',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: stsTimeouts.connectMs,
      requestTimeout: stsTimeouts.silenceMs,
      throwOnRequestTimeout: true,
      ...agents,
    }),
  };
}

function hostOf(config: { region: string; endpoint?: string }): string {
  return config.endpoint !== undefined && URL.canParse(config.endpoint) ? new URL(config.endpoint).host : `sts.${config.region}`;
}

/** Bounds: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function durationOf(name: string, profile: AwsProfile): { DurationSeconds?: number } {
  if (profile.duration_seconds === undefined) return {};
  const seconds = Number(profile.duration_seconds);
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200) return { DurationSeconds: seconds };
  throw badProfile(
    `The duration_seconds of the AWS profile “${name}” must be a whole number from 900 to 43200.`,
    'Correct it in ~/.aws/config.',
  );
}

function sessionOf(given: { accessKeyId: string; secretAccessKey: string; sessionToken?: string; expiration?: Date }): AwsGiven {
  return sessionKeys(given, given.expiration ?? null);
}

function refusalDetails(thrown: Error): { providerCode: string; status?: number; requestId?: string } {
  const metadata = '$metadata' in thrown && typeof thrown.$metadata === 'object' ? { ...thrown.$metadata } : {};
  const { httpStatusCode: status, requestId }: Readonly<Record<string, unknown>> = metadata;
  return {
    providerCode: thrown.name,
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
  };
}

function roleFailure(
  thrown: unknown,
  { role, source, host }: { role: string; source: Pick<RoleSource, 'name' | 'login'>; host: string },
): Failure {
  if (thrown instanceof Failure) return thrown;
  const { login } = source;
  if (thrown instanceof Error && endedCodes.has(thrown.name)) {
    return fail('expired_credentials', {
      message: `The login of ${source.name} has ended, so the role ${role} cannot be assumed.`,
      next: login ? `Run “${login}”; Vitrine notices by itself.` : 'Renew it; Vitrine notices by itself.',
      details: { ...refusalDetails(thrown), ...(login ? { login } : {}) },
    });
  }
  const broken = networkFailure(thrown, host, stsTimeouts);
  if (broken !== null) return broken;
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    return fail('timeout', { message: `No answer from ${host} within ${stsTimeouts.silenceMs / 1_000} s.`, next: 'Try again.' });
  }
  const details: ErrorDetails = thrown instanceof Error ? refusalDetails(thrown) : {};
  if (details.status !== undefined && details.status >= 500) {
    return fail('server_error', { message: `${host} answered ${details.status}.`, next: 'Retry later.', details });
  }
  if (details.providerCode !== undefined && outOfBoundsCodes.has(details.providerCode)) {
    return fail('no_credentials', {
      message: `STS does not accept the settings for the role ${role}.`,
      next: 'Check duration_seconds (the role has a longest of its own), role_session_name, external_id and mfa_serial of its profile.',
      details,
    });
  }
  if (details.providerCode !== undefined && badKeyCodes.has(details.providerCode)) {
    return fail('access_denied', {
      message: `The keys of the ${source.name} were refused, so the role ${role} cannot be assumed.`,
      next: 'Correct the keys, or choose another profile.',
      details,
    });
  }
  return fail('access_denied', {
    message: `The role ${role} was not given to the ${source.name}.`,
    next: 'Ask for the right to assume it, or choose another profile.',
    details,
  });
}
