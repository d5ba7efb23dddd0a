/** The connections of the web store: every one of them opened to an address that the guard has seen. */
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { NetworkGuard } from './network-guard.ts';

/** Proxies as the environment names them: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`. */
export interface Proxies {
  readonly http?: string;
  /** Where only `http` is given, it serves https too. */
  readonly https?: string;
  /** Hosts that are asked without a proxy, separated by commas. */
  readonly no?: string;
}

/** How long nothing may happen, in milliseconds. */
export interface Timeouts {
  /** Until a connection stands, TLS included. */
  readonly connectMs: number;
  /** Between two signs of life: until the head, and between parts of the body that somebody waits for. There is none on length. */
  readonly silenceMs: number;
}

/**
 * Makes the dispatcher. Direct connections look names up through the guard. Through a proxy the name is looked up by the proxy, so only what
 * the host says by itself can be checked (the store does that before each request); the proxy's own address was the user's choice.
 * HTTP/1.1 only: a range request that is given up then closes its own socket and nobody else's.
 */
export function createHttpDispatcher(guard: NetworkGuard, timeouts: Timeouts, proxies: Proxies | null): Dispatcher {
  const connectors = new Map<number, ReturnType<typeof buildConnector>>();
  const connect: ReturnType<typeof buildConnector> = (options, callback) => {
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
  const options = {
    connect,
    headersTimeout: timeouts.silenceMs,
    bodyTimeout: timeouts.silenceMs,
    allowH2: false,
    maxHeaderSize: 64 * 1024,
  };
  if (!proxies?.http && !proxies?.https) return new Agent(options);
  // Empty text keeps undici from reading the environment by itself.
  return new EnvHttpProxyAgent({
    ...options,
    proxyTls: { timeout: timeouts.connectMs },
    requestTls: { timeout: timeouts.connectMs },
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    noProxy: proxies.no ?? '',
  });
}
