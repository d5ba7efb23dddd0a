/**
 * Credentials of IAM Identity Center (SSO): the token that `aws sso login` keeps is renewed where it may be, and exchanged for a role's keys.
 * Sources: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html,
 * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 */
import { readFileSync } from 'node:fs';
import { fail } from '../../src-shared/model/error.ts';
import { ssoEndpoint } from './aws-endpoints.ts';
import { type AwsGiven, type AwsGround, badProfile, loginEnded, sessionKeys, shellWord } from './aws-given.ts';
import type { AwsFiles, AwsProfile, AwsProfiles } from './aws-profiles.ts';
import { jsonObject, momentOf, textOf } from './credential-request.ts';
import { replaceSecretFile } from './replace-secret-file.ts';

/** How a profile is logged in; both formats of the file. */
export interface SsoLogin {
  /** Null in the old format, whose logins cannot be renewed. */
  readonly session: string | null;
  readonly startUrl: string;
  readonly region: string;
  readonly tokenFile: string;
}

/** What the file of a login says. */
export interface SsoToken {
  readonly accessToken: string;
  readonly endsAt: Date;
  /** True where it can be renewed without a person. */
  readonly isRenewable: boolean;
}

const limitMs = 10_000;
/** A token is renewed this long before its end, as the SDK does. */
const renewBeforeMs = 5 * 60_000;

/** The login that a profile names, or null where it names none or a session that is not there. */
export function ssoLoginOf(profile: AwsProfile, profiles: AwsProfiles, files: AwsFiles): SsoLogin | null {
  const session = profile.sso_session;
  const settings = session === undefined ? profile : profiles.ssoSessions.get(session);
  const { sso_start_url: startUrl, sso_region: region } = settings ?? {};
  const name = session ?? startUrl;
  if (!startUrl || !region || !name) return null;
  return { session: session ?? null, startUrl, region, tokenFile: files.ssoToken(name) };
}

/** The token in a login's file, or null where there is none. `now` is in milliseconds since 1970. */
export function readSsoToken(tokenFile: string, now: number): SsoToken | null {
  const stored = storedToken(tokenFile);
  const accessToken = textOf(stored, 'accessToken');
  const endsAt = momentOf(stored, 'expiresAt');
  if (accessToken === null || endsAt === null) return null;
  const registrationEndsAt = momentOf(stored, 'registrationExpiresAt');
  const canAsk = ['clientId', 'clientSecret', 'refreshToken'].every((name) => textOf(stored, name) !== null);
  return { accessToken, endsAt, isRenewable: canAsk && (registrationEndsAt === null || registrationEndsAt.getTime() > now) };
}

/** Gets the keys of the profile's role. Throws `expired_credentials` with the login command, `access_denied`, `no_credentials`. */
export async function ssoCredentials(ground: AwsGround, name: string, profile: AwsProfile): Promise<AwsGiven> {
  const login = ssoLoginOf(profile, ground.profiles(), ground.files());
  const { sso_account_id: account, sso_role_name: role } = profile;
  if (login === null || !account || !role) {
    const missing = login === null ? 'its login (sso_session, sso_start_url, sso_region)' : account ? 'sso_role_name' : 'sso_account_id';
    throw badProfile(`The AWS profile “${name}” does not say ${missing}.`, `Run “aws configure sso --profile ${shellWord(name)}”.`);
  }
  const command = `aws sso login --profile ${shellWord(name)}`;
  const token = await currentToken(ground, name, login);
  if (token === null || token.endsAt.getTime() <= ground.now()) throw loginEnded(name, { login: command, wasThere: token !== null });
  const origin = ssoEndpoint({ env: ground.env, profiles: ground.profiles() }, 'sso', { profile: name, region: login.region });
  const query = new URLSearchParams({ role_name: role, account_id: account });
  const { status, text } = await ground.ask({
    method: 'GET',
    url: `${origin}/federation/credentials?${query}`,
    headers: { 'x-amz-sso_bearer_token': token.accessToken, accept: 'application/json' },
    limitMs,
  });
  if (status === 401) throw loginEnded(name, { login: command, wasThere: true, providerCode: 'UnauthorizedException' });
  if (status === 403 || status === 404) {
    throw fail('access_denied', {
      message: `The login “${name}” may not use the role ${role} in the account ${account}.`,
      next: 'Ask for access to it, or choose another profile.',
      details: { status },
    });
  }
  const answer = status === 200 ? jsonObject(text)?.roleCredentials : null;
  const given = answer && typeof answer === 'object' ? { ...answer } : null;
  const accessKeyId = textOf(given, 'accessKeyId');
  const secretAccessKey = textOf(given, 'secretAccessKey');
  const sessionToken = textOf(given, 'sessionToken');
  if (!accessKeyId || !secretAccessKey || !sessionToken) {
    throw fail('server_error', {
      message: `IAM Identity Center gave no credentials for “${name}”.`,
      next: 'Retry later.',
      details: { status },
    });
  }
  return sessionKeys({ accessKeyId, secretAccessKey, sessionToken }, momentOf(given, 'expiration'));
}

/** The token of the file, renewed first where its end is near and it can be. */
async function currentToken(ground: AwsGround, name: string, login: SsoLogin): Promise<SsoToken | null> {
  const token = readSsoToken(login.tokenFile, ground.now());
  if (token === null || token.endsAt.getTime() - ground.now() > renewBeforeMs || !token.isRenewable || login.session === null) return token;
  const under = ground.refreshing.get(login.tokenFile);
  const renewing =
    under ??
    renew(
      ground,
      login.tokenFile,
      ssoEndpoint({ env: ground.env, profiles: ground.profiles() }, 'sso_oidc', { profile: name, region: login.region }),
    ).finally(() => ground.refreshing.delete(login.tokenFile));
  if (under === undefined) ground.refreshing.set(login.tokenFile, renewing);
  // Where renewing failed the token may still have minutes to live; an ended one is told as such.
  await renewing.catch(() => undefined);
  return readSsoToken(login.tokenFile, ground.now());
}

async function renew(ground: AwsGround, tokenFile: string, origin: string): Promise<void> {
  const stored = storedToken(tokenFile);
  const body = {
    clientId: textOf(stored, 'clientId'),
    clientSecret: textOf(stored, 'clientSecret'),
    refreshToken: textOf(stored, 'refreshToken'),
    grantType: 'refresh_token',
  };
  const { status, text } = await ground.ask({
    method: 'POST',
    url: `${origin}/token`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    limitMs,
  });
  const answer = status === 200 ? jsonObject(text) : null;
  const accessToken = textOf(answer, 'accessToken');
  const seconds = Number(answer?.expiresIn);
  if (accessToken === null || !Number.isFinite(seconds)) return;
  // A login that was made in a terminal meanwhile is newer than what is written here.
  if (textOf(storedToken(tokenFile), 'refreshToken') !== body.refreshToken) return;
  const expiresAt = new Date(ground.now() + seconds * 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const refreshToken = textOf(answer, 'refreshToken') ?? body.refreshToken;
  replaceSecretFile(tokenFile, JSON.stringify({ ...stored, accessToken, expiresAt, refreshToken }));
  ground.fileWritten();
}

function storedToken(tokenFile: string): Readonly<Record<string, unknown>> | null {
  try {
    return jsonObject(readFileSync(tokenFile, 'utf8'));
  } catch {
    return null;
  }
}
