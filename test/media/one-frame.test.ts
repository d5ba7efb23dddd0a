import { expect, test } from 'vitest';
import { readOneFrame } from '../../src-main/media/one-frame.ts';
import { largeVideo } from '../servers/large-video.ts';
import { contentOf, recordedSource } from './recorded-source.ts';

const facts = { format: 'mp4', codec: 'vp9', duration: 5, metadata: {} };

async function cutOf(bytes: Uint8Array, more: Partial<typeof facts> = {}): Promise<string> {
  const frame = await readOneFrame(recordedSource(contentOf(bytes)), bytes.length, { ...facts, ...more });
  return frame === null ? 'none' : frame.mime;
}

test('a frame is not cut out of a film whose index claims more of them than can be written out while one waits', async () => {
  const film = await largeVideo(100_000, 5);
  const bytes = Buffer.from(film.slice(0, film.size));
  expect(await cutOf(bytes)).toMatch(/^video\//);
  // The first count of the table of times.
  bytes.writeUInt32BE(600_000, bytes.indexOf('stts') + 12);
  expect(await cutOf(bytes)).toBe('none');
});

test('nor out of a container that is not read for one, and nothing is asked for', async () => {
  const source = recordedSource(contentOf(new Uint8Array(5000)));
  const asked = [{ format: 'avi' }, { format: 'mpegts', codec: 'mpeg2' }, { format: 'mpegts', codec: 'h264', metadata: { programs: 2 } }];
  for (const more of asked) expect(await readOneFrame(source, 5000, { ...facts, ...more })).toBeNull();
  expect(source.reads).toEqual([]);
});
