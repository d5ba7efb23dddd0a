/** A proxy for tests, as companies have them: forwards http, tunnels the rest by CONNECT, and counts both. It knows names that nobody else does. */
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';

export interface ProxyServer extends LoopbackServer {
  /** `host:port` of each tunnel that was asked for. */
  readonly tunnels: readonly string[];
  /** `host:port` of each request that was forwarded. */
  readonly forwarded: readonly string[];
}

/**
 * Starts one. `hosts` are the names it leads to a port of loopback; all else is 502.
 * @param options.password asked for as `name:password`
 */
export async function startProxy(options: {
  readonly hosts: Readonly<Record<string, number>>;
  readonly password?: string;
}): Promise<ProxyServer> {
  const tunnels: string[] = [];
  const forwarded: string[] = [];
  const sockets = new Set<Socket>();
  const portOf = (place: string) => options.hosts[place.replace(/:\d+$/, '')];
  const isKnown = (header: string | undefined) =>
    options.password === undefined || header === `Basic ${Buffer.from(options.password).toString('base64')}`;

  const server = await startLoopbackServer(async (exchange) => {
    const { record, request } = exchange;
    const target = URL.parse(request.url ?? '');
    if (!isKnown(request.headers['proxy-authorization'])) return void exchange.response.writeHead(407).end();
    forwarded.push(target?.host ?? record.rawPath);
    const port = target === null ? undefined : portOf(target.host);
    if (target === null || port === undefined) return void exchange.response.writeHead(502).end();
    const body = await exchange.body();
    // The path as it came: what a URL would make of it is not what was asked for.
    const path = (request.url ?? '').replace(/^http:\/\/[^/]+/, '');
    const onward = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      method: record.method,
      headers: { ...request.headers, host: target.host },
    });
    onward.on('response', (answer) => {
      exchange.head(
        answer.statusCode ?? 502,
        Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
      );
      answer.pipe(exchange.response);
    });
    onward.on('error', () => exchange.reset());
    onward.end(body);
    await exchange.whenEnded;
  });
  server.onConnect((request, socket, head) => {
    const place = request.url ?? '';
    socket.on('error', () => {});
    sockets.add(socket);
    const port = portOf(place);
    if (!isKnown(request.headers['proxy-authorization'])) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    tunnels.push(place);
    if (port === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    sockets.add(onward);
    onward.on('error', () => socket.destroy());
  });
  const closeServer = server.close;
  return Object.assign(server, {
    tunnels,
    forwarded,
    async close() {
      for (const socket of sockets) socket.destroy();
      await closeServer();
    },
  });
}
