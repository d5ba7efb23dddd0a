/** Puts TLS before a test server that speaks plain HTTP. */
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { ThrowAwayCertificates } from './certificates.ts';

export interface TlsFront {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1 before the server at `port`. */
export async function startTlsFront(port: number, { certificate, key }: ThrowAwayCertificates): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const server = createServer({ cert: certificate, key }, (socket) => {
    const onward = connect(port, '127.0.0.1');
    for (const each of [socket, onward]) sockets.add(each.on('error', () => {}).on('close', () => sockets.delete(each)));
    socket.pipe(onward).pipe(socket);
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
