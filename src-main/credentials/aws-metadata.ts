/** Credentials that the place where this runs gives: containers on ECS, EKS and alike, and instances on EC2 (IMDSv2 only). */
import { readFileSync } from 'node:fs';
import { fail } from '../../src-shared/model/error.ts';
import { type AwsGiven, type AwsGround, badProfile, type Environment, sessionKeys } from './aws-given.ts';
import { type CredentialAnswer, jsonObject, momentOf, textOf } from './credential-request.ts';

/** Where ECS answers. Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
export const ecsHost = 'http://169.254.170.2';

/** A machine that is no instance of EC2 must not be waited for longer than this in all. */
const instanceLimitMs = 1_000;
const containerLimitMs = 2_000;
/** Hosts that may be asked without TLS: loopback, ECS and EKS. The same list as the SDK's. */
const plainHosts = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::23\])$/;

/** True where the environment says that a container's role is to be used. */
export function hasContainerRole(env: Environment): boolean {
  return Boolean(env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI);
}

/** True unless `AWS_EC2_METADATA_DISABLED` says otherwise. */
export function mayAskInstance(env: Environment): boolean {
  return env.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true';
}

/** Gets a container role's keys. Throws `no_credentials` with the reason. */
export async function containerCredentials(ground: AwsGround): Promise<AwsGiven> {
  const { env } = ground;
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const url = relative ? `${ground.containerHost}${relative}` : env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (!url) throw badProfile('There is no container role here.', 'Set another credential_source in the AWS profile.');
  const place = URL.canParse(url) ? new URL(url) : null;
  if (place === null || (place.protocol !== 'https:' && !(place.protocol === 'http:' && plainHosts.test(place.hostname)))) {
    throw badProfile(
      'The address of the container role may be https, or http to this machine, ECS or EKS.',
      'Correct AWS_CONTAINER_CREDENTIALS_FULL_URI.',
    );
  }
  const token = containerToken(env);
  const answer = await ground
    .askDirectly({ method: 'GET', url, headers: token === null ? {} : { authorization: token }, limitMs: containerLimitMs })
    .catch(() => null);
  return keysOf(answer, 'container role');
}

function containerToken(env: Environment): string | null {
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  if (!file) return env.AWS_CONTAINER_AUTHORIZATION_TOKEN || null;
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch {
    throw badProfile('The token file of the container role cannot be read.', 'Correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.');
  }
  if (/[\r\n]/.test(token)) throw badProfile('The token file of the container role holds more than one line.', 'Correct the file.');
  return token;
}

/**
 * Gets the keys of an instance's role, or null where this is no instance or it has no role: nobody answers within a second.
 * Only IMDSv2 is spoken: its first version answers whoever can make this machine send a request.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export async function instanceCredentials(ground: AwsGround): Promise<AwsGiven | null> {
  const until = performance.now() + instanceLimitMs;
  const origin = instanceOrigin(ground.env);
  const ask = (method: 'GET' | 'PUT', path: string, headers: Readonly<Record<string, string>>) => {
    const limitMs = Math.max(1, Math.ceil(until - performance.now()));
    return ground.askDirectly({ method, url: `${origin}${path}`, headers, limitMs }).catch(() => null);
  };
  const token = await ask('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' });
  if (token?.status !== 200) return null;
  const headers = { 'x-aws-ec2-metadata-token': token.text.trim() };
  const roles = '/latest/meta-data/iam/security-credentials/';
  const role = await ask('GET', roles, headers);
  const name = role?.status === 200 ? (role.text.split('\n')[0] ?? '').trim() : '';
  if (name === '') return null;
  return keysOf(await ask('GET', `${roles}${encodeURIComponent(name)}`, headers), 'instance role');
}

function instanceOrigin(env: Environment): string {
  const given = env.AWS_EC2_METADATA_SERVICE_ENDPOINT;
  if (given && /^https?:\/\//.test(given)) return given.replace(/\/+$/, '');
  return env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE?.toLowerCase() === 'ipv6' ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254';
}

function keysOf(answer: CredentialAnswer | null, what: string): AwsGiven {
  const given = answer?.status === 200 ? jsonObject(answer.text) : null;
  const accessKeyId = textOf(given, 'AccessKeyId');
  const secretAccessKey = textOf(given, 'SecretAccessKey');
  const sessionToken = textOf(given, 'Token');
  if (!accessKeyId || !secretAccessKey) {
    throw fail('no_credentials', {
      message: `The ${what} gave no credentials.`,
      next: 'See whether a role with access is attached here, then retry.',
      ...(answer ? { details: { status: answer.status } } : {}),
    });
  }
  return sessionKeys({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }, momentOf(given, 'Expiration'));
}
