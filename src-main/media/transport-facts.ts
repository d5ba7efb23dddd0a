/**
 * Facts of an MPEG transport stream. The library does not see pictures of MPEG-1 and MPEG-2, nor streams of several programs, nor the
 * layer of MPEG audio; those are read here, from the tables and the first frames of each stream.
 */
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import { corrupt, createHeaderReader, type HeaderReader } from './header-reader.ts';
import { readMpegPicture } from './mpeg-picture.ts';
import { hasSoundFrames, readSoundFrame, type SoundFrame } from './sound-frame.ts';
import { readTimed, whyUnknown } from './timed.ts';
import { layoutOf, packetsIn } from './transport-packets.ts';
import { type ProgramStream, type Programs, programsIn } from './transport-program.ts';
import { readStreamEnds } from './transport-stream.ts';
import { unsaid } from './unsaid.ts';

/** Looked at until all is said: tables come every tenth of a second, a header of the picture every half, of up to 40 Mbit/s. */
const reaches = [64 * 1024, 256 * 1024, 1024 * 1024, 2.5 * 1024 * 1024];
const budget = { bytes: 4 * 1024 * 1024, reads: 60 };
/** Of a sound: some frames. Of a picture a header is searched in all that came. */
const soundBytes = 4096;
const seenByLibrary: ReadonlySet<string> = new Set(['h264', 'hevc']);
const headedPictures: ReadonlySet<string> = new Set(['mpeg1', 'mpeg2']);

interface Program {
  readonly video: ProgramStream | null;
  readonly audio: ProgramStream | null;
  readonly picture: ReturnType<typeof readMpegPicture>;
  readonly sound: SoundFrame | null;
  /** How many programs the file says of. */
  readonly count: number;
}

/** What the packets of each wanted stream carry, without the headers of their frames. */
function contentsOf(bytes: Uint8Array, wanted: ReadonlySet<number>): Map<number, Uint8Array[]> {
  const layout = layoutOf(bytes);
  const contents = new Map<number, Uint8Array[]>();
  if (!layout) return contents;
  for (const { pid, isStart, payload } of packetsIn(bytes, layout)) {
    if (!wanted.has(pid)) continue;
    const parts = contents.get(pid);
    if (isStart) {
      const content = payload.subarray(9 + (payload[8] ?? 0));
      if (parts) parts.push(content);
      else contents.set(pid, [content]);
    } else parts?.push(payload);
  }
  return contents;
}

/** Of several programs the first with a picture, where the file has packets of one: a recording of one may list them all. */
function chosenOf(programs: Programs, contents: ReadonlyMap<number, unknown>): readonly ProgramStream[] {
  const has = (streams: readonly ProgramStream[], kind: ProgramStream['kind']) =>
    streams.some((stream) => stream.kind === kind && contents.has(stream.pid));
  const { met } = programs;
  return met.find((streams) => has(streams, 'video')) ?? met.find((streams) => has(streams, 'audio')) ?? met.flat();
}

function programIn(bytes: Uint8Array): (Program & { isAll: boolean }) | null {
  const layout = layoutOf(bytes);
  const programs = layout && programsIn(bytes, layout);
  if (!programs) return null;
  const contents = contentsOf(bytes, new Set(programs.met.flat().map(({ pid }) => pid)));
  const streams = chosenOf(programs, contents);
  const first = (kind: ProgramStream['kind']) => {
    const alike = streams.filter((stream) => stream.kind === kind);
    return alike.find(({ pid }) => contents.has(pid)) ?? alike[0] ?? null;
  };
  const [video, audio] = [first('video'), first('audio')];
  const partsOf = (stream: ProgramStream | null) => (stream && contents.get(stream.pid)) ?? [];
  const picture = video && headedPictures.has(video.codec) ? readMpegPicture(Buffer.concat(partsOf(video))) : null;
  const sound = audio && readSoundFrame(audio.codec, Buffer.concat(partsOf(audio)).subarray(0, soundBytes));
  const isPictureSaid = video === null || (headedPictures.has(video.codec) ? picture !== null : contents.has(video.pid));
  const isSoundSaid = audio === null || (hasSoundFrames(audio.codec) ? sound !== null : contents.has(audio.pid));
  // While a table is missing, a program with a picture may still come.
  const isListed = video !== null || programs.met.length === programs.count;
  return { video, audio, picture, sound, count: programs.count, isAll: isListed && isPictureSaid && isSoundSaid };
}

async function readProgram(reader: HeaderReader): Promise<Program | null> {
  let bytes = new Uint8Array(0);
  let program: ReturnType<typeof programIn> = null;
  for (const reach of reaches) {
    const asked = reach - bytes.length;
    const more = await reader.upTo(bytes.length, asked);
    bytes = Buffer.concat([bytes, more]);
    program = programIn(bytes);
    if (program?.isAll || more.length < asked) break;
  }
  return program;
}

/** Throws `corrupt` where no stream is said of, `unsupported`, and what reading throws. The source stays the caller's to close. */
export async function readTransport(source: ByteSource, size: number): Promise<MediaFacts> {
  const reader = createHeaderReader(source, 'transport stream', budget);
  const program = await readProgram(reader);
  if (!program) return await readTimed(source, size, null);
  const { video, audio, picture, sound } = program;
  if (!video && !audio) throw corrupt('it says of no picture and no sound');
  const soundCodec = audio ? (sound?.codec ?? audio.codec) : null;
  if (program.count === 1 && (video ? seenByLibrary.has(video.codec) : audio?.codec !== 'mp2')) {
    const facts = await readTimed(source, size, null);
    const isLayerTold = facts.kind === 'video' && facts.hasAudio === true && audio?.codec === 'mp2';
    return isLayerTold ? { ...facts, metadata: { ...facts.metadata, audio_codec: soundCodec } } : facts;
  }
  const ends = await readStreamEnds(reader, size);
  return {
    ...unsaid,
    kind: video ? 'video' : 'audio',
    format: 'mpegts',
    mime: 'video/mp2t',
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    pixelWidth: picture?.pixelWidth ?? null,
    pixelHeight: picture?.pixelHeight ?? null,
    duration: ends.duration,
    fps: video ? (picture?.fps ?? ends.fps) : null,
    codec: video ? (picture?.codec ?? video.codec) : soundCodec,
    rotation: video ? 0 : null,
    hasAudio: audio !== null,
    sampleRate: sound?.sampleRate ?? null,
    channels: sound?.channels ?? null,
    metadata: {
      ...(video && audio ? { audio_codec: soundCodec } : {}),
      ...(program.count > 1 ? { programs: program.count } : {}),
      ...(ends.duration === null ? { duration_unknown: whyUnknown.mpegts } : {}),
      bytes: size,
    },
  };
}
