/** Films and sound, by the mediabunny library over our own reads: few and small ones, and never the whole file. */
import type { Input, InputAudioTrack, InputFormat, InputVideoTrack, MetadataTags } from 'mediabunny';
import { Failure } from '../../src-shared/model/error.ts';
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import { adtsDuration } from './adts.ts';
import { corrupt, type HeaderBudget } from './header-reader.ts';
import { readMatroskaRate } from './matroska-rate.ts';
import { mp3Bitrate } from './mp3-rate.ts';
import type { IndexedTrack, Mp4Index } from './mp4-index.ts';
import { readOggEnds } from './ogg.ts';
import { soundStart } from './sound-start.ts';
import { plainTags, textOf } from './tags.ts';
import { type TimedReads, withTimedInput } from './timed-input.ts';
import { readStreamEnds } from './transport-stream.ts';
import { unsaid } from './unsaid.ts';

/** Reading to the last packet for a length that the header does not say may cost this much more. */
const searchBudget: HeaderBudget = { bytes: 1024 * 1024, reads: 200 };

const formatNames: Record<string, string> = {
  MP4: 'mp4',
  'QuickTime File Format': 'mov',
  Matroska: 'matroska',
  WebM: 'webm',
  Ogg: 'ogg',
  WAVE: 'wav',
  FLAC: 'flac',
  MP3: 'mp3',
  ADTS: 'aac',
  'MPEG Transport Stream': 'mpegts',
};
const videoMimes: Record<string, string> = { '3gp': 'video/3gpp', mpegts: 'video/mp2t' };
const audioMimes: Record<string, string> = {
  '3gp': 'audio/3gpp',
  ogg: 'audio/ogg',
  mp4: 'audio/mp4',
  matroska: 'audio/x-matroska',
  webm: 'audio/webm',
  mov: 'audio/mp4',
};
const codecNames: Record<string, string> = { avc: 'h264', mp4v: 'mpeg4', s263: 'h263' };
const movies: ReadonlySet<string> = new Set(['mp4', 'mov', '3gp']);
/** Frames looked at for the rate of a film in fragments, which costs 4 KB. */
const framesOfFragments = 50;
/** Why a length is null, where the container has no place for it. */
export const whyUnknown: Readonly<Record<string, string>> = {
  aac: 'a stream of AAC frames of changing size tells its length only when all of it is read',
  mpegts: 'no time stamps were found near both ends of the stream',
};

/** A number that the file may say, or null; a track that cannot be read says nothing. */
async function numberOr(work: Promise<number | null>): Promise<number | null> {
  const value = await work.catch((thrown: unknown) => {
    if (thrown instanceof Failure) throw thrown;
    return null;
  });
  return value !== null && Number.isFinite(value) && value > 0 ? value : null;
}

/** The library's word, else the container's own code where it is text (`alac`). */
async function codecOf(track: InputVideoTrack | InputAudioTrack): Promise<string | null> {
  const codec = await track.getCodec();
  if (codec !== null) return codecNames[codec] ?? codec;
  const internal = await track.getInternalCodecId();
  return typeof internal === 'string' && internal.trim() !== '' ? (codecNames[internal] ?? internal.trim().slice(0, 100)) : null;
}

async function videoFacts(track: InputVideoTrack) {
  return {
    width: await numberOr(track.getDisplayWidth()),
    height: await numberOr(track.getDisplayHeight()),
    pixelWidth: await numberOr(track.getCodedWidth()),
    pixelHeight: await numberOr(track.getCodedHeight()),
    rotation: await track.getRotation(),
    codec: await codecOf(track),
  };
}

async function audioFacts(track: InputAudioTrack) {
  const codec = await codecOf(track);
  return {
    codec: codec?.startsWith('pcm') || codec?.endsWith('law') ? 'pcm' : codec,
    sampleRate: await numberOr(track.getSampleRate()),
    channels: await numberOr(track.getNumberOfChannels()),
    bitrate: await numberOr(track.getAverageBitrate().then((value) => value ?? track.getBitrate())),
  };
}

/** Uncompressed sound has a rate that follows from its samples. */
async function pcmBitrate(track: InputAudioTrack): Promise<number | null> {
  const codec = await track.getCodec();
  const bits = codec === null ? null : codec.endsWith('law') ? 8 : Number(/^pcm-[usf](\d+)/.exec(codec)?.[1] ?? Number.NaN);
  if (bits === null || Number.isNaN(bits)) return null;
  return bits * (await track.getSampleRate()) * (await track.getNumberOfChannels());
}

/** What is measured rather than said: null where it would cost a part of the film. */
interface Measured {
  readonly duration: number | null;
  readonly fps: number | null;
  /** Of the sound alone. */
  readonly bitrate: number | null;
}

interface Tracks {
  readonly input: Input;
  readonly video: InputVideoTrack | null;
  readonly audio: InputAudioTrack | null;
}

function rateOf(value: number): number | null {
  return Number.isFinite(value) && value > 0 ? Number(value.toFixed(3)) : null;
}

function indexed(index: Mp4Index, track: InputVideoTrack | InputAudioTrack | null): IndexedTrack | null {
  if (!track) return null;
  const alike = index.tracks.filter(({ kind }) => kind === track.type);
  return alike.find(({ id }) => id === track.id) ?? alike[0] ?? null;
}

/** By the sums of the index; a film in fragments has none, and tells its length at its end and its rate in the first of them. */
async function measureMovie(tracks: Tracks, index: Mp4Index | null, reads: TimedReads): Promise<Measured> {
  const picture = index && indexed(index, tracks.video);
  const sound = index && indexed(index, tracks.audio);
  let duration = index?.duration ?? null;
  let fps = picture && picture.seconds > 0 ? rateOf(picture.frames / picture.seconds) : null;
  const bitrate = sound?.bytes && sound.seconds > 0 ? (sound.bytes * 8) / sound.seconds : null;
  if (fps === null && tracks.video) {
    const stats = await tracks.video.computePacketStats(framesOfFragments).catch(() => null);
    fps = rateOf(stats?.averagePacketRate ?? 0);
  }
  if (duration === null) {
    reads.spend(searchBudget);
    const end = await numberOr(tracks.input.computeDuration()).catch(() => null);
    const start = await tracks.input.getFirstTimestamp().catch(() => 0);
    duration = end === null ? null : end - Math.max(0, start);
  }
  return { duration, fps, bitrate };
}

/** What a container says besides its tracks, each in its own way. */
async function measure(format: string, tracks: Tracks, size: number, reads: TimedReads): Promise<Measured> {
  if (movies.has(format)) return await measureMovie(tracks, reads.index, reads);
  let duration = await numberOr(tracks.input.getDurationFromMetadata());
  let bitrate: number | null = null;
  let fps: number | null = null;
  if (format === 'ogg' && !tracks.video) {
    const ends = await readOggEnds(reads.spend(searchBudget), size);
    duration ??= ends.duration;
    bitrate = ends.bitrate;
  } else if (format === 'mpegts') {
    const ends = await readStreamEnds(reads.spend(searchBudget), size);
    duration ??= ends.duration;
    fps = ends.fps;
  } else if (format === 'matroska' || format === 'webm') {
    fps = tracks.video ? await readMatroskaRate(reads.spend(searchBudget)) : null;
  } else if (format === 'mp3' || format === 'aac' || format === 'flac') {
    const reader = reads.spend(searchBudget);
    const start = await soundStart(reader, format);
    if (format === 'aac') duration ??= await adtsDuration(reader, start, size);
    if (format === 'mp3') bitrate = await mp3Bitrate(reader, start, duration);
    if (duration !== null) bitrate ??= ((size - start) * 8) / duration;
  }
  return { duration, fps: tracks.video ? fps : null, bitrate };
}

/** `brand` is the major one of an `ftyp` box. Throws `corrupt` or `unsupported`, and what reading throws. */
export function readTimed(source: ByteSource, size: number, brand: string | null): Promise<MediaFacts> {
  return withTimedInput(source, size, (input, reads) => factsOf(input, { size, brand, reads }));
}

function nameOfFormat(input: InputFormat, brand: string | null): string {
  if (brand !== null && /^3g[p2]/.test(brand)) return '3gp';
  return formatNames[input.name] ?? input.name.toLowerCase();
}

async function factsOf(
  input: Input,
  { size, brand, reads }: { size: number; brand: string | null; reads: TimedReads },
): Promise<MediaFacts> {
  const inputFormat = await input.getFormat();
  const format = nameOfFormat(inputFormat, brand);
  const videoTrack = await input.getPrimaryVideoTrack();
  const audioTrack = await input.getPrimaryAudioTrack();
  if (!videoTrack && !audioTrack) throw corrupt('it says of no picture and no sound');
  const tags = await input.getMetadataTags().catch(() => ({}) as MetadataTags);
  const video = videoTrack ? await videoFacts(videoTrack) : null;
  const audio = audioTrack ? await audioFacts(audioTrack) : null;
  const measured = await measure(format, { input, video: videoTrack, audio: audioTrack }, size, reads);
  const bitrate = audioTrack ? (audio?.bitrate ?? (await pcmBitrate(audioTrack)) ?? measured.bitrate) : null;
  return {
    ...unsaid,
    kind: video ? 'video' : 'audio',
    format,
    mime: video ? (videoMimes[format] ?? inputFormat.mimeType) : (audioMimes[format] ?? inputFormat.mimeType),
    width: video?.width ?? null,
    height: video?.height ?? null,
    pixelWidth: video?.pixelWidth ?? null,
    pixelHeight: video?.pixelHeight ?? null,
    duration: measured.duration,
    fps: measured.fps,
    codec: video ? video.codec : (audio?.codec ?? null),
    rotation: video?.rotation ?? null,
    hasAudio: audioTrack !== null,
    sampleRate: audio?.sampleRate ?? null,
    channels: audio?.channels ?? null,
    bitrate: bitrate === null ? null : Math.round(bitrate),
    title: textOf(tags.title),
    artist: textOf(tags.artist),
    album: textOf(tags.album),
    metadata: {
      ...plainTags(tags),
      ...(video && audio ? { audio_codec: audio.codec } : {}),
      ...(measured.duration === null ? { duration_unknown: whyUnknown[format] ?? 'the header does not say it' } : {}),
      bytes: size,
    },
  };
}
