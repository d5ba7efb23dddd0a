/** A client that sends an address exactly as it stands, as `curl --path-as-is` does: no `URL`, so nothing is normalised. */
import { request } from 'node:http';

/** GETs `http://HOST/PATH`. `connectTo` replaces the host that is connected to, never the Host header. */
export function rawGet(url: string, connectTo?: { port: number }): Promise<{ status: number; body: string }> {
  const parts = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)$/.exec(url);
  if (!parts) throw new Error(`Not an http address: ${url}`);
  const [, hostname = '', port, path] = parts;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname: connectTo ? '127.0.0.1' : hostname,
        port: connectTo?.port ?? Number(port ?? 80),
        path,
        headers: { host: port === undefined ? hostname : `${hostname}:${port}` },
        agent: false,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
