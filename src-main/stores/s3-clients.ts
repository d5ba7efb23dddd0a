/** The SDK's clients, made when first needed: one for each way to a bucket and each identity. All share their connections. */
import { S3Client } from '@aws-sdk/client-s3';
import type { AwsIdentity } from '../credentials/aws.ts';
import type { Timeouts } from './connections.ts';
import { endpointText } from './endpoint.ts';
import { isLate } from './network-failure.ts';
import { createProxiedHandler, type RequestHandler } from './proxied-handler.ts';
import type { Proxies } from './proxies.ts';
import type { S3Route } from './s3-access.ts';
import type { ServerClock } from './server-clock.ts';
import type { TrafficMeter } from './store.ts';

export interface S3Clients {
  /** `identity` null asks without credentials. */
  clientFor(route: S3Route, identity: AwsIdentity | null): S3Client;
  /** Closes all connections. */
  close(): void;
}

/** Milliseconds: until a connection stands, and without a byte from the other side. The length of a download is not limited. */
export const s3Timeouts: Timeouts = { connectMs: 10_000, silenceMs: 30_000 };

/** How many clients are kept for one identity; the oldest is dropped, its connections are shared and stay. */
const keptClients = 64;

/**
 * Makes the clients of the SDK as they are needed, one for each place and identity. Every answer teaches the clock of its host.
 * @param options.now milliseconds since 1970
 */
export function createS3Clients(options: {
  meter: TrafficMeter;
  clock: Pick<ServerClock, 'learn'>;
  now: () => number;
  proxies?: Proxies;
  timeouts: Timeouts;
}): S3Clients {
  const { meter, clock, now, proxies, timeouts } = options;
  const inner = createProxiedHandler({
    ...(proxies ? { proxies } : {}),
    timeouts: { connectionTimeout: timeouts.connectMs, socketTimeout: timeouts.silenceMs },
    onRequest: (host) => meter.requestSent(host),
  });
  const handler: RequestHandler = {
    ...inner,
    async handle(request, handling) {
      const sentAt = now();
      const begun = performance.now();
      const answer = await inner.handle(request, handling).catch((thrown: unknown) => {
        throw isLate(thrown) ? lateError(performance.now() - begun, timeouts) : thrown;
      });
      const host = request.port === undefined ? request.hostname : `${request.hostname}:${request.port}`;
      clock.learn(host, answer.response.headers.date, sentAt);
      return answer;
    },
  };
  const named = new WeakMap<AwsIdentity, Map<string, S3Client>>();
  const anonymous = new Map<string, S3Client>();

  function clientsOf(identity: AwsIdentity | null): Map<string, S3Client> {
    if (identity === null) return anonymous;
    const known = named.get(identity);
    if (known) return known;
    const fresh = new Map<string, S3Client>();
    named.set(identity, fresh);
    return fresh;
  }

  return {
    clientFor(route, identity) {
      const clients = clientsOf(identity);
      const name = `${endpointText(route.endpoint)} ${route.region} ${route.isPathStyle}`;
      const known = clients.get(name);
      if (known) return known;
      const client = new S3Client({
        region: route.region,
        endpoint: endpointText(route.endpoint),
        forcePathStyle: route.isPathStyle,
        // Retrying, redirects and checksums are decided here and not twice.
        maxAttempts: 1,
        followRegionRedirects: false,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        requestHandler: handler,
        ...(identity === null ? unsigned : { credentials: identity.credentials }),
      });
      const oldest = clients.size >= keptClients ? clients.keys().next().value : undefined;
      if (oldest !== undefined) clients.delete(oldest);
      clients.set(name, client);
      return client;
    },
    close: () => handler.destroy(),
  };
}

/** The SDK names what took too long by the same word, without a code: a connection has less time than an answer. */
function lateError(elapsedMs: number, { silenceMs }: Timeouts): Error {
  return Object.assign(new Error('No answer.'), { code: elapsedMs < silenceMs ? 'ETIMEDOUT' : 'ESOCKETTIMEDOUT' });
}

/** A client that signs nothing. Empty keys keep the SDK from looking for others by itself. */
const unsigned = {
  credentials: { accessKeyId: '', secretAccessKey: '' },
  signer: { sign: async <T>(request: T): Promise<T> => request },
};
