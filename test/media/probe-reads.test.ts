import { expect, test } from 'vitest';
import { probeSource } from '../../src-main/media/probe.ts';
import { largeVideo } from '../servers/large-video.ts';
import { type Content, recordedSource } from './recorded-source.ts';

/** The same film with its index behind its frames. Where the frames lie is not told right, which no header needs. */
function withIndexBehind(film: Content): Content {
  const front = Buffer.from(film.slice(0, 256 * 1024));
  const start = front.indexOf('moov') - 4;
  const index = front.subarray(start, start + front.readUInt32BE(start));
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1);
  head.write('mdat', 4);
  head.writeBigUInt64BE(BigInt(film.size - start - index.length), 8);
  const first = Buffer.concat([front.subarray(0, start), head]);
  const behind = film.size - index.length;
  return {
    size: film.size,
    slice(from, to) {
      const bytes = new Uint8Array(to - from);
      const put = (part: Uint8Array, at: number) => {
        const [begin, end] = [Math.max(from, at), Math.min(to, at + part.length)];
        if (begin < end) bytes.set(part.subarray(begin - at, end - at), begin - from);
      };
      put(first, 0);
      put(index, behind);
      return bytes;
    },
  };
}

test.each([
  ['in front', (film: Content) => film, 2],
  ['at the end', withIndexBehind, 3],
])('a film of 60 MB with its index %s costs at most a few requests, and hardly any bytes', async (_name, shape, requests) => {
  const film = shape(await largeVideo(60_000_000, 600));
  const source = recordedSource(film);
  const { facts } = await probeSource(source);
  expect([facts.duration, facts.fps]).toEqual([600, 4]);
  expect(source.cost.requests).toBeLessThanOrEqual(requests);
  expect(source.cost.bytes).toBeLessThan(film.size * 0.005);
});

test('an index is read in one piece, once from the network, and what lies before it is jumped over', async () => {
  const film = withIndexBehind(await largeVideo(60_000_000, 600));
  const source = recordedSource(film);
  await probeSource(source);
  const between = source.reads.filter(([start, end]) => start > 8192 && end < film.size - 100_000);
  expect(between).toEqual([]);
  expect(source.reads.some(([start, end]) => end === film.size && end - start > 8 * 1024)).toBe(true);
});
