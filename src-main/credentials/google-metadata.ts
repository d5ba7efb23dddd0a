/** The metadata server of Google's machines: tokens of the service account that the machine runs as. Never through a proxy. */
import * as z from 'zod/mini';
import { type Connections, createConnections } from '../stores/connections.ts';

/** The metadata server, asked within a second each time. */
export interface GoogleMetadata {
  /** True where one answers as Google's does. */
  isThere(): Promise<boolean>;
  /** The machine's service account. */
  email(): Promise<string>;
  token(scopes: readonly string[]): Promise<{ access_token: string; expiry_date: number }>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const limitMs = 1_000;
const TokenAnswer = z.object({ access_token: z.string(), expires_in: z.number() });

/**
 * Makes it. `GCE_METADATA_HOST` (or `GCE_METADATA_IP`) names another address, `METADATA_SERVER_DETECTION` says `none` or
 * `assume-present`, as Google's own libraries read them. Source: https://github.com/googleapis/gcp-metadata
 * @param now milliseconds since 1970
 */
export function createGoogleMetadata(env: Environment, now: () => number): GoogleMetadata {
  const host = env.GCE_METADATA_HOST || env.GCE_METADATA_IP || '169.254.169.254';
  let connections: Connections | null = null;

  async function ask(path: string): Promise<{ status: number; isGoogle: boolean; text: string }> {
    connections ??= createConnections({ timeouts: { connectMs: limitMs, silenceMs: limitMs } });
    const answer = await connections.request({
      origin: `http://${host}`,
      path: `/computeMetadata/v1/${path}`,
      method: 'GET',
      headers: { 'metadata-flavor': 'Google' },
      signal: AbortSignal.timeout(limitMs),
    });
    return { status: answer.statusCode, isGoogle: answer.headers['metadata-flavor'] === 'Google', text: await answer.body.text() };
  }

  async function value(path: string): Promise<string> {
    const answer = await ask(path);
    if (answer.status !== 200) throw Object.assign(new Error('The metadata server refused.'), { response: { status: answer.status } });
    return answer.text;
  }

  return {
    async isThere() {
      const said = env.METADATA_SERVER_DETECTION?.trim().toLowerCase();
      if (said === 'none') return false;
      if (said === 'assume-present') return true;
      return ask('instance').then(
        ({ isGoogle }) => isGoogle,
        () => false,
      );
    },
    email: () => value('instance/service-accounts/default/email'),
    async token(scopes) {
      const text = await value(`instance/service-accounts/default/token?scopes=${encodeURIComponent(scopes.join(','))}`);
      const { access_token, expires_in } = TokenAnswer.parse(JSON.parse(text));
      return { access_token, expiry_date: now() + expires_in * 1000 };
    },
  };
}
