/** Downloads of many files beside curl with as many connections: from next door, and from far away over slow connections. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from '../../scripts/bench-figure.ts';
import { createCacheRoom, never, referenceOf } from '../cache/cache-room.ts';
import { type HttpProcess, startHttpProcess } from '../servers/http-process.ts';

const megabyte = 1024 * 1024;
const fileBytes = 16 * megabyte;
/** Of one host, as the settings have it unless changed. */
const connections = 6;
const execute = promisify(execFile);

interface Round {
  readonly files: number;
  readonly rounds: number;
  readonly name: string;
  readonly atLeast: number;
}

async function curlVersion(): Promise<string | null> {
  try {
    return (await execute('curl', ['--version'])).stdout.split(' ').slice(0, 2).join(' ');
  } catch {
    return null;
  }
}

/** Seconds until all files are in a cache of their own. */
async function ours(urls: readonly string[]): Promise<number> {
  const room = await createCacheRoom();
  try {
    const bytes = await room.open({ limit: 16_000 * megabyte }, { concurrencyPerHost: connections });
    const began = performance.now();
    const sizes = await Promise.all(
      urls.map(async (url) => {
        const file = await bytes.fetch(referenceOf(url), { signal: never, priority: 'asked', isExplicit: true });
        file.release();
        return (await stat(file.path)).size;
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    if (sizes.some((size) => size !== fileBytes)) throw new Error('A file came short.');
    return seconds;
  } finally {
    await room.close();
  }
}

/** Seconds of the same files by curl, into a folder. */
async function curls(urls: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-curl-'));
  const how = ['--parallel', '--parallel-immediate', '--parallel-max', String(connections), '--http1.1', '--fail', '--silent'];
  try {
    const began = performance.now();
    await execute('curl', [...how, '--output-dir', folder, '--remote-name-all', ...urls], { env: { PATH: process.env.PATH } });
    const seconds = (performance.now() - began) / 1000;
    for (const url of urls) {
      const { size } = await stat(join(folder, url.split('/').at(-1) ?? ''));
      if (size !== fileBytes) throw new Error('curl left a file short.');
    }
    return seconds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(server: HttpProcess, { files, rounds, name, atLeast }: Round): Promise<Figure> {
  const urls = Array.from({ length: files }, (_, index) => `${server.origin}/${index}.bin`);
  let [own, other] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round += 1) {
    // Turn about, and the best of each: what slows a round down is somebody else.
    other = Math.min(other, await curls(urls));
    own = Math.min(own, await ours(urls));
  }
  const rate = (seconds: number) => (files * fileBytes) / 1e6 / seconds;
  return { name, unit: 'MB/s', value: rate(own), yardstick: rate(other), ratio: other / own, want: { atLeast } };
}

/** Skipped, loudly, where there is no curl. */
export async function run(): Promise<Figure[]> {
  if ((await curlVersion()) === null) {
    console.warn('  *** SKIPPED: there is no curl here, so downloads were not measured. ***');
    return [];
  }
  const objects = Array.from({ length: 64 }, (_, index) => ({ path: `/${index}.bin`, size: fileBytes, seed: index }));
  const near = await startHttpProcess({ objects });
  const figures: Figure[] = [];
  try {
    await curls([`${near.origin}/0.bin`]);
    figures.push(await measured(near, { files: 64, rounds: 2, name: 'download: 64 × 16 MB beside curl', atLeast: 0.6 }));
  } finally {
    await near.close();
  }
  const far = await startHttpProcess({ objects, latencyMs: 50, bytesPerSecond: 20_000_000 });
  try {
    const name = 'download: 24 × 16 MB, 50 ms away, 20 MB/s each';
    figures.push(await measured(far, { files: 24, rounds: 1, name, atLeast: 0.95 }));
  } finally {
    await far.close();
  }
  return figures;
}
