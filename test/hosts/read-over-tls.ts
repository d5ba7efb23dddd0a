/** A process that reads over TLS through every client there is, in steps that its parent orders, and tells what came of each. */
import * as z from 'zod/mini';
import { createAwsIdentities } from '../../src-main/credentials/aws.ts';
import { createGoogleIdentities } from '../../src-main/credentials/gcp.ts';
import { trustSystemCertificates } from '../../src-main/hosts/trust-system-certificates.ts';
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

const Order = z.object({
  /** Added to the environment before this step. */
  env: z.record(z.string(), z.string()),
  web: z.string(),
  s3: z.string(),
  gcs: z.string(),
});

const env: Record<string, string | undefined> = { ...process.env, AWS_EC2_METADATA_DISABLED: 'true', METADATA_SERVER_DETECTION: 'none' };
const whenTrusted = trustSystemCertificates(env);
const proxies = createProxies({ env, whenReady: whenTrusted });

async function read(store: Store, address: string): Promise<string> {
  const reference = parseReference(address);
  if (!reference.ok) return reference.error.message;
  try {
    const { body } = await store.read(reference.value, { range: null, signal: AbortSignal.timeout(20_000) });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch (thrown) {
    const { cause, details } = errorOf(thrown);
    return `${cause} ${details?.providerCode}`;
  }
}

process.on('message', (message) => {
  const order = Order.parse(message);
  Object.assign(env, order.env);
  const meter = { requestSent() {}, bytesReceived() {} };
  const rest = { meter, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {}, now: Date.now, proxies };
  const rules = () => [
    { match: 's3://media', endpoint: order.s3, anonymous: true },
    { match: 'gs://media', endpoint: order.gcs },
  ];
  const memory = memoryOf(new Map());
  const shared = { rules, memory, meter, now: Date.now, proxies };
  const s3Access = createS3Access({ identities: createAwsIdentities({ env, home: '/nonexistent', now: Date.now }), ...shared });
  const gcsAccess = createGcsAccess({
    identities: createGoogleIdentities({ env, home: '/nonexistent', now: Date.now, proxies }),
    env,
    ...shared,
  });
  const guard = createNetworkGuard({ allowedHosts: () => ['localhost'] });
  const answers = Promise.all([
    read(createHttpStore({ userAgent: 'Vitrine/test', guard, random: () => 0, ...rest }), `${order.web}/a`),
    read(createS3Store({ access: s3Access, ...rest }), 's3://media/a'),
    read(createGcsStore({ access: gcsAccess, ...rest }), 'gs://media/a'),
  ]);
  void answers.then((each) => process.send?.(each));
});
process.send?.('ready');
