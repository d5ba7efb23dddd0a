/** Listing and importing a bucket of 100,000 keys: beside the SDK's own paginator, and how much memory it takes at most. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Figure } from '../../scripts/bench-figure.ts';
import { got, openTestLibrary, tableOf } from '../integration/test-library.ts';

const keys = 100_000;
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

/** Keys a second of a way, and the most of this process's memory that it took beyond what was there, in MB. */
async function measured(work: () => Promise<void>): Promise<{ rate: number; peakMegabytes: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  return { rate: Math.round(keys / seconds), peakMegabytes: Math.round((peak - before) / 1e6) };
}

/** Keys a second and memory, both beside the bare paginator; counting must be nearly as fast as it. */
export async function run(): Promise<Figure[]> {
  const child = fork(join(import.meta.dirname, 'prefix-server.ts'), [String(keys)]);
  const port = await new Promise<number>((resolve) => child.once('message', (message) => resolve(Number(message))));
  const endpoint = `http://127.0.0.1:${port}`;
  const library = await openTestLibrary({
    env: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: 'us-east-1',
    },
  });
  try {
    const { client } = library;
    await tableOf(client, [], 'many');
    const sdk = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });
    const bareOnce = async () => {
      for await (const page of paginateListObjectsV2({ client: sdk }, { Bucket: 'many', Prefix: 'shots/' })) void page.Contents?.length;
    };
    const pages = async () => {
      let cursor: string | null = null;
      do {
        const page: { cursor: string | null } = got(await client.listing.page({ prefix: 's3://many/shots/', isRecursive: true, cursor }));
        cursor = page.cursor;
      } while (cursor !== null);
    };
    const count = async () => void got(await client.listing.count({ prefix: 's3://many/shots/' }));
    const insert = async () => {
      const source = { kind: 'prefix', prefix: 's3://many/shots/' } as const;
      got(await client.rows.insert({ table: 'many', source, onError: 'abort', compute: 'none' }));
    };
    const refresh = async () => void got(await client.rows.refresh({ table: 'many', prefix: 's3://many/shots/', compute: 'none' }));
    await bareOnce();
    const bare = await measured(bareOnce);
    const counted = await measured(count);
    const paged = await measured(pages);
    const inserted = await measured(insert);
    const refreshed = await measured(refresh);
    const rate = (name: string, { rate: value }: { rate: number }, want?: { atLeast: number }): Figure => ({
      name,
      unit: 'keys/s',
      value,
      yardstick: bare.rate,
      ratio: value / bare.rate,
      ...(want ? { want } : {}),
    });
    const memory = (name: string, { peakMegabytes }: { peakMegabytes: number }): Figure => ({
      name,
      unit: 'MB',
      value: peakMegabytes,
      yardstick: bare.peakMegabytes,
      ratio: peakMegabytes / Math.max(1, bare.peakMegabytes),
    });
    return [
      rate('count 100,000 keys', counted, { atLeast: 0.75 }),
      rate('list 100,000 keys in pages that are checked', paged),
      rate('import 100,000 keys', inserted),
      rate('refresh 100,000 keys, nothing changed', refreshed),
      memory('peak memory of counting', counted),
      memory('peak memory of importing', inserted),
      memory('peak memory of refreshing', refreshed),
    ];
  } finally {
    await library.end();
    child.disconnect();
  }
}
