/** Makes a picture that a page can show of one that it cannot. */
import { fail } from '../../src-shared/model/error.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { FlightControl } from '../cache/flight.ts';
import { checkPixels, leaseToLook } from './lease-to-look.ts';
import { unlimited } from './looking-limit.ts';
import type { Workshop } from './make-thumbnail.ts';
import type { Picture } from './media.ts';
import { pictureTask, renditionQuality } from './picture-task.ts';
import { probeSource } from './probe.ts';
import { sniff, sniffLength } from './sniff.ts';

/** Longest side in pixels: more than most screens have, and what every page can draw. */
const longestSide = 4096;

/** Throws `unsupported` for what is no picture, `too_large`, `corrupt`, and what fetching throws. */
export async function makeRendition({ bytes, pool }: Workshop, reference: Reference, flight: FlightControl): Promise<Picture> {
  const { signal, priority } = flight;
  const source = await bytes.open(reference, { signal, priority });
  try {
    const front = await source.read(0, sniffLength);
    const sniffed = sniff(front);
    const { remote, facts } = await probeSource(source);
    if (sniffed.kind !== 'image') throw fail('unsupported', { message: 'Only a picture has a rendition.', next: 'Play the file itself.' });
    checkPixels(facts);
    const file = await leaseToLook(bytes, reference, { size: remote.size, limit: unlimited, signal, priority });
    const whole = await bytes.open(reference, { signal, priority });
    try {
      const where = { path: file.path, source: whole, size: longestSide, quality: renditionQuality };
      const [picture] = await pool.pictures(await pictureTask(sniffed.name, facts, where), { isUrgent: priority === 'visible', signal });
      return picture;
    } finally {
      whole.close();
      file.release();
    }
  } finally {
    source.close();
  }
}
