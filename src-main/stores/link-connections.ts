/** Connections by which links are tried: as the web store's, under a guard that lets the endpoints through for which links were signed. */
import type { Readable } from 'node:stream';
import type { Timeouts } from './connections.ts';
import { createHttpConnections } from './http-connections.ts';
import { createNetworkGuard } from './network-guard.ts';
import type { Proxies } from './proxies.ts';

/** The head of an answer, and its body for who wants to read it. */
export interface LinkAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

export interface LinkConnections {
  /** Lets links to this address be tried although it is private: the user configured it as a store's endpoint. */
  allow(origin: string): void;
  /**
   * Sends a GET with the path as it is written, by the proxies that the web store uses. Redirects are not followed.
   * Throws `Failure` `blocked_host`, or what the connection threw.
   */
  get(asked: { origin: string; path: string; headers: Record<string, string>; signal: AbortSignal }): Promise<LinkAnswer>;
  close(): Promise<void>;
}

/** Milliseconds: until a connection stands, and between signs of life. */
export const linkTimeouts: Timeouts = { connectMs: 10_000, silenceMs: 10_000 };

/** Makes them; none is opened before a link is tried. `allowedHosts` and `endpoints` are those of the stores' own guard. */
export function createLinkConnections(options: {
  allowedHosts: () => readonly string[];
  endpoints: () => readonly string[];
  proxies: Proxies;
}): LinkConnections {
  const configured = new Set<string>();
  const guard = createNetworkGuard({
    allowedHosts: options.allowedHosts,
    endpoints: () => [...options.endpoints(), ...configured],
  });
  const direct = createHttpConnections(guard, linkTimeouts, options.proxies);
  return {
    allow: (origin) => void configured.add(origin),
    async get({ origin, path, headers, signal }) {
      const { hostname, port, protocol } = new URL(origin);
      guard.checkHost(hostname, port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));
      const { statusCode, headers: answered, body } = await direct.request({ origin, path, method: 'GET', headers, signal });
      // A body that is given up before its end says so as an error, which nobody waits for.
      body.on('error', () => {});
      return { statusCode, headers: answered, body };
    },
    close: () => direct.destroy(),
  };
}
