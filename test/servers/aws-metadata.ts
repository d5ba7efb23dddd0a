/** The metadata addresses of the test servers: containers of ECS and EKS, and IMDSv2 of an instance. */
import type { AwsKeys, IssuedKey } from './aws-keys.ts';
import type { Exchange } from './loopback-server.ts';

/** What the place has to give, and to whom. */
export interface MetadataRules {
  /** Paths of containers' roles, with the token that must come as Authorization; null wants none. */
  readonly containers: Readonly<Record<string, string | null>>;
  /** The role attached to the instance; null is an instance without one. */
  readonly instanceRole: string | null;
  /** False where nobody is at the instance's address: questions are never answered. */
  readonly isInstance: boolean;
}

export interface Metadata {
  /** False where the path is not one of its own. */
  answer(exchange: Exchange): Promise<boolean>;
}

const roles = '/latest/meta-data/iam/security-credentials/';

/** Makes the metadata addresses; the rules are read at each question. */
export function createMetadata(keys: AwsKeys, rules: () => MetadataRules): Metadata {
  const tokens = new Set<string>();

  return {
    async answer(exchange) {
      const { method, rawPath, headers } = exchange.record;
      const { containers, instanceRole, isInstance } = rules();
      const wanted = containers[rawPath];
      if (wanted !== undefined) {
        const isAllowed = wanted === (headers.authorization ?? null);
        await send(exchange, isAllowed ? 200 : 403, isAllowed ? keysText(keys.issue(`container ${rawPath}`, 21_600)) : '{}');
        return true;
      }
      if (!rawPath.startsWith('/latest/')) return false;
      if (!isInstance) return true;
      if (method === 'PUT' && rawPath === '/latest/api/token') {
        const isAsked = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']) > 0;
        const token = `imds-${tokens.size + 1}`;
        if (isAsked) tokens.add(token);
        await send(exchange, isAsked ? 200 : 400, isAsked ? token : '');
      } else if (!tokens.has(String(headers['x-aws-ec2-metadata-token']))) await send(exchange, 401, '');
      else if (instanceRole === null) await send(exchange, 404, '');
      else if (rawPath === roles) await send(exchange, 200, instanceRole);
      else if (rawPath === `${roles}${instanceRole}`) await send(exchange, 200, keysText(keys.issue(`instance ${instanceRole}`, 21_600)));
      else await send(exchange, 404, '');
      return true;
    },
  };
}

function keysText({ accessKeyId, secretAccessKey, sessionToken, expiration }: IssuedKey): string {
  return JSON.stringify({
    Code: 'Success',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: expiration.toISOString(),
  });
}

async function send(exchange: Exchange, status: number, text: string): Promise<void> {
  const body = Buffer.from(text);
  exchange.head(status, { 'content-type': 'text/plain', 'content-length': body.length });
  await exchange.send(body);
  exchange.finish();
}
