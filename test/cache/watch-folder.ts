/**
 * A watcher outside the cache: a thread of its own that looks at folders again and again, as `du` would, and remembers the most it saw.
 * Two looks make a sample: a file that is in both was there between them, with the smaller of both sizes at least; so files that leave and
 * come during a look are never added up.
 */
import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as z from 'zod/mini';

const Wanted = z.object({ folders: z.array(z.string()), stop: z.instanceof(SharedArrayBuffer) });
const Seen = z.object({ highest: z.number(), samples: z.int() });

/** Bytes in blocks of the file system, directories included; how often was looked. */
export type Seen = z.infer<typeof Seen>;

export interface FolderWatcher {
  /** Ends the watch. */
  stop(): Promise<Seen>;
}

/** Resolves when the first sample was taken. Folders may be missing and come later. */
export async function watchFolder(...folders: string[]): Promise<FolderWatcher> {
  const stop = new SharedArrayBuffer(4);
  const worker = new Worker(new URL(import.meta.url), { workerData: { folders, stop } });
  const ended = new Promise<Seen>((resolve, reject) => {
    worker.on('message', (said: unknown) => {
      if (said !== 'watching') resolve(Seen.parse(said));
    });
    worker.once('error', reject);
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  return {
    stop() {
      Atomics.store(new Int32Array(stop), 0, 1);
      Atomics.notify(new Int32Array(stop), 0);
      return ended;
    },
  };
}

/** Bytes in blocks of everything under a folder, itself included; what leaves meanwhile counts nothing. */
export function blocksUnder(folder: string): number {
  return [...look(folder).values()].reduce((sum, bytes) => sum + bytes, 0);
}

function statOrNull(path: string): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return null;
  }
}

/** Bytes on disk by what a file is, whatever its name: a rename is no second file. */
function look(path: string, seen = new Map<string, number>()): Map<string, number> {
  const facts = statOrNull(path);
  if (!facts) return seen;
  seen.set(`${facts.ino} ${facts.birthtimeNs}`, Number(facts.blocks) * 512);
  if (!facts.isDirectory()) return seen;
  let names: string[] = [];
  try {
    names = readdirSync(path);
  } catch {
    return seen; // it left between the two calls
  }
  for (const name of names) look(join(path, name), seen);
  return seen;
}

/** Between two looks: a watcher that never rests takes a processor from what it watches. */
const pauseMs = 4;

if (!isMainThread && parentPort !== null) {
  const { folders, stop } = Wanted.parse(workerData);
  const flag = new Int32Array(stop);
  const seen = { highest: 0, samples: 0 };
  let before = new Map<string, number>();
  do {
    const now = new Map<string, number>();
    for (const folder of folders) look(folder, now);
    let bytes = 0;
    for (const [file, size] of now) bytes += Math.min(size, before.get(file) ?? 0);
    seen.highest = Math.max(seen.highest, bytes);
    if (seen.samples === 0) parentPort.postMessage('watching');
    seen.samples += 1;
    before = now;
  } while (Atomics.wait(flag, 0, 0, pauseMs) === 'timed-out');
  parentPort.postMessage(seen);
}
