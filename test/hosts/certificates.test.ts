import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trustSystemCertificates } from '../../src-main/hosts/trust-system-certificates.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { type ProxyServer, startProxy } from '../servers/proxy.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startTlsFront, type TlsFront } from '../servers/tls-front.ts';

let folder: string;
let authority: string;
let login: string;
let web: HttpServer;
let s3: S3Server;
let gcs: GcsServer;
let fronts: TlsFront[];
let proxy: ProxyServer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-certificates-'));
  const certificates = makeCertificates(['localhost', 'web.example', 's3.example', 'gcs.example']);
  authority = join(folder, 'authority.pem');
  writeFileSync(authority, certificates.authority);
  web = await startHttpServer();
  s3 = await startS3Server({ buckets: { media: { public: 'read' } } });
  gcs = await startGcsServer({ buckets: { media: {} }, tokens: { good: 'me@example.com' } });
  web.put('/a', storedObject('of the web'));
  s3.put('media', 'a', storedObject('of S3'));
  gcs.put('media', 'a', storedObject('of Google'));
  fronts = await Promise.all([web, s3, gcs].map(({ port }) => startTlsFront(port, certificates)));
  const [webPort = 0, s3Port = 0, gcsPort = 0] = fronts.map(({ port }) => port);
  proxy = await startProxy({ hosts: { 'web.example': webPort, 's3.example': s3Port, 'gcs.example': gcsPort } });
});
afterAll(async () => {
  for (const child of children) child.kill();
  await Promise.all([web, s3, gcs, proxy, ...fronts].map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** Credentials whose token comes from `origin`. */
function logIn(origin: string): string {
  login = join(folder, `${origin.replaceAll(/\W/g, '-')}.json`);
  const key = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'good', token_uri: `${origin}/token` };
  writeFileSync(login, JSON.stringify(key));
  return login;
}

async function startReader(env: Record<string, string> = {}): Promise<(order: Record<string, unknown>) => Promise<unknown>> {
  const { NODE_EXTRA_CA_CERTS: _, SSL_CERT_FILE: __, ...rest } = process.env;
  const script = fileURLToPath(new URL('./read-over-tls.ts', import.meta.url));
  const child = fork(script, [], { execArgv: [], env: { ...rest, ...env } });
  children.push(child);
  const failed = once(child, 'exit').then(() => Promise.reject(new Error('The reader ended by itself.')));
  failed.catch(() => undefined);
  await Promise.race([once(child, 'message'), failed]);
  return async (order) => {
    child.send(order);
    const [answer] = await Promise.race([once(child, 'message'), failed]);
    return answer;
  };
}

const atLocalhost = (env: Record<string, string> = {}) => {
  const [one = '', two = '', three = ''] = fronts.map(({ port }) => `https://localhost:${port}`);
  return { env: { GOOGLE_APPLICATION_CREDENTIALS: logIn(three), ...env }, web: one, s3: two, gcs: three };
};
const read = ['of the web', 'of S3', 'of Google'];

test('a server of an unknown authority is refused, and read once NODE_EXTRA_CA_CERTS was adopted, through a proxy too', async () => {
  const ask = await startReader();
  const unknown = 'tls UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  const before = await ask(atLocalhost());
  const after = await ask(atLocalhost({ NODE_EXTRA_CA_CERTS: authority }));
  const through = await ask({
    env: { GOOGLE_APPLICATION_CREDENTIALS: logIn('https://gcs.example'), HTTPS_PROXY: proxy.origin },
    web: 'https://web.example',
    s3: 'https://s3.example',
    gcs: 'https://gcs.example',
  });
  expect([before, after, through]).toEqual([[unknown, unknown, unknown], read, read]);
  expect([...new Set(proxy.tunnels)].sort()).toEqual(['gcs.example:443', 's3.example:443', 'web.example:443']);
});

test('a server of an authority that the process was started with is read', async () => {
  const ask = await startReader({ NODE_EXTRA_CA_CERTS: authority });
  expect(await ask(atLocalhost())).toEqual(read);
});

test('a file of certificates that cannot be used is said, and ends nothing', async () => {
  const env: Record<string, string> = { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' };
  const trust = trustSystemCertificates(env);
  const missing = await trust();
  env.NODE_EXTRA_CA_CERTS = '';
  expect([missing, await trust()]).toEqual(['The certificates in /nowhere/ca.pem cannot be read.', null]);
});
