/** The connections of the web store: every direct one opened to an address that the guard has seen. */
import { buildConnector } from 'undici';
import { type Connections, createConnections, type Timeouts } from './connections.ts';
import type { NetworkGuard } from './network-guard.ts';
import type { Proxies } from './proxies.ts';

/**
 * Makes the connections. Direct ones look names up through the guard. Through a proxy only what the host says by itself can be checked,
 * which the store does before each request.
 */
export function createHttpConnections(guard: NetworkGuard, timeouts: Timeouts, proxies: Proxies): Connections {
  const connectors = new Map<number, buildConnector.connector>();
  const connect: buildConnector.connector = (options, callback) => {
    const port = options.port ? Number(options.port) : options.protocol === 'https:' ? 443 : 80;
    let connector = connectors.get(port);
    if (!connector) {
      connector = buildConnector({ lookup: guard.lookup(port), timeout: timeouts.connectMs, allowH2: false });
      connectors.set(port, connector);
    }
    try {
      guard.checkHost(options.hostname, port);
    } catch (thrown) {
      callback(thrown instanceof Error ? thrown : new Error(String(thrown)), null);
      return;
    }
    connector(options, callback);
  };
  return createConnections({ timeouts, proxies, connect });
}
