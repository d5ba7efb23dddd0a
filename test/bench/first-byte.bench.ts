/** From asking to the first byte of an object, beside the bare SDK on the same server with the same connection settings. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Figure } from '../../scripts/bench-figure.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import { createS3Store } from '../../src-main/stores/s3.ts';
import { s3Timeouts } from '../../src-main/stores/s3-clients.ts';
import { cloudRooms } from '../links/cloud-rooms.ts';
import { objectReference } from '../links/odd-keys.ts';
import { keyOf, startS3Thread } from '../servers/s3-thread.ts';

const objects = 1_000;
const reads = 2_000;
const credentials = { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' };

/** Milliseconds to the first chunk; the rest is read, so that the connection is free again. */
async function toFirstByte(begin: () => Promise<AsyncIterable<Uint8Array>>): Promise<number> {
  const began = performance.now();
  const body = await begin();
  let first: number | null = null;
  for await (const _ of body) first ??= performance.now() - began;
  if (first === null) throw new Error('No byte came.');
  return first;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export async function run(): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'vitrine-bench-'));
  const server = await startS3Thread({ bucket: 'media', objects, bytes: 64 * 1024 });
  const env = { AWS_ENDPOINT_URL_S3: server.origin, AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'reader-secret' };
  const meter = { requestSent() {}, bytesReceived() {} };
  const retryPolicy = createRetryPolicy(Math.random);
  const store = createS3Store({ access: cloudRooms({ env, home }).s3, meter, retryPolicy, sleep: async () => {}, now: Date.now });
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: server.origin,
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: s3Timeouts.connectMs,
      socketTimeout: s3Timeouts.silenceMs,
      httpAgent: { keepAlive: true, maxSockets: 256 },
    }),
  });
  const signal = new AbortController().signal;
  const ours = (key: string) =>
    toFirstByte(async () => (await store.read(objectReference('s3', 'media', key), { range: null, signal })).body);
  const bare = (key: string) =>
    toFirstByte(async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'media', Key: key }), { abortSignal: signal });
      return Body as AsyncIterable<Uint8Array>;
    });
  try {
    const product: number[] = [];
    const yardstick: number[] = [];
    for (let index = -200; index < reads; index += 1) {
      const key = keyOf((index + objects) % objects);
      // Who goes first changes, so that neither always finds the server warm.
      const isOursFirst = index % 2 === 0;
      const before = isOursFirst ? null : await bare(key);
      const one = await ours(key);
      const other = before ?? (await bare(key));
      if (index < 0) continue;
      product.push(one);
      yardstick.push(other);
    }
    // Each read is measured against the one beside it, so that a neighbour who takes the processor for a second spoils both.
    const ratio = median(product.map((one, index) => one / (yardstick[index] ?? one)));
    return [{ name: 'S3: first byte', unit: 'ms', value: median(product), yardstick: median(yardstick), ratio, want: { atMost: 1.1 } }];
  } finally {
    store.close();
    client.destroy();
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}
