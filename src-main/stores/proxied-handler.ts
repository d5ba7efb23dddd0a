/** The request handler that AWS's SDK is given: its own one, with the proxy of each address asked for. */
import type { Agent } from 'node:http';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { ProxyAgent } from 'proxy-agent';
import { proxyRefused } from './network-failure.ts';
import { noProxies, type Proxies } from './proxies.ts';

/** What the SDK's clients take as `requestHandler`. */
export type RequestHandler = Pick<NodeHttpHandler, 'handle' | 'metadata' | 'destroy' | 'updateHttpClientConfig' | 'httpHandlerConfigs'>;

const pooled = { keepAlive: true, maxSockets: 256 } as const;

/** An agent of `node:http` and `node:https` alike that goes through a proxy as `Proxies` names it; its connections are for one request each unless `keepAlive`. */
export function agentThrough(proxy: string, options: { readonly keepAlive?: boolean; readonly maxSockets?: number } = {}): Agent {
  return new ProxyAgent({ ...options, getProxyForUrl: () => proxy });
}

/** An agent that asks for the proxy of each address, for libraries that take an agent and no more. */
export function agentAsking(proxies: Proxies): Agent {
  return new ProxyAgent({ getProxyForUrl: async (url) => (await proxies.proxyFor(url)) ?? '' });
}

/**
 * Makes a handler. Direct requests go to the SDK's own handler as it is, so that they cost nothing more; each proxy has one beside it.
 *
 * Caveats: an http endpoint (not https) behind a proxy gets its path as a URL writes it, so keys with dot segments are refused there for
 * their signature.
 * @param options.timeouts of the SDK's handler, in milliseconds: `connectionTimeout`, `socketTimeout`, `requestTimeout`
 * @param options.onRequest told of each request before it leaves
 */
export function createProxiedHandler(
  options: {
    readonly proxies?: Proxies;
    readonly timeouts?: Pick<NodeHttpHandlerOptions, 'connectionTimeout' | 'socketTimeout' | 'requestTimeout'>;
    readonly onRequest?: (host: string) => void;
  } = {},
): RequestHandler {
  const proxies = options.proxies ?? noProxies;
  // Many requests at a time are what we are for; their number is limited by the caller.
  const common = { ...options.timeouts, socketAcquisitionWarningTimeout: 2 ** 31 - 1 };
  const direct = new NodeHttpHandler({ ...common, httpAgent: { ...pooled }, httpsAgent: { ...pooled } });
  const byProxy = new Map<string, NodeHttpHandler>();

  function handlerOf(proxy: string | null): NodeHttpHandler {
    if (proxy === null) return direct;
    const known = byProxy.get(proxy);
    if (known) return known;
    const agent = agentThrough(proxy, pooled);
    const made = new NodeHttpHandler({ ...common, httpAgent: agent, httpsAgent: agent });
    byProxy.set(proxy, made);
    return made;
  }

  return {
    metadata: direct.metadata,
    async handle(request, handling) {
      options.onRequest?.(request.hostname);
      const port = request.port === undefined ? '' : `:${request.port}`;
      const proxy = await proxies.proxyFor(`${request.protocol}//${request.hostname}${port}/`);
      const handled = await handlerOf(proxy).handle(request, handling);
      if (proxy !== null && handled.response.statusCode === 407) throw proxyRefused(request.hostname, 'ProxyAuthenticationRequired');
      return handled;
    },
    destroy() {
      direct.destroy();
      for (const handler of byProxy.values()) handler.destroy();
      byProxy.clear();
    },
    updateHttpClientConfig: (key, value) => direct.updateHttpClientConfig(key, value),
    httpHandlerConfigs: () => direct.httpHandlerConfigs(),
  };
}
