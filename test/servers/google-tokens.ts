/** The OAuth side of the GCS test server: tokens for service accounts that prove themselves by a signed assertion, and for refresh tokens. */
import { createHash, sign, verify } from 'node:crypto';
import { decodeText } from './canonical-request.ts';
import type { ServiceAccount } from './service-account.ts';

export interface TokenAnswer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

export interface GoogleTokens {
  /** The identity a bearer token stands for: an e-mail; `expired` for one that has ended; null for one that was never issued. */
  identityOf(token: string): string | null;
  /** Answers a POST to the token endpoint; `audience` is its own address. */
  answerTokenRequest(form: string, audience: string): TokenAnswer;
  /** Answers `…:signBlob` of the IAM credentials API for an account whose private key the server was given. */
  answerSignBlob(caller: string, email: string, json: string): TokenAnswer;
  /** Answers `…:generateAccessToken` of the same API. */
  answerImpersonation(caller: string, email: string, json: string): TokenAnswer;
  /** Ends every token issued so far. */
  revoke(): void;
}

/** `issued` are tokens and refresh tokens that hold from the start, with the identity they stand for. Tokens live for 3,599 s of the clock. */
export function createGoogleTokens(options: {
  readonly accounts: ReadonlyMap<string, ServiceAccount>;
  readonly issued: Readonly<Record<string, string>>;
  /** Who may act as an account, by its e-mail; everybody where it is not named. */
  readonly tokenCreators?: Readonly<Record<string, readonly string[]>>;
  /** Tokens of other providers that are exchanged, each with the identity it stands for. */
  readonly subjectTokens?: Readonly<Record<string, string>>;
  readonly now: () => number;
}): GoogleTokens {
  const { accounts, now } = options;
  const lifeSeconds = 3599;
  const tokens = new Map<string, { identity: string; endsAt: number }>();
  let made = 0;
  const issue = (identity: string): TokenAnswer => {
    made += 1;
    const token = `ya29.${createHash('sha256').update(`${identity} ${made}`).digest('base64url')}`;
    tokens.set(token, { identity, endsAt: now() + lifeSeconds * 1000 });
    return { status: 200, json: { access_token: token, expires_in: lifeSeconds, token_type: 'Bearer' } };
  };
  const denied: TokenAnswer = {
    status: 403,
    json: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'No right to act as it.' } },
  };
  /** Each in the chain must hold the role on the next one. */
  const mayActAs = (caller: string, target: string, delegates: unknown): boolean => {
    const between = Array.isArray(delegates) ? delegates.map((each) => String(each).replace('projects/-/serviceAccounts/', '')) : [];
    const chain = [caller, ...between, target];
    return chain.slice(1).every((account, index) => options.tokenCreators?.[account]?.includes(chain[index] ?? '') ?? true);
  };
  const refuse = (description: string): TokenAnswer => ({ status: 400, json: { error: 'invalid_grant', error_description: description } });

  return {
    identityOf(token) {
      const fixed = options.issued[token];
      if (fixed !== undefined) return fixed;
      const held = tokens.get(token);
      return held && held.endsAt > now() ? held.identity : null;
    },
    answerTokenRequest(form, audience) {
      const fields = new Map(
        form.split('&').map((part): [string, string] => {
          const [name = '', value = ''] = part.split('=', 2);
          return [decodeText(name), decodeText(value.replaceAll('+', ' '))];
        }),
      );
      if (fields.get('grant_type') === 'refresh_token') {
        const identity = options.issued[fields.get('refresh_token') ?? ''];
        return identity === undefined ? refuse('Token has been expired or revoked.') : issue(identity);
      }
      if (fields.get('grant_type') === 'urn:ietf:params:oauth:grant-type:token-exchange') {
        const identity = options.subjectTokens?.[(fields.get('subject_token') ?? '').trim()];
        return identity === undefined ? refuse('The subject token is not known.') : issue(identity);
      }
      if (fields.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return refuse('Unknown grant type.');
      const [head = '', claims = '', signature = ''] = (fields.get('assertion') ?? '').split('.');
      const read = (part: string): Record<string, unknown> => {
        try {
          return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
        } catch {
          return {};
        }
      };
      const claim = read(claims);
      const account = accounts.get(String(claim.iss));
      if (read(head).alg !== 'RS256' || !account) return refuse('Invalid issuer.');
      if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), account.publicKey, Buffer.from(signature, 'base64url'))) {
        return refuse('Invalid JWT Signature.');
      }
      if (claim.aud !== audience) return refuse('Invalid audience.');
      const seconds = now() / 1000;
      const isInTime = Number(claim.exp) > seconds && Number(claim.iat) <= seconds + 300 && Number(claim.exp) <= seconds + 3900;
      return isInTime ? issue(account.email) : refuse('Invalid JWT: token must be a short-lived token and in a reasonable timeframe.');
    },
    answerImpersonation(caller, email, json) {
      const asked = JSON.parse(json) as { delegates?: unknown };
      if (!mayActAs(caller, email, asked.delegates)) return denied;
      const { access_token } = issue(email).json;
      return { status: 200, json: { accessToken: access_token, expireTime: new Date(now() + lifeSeconds * 1000).toISOString() } };
    },
    revoke: () => tokens.clear(),
    answerSignBlob(caller, email, json) {
      if (!mayActAs(caller, email, (JSON.parse(json) as { delegates?: unknown }).delegates)) return denied;
      const account = accounts.get(email);
      if (!account) return { status: 404, json: { error: { code: 404, status: 'NOT_FOUND', message: 'Unknown service account' } } };
      const payload = Buffer.from(String((JSON.parse(json) as { payload?: unknown }).payload ?? ''), 'base64');
      return {
        status: 200,
        json: { keyId: '0'.repeat(40), signedBlob: sign('RSA-SHA256', payload, account.privateKey).toString('base64') },
      };
    },
  };
}
