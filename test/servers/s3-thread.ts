/** The S3 test server on a thread of its own, so that what it costs is not counted with who asks it. For benches. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as z from 'zod/mini';
import { startS3Server } from './s3-server.ts';
import { storedObject } from './stored-object.ts';

const Wanted = z.object({ bucket: z.string(), objects: z.int(), bytes: z.int() });

export interface S3Thread {
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts it with one bucket that the key AKIAREADER may read, of so many objects of so many bytes, named as `keyOf` says. */
export async function startS3Thread(wanted: z.infer<typeof Wanted>): Promise<S3Thread> {
  const worker = new Worker(new URL(import.meta.url), { workerData: wanted });
  const origin = await new Promise<string>((resolve, reject) => {
    worker.once('message', (said: unknown) => resolve(String(said)));
    worker.once('error', reject);
  });
  return {
    origin,
    async close() {
      await worker.terminate();
    },
  };
}

/** The key of an object of such a server. */
export function keyOf(index: number): string {
  return `photos/2026/${String(index % 97).padStart(2, '0')}/IMG_${String(index).padStart(7, '0')}.jpg`;
}

if (!isMainThread && parentPort !== null) {
  const wanted = Wanted.parse(workerData);
  const server = await startS3Server({
    keys: [{ accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' }],
    buckets: { [wanted.bucket]: {} },
  });
  const object = storedObject(new Uint8Array(wanted.bytes).fill(1), { type: 'image/jpeg' });
  for (let index = 0; index < wanted.objects; index += 1) server.put(wanted.bucket, keyOf(index), object);
  parentPort.postMessage(server.origin);
}
