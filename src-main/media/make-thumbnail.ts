/** Makes one thumbnail, by the least of the file that shows it. */
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';
import type { ThumbnailEdge } from '../../src-shared/model/thumbnail.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import type { Bytes, Priority } from '../cache/bytes.ts';
import { demuxerOf } from './demuxers.ts';
import { readPreview } from './embedded-preview.ts';
import type { HelperPool } from './helper-pool.ts';
import { checkPixels, leaseToLook } from './lease-to-look.ts';
import type { LookingLimit } from './looking-limit.ts';
import type { Picture, Probe } from './media.ts';
import { readOneFrame } from './one-frame.ts';
import { pictureTask, thumbnailQuality } from './picture-task.ts';
import { type ReadHeader, readHeader, sizeOf } from './probe.ts';
import { readCover } from './read-cover.ts';
import type { RecentFrames } from './recent-frames.ts';
import { sniff } from './sniff.ts';
import type { ThumbnailFailure } from './thumbnail-failures.ts';

/** What making thumbnails stands on. */
export interface Workshop {
  readonly bytes: Bytes;
  readonly pool: HelperPool;
  readonly frames: RecentFrames;
  /** Path of ffmpeg, or null where there is none. */
  readonly ffmpeg: () => Promise<string | null>;
}

/** One thumbnail to make. The front of the file has been read already. */
export interface Order {
  readonly reference: Reference;
  readonly source: ByteSource;
  readonly front: Uint8Array;
  readonly remote: RemoteFacts;
  readonly edge: ThumbnailEdge;
  /** How much of the file may be fetched. */
  readonly limit: LookingLimit;
  readonly signal: AbortSignal;
  readonly priority: Priority;
  readonly onProbe: (probe: Probe) => void;
  /** Told what the window may draw in its place if this fails. */
  readonly onDrawable: (what: ThumbnailFailure['drawHere']) => void;
}

/** A thumbnail and the edge that it is to be kept under. */
export interface Made {
  readonly picture: Picture;
  readonly edge: number;
}

/** Below this a file is fetched as soon as its header: two requests would cost more than they save. */
const worthLooking = 64 * 1024;

function cannotShow(what: string): Failure {
  return fail('unsupported', { message: `${what} cannot be shown.`, next: 'Open it elsewhere.' });
}

/** Sound whose container has no place for a cover, or is not read for one. */
const coverless: ReadonlySet<string> = new Set(['aiff', 'avi', 'asf', 'flv', 'mpegps', 'mpegts']);

/** Where the whole is decoded, the next size costs nothing more and answers for tiles too. */
function wholeEdge(edge: ThumbnailEdge): number {
  return edge === 128 ? 320 : edge;
}

/** Throws `Failure`: why there is none. */
export function makeThumbnail(workshop: Workshop, order: Order): Promise<Made> {
  const { front } = order;
  if (front.length === 0) throw fail('corrupt', { message: 'The file is empty.', next: 'Get the file again.' });
  const sniffed = sniff(front);
  if (sniffed.kind === 'other') throw cannotShow(sniffed.what);
  if (sniffed.kind === 'image') return ofPicture(workshop, order, sniffed.name);
  return ofTimed(workshop, order);
}

/** A damaged header is no reason yet: the decoder may see more in it. */
function headerOrNull(source: ByteSource): Promise<ReadHeader | null> {
  return readHeader(source).catch((thrown: unknown) => {
    if (thrown instanceof Failure && thrown.error.cause === 'corrupt') return null;
    throw thrown;
  });
}

async function ofPicture({ bytes, pool }: Workshop, order: Order, name: string): Promise<Made> {
  const { reference, source, remote, edge, limit, signal, priority, onProbe } = order;
  const options = { isUrgent: priority === 'visible', signal };
  let read: ReadHeader | null = null;
  // Where the whole may not be fetched, the header at least says the shape of the picture.
  if (limit.fetch !== 'as_needed' || (name === 'JPEG' && (remote.size === null || remote.size > worthLooking))) {
    read = await headerOrNull(source);
    if (read) onProbe(read.probe);
    const facts = read?.probe.facts;
    const preview = read?.header && facts ? await readPreview(source, { header: read.header, facts, edge }) : null;
    if (preview && facts) {
      const task = { kind: 'picture', input: preview, sizes: [edge], density: null, quality: thumbnailQuality } as const;
      const made = await pool.pictures({ ...task, orientation: facts.orientation ?? 1 }, options).catch((thrown: unknown) => {
        if (thrown instanceof Failure && thrown.error.cause !== 'cancelled') return null; // the picture itself may be whole
        throw thrown;
      });
      if (made) return { picture: made[0], edge };
    }
  }
  const file = await leaseToLook(bytes, reference, { size: remote.size, limit, signal, priority });
  const whole = reference.scheme === 'file' ? source : await bytes.open(reference, { signal, priority });
  try {
    if (!read) {
      read = await headerOrNull(whole);
      if (read) onProbe(read.probe);
    }
    if (read) checkPixels(read.probe.facts);
    const size = wholeEdge(edge);
    const where = { path: file.path, source: whole, size, quality: thumbnailQuality };
    const [picture] = await pool.pictures(await pictureTask(name, read?.probe.facts ?? null, where), options);
    return { picture, edge: size };
  } finally {
    if (whole !== source) whole.close();
    file.release();
  }
}

async function ofTimed(workshop: Workshop, order: Order): Promise<Made> {
  const { source, remote, onProbe, onDrawable } = order;
  const { probe } = await readHeader(source);
  onProbe(probe);
  const { facts } = probe;
  if (facts.kind === 'video') return await ofFilm(workshop, order, facts);
  onDrawable('audio');
  const cover = coverless.has(facts.format) ? null : await readCover(source, await sizeOf(source, remote));
  const noCover = cannotShow('A sound without a cover');
  if (!cover) throw noCover;
  const size = wholeEdge(order.edge);
  const task = { kind: 'picture', input: cover, sizes: [size], orientation: null, density: null, quality: thumbnailQuality } as const;
  const options = { isUrgent: order.priority === 'visible', signal: order.signal };
  const [picture] = await workshop.pool.pictures(task, options).catch((thrown: unknown) => {
    // A cover that is damaged, or of a kind that nobody draws, leaves the sound whole.
    throw thrown instanceof Failure && thrown.error.cause !== 'cancelled' ? noCover : thrown;
  });
  return { picture, edge: size };
}

async function ofFilm({ bytes, pool, frames, ffmpeg: whereFfmpeg }: Workshop, order: Order, facts: MediaFacts): Promise<Made> {
  const { reference, source, remote, limit, signal, priority, onDrawable } = order;
  const frame = await readOneFrame(source, await sizeOf(source, remote), facts);
  if (frame) {
    frames.put(reference.canonical, frame);
    onDrawable('video');
  }
  const ffmpeg = await whereFfmpeg();
  if (ffmpeg === null) {
    throw fail('unsupported', { message: 'A picture of a film cannot be made without ffmpeg.', next: 'Install ffmpeg, then start again.' });
  }
  const size = wholeEdge(order.edge);
  const shown = facts.width === null || facts.height === null ? null : { width: Math.round(facts.width), height: Math.round(facts.height) };
  const task = { kind: 'frame', ffmpeg, sizes: [size], rotation: facts.rotation ?? 0, shown, quality: thumbnailQuality } as const;
  const options = { isUrgent: priority === 'visible', signal };
  if (frame) {
    const [picture] = await pool.pictures({ ...task, input: frame.bytes, demuxer: frame.demuxer }, options);
    return { picture, edge: size };
  }
  const demuxer = demuxerOf(facts.format);
  if (demuxer === null) throw cannotShow('A film of this kind');
  const file = await leaseToLook(bytes, reference, { size: remote.size, limit, signal, priority });
  try {
    const [picture] = await pool.pictures({ ...task, input: file.path, demuxer }, options);
    return { picture, edge: size };
  } finally {
    file.release();
  }
}
