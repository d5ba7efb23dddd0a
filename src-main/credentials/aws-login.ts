/**
 * Credentials of `aws login`: the session that it keeps in its cache, renewed with the key that proves possession (DPoP).
 * Sources: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html, RFC 9449, and LoginCredentialsFetcher of
 * @aws-sdk/credential-provider-login, which reads the home folder of the process and so cannot be used.
 */
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signinEndpoint } from './aws-endpoints.ts';
import { type AwsGiven, type AwsGround, loginEnded, sessionKeys, shellWord } from './aws-given.ts';
import type { AwsProfile } from './aws-profiles.ts';
import { jsonObject, momentOf, textOf } from './credential-request.ts';
import { replaceSecretFile } from './replace-secret-file.ts';

type Json = Readonly<Record<string, unknown>>;

const limitMs = 10_000;
const renewBeforeMs = 5 * 60_000;
/** What a session lives where the answer does not say. */
const usualLifeSeconds = 900;

/** The file that keeps the session with that name. @param folder of the cache, as `AwsFiles.loginCache` says */
export function loginFileOf(folder: string, session: string): string {
  return join(folder, `${createHash('sha256').update(session).digest('hex')}.json`);
}

/** When the session in the file ends, and whether it can be renewed; null where there is none. */
export function readLogin(path: string): { endsAt: Date; isRenewable: boolean } | null {
  const stored = storedLogin(path);
  const endsAt = momentOf(accessTokenOf(stored), 'expiresAt');
  return endsAt === null ? null : { endsAt, isRenewable: textOf(stored, 'refreshToken') !== null && textOf(stored, 'dpopKey') !== null };
}

/** Gets the session's keys, renewed where their end is near or before `wantedUntil`. Throws `expired_credentials` with the login command. */
export async function loginCredentials(
  ground: AwsGround,
  name: string,
  { profile, wantedUntil }: { profile: AwsProfile; wantedUntil: Date | null },
): Promise<AwsGiven> {
  const path = loginFileOf(ground.files().loginCache, profile.login_session ?? '');
  const login = `aws login --profile ${shellWord(name)}`;
  const held = readLogin(path);
  if (held === null) throw loginEnded(name, { login, wasThere: false });
  const isTooShort = held.endsAt.getTime() - ground.now() <= renewBeforeMs || (wantedUntil !== null && held.endsAt < wantedUntil);
  if (held.isRenewable && isTooShort) {
    const under = ground.refreshing.get(path);
    const renewing = under ?? renew(ground, { name, profile, path }).finally(() => ground.refreshing.delete(path));
    if (under === undefined) ground.refreshing.set(path, renewing);
    await renewing.catch(() => undefined);
  }
  const stored = accessTokenOf(storedLogin(path));
  const accessKeyId = textOf(stored, 'accessKeyId');
  const secretAccessKey = textOf(stored, 'secretAccessKey');
  const sessionToken = textOf(stored, 'sessionToken');
  const endsAt = momentOf(stored, 'expiresAt');
  if (!accessKeyId || !secretAccessKey || !sessionToken || endsAt === null || endsAt.getTime() <= ground.now()) {
    throw loginEnded(name, { login, wasThere: true });
  }
  return sessionKeys({ accessKeyId, secretAccessKey, sessionToken }, endsAt);
}

async function renew(ground: AwsGround, { name, profile, path }: { name: string; profile: AwsProfile; path: string }): Promise<void> {
  const stored = storedLogin(path);
  const refreshToken = textOf(stored, 'refreshToken');
  const key = textOf(stored, 'dpopKey');
  if (stored === null || refreshToken === null || key === null) return;
  const region = textOf(stored, 'signInRegion') ?? profile.region ?? ground.env.AWS_REGION ?? 'us-east-1';
  const url = `${signinEndpoint({ env: ground.env, profiles: ground.profiles() }, { profile: name, region })}/v1/token`;
  const { status, text } = await ground.ask({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json', DPoP: proofOf(key, url, ground.now()) },
    body: JSON.stringify({ clientId: textOf(stored, 'clientId'), grantType: 'refresh_token', refreshToken }),
    limitMs,
  });
  const answer = status === 200 ? jsonObject(text) : null;
  const fresh = accessTokenOf(answer);
  const nextToken = textOf(answer, 'refreshToken');
  if (fresh === null || nextToken === null || textOf(fresh, 'accessKeyId') === null) return;
  // A login that was made in a terminal meanwhile is newer than what is written here.
  if (textOf(storedLogin(path), 'refreshToken') !== refreshToken) return;
  const seconds = Number(answer?.expiresIn ?? usualLifeSeconds);
  const expiresAt = new Date(ground.now() + seconds * 1_000).toISOString();
  const accessToken = { ...accessTokenOf(stored), ...fresh, expiresAt };
  replaceSecretFile(path, JSON.stringify({ ...stored, accessToken, refreshToken: nextToken }, null, 2));
  ground.fileWritten();
}

/** The proof for one POST to `url`. `now` is in milliseconds since 1970. */
function proofOf(pem: string, url: string, now: number): string {
  const privateKey = createPrivateKey(pem);
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } });
  const claims = part({ jti: randomUUID(), htm: 'POST', htu: url, iat: Math.floor(now / 1_000) });
  const signature = sign('sha256', Buffer.from(`${head}.${claims}`), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${head}.${claims}.${signature.toString('base64url')}`;
}

function accessTokenOf(stored: Json | null): Json | null {
  const token = stored?.accessToken;
  return typeof token === 'object' && token !== null ? { ...token } : null;
}

function storedLogin(path: string): Json | null {
  try {
    return jsonObject(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
