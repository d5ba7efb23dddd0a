/** A Microsoft Entra for tests: discovery and tokens for applications that prove themselves, and the metadata address of a machine. */
import { createHash, type KeyObject, verify } from 'node:crypto';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { short } from './answer-object.ts';
import { decodeText } from './canonical-request.ts';
import { type Exchange, type LoopbackServer, startLoopbackServer } from './loopback-server.ts';

/** An application as the tenant knows it. */
export interface EntraApplication {
  readonly objectId: string;
  readonly secret?: string;
  /** Its assertions are signed by a certificate's key. */
  readonly publicKey?: KeyObject;
  /** Its assertions are tokens of another issuer, taken as they are. */
  readonly federatedToken?: string;
  /** What Entra answers in place of a token: the number of an AADSTS code. */
  readonly refusedWith?: number;
}

export interface EntraServer extends LoopbackServer {
  /** Sends what is asked of Microsoft's hosts here; what goes to the metadata address only where `isMachine`. */
  readonly httpClient: HttpClient;
  /** The login behind a token that is still good. */
  loginOf(token: string): { objectId: string; tenantId: string } | null;
  /** Tokens that were given out so far. */
  readonly issued: readonly string[];
  /** No token given out so far is good any more. */
  revoke(): void;
  /** A token as a program such as `az` would have got it. */
  issue(objectId: string): string;
}

const tenantId = '11111111-1111-4111-8111-111111111111';

/** Starts it with applications by their client id. @param options.machine the object id of this machine's identity, absent for no machine of Azure */
export async function startEntraServer(options: {
  readonly applications?: Readonly<Record<string, EntraApplication>>;
  readonly machine?: string;
  /** Seconds that a token lives; an hour unless given. */
  readonly lifeSeconds?: number;
}): Promise<EntraServer> {
  const tokens = new Map<string, string>();
  const issued: string[] = [];
  const life = options.lifeSeconds ?? 3_600;
  const issue = (objectId: string) => {
    const token = `eyJ.${createHash('sha256').update(`${objectId} ${issued.length}`).digest('base64url')}`;
    tokens.set(token, objectId);
    issued.push(token);
    return token;
  };

  const answer = async (exchange: Exchange): Promise<void> => {
    const { record } = exchange;
    const json = (status: number, value: unknown) => short(exchange, status, { 'content-type': 'application/json' }, JSON.stringify(value));
    const path = record.rawPath;
    if (path === '/metadata/identity/oauth2/token') {
      if (options.machine === undefined || record.headers.metadata !== 'true') return json(400, { error: 'invalid_request' });
      const end = Math.floor(Date.now() / 1000) + life;
      return json(200, {
        access_token: issue(options.machine),
        expires_on: String(end),
        expires_in: String(life),
        resource: 'r',
        token_type: 'Bearer',
      });
    }
    const base = `https://login.microsoftonline.com/${tenantId}`;
    if (path.endsWith('/.well-known/openid-configuration')) {
      return json(200, {
        token_endpoint: `${base}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        issuer: `${base}/v2.0`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      });
    }
    if (path.startsWith('/common/discovery/instance')) {
      const alias = {
        preferred_network: 'login.microsoftonline.com',
        preferred_cache: 'login.windows.net',
        aliases: ['login.microsoftonline.com'],
      };
      return json(200, {
        tenant_discovery_endpoint: `${base}/v2.0/.well-known/openid-configuration`,
        'api-version': '1.1',
        metadata: [alias],
      });
    }
    if (!path.endsWith('/oauth2/v2.0/token')) return json(404, { error: 'not_found' });
    const form = new Map(
      Buffer.from(await exchange.body())
        .toString('utf8')
        .split('&')
        .map((part) => part.split('=').map((each) => decodeText(each.replaceAll('+', ' '))))
        .map(([name = '', value = '']) => [name, value] as const),
    );
    const application = options.applications?.[form.get('client_id') ?? ''];
    const refuse = (number: number, description: string) =>
      json(401, { error: 'invalid_client', error_description: `AADSTS${number}: ${description}`, error_codes: [number] });
    if (!application) return refuse(700016, 'Application was not found in the directory.');
    if (application.refusedWith !== undefined) return refuse(application.refusedWith, 'Ordered by the test.');
    if (!isProven(application, form)) return refuse(7000215, 'Invalid client secret or assertion provided.');
    return json(200, { token_type: 'Bearer', expires_in: life, ext_expires_in: life, access_token: issue(application.objectId) });
  };

  const server = await startLoopbackServer(answer);
  const send = createDefaultHttpClient();
  const httpClient: HttpClient = {
    sendRequest(request) {
      const parts = /^(https?:\/\/[^/]+)(.*)$/.exec(request.url);
      if (parts?.[1] === 'http://169.254.169.254' && options.machine === undefined) {
        return Promise.reject(Object.assign(new Error('No such host here.'), { code: 'EHOSTUNREACH' }));
      }
      request.url = `${server.origin}${parts?.[2] ?? ''}`;
      request.allowInsecureConnection = true;
      return send.sendRequest(request);
    },
  };
  return Object.assign(server, {
    httpClient,
    issued,
    issue,
    revoke: () => tokens.clear(),
    loginOf(token: string) {
      const objectId = tokens.get(token);
      return objectId === undefined ? null : { objectId, tenantId };
    },
  });
}

function isProven(application: EntraApplication, form: ReadonlyMap<string, string>): boolean {
  if (application.secret !== undefined) return form.get('client_secret') === application.secret;
  const assertion = form.get('client_assertion') ?? '';
  if (application.federatedToken !== undefined) return assertion === application.federatedToken;
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  if (application.publicKey === undefined) return false;
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as { alg?: string };
  const padding = alg === 'PS256' ? { padding: 6, saltLength: 32 } : { padding: 1 };
  return verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: application.publicKey, ...padding },
    Buffer.from(signature, 'base64url'),
  );
}
