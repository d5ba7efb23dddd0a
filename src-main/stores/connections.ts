/** Connections that ask for the proxy of each address. The web store opens them under its guard, Cloud Storage and Google's login without. */
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { fail } from '../../src-shared/model/error.ts';
import { proxyRefused } from './network-failure.ts';
import { noProxies, type Proxies } from './proxies.ts';

/** How long nothing may happen, in milliseconds. */
export interface Timeouts {
  /** Until a connection stands, TLS included. */
  readonly connectMs: number;
  /** Between two signs of life: until the head, and between parts of the body that somebody waits for. There is none on length. */
  readonly silenceMs: number;
}

/** What is asked. `path` goes out as it stands, byte for byte. */
export interface Asked {
  readonly origin: string;
  readonly path: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly signal: AbortSignal;
}

export interface Connections {
  /** Sends one request and gives its answer; redirects are not followed. Throws undici's errors, or `Failure` where there is no way. */
  request(asked: Asked): Promise<Dispatcher.ResponseData>;
  /** Breaks what is under way and closes all connections. */
  destroy(): Promise<void>;
}

/** How undici says that a proxy refused: a 407 as an invalid argument, any other answer than 200 to CONNECT as an aborted request. */
const proxyCodes = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_ABORTED', 'UND_ERR_PRX_CONN', 'UND_ERR_PRX_TLS', 'UND_ERR_SOCKS5']);

/** What the cloud SDKs allow, in milliseconds. */
export const cloudTimeouts: Timeouts = { connectMs: 10_000, silenceMs: 30_000 };

/**
 * Makes connections; none is opened before it is asked for. `connect` opens the direct ones. Through a proxy the name is looked up by the
 * proxy; the proxy's own address was the user's choice.
 * HTTP/1.1 only: a range request that is given up then closes its own socket and nobody else's.
 */
export function createConnections(options: {
  readonly timeouts?: Timeouts;
  readonly proxies?: Proxies;
  readonly connect?: buildConnector.connector;
}): Connections {
  const timeouts = options.timeouts ?? cloudTimeouts;
  const proxies = options.proxies ?? noProxies;
  const common = { headersTimeout: timeouts.silenceMs, bodyTimeout: timeouts.silenceMs, allowH2: false, maxHeaderSize: 64 * 1024 };
  let direct: Agent | null = null;
  const byProxy = new Map<string, Dispatcher>();

  const dispatcherOf = (proxy: string | null): Dispatcher => {
    if (proxy === null) {
      direct ??= new Agent({ ...common, connect: options.connect ?? { timeout: timeouts.connectMs } });
      return direct;
    }
    const known = byProxy.get(proxy);
    if (known) return known;
    if (proxy.startsWith('socks4:')) {
      throw fail('unsupported', {
        message: 'The proxy of this computer speaks SOCKS 4, which is not used for this address.',
        next: 'Name one that speaks HTTP or SOCKS 5: HTTPS_PROXY=http://proxy.example.com:3128, for instance.',
      });
    }
    const tls = { timeout: timeouts.connectMs };
    const made = new ProxyAgent({ ...common, uri: proxy, connectTimeout: timeouts.connectMs, proxyTls: tls, requestTls: tls });
    byProxy.set(proxy, made);
    return made;
  };

  return {
    async request({ origin, path, method, headers, body, signal }) {
      const proxy = await proxies.proxyFor(origin);
      const sent = dispatcherOf(proxy).request({
        origin,
        path,
        method,
        headers,
        signal,
        ...(body === undefined ? {} : { body }),
        // Said again: undici's forwarding to a proxy does not pass the dispatcher's own on.
        headersTimeout: timeouts.silenceMs,
        bodyTimeout: timeouts.silenceMs,
      });
      if (proxy === null) return sent;
      return sent.catch((thrown: unknown) => {
        const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
        throw proxyCodes.has(code) && !signal.aborted ? proxyRefused(new URL(origin).host, code) : thrown;
      });
    },
    async destroy() {
      await Promise.all([direct, ...byProxy.values()].map((each) => each?.destroy()));
      byProxy.clear();
      direct = null;
    },
  };
}
