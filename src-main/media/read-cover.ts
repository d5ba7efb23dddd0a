/** The picture within a sound file. */
import type { ByteSource } from '../cache/byte-source.ts';
import { withTimedInput } from './timed-input.ts';

/** More than any cover; it is decoded at once. */
const longestCover = 16 * 1024 * 1024;

/** Encoded bytes of the front cover, else of the first picture, or null. Tags are read by ranges; nothing of the sound is. */
export function readCover(source: ByteSource, size: number): Promise<Uint8Array | null> {
  return withTimedInput(source, size, async (input) => {
    const { images = [] } = await input.getMetadataTags();
    const cover = images.find(({ kind }) => kind === 'coverFront') ?? images[0];
    return cover && cover.data.length > 0 && cover.data.length <= longestCover ? cover.data : null;
  });
}
