/** How much memory a process needs at most while a file of gigabytes passes, beyond what it has when nothing does. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Figure } from '../../scripts/bench-figure.ts';
import { type HttpProcess, startHttpProcess } from '../servers/http-process.ts';

const largeBytes = 4_000_000_000;
/** What is written takes the disk's time; a process that grew with the file would show it in this much too. */
const writtenBytes = 1_000_000_000;
const allowedBytes = 150_000_000;
const Said = z.object({ idle: z.number(), most: z.number(), come: z.number(), seconds: z.number() });

interface Passing {
  readonly way: 'stream' | 'fetch';
  readonly bytes: number;
  readonly limit: number;
}

async function passing(server: HttpProcess, { way, bytes, limit }: Passing): Promise<Figure[]> {
  const args = [way, `${server.origin}/small.mp4`, `${server.origin}/${bytes}.mp4`, String(limit)];
  const child = fork(join(import.meta.dirname, 'memory-child.ts'), args, { execArgv: [] });
  const exited = once(child, 'exit');
  const said = await Promise.race([once(child, 'message'), exited.then(() => null)]);
  if (said === null) throw new Error('The process ended and said nothing.');
  const { idle, most, come, seconds } = Said.parse(said[0]);
  await exited;
  if (come !== bytes) throw new Error(`${come} of ${bytes} bytes came.`);
  const grown = (most - idle) / allowedBytes;
  return [
    {
      name: `memory: ${bytes / 1e9} GB by ${way}, above idle`,
      unit: 'MB',
      value: (most - idle) / 1e6,
      yardstick: '150 MB',
      ratio: grown,
      want: { atMost: 1 },
    },
    { name: `memory: ${bytes / 1e9} GB by ${way}, speed`, unit: 'MB/s', value: come / 1e6 / seconds, yardstick: 'none', ratio: 1 },
  ];
}

/** 4 GB streamed to nowhere under a small limit, then 1 GB fetched whole under a large one. */
export async function run(): Promise<Figure[]> {
  const server = await startHttpProcess({
    objects: [
      { path: '/small.mp4', size: 20_000_000, seed: 1, type: 'video/mp4' },
      { path: `/${largeBytes}.mp4`, size: largeBytes, seed: 2, type: 'video/mp4' },
      { path: `/${writtenBytes}.mp4`, size: writtenBytes, seed: 3, type: 'video/mp4' },
    ],
  });
  try {
    return [
      ...(await passing(server, { way: 'stream', bytes: largeBytes, limit: 100_000_000 })),
      ...(await passing(server, { way: 'fetch', bytes: writtenBytes, limit: writtenBytes * 2 })),
    ];
  } finally {
    await server.close();
  }
}
