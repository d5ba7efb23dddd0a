import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAwsIdentities } from '../../src-main/credentials/aws.ts';
import { createGoogleIdentities } from '../../src-main/credentials/gcp.ts';
import type { StoreRule } from '../../src-main/settings/settings.ts';
import { createGcsStore } from '../../src-main/stores/gcs.ts';
import { createGcsAccess } from '../../src-main/stores/gcs-access.ts';
import { createHttpStore } from '../../src-main/stores/http.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import { createProxies } from '../../src-main/stores/proxies.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import { createS3Store } from '../../src-main/stores/s3.ts';
import { createS3Access } from '../../src-main/stores/s3-access.ts';
import type { Store } from '../../src-main/stores/store.ts';
import { errorOf } from '../../src-shared/model/error.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import { memoryOf } from '../links/cloud-rooms.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { type ProxyServer, startProxy } from '../servers/proxy.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';

const signal = new AbortController().signal;

describe('the proxy of an address', () => {
  const web = 'https://pictures.example.com/a';
  test.each<[string, Record<string, string>, string, string | null]>([
    ['is the one of its scheme', { HTTPS_PROXY: 'http://one:1', HTTP_PROXY: 'http://two:2' }, web, 'http://one:1'],
    ['is never that of the other scheme', { HTTP_PROXY: 'http://two:2' }, web, null],
    ['is that for all where its scheme has none', { ALL_PROXY: 'socks5h://three:3' }, web, 'socks5://three:3'],
    ['is that of the lower case first', { https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' }, web, 'http://lower:1'],
    ['may be written without a scheme, and with a password', { https_proxy: 'me:p%40ss@one:1' }, web, 'http://me:p%40ss@one:1'],
    ['is none for this computer', { HTTP_PROXY: 'http://two:2' }, 'http://127.0.0.1:9000/', null],
    ['is none for its names', { HTTP_PROXY: 'http://two:2' }, 'http://app.localhost/', null],
    ['is none for metadata addresses', { HTTP_PROXY: 'http://two:2' }, 'http://169.254.169.254/', null],
    ['is none where an exception is for all', { HTTPS_PROXY: 'http://one:1', NO_PROXY: 'a,*' }, web, null],
    ['is none for an exempt host', { HTTPS_PROXY: 'http://one:1', no_proxy: 'pictures.example.com' }, web, null],
    ['is none below an exempt domain', { HTTPS_PROXY: 'http://one:1', NO_PROXY: 'a.b, .example.com' }, web, null],
    ['is none below a domain with a star', { HTTPS_PROXY: 'http://one:1', NO_PROXY: '*.example.com' }, web, null],
    ['stands for a domain that only ends alike', { HTTPS_PROXY: 'http://one:1', NO_PROXY: 'ample.com' }, web, 'http://one:1'],
    ['stands where the exempt port is another', { HTTPS_PROXY: 'http://one:1', NO_PROXY: 'example.com:8443' }, web, 'http://one:1'],
    ['is none at the exempt port', { HTTPS_PROXY: 'http://one:1', NO_PROXY: 'example.com:443' }, web, null],
    ['is none in an exempt block', { HTTP_PROXY: 'http://two:2', NO_PROXY: '10.0.0.0/8' }, 'http://10.1.2.3/', null],
    [
      'is none for an exempt address of version 6',
      { HTTP_PROXY: 'http://two:2', NO_PROXY: '[2001:db8::1]:80' },
      'http://[2001:db8::1]/',
      null,
    ],
  ])('%s', async (_, env, url, proxy) => {
    expect(await createProxies({ env }).proxyFor(url)).toBe(proxy);
  });

  test.each([
    ['DIRECT', null],
    ['PROXY one:1; DIRECT', 'http://one:1'],
    ['HTTPS one:1', 'https://one:1'],
    ['SOCKS5 one:1; PROXY two:2', 'socks5://one:1'],
    ['SOCKS one:1', 'socks4://one:1'],
    ['QUIC one:1; PROXY two:2', 'http://two:2'],
    ['', null],
  ])('is what the system says where the environment says nothing: %s', async (answer, proxy) => {
    const asked: string[] = [];
    const resolveProxy = async (url: string) => {
      asked.push(url);
      return answer;
    };
    const proxies = createProxies({ env: { HTTP_PROXY: 'http://environment:1' }, resolveProxy });
    expect([await proxies.proxyFor(`${web}?X-Amz-Signature=secret`), await proxies.proxyFor('http://a.example/')]).toEqual([
      proxy,
      'http://environment:1',
    ]);
    // The system is told the host, never what is signed.
    expect(asked).toEqual(['https://pictures.example.com:443/']);
  });

  test('is asked of the system again after a while', async () => {
    let now = 0;
    const answers = ['PROXY one:1', 'PROXY two:2'];
    const proxies = createProxies({ env: {}, resolveProxy: async () => answers.shift() ?? 'DIRECT', now: () => now });
    const first = [await proxies.proxyFor(web), await proxies.proxyFor(`${web}b`)];
    now = 11_000;
    expect([...first, await proxies.proxyFor(web)]).toEqual(['http://one:1', 'http://one:1', 'http://two:2']);
  });

  test('is refused with words where it is no address, and left out where the system cannot say', async () => {
    const failing = createProxies({ env: {}, resolveProxy: () => Promise.reject(new Error('no answer')) });
    const error = await createProxies({ env: { HTTPS_PROXY: 'ftp://x' } })
      .proxyFor(web)
      .then(() => null, errorOf);
    expect([error?.cause, error?.message, await failing.proxyFor(web)]).toEqual([
      'invalid_input',
      'The proxy that the environment names is not an address.',
      null,
    ]);
  });
});

describe('traffic through a proxy', () => {
  let web: HttpServer;
  let s3: S3Server;
  let gcs: GcsServer;
  let proxy: ProxyServer;
  let guarded: ProxyServer;
  let home: string;
  const key = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'vitrine-proxies-'));
    web = await startHttpServer();
    s3 = await startS3Server({ keys: [key], buckets: { media: {} } });
    gcs = await startGcsServer({ buckets: { media: {} }, tokens: { good: 'me@example.com' } });
    const hosts = { 'web.example': web.port, 's3.example': s3.port, 'gcs.example': gcs.port, 'login.example': gcs.port };
    proxy = await startProxy({ hosts });
    guarded = await startProxy({ hosts, password: 'me:p@ss' });
    web.put('/a', storedObject('of the web'));
    s3.put('media', 'a', storedObject('of S3'));
    gcs.put('media', 'a', storedObject('of Google'));
  });
  afterEach(async () => {
    await Promise.all([web, s3, gcs, proxy, guarded].map((server) => server.close()));
    rmSync(home, { recursive: true, force: true });
  });

  /** All stores with one way to the network. */
  function storesWith(env: Record<string, string>, resolveProxy?: (url: string) => Promise<string>) {
    const proxies = createProxies({ env, ...(resolveProxy ? { resolveProxy } : {}) });
    const meter = { requestSent() {}, bytesReceived() {} };
    const rules = (): StoreRule[] => [
      { match: 's3://media', endpoint: 'http://s3.example' },
      { match: 'gs://media', endpoint: 'http://gcs.example' },
    ];
    const login = join(home, 'login.json');
    writeFileSync(
      login,
      JSON.stringify({
        type: 'authorized_user',
        client_id: 'c',
        client_secret: 's',
        refresh_token: 'good',
        token_uri: 'http://login.example/token',
      }),
    );
    const all = {
      AWS_EC2_METADATA_DISABLED: 'true',
      METADATA_SERVER_DETECTION: 'none',
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      GOOGLE_APPLICATION_CREDENTIALS: login,
    };
    const memory = memoryOf(new Map());
    const rest = { meter, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {}, now: Date.now, proxies };
    const s3Access = createS3Access({
      identities: createAwsIdentities({ env: all, home, now: Date.now }),
      rules,
      memory,
      meter,
      now: Date.now,
      proxies,
    });
    const gcsAccess = createGcsAccess({
      identities: createGoogleIdentities({ env: all, home, now: Date.now, proxies }),
      rules,
      env: all,
      memory,
    });
    const stores = {
      http: createHttpStore({ userAgent: 'Vitrine/test', guard: createNetworkGuard({ allowedHosts: () => [] }), random: () => 0, ...rest }),
      s3: createS3Store({ access: s3Access, ...rest }),
      gcs: createGcsStore({ access: gcsAccess, ...rest }),
    };
    return { ...stores, close: () => Promise.all([stores.http.close(), stores.s3.close(), stores.gcs.close()]) };
  }

  async function read(store: Store, address: string): Promise<string> {
    const reference = parseReference(address);
    if (!reference.ok) return reference.error.message;
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await store.read(reference.value, { range: null, signal })).body) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    } catch (thrown) {
      const { cause, message } = errorOf(thrown);
      return `${cause}: ${message}`;
    }
  }

  test.each(['environment', 'system'])('goes there for every store, the region and the login, as the %s says', async (source) => {
    const used = source === 'environment' ? guarded : proxy;
    const stores =
      source === 'environment'
        ? storesWith({ HTTP_PROXY: guarded.origin.replace('http://', 'http://me:p%40ss@') })
        : storesWith({}, async () => `PROXY ${proxy.origin.slice('http://'.length)}; DIRECT`);
    expect([
      await read(stores.http, 'http://web.example/a'),
      await read(stores.s3, 's3://media/a'),
      await read(stores.gcs, 'gs://media/a'),
    ]).toEqual(['of the web', 'of S3', 'of Google']);
    // The region is asked first, then the object; the token first, then the object.
    expect([...used.forwarded, ...used.tunnels].map((place) => place.replace(/:\d+$/, '')).sort()).toEqual([
      'gcs.example',
      'login.example',
      's3.example',
      's3.example',
      'web.example',
    ]);
    await stores.close();
  });

  test('is refused by the proxy with words, not as the host’s own answer', async () => {
    const stores = storesWith({ HTTP_PROXY: guarded.origin, HTTPS_PROXY: guarded.origin });
    const said = (host: string) => `unreachable: The proxy of this computer does not let ${host} be reached.`;
    expect([await read(stores.http, 'http://web.example/a'), await read(stores.http, 'https://web.example/a')]).toEqual([
      said('web.example'),
      said('web.example'),
    ]);
    expect([await read(stores.s3, 's3://media/a'), await read(stores.gcs, 'gs://media/a')]).toEqual([
      said('s3.example'),
      // The token is asked for first.
      said('login.example'),
    ]);
    await stores.close();
  });

  test('never leads to a private address', async () => {
    const stores = storesWith({ ALL_PROXY: proxy.origin });
    expect([
      await read(stores.http, 'http://10.0.0.1/a'),
      await read(stores.http, 'http://169.254.169.254/a'),
      proxy.counters.requests,
    ]).toEqual([
      'blocked_host: 10.0.0.1 is a private address, and those are not read unless allowed.',
      "blocked_host: 169.254.169.254 is where a cloud keeps its machines' credentials, and is never read.",
      0,
    ]);
    await stores.close();
  });
});
