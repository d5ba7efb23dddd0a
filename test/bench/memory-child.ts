/** A process of its own for memory: passes a large file through the cache and says how large the process was at most. */
import { createCacheRoom, never, referenceOf } from '../cache/cache-room.ts';

const [, , way = '', small = '', large = '', limit = ''] = process.argv;
const room = await createCacheRoom();
const bytes = await room.open({ limit: Number(limit) });

async function through(url: string): Promise<number> {
  let come = 0;
  const answer = await bytes.stream(referenceOf(url), { range: null, signal: never, priority: 'visible' });
  for await (const chunk of answer.body) come += chunk.length;
  return come;
}

async function whole(url: string): Promise<number> {
  const file = await bytes.fetch(referenceOf(url), { signal: never, priority: 'asked', isExplicit: true });
  file.release();
  return file.bytes;
}

const pass = way === 'stream' ? through : whole;
// Code is loaded and buffers are there before anything is measured.
await pass(small);
const idle = process.memoryUsage.rss();
const began = performance.now();
const come = await pass(large);
const seconds = (performance.now() - began) / 1000;
// The most that the system ever saw of this process, in kB: nothing is missed between two samples.
process.send?.({ idle, most: process.resourceUsage().maxRSS * 1024, come, seconds });
process.disconnect();
await room.close();
