/** The client that Azure's login library sends its requests with: its own one, with the proxy of each address asked for. */
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { agentThrough } from './proxied-handler.ts';
import type { Proxies } from './proxies.ts';

/** Makes the client. Metadata addresses never go through a proxy: `Proxies` sends link-local ones the direct way. */
export function createAzureHttpClient(proxies: Proxies): HttpClient {
  const inner = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const proxy = await proxies.proxyFor(request.url);
      if (proxy !== null) request.agent = agentThrough(proxy);
      return inner.sendRequest(request);
    },
  };
}
