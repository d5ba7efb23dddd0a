/** IAM Identity Center and `aws login` of the test servers: tokens that end, are renewed once each, and stand for roles. */
import { createPublicKey, verify } from 'node:crypto';
import type { AwsKeys } from './aws-keys.ts';
import { queryPairs, queryValue } from './canonical-request.ts';
import type { Exchange } from './loopback-server.ts';

export interface AwsLogins {
  /** An access token of a person, and a refresh token that works once where they may renew it. Lives for that many seconds. */
  signIn(person: string, lifeSeconds: number): { accessToken: string; refreshToken: string; expiresAt: string };
  /** Ends what a person holds; their refresh tokens too. */
  signOut(person: string): void;
  answerPortal(exchange: Exchange): Promise<void>;
  answerOidc(exchange: Exchange): Promise<void>;
  /** `origin` is where the server is reached, for the proof of possession. */
  answerSignin(exchange: Exchange, origin: string): Promise<void>;
}

/** Roles are named `account/role`, each with the people who have it. @param options.now milliseconds since 1970 */
export function createAwsLogins(
  keys: AwsKeys,
  options: { roles: Readonly<Record<string, readonly string[]>>; client: { id: string; secret: string }; now: () => number },
): AwsLogins {
  const access = new Map<string, { person: string; endsAt: number }>();
  const refresh = new Map<string, string>();
  let made = 0;

  const signIn: AwsLogins['signIn'] = (person, lifeSeconds) => {
    made += 1;
    const endsAt = options.now() + lifeSeconds * 1_000;
    access.set(`access-${person}-${made}`, { person, endsAt });
    refresh.set(`refresh-${person}-${made}`, person);
    const expiresAt = new Date(endsAt).toISOString();
    return { accessToken: `access-${person}-${made}`, refreshToken: `refresh-${person}-${made}`, expiresAt };
  };
  /** The person of a refresh token, which is then used up. */
  const takeRefresh = (token: unknown): string | null => {
    const person = refresh.get(String(token)) ?? null;
    refresh.delete(String(token));
    return person;
  };

  return {
    signIn,
    signOut(person) {
      for (const [token, held] of access) if (held.person === person) access.delete(token);
      for (const [token, holder] of refresh) if (holder === person) refresh.delete(token);
    },
    async answerPortal(exchange) {
      const { record } = exchange;
      const query = queryPairs(record.rawQuery);
      const held = access.get(String(record.headers['x-amz-sso_bearer_token']));
      if (!held || held.endsAt <= options.now()) return send(exchange, 401, { message: 'Session token not found or invalid' });
      const role = `${queryValue(query, 'account_id')}/${queryValue(query, 'role_name')}`;
      if (!options.roles[role]?.includes(held.person)) return send(exchange, 403, { message: 'No access' });
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = keys.issue(`${held.person} as ${role}`, 3_600);
      const roleCredentials = { accessKeyId, secretAccessKey, sessionToken, expiration: expiration.getTime() };
      return send(exchange, 200, { roleCredentials });
    },
    async answerOidc(exchange) {
      const body = JSON.parse(Buffer.from(await exchange.body()).toString('utf8'));
      if (body.clientId !== options.client.id || body.clientSecret !== options.client.secret) {
        return send(exchange, 401, { error: 'invalid_client' });
      }
      const person = body.grantType === 'refresh_token' ? takeRefresh(body.refreshToken) : null;
      if (person === null) return send(exchange, 400, { error: 'invalid_grant' });
      const { accessToken, refreshToken } = signIn(person, 3_600);
      return send(exchange, 200, { accessToken, refreshToken, expiresIn: 3_600, tokenType: 'Bearer' });
    },
    async answerSignin(exchange, origin) {
      const body = JSON.parse(Buffer.from(await exchange.body()).toString('utf8'));
      if (!isProof(String(exchange.record.headers.dpop), `${origin}${exchange.record.rawPath}`)) {
        return send(exchange, 400, { error: 'INVALID_REQUEST', message: 'The proof of possession is wrong.' });
      }
      const person = body.grantType === 'refresh_token' ? takeRefresh(body.refreshToken) : null;
      if (person === null) return send(exchange, 403, { error: 'TOKEN_EXPIRED', message: 'The session has ended.' });
      const { accessKeyId, secretAccessKey, sessionToken } = keys.issue(`${person} by aws login`, 900);
      const { refreshToken } = signIn(person, 900);
      return send(exchange, 200, {
        accessToken: { accessKeyId, secretAccessKey, sessionToken },
        tokenType: 'aws_sigv4',
        expiresIn: 900,
        refreshToken,
      });
    },
  };
}

/** RFC 9449, with the key in the proof itself. */
function isProof(proof: string, url: string): boolean {
  const [head = '', claims = '', signature = ''] = proof.split('.');
  try {
    const { typ, alg, jwk } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
    const { htm, htu, jti, iat } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
    const isSigned = verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'));
    return isSigned && typ === 'dpop+jwt' && alg === 'ES256' && htm === 'POST' && htu === url && Boolean(jti) && Number.isInteger(iat);
  } catch {
    return false;
  }
}

async function send(exchange: Exchange, status: number, json: unknown): Promise<void> {
  const body = Buffer.from(JSON.stringify(json));
  exchange.head(status, { 'content-type': 'application/json', 'content-length': body.length });
  await exchange.send(body);
  exchange.finish();
}
