/** A thumbnail's picture out of the header of a larger one: a few KB in the place of many MB. */
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import { createHeaderReader, type HeaderBudget } from './header-reader.ts';
import type { ImageHeader } from './images/image-header.ts';
import { readJpeg } from './images/jpeg.ts';

/** Cameras fill their thumbnail of 4:3 with black bars where the picture is 3:2; those differ by 12 %. */
const aspectTolerance = 0.02;
/** A profile of some KB is put before the preview; larger ones are those of printers, whose colours a preview does not have. */
const longestProfile = 16 * 1024;
const ownBudget: HeaderBudget = { bytes: 1024 * 1024, reads: 100 };

/** What a preview says of itself, or null where it is none. Everything is in memory. */
async function headerOf(bytes: Uint8Array): Promise<ImageHeader | null> {
  const remote = { size: bytes.length, type: null, etag: null, modified: null, storageClass: null };
  const source: ByteSource = {
    cost: { requests: 0, bytes: 0 },
    remote: async () => remote,
    read: async (start, end) => bytes.subarray(start, end),
    close: () => undefined,
  };
  try {
    return await readJpeg(createHeaderReader(source, 'JPEG', ownBudget));
  } catch {
    return null; // a preview that cannot be read is not one, whatever is wrong with it
  }
}

function hasSameAspect(facts: MediaFacts, width: number, height: number): boolean {
  const whole = (facts.pixelWidth ?? 0) / (facts.pixelHeight ?? 1);
  return whole > 0 && Math.abs(width / height / whole - 1) <= aspectTolerance;
}

/**
 * The smallest embedded JPEG whose longest side is at least `edge` and which has the shape of the picture, or null. It lies as the
 * picture is stored: the picture's orientation is to be applied. Reads the bytes of the preview and of a colour profile, nothing else.
 */
export async function readPreview(
  source: ByteSource,
  { header, facts, edge }: { header: ImageHeader; facts: MediaFacts; edge: number },
): Promise<Uint8Array | null> {
  for (const { start, length, leastSide } of header.previews ?? []) {
    if (leastSide > 0 && leastSide < edge) continue;
    const bytes = await source.read(start, start + length);
    const own = bytes.length === length ? await headerOf(bytes) : null;
    const [width, height] = [own?.pixelWidth ?? 0, own?.pixelHeight ?? 0];
    if (!own || Math.max(width, height) < edge || !hasSameAspect(facts, width, height)) continue;
    if (!facts.metadata.colour_profile || own.metadata.colour_profile) return bytes;
    const { profile } = header;
    if (!profile || profile.length > longestProfile) return null;
    const segment = await source.read(profile.start, profile.start + profile.length);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]));
  }
  return null;
}
