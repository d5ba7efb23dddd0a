/** A film of one frame, cut out of a long one: what a poster needs, and a player can show, for the price of one key frame. */
import {
  BufferTarget,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  type InputVideoTrack,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  type VideoCodec,
  WebMOutputFormat,
} from 'mediabunny';
import { Failure } from '../../src-shared/model/error.ts';
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import type { HeaderBudget } from './header-reader.ts';
import { type TimedReads, withTimedInput } from './timed-input.ts';

export interface OneFrame {
  readonly bytes: Uint8Array;
  readonly mime: string;
  /** How ffmpeg calls the container. */
  readonly demuxer: string;
}

/** Films begin black; a tenth in, there mostly is something to see. */
const place = 0.1;
/** Finding that place costs a few KB with an index; a film without one is not read through for it. The frame itself is within. */
const searchBudget: HeaderBudget = { bytes: 16 * 1024 * 1024, reads: 300 };
/** The library writes out every frame of an index to find one; at 30 a second so many are 4.6 hours. */
const mostFrames = 500_000;
const libraryFormats: ReadonlySet<string> = new Set(['mp4', 'mov', '3gp', 'matroska', 'webm']);

type FilmFacts = Pick<MediaFacts, 'format' | 'codec' | 'duration' | 'metadata'>;

/** Seconds for which the frame is shown: a player needs some. */
const frameSeconds = 1;

/** Containers that may hold each codec, as Chromium and ffmpeg read them. */
function containerOf(codec: VideoCodec) {
  if (codec === 'vp8' || codec === 'vp9' || codec === 'av1') {
    return { format: new WebMOutputFormat(), mime: 'video/webm', demuxer: 'matroska' };
  }
  if (codec === 'prores') return { format: new MovOutputFormat({ fastStart: 'in-memory' }), mime: 'video/quicktime', demuxer: 'mov' };
  return { format: new Mp4OutputFormat({ fastStart: 'in-memory' }), mime: 'video/mp4', demuxer: 'mov' };
}

async function keyPacketOf(track: InputVideoTrack, duration: number | null, reads: TimedReads): Promise<EncodedPacket | null> {
  const sink = new EncodedPacketSink(track);
  if (duration !== null) {
    reads.spend(searchBudget);
    try {
      const near = await sink.getKeyPacket(duration * place);
      if (near) return near;
    } catch (thrown) {
      // The search was too long, or led into a damaged part: the beginning does as well. What the network says stands.
      if (thrown instanceof Failure && thrown.error.cause !== 'corrupt') throw thrown;
    }
  }
  reads.spend(searchBudget);
  return sink.getFirstKeyPacket();
}

/** True where the library finds its way in the film. */
function isCuttable({ format, codec, metadata }: FilmFacts): boolean {
  if (format === 'mpegts') return (codec === 'h264' || codec === 'hevc') && metadata.programs === undefined;
  return libraryFormats.has(format);
}

/**
 * The frame near a tenth of the film (the first where its length is not known) as a file of its own, turned and shaped as the film says. Null where
 * the film's codec cannot be put into another file, its container is not read, or it has too many frames. Throws `corrupt`, `unsupported` and what reading throws.
 */
export async function readOneFrame(source: ByteSource, size: number, facts: FilmFacts): Promise<OneFrame | null> {
  if (!isCuttable(facts)) return null;
  return await withTimedInput(source, size, async (input, reads) => {
    if (reads.index?.tracks.some(({ kind, frames }) => kind === 'video' && frames > mostFrames)) return null;
    const track = await input.getPrimaryVideoTrack();
    const codec = (await track?.getCodec()) ?? null;
    const decoderConfig = (await track?.getDecoderConfig()) ?? null;
    if (!track || codec === null || decoderConfig === null) return null;
    const packet = await keyPacketOf(track, facts.duration, reads);
    if (!packet) return null;
    const { format, mime, demuxer } = containerOf(codec);
    const target = new BufferTarget();
    const output = new Output({ format, target });
    const packets = new EncodedVideoPacketSource(codec);
    output.addVideoTrack(packets, { rotation: await track.getRotation() });
    await output.start();
    await packets.add(packet.clone({ timestamp: 0, duration: frameSeconds }), { decoderConfig });
    await output.finalize();
    return target.buffer ? { bytes: new Uint8Array(target.buffer), mime, demuxer } : null;
  });
}
