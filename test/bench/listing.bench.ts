/** Listing a bucket of 100,000 keys to its end, beside the bare SDK's paginator on the same server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Figure } from '../../scripts/bench-figure.ts';
import { listAll } from '../../src-main/stores/list-all.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import { createS3Store } from '../../src-main/stores/s3.ts';
import { cloudRooms } from '../links/cloud-rooms.ts';
import { startS3Thread } from '../servers/s3-thread.ts';

const keys = 100_000;
const rounds = 3;
const credentials = { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' };

/** Keys a second, and by how much the process grew at most meanwhile, in bytes. */
async function measured(pages: AsyncIterable<number>): Promise<{ perSecond: number; grownBytes: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  let seen = 0;
  const began = performance.now();
  for await (const count of pages) {
    seen += count;
    most = Math.max(most, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - began) / 1000;
  if (seen !== keys) throw new Error(`${seen} of ${keys} keys were listed.`);
  return { perSecond: keys / seconds, grownBytes: most - before };
}

export async function run(): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'vitrine-bench-'));
  const server = await startS3Thread({ bucket: 'media', objects: keys, bytes: 1 });
  const env = { AWS_ENDPOINT_URL_S3: server.origin, AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'reader-secret' };
  const meter = { requestSent() {}, bytesReceived() {} };
  const retryPolicy = createRetryPolicy(Math.random);
  const store = createS3Store({ access: cloudRooms({ env, home }).s3, meter, retryPolicy, sleep: async () => {}, now: Date.now });
  const client = new S3Client({ region: 'us-east-1', endpoint: server.origin, forcePathStyle: true, credentials });
  async function* ours() {
    const signal = new AbortController().signal;
    for await (const page of listAll(store, { scheme: 's3', bucket: 'media', prefix: '' }, { isRecursive: true, signal })) {
      yield page.objects.length;
    }
  }
  async function* bare() {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: 'media' })) yield page.Contents?.length ?? 0;
  }
  try {
    await measured(bare());
    await measured(ours());
    const product: number[] = [];
    const yardstick: number[] = [];
    let grown = 0;
    let grownBare = 0;
    for (let round = 0; round < rounds; round += 1) {
      const one = await measured(ours());
      const other = await measured(bare());
      product.push(one.perSecond);
      yardstick.push(other.perSecond);
      grown = Math.max(grown, one.grownBytes);
      grownBare = Math.max(grownBare, other.grownBytes);
    }
    // The best of each: what slows a round down is somebody else.
    const value = Math.max(...product);
    const yardstickValue = Math.max(...yardstick);
    return [
      {
        name: 'listing 100,000 keys',
        unit: 'keys/s',
        value,
        yardstick: yardstickValue,
        ratio: value / yardstickValue,
        want: { atLeast: 0.9 },
      },
      {
        name: 'listing 100,000 keys: memory at most',
        unit: 'bytes',
        value: grown,
        yardstick: `${grownBare} bare`,
        ratio: grown / Math.max(1, grownBare),
      },
    ];
  } finally {
    store.close();
    client.destroy();
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}
