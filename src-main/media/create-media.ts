/** Opens the media room: probes and thumbnails, each done once however many ask. */
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import type { Bytes, LeasedFile } from '../cache/bytes.ts';
import { sizeInWords } from '../cache/disk.ts';
import { createFlights, type FlightControl } from '../cache/flight.ts';
import type { CatalogThumbnails } from '../catalog/catalog.ts';
import { createHelperPool } from './helper-pool.ts';
import type { Media, Probe, StartHelper, Thumbnail } from './media.ts';
import { probeSource } from './probe.ts';
import { sniff, sniffLength } from './sniff.ts';

export interface MediaOptions {
  readonly bytes: Bytes;
  readonly thumbnails: CatalogThumbnails;
  readonly startHelper: StartHelper;
  /**
   * What is known of the file's validator without asking the network, or null. A thumbnail is looked up under it, so that one of an
   * older state is not shown once the change is known. Without this, thumbnails of remote files are kept until they are made anew.
   */
  readonly knownValidator?: (reference: Reference) => Promise<string | null>;
  /** Decode helpers at a time; 2 unless given. */
  readonly helpers?: number;
}

/** A thumbnail needs the whole picture; larger ones wait for somebody who opens them. */
const thumbnailSourceLimit = 25 * 1000 * 1000;

/** What makes a stored thumbnail true: the ETag, else time and size, else nothing (then it is not looked up). */
function validatorOf(remote: Probe['remote']): string | null {
  if (remote.etag !== null) return remote.etag;
  return remote.modified === null ? null : `${remote.modified} ${remote.size ?? ''}`;
}

function cannotShow(what: string): Failure {
  return fail('unsupported', { message: `${what} cannot be shown.`, next: 'Open it elsewhere.' });
}

/** Refuses by the first bytes what is no picture, before the rest is fetched. */
async function checkSource(source: ByteSource): Promise<Probe['remote']> {
  const front = await source.read(0, sniffLength);
  const remote = await source.remote();
  if (front.length === 0) throw fail('corrupt', { message: 'The file is empty.', next: 'Get the file again.' });
  const sniffed = sniff(front);
  if (sniffed.kind === 'timed' || sniffed.kind === 'aiff') throw cannotShow('A thumbnail of a film or of sound');
  if (sniffed.kind === 'other') throw cannotShow(sniffed.what);
  if (remote.size !== null && remote.size > thumbnailSourceLimit) {
    throw fail('too_large', {
      message: `${sizeInWords(remote.size)} is more than the limit of ${sizeInWords(thumbnailSourceLimit)} for this.`,
      next: 'Open the file itself.',
    });
  }
  return remote;
}

/** Helpers are started with the first picture, not before. */
export function createMedia({ bytes, thumbnails, startHelper, knownValidator, helpers = 2 }: MediaOptions): Media {
  const pool = createHelperPool({ startHelper, size: helpers });
  const probes = createFlights<Probe>({ shareOf: (probe) => probe, discard: () => undefined });
  const pictures = createFlights<Thumbnail>({ shareOf: (thumbnail) => thumbnail, discard: () => undefined });

  async function probe(reference: Reference, flight: FlightControl): Promise<Probe> {
    const source = await bytes.open(reference, { signal: flight.signal, priority: flight.priority });
    try {
      return await probeSource(source);
    } finally {
      source.close();
    }
  }

  async function make(reference: Reference, edge: number, flight: FlightControl): Promise<Thumbnail> {
    const { signal, priority } = flight;
    const { canonical } = reference;
    // A file of this computer says its state for nothing; for a remote one, looking at a thumbnail must not cost a request.
    const known = reference.scheme === 'file' ? null : ((await knownValidator?.(reference)) ?? null);
    const early = reference.scheme === 'file' ? null : await stored(reference, known, edge);
    if (early) return early;
    let validator = known;
    const source = await bytes.open(reference, { signal, priority });
    try {
      const seen = validatorOf(await checkSource(source));
      if (reference.scheme === 'file' || known !== null) validator = seen ?? known;
    } finally {
      source.close();
    }
    const late = validator === known ? null : await stored(reference, validator, edge);
    if (late) return late;
    const file: LeasedFile = await bytes.fetch(reference, { signal, priority, isExplicit: false });
    try {
      if (file.bytes > thumbnailSourceLimit) throw cannotShow(`A picture of ${sizeInWords(file.bytes)}`);
      const thumbnail = await pool.decode(file.path, { edge, isUrgent: priority === 'visible', signal });
      await thumbnails.put(canonical, validator, edge, thumbnail).catch((thrown: unknown) => {
        if (!(thrown instanceof Failure)) throw thrown; // a full disk or a read-only library costs the next look, not this one
      });
      return thumbnail;
    } finally {
      file.release();
    }
  }

  async function stored(reference: Reference, validator: string | null, edge: number): Promise<Thumbnail | null> {
    const found = await thumbnails.get(reference.canonical, validator, edge);
    if (found?.mime !== 'image/jpeg' && found?.mime !== 'image/webp') return null;
    return { bytes: found.bytes, mime: found.mime, width: found.width, height: found.height };
  }

  return {
    probe: (reference, { signal, priority }) =>
      probes.join(reference.canonical, { signal, priority, start: (flight) => probe(reference, flight) }),
    thumbnail: (reference, { edge, signal, priority }) =>
      pictures.join(`${edge} ${reference.canonical}`, { signal, priority, start: (flight) => make(reference, edge, flight) }),
    async close() {
      probes.abortAll();
      pictures.abortAll();
      pool.close();
      await Promise.all([probes.settled(), pictures.settled()]);
    },
  };
}
