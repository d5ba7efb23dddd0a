/** Reads what header bytes say of one file. */
import { fail } from '../../src-shared/model/error.ts';
import type { MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import { readAiff } from './aiff.ts';
import { readAsf } from './asf.ts';
import { readAvi } from './avi.ts';
import { type CallAfter, callAfter, createBoundedSource, type ProbeLimits } from './bounded-source.ts';
import { readExif, validOrientation } from './exif.ts';
import { readFlv } from './flv.ts';
import { corrupt, createHeaderReader, type HeaderBudget } from './header-reader.ts';
import type { ImageHeader } from './images/image-header.ts';
import type { Probe } from './media.ts';
import { readOgg } from './ogg-facts.ts';
import { readProgramStream } from './program-stream.ts';
import { type Sniffed, sniff, sniffLength } from './sniff.ts';
import { readTimed } from './timed.ts';
import { readTransport } from './transport-facts.ts';
import { unsaid } from './unsaid.ts';

/** Large profiles and previews push a frame header far back, but they are jumped over. */
const smallBudget: HeaderBudget = { bytes: 4 * 1024 * 1024, reads: 400 };
/** A picture's header is a few requests; the worst photograph seen, with 13 segments of profile, takes 21. */
const pictureLimits: ProbeLimits = { bytes: 4 * 1024 * 1024, requests: 100, milliseconds: 60_000 };
/** An index of a film of many hours has some tens of MB, and comes slowly from far away. */
const filmLimits: ProbeLimits = { bytes: 64 * 1024 * 1024, requests: 200, milliseconds: 300_000 };
/** A server may not say how long a film is; up to this many bytes are then read to find out. */
const searchedForEnd = 8 * 1024 * 1024;

function imageFacts(header: ImageHeader): MediaFacts {
  const exif = header.exif ? readExif(header.exif) : null;
  const orientation = exif?.orientation ?? validOrientation(header.orientation);
  const isTurned = orientation !== null && orientation >= 5;
  const shown = header.displayed ?? {
    width: isTurned ? header.pixelHeight : header.pixelWidth,
    height: isTurned ? header.pixelWidth : header.pixelHeight,
  };
  return {
    ...unsaid,
    kind: 'image',
    format: header.format,
    mime: header.mime,
    width: shown.width,
    height: shown.height,
    pixelWidth: header.pixelWidth,
    pixelHeight: header.pixelHeight,
    orientation,
    mode: header.mode,
    codec: header.codec ?? null,
    metadata: { ...header.metadata, ...(exif && Object.keys(exif.tags).length > 0 ? { exif: exif.tags } : {}) },
  };
}

/** Bytes of the whole file. Throws `unsupported` where nobody says and it is long. */
export async function sizeOf(source: ByteSource, remote: RemoteFacts): Promise<number> {
  if (remote.size !== null) return remote.size;
  const bytes = await source.read(0, searchedForEnd);
  if (bytes.length < searchedForEnd) return bytes.length;
  throw fail('unsupported', {
    message: 'The server does not say how long this file is, so its parts cannot be found.',
    next: 'Fetch the whole file.',
  });
}

/** A probe, and the header of the picture that it was read from; null for films and sound. */
export interface ReadHeader {
  readonly probe: Probe;
  readonly header: ImageHeader | null;
}

/** Like `readHeader`, for who wants the facts alone. */
export async function probeSource(source: ByteSource, after: CallAfter = callAfter): Promise<Probe> {
  return (await readHeader(source, after)).probe;
}

/**
 * The source stays the caller's to close. `after` is the clock by which a slow source ends. Throws `corrupt`, `unsupported` (says what
 * came), `timeout` and what reading throws.
 */
export async function readHeader(source: ByteSource, after: CallAfter = callAfter): Promise<ReadHeader> {
  const bounded = createBoundedSource(source, pictureLimits, after);
  const front = await bounded.read(0, sniffLength);
  const remote = await bounded.remote();
  if (front.length === 0) throw fail('corrupt', { message: 'The file is empty.', next: 'Get the file again.' });
  const sniffed = sniff(front);
  if (sniffed.kind === 'other') throw fail('unsupported', { message: `${sniffed.what} cannot be shown.`, next: 'Open it elsewhere.' });
  if (sniffed.kind === 'image') {
    const header = await sniffed.read(createHeaderReader(bounded, sniffed.name, smallBudget)).catch((thrown: unknown) => {
      if (thrown instanceof RangeError) throw corrupt(`this ${sniffed.name} ends inside its header`);
      throw thrown;
    });
    return { probe: { remote, facts: imageFacts(header), cost: { ...source.cost } }, header };
  }
  bounded.limit(filmLimits);
  const facts = await timelineFacts(bounded, sniffed, await sizeOf(bounded, remote));
  return { probe: { remote, facts, cost: { ...source.cost } }, header: null };
}

async function timelineFacts(
  source: ByteSource,
  sniffed: Exclude<Sniffed, { kind: 'image' | 'other' }>,
  size: number,
): Promise<MediaFacts> {
  const header = (format: string) => createHeaderReader(source, format, smallBudget);
  switch (sniffed.kind) {
    case 'aiff':
      return await readAiff(header('AIFF'), size);
    case 'avi':
      return await readAvi(header('AVI'), size);
    case 'asf':
      return await readAsf(header('Windows Media file'), size);
    case 'flv':
      return await readFlv(header('Flash video'), size);
    case 'mpegps':
      return await readProgramStream(header('MPEG file'), size);
    case 'mpegts':
      return await readTransport(source, size);
    case 'ogg':
      return await readOgg(source, size);
    case 'timed':
      return await readTimed(source, size, sniffed.brand);
  }
}
