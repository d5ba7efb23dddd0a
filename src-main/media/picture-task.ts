/** What a picture file needs to be decoded, by what its header says. */
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import type { PictureTask } from './decode-message.ts';

/** A drawing is text; one of this size is hostile or holds photographs. */
const longestDrawing = 25_000_000;
/** Dots per inch at which a drawing has the size that it says of itself, and the most that are asked for. */
const ownDensity = 72;
const mostDensity = 2400;

/** Quality of thumbnails, as the encoders count it. */
export const thumbnailQuality = 82;
/** Quality of renditions, which are looked at closely. */
export const renditionQuality = 88;

/** How dense a drawing is drawn so that its longest side becomes `size`. */
function densityFor(facts: MediaFacts | null, size: number): number {
  const side = Math.max(facts?.width ?? 0, facts?.height ?? 0);
  return side > 0 ? Math.min(mostDensity, Math.max(1, (ownDensity * size) / side)) : ownDensity;
}

/**
 * The task for a whole picture of the kind `name` at `path`, which `source` reads too. A drawing goes as bytes: without an address of
 * its own, what it names outside is never found.
 */
export async function pictureTask(
  name: string,
  facts: MediaFacts | null,
  { path, source, size, quality }: { path: string; source: ByteSource; size: number; quality: number },
): Promise<PictureTask> {
  const common = { kind: 'picture', sizes: [size], orientation: null, quality } as const;
  if (name !== 'SVG') return { ...common, input: path, density: null };
  return { ...common, input: await source.read(0, longestDrawing), density: densityFor(facts, size) };
}
