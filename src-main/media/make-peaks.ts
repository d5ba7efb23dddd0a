/** Makes the peaks of a sound of its whole file. */
import type { Peaks } from '../../src-shared/contract/files.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { FlightControl } from '../cache/flight.ts';
import { demuxerOf } from './demuxers.ts';
import { leaseToLook, validatorOf } from './lease-to-look.ts';
import { type LookingLimit, leftAlone } from './looking-limit.ts';
import type { Workshop } from './make-thumbnail.ts';
import { probeSource } from './probe.ts';

/** A waveform of the loupe is about as wide in pixels. */
const parts = 1000;

/** Where peaks are kept, by the state of the file, and how much of it may be fetched for them. */
export interface KeptPeaks {
  /** What looking may fetch, by what the server says of the file. */
  limitOf(remote: RemoteFacts): LookingLimit;
  kept(validator: string | null): Promise<Peaks | null>;
  keep(validator: string | null, peaks: Peaks): void;
}

/** Reads the header first, so that a film or a picture is not fetched for nothing. */
export async function makePeaks(
  { bytes, pool, ffmpeg: whereFfmpeg }: Workshop,
  reference: Reference,
  { signal, priority }: FlightControl,
  store: KeptPeaks,
): Promise<Peaks> {
  const source = await bytes.open(reference, { signal, priority });
  try {
    const { remote, facts } = await probeSource(source);
    const validator = validatorOf(remote);
    const kept = reference.scheme === 'file' ? await store.kept(validator) : null;
    if (kept) return kept;
    if (facts.kind === 'image' || facts.hasAudio === false) {
      throw fail('unsupported', { message: 'There is no sound in this file.', next: null });
    }
    const limit = store.limitOf(remote);
    // Before it is said that nothing here decodes it: the window would read the whole of it.
    if (limit.fetch !== 'as_needed') throw leftAlone(limit, remote.size);
    const ffmpeg = await whereFfmpeg();
    if (ffmpeg === null && facts.format !== 'wav') {
      throw fail('unsupported', {
        message: 'The peaks of a sound cannot be made without ffmpeg.',
        next: 'Install ffmpeg, then start again.',
      });
    }
    const file = await leaseToLook(bytes, reference, { size: remote.size, limit, signal, priority });
    try {
      const task = { kind: 'peaks', ffmpeg, path: file.path, demuxer: demuxerOf(facts.format), parts } as const;
      const { peaks, duration } = await pool.peaks(task, { isUrgent: priority === 'visible', signal });
      const made = { peaks, duration: facts.duration ?? duration };
      store.keep(validator, made);
      return made;
    } finally {
      file.release();
    }
  } finally {
    source.close();
  }
}
