/** A client that sends an address exactly as it stands, as `curl --path-as-is` does: no `URL`, so nothing is normalised. */
import { request } from 'node:http';

/** GETs `http://HOST/PATH`. `connectTo` replaces the host that is connected to, never the Host header. */
export async function rawGet(url: string, connectTo?: { port: number }): Promise<{ status: number; body: string }> {
  const { status, body } = await sent('GET', url, connectTo);
  return { status, body };
}

/** The same with HEAD, for the headers: names in lower case. */
export async function rawHead(url: string): Promise<{ status: number; headers: Readonly<Record<string, string>> }> {
  const { status, headers } = await sent('HEAD', url);
  return { status, headers };
}

function sent(
  method: 'GET' | 'HEAD',
  url: string,
  connectTo?: { port: number },
): Promise<{ status: number; headers: Readonly<Record<string, string>>; body: string }> {
  const parts = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)$/.exec(url);
  if (!parts) throw new Error(`Not an http address: ${url}`);
  const [, hostname = '', port, path] = parts;
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        method,
        hostname: connectTo ? '127.0.0.1' : hostname,
        port: connectTo?.port ?? Number(port ?? 80),
        path,
        headers: { host: port === undefined ? hostname : `${hostname}:${port}` },
        agent: false,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
          resolve({ status: answer.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') });
        });
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}
