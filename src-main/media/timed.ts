/** Films and sound, by the mediabunny library over our own reads: few and small ones, and never the whole file. */
import type { Input, InputAudioTrack, InputFormat, InputVideoTrack, MetadataTags } from 'mediabunny';
import { Failure } from '../../src-shared/model/error.ts';
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import { corrupt, type HeaderBudget, type HeaderReader } from './header-reader.ts';
import { readOggEnds } from './ogg.ts';
import { soundStart } from './sound-start.ts';
import { withTimedInput } from './timed-input.ts';

/** Reading to the last packet for a length that the header does not say may cost this much more. */
const searchBudget: HeaderBudget = { bytes: 1024 * 1024, reads: 200 };
const textLimit = 2000;

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
const videoMimes: Record<string, string> = { '3gp': 'video/3gpp', mpegts: 'video/mp2t', ogg: 'video/ogg' };
const audioMimes: Record<string, string> = {
  '3gp': 'audio/3gpp',
  ogg: 'audio/ogg',
  mp4: 'audio/mp4',
  matroska: 'audio/x-matroska',
  webm: 'audio/webm',
  mov: 'audio/mp4',
};
const codecNames: Record<string, string> = { avc: 'h264', mp4v: 'mpeg4', s263: 'h263' };
/** Frames looked at for a frame rate: all of a clip, the beginning of a film. */
const framesForRate = 2000;
const framesForRateOfFragments = 50;

function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll('\0', '').trim();
  return text === '' ? null : text.slice(0, textLimit);
}

function plainTags(tags: MetadataTags): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tags)) {
    if (name === 'raw' || name === 'images') continue;
    if (value instanceof Date) {
      if (!Number.isNaN(value.getTime())) out[name] = value.toISOString();
    } else if (typeof value === 'number' && Number.isFinite(value)) out[name] = value;
    else if (textOf(value) !== null) out[name] = textOf(value);
  }
  if (tags.images?.length) out.pictures = tags.images.length;
  const raw: Record<string, string> = {};
  for (const [name, value] of Object.entries(tags.raw ?? {}).slice(0, 100)) {
    const text = textOf(value);
    if (text !== null) raw[name] = text;
  }
  if (Object.keys(raw).length > 0) out.tags = raw;
  return out;
}

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

async function videoFacts(track: InputVideoTrack, framesToCount: number) {
  const stats = framesToCount > 0 ? await track.computePacketStats(framesToCount).catch(() => null) : null;
  const rotation = await track.getRotation();
  return {
    width: await numberOr(track.getDisplayWidth()),
    height: await numberOr(track.getDisplayHeight()),
    pixelWidth: await numberOr(track.getCodedWidth()),
    pixelHeight: await numberOr(track.getCodedHeight()),
    rotation,
    fps:
      stats && Number.isFinite(stats.averagePacketRate) && stats.averagePacketRate > 0 ? Number(stats.averagePacketRate.toFixed(3)) : null,
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

/** `brand` is the major one of an `ftyp` box. Throws `corrupt` or `unsupported`, and what reading throws. */
export function readTimed(source: ByteSource, size: number, brand: string | null): Promise<MediaFacts> {
  return withTimedInput(source, size, (input, { header, spend }) =>
    factsOf(input, { size, brand, header, beginSearch: () => spend(searchBudget) }),
  );
}

interface About {
  readonly size: number;
  readonly brand: string | null;
  readonly header: HeaderReader;
  /** From now on reads count against the smaller budget for what the header does not say. */
  beginSearch(): HeaderReader;
}

function nameOfFormat(input: InputFormat, brand: string | null): string {
  if (brand !== null && /^3g[p2]/.test(brand)) return '3gp';
  return formatNames[input.name] ?? input.name.toLowerCase();
}

async function factsOf(input: Input, { size, brand, header, beginSearch }: About): Promise<MediaFacts> {
  const inputFormat = await input.getFormat();
  const format = nameOfFormat(inputFormat, brand);
  const isMp4 = format === 'mp4' || format === 'mov' || format === '3gp';
  const videoTrack = await input.getPrimaryVideoTrack();
  const audioTrack = await input.getPrimaryAudioTrack();
  if (!videoTrack && !audioTrack) throw corrupt('it says of no picture and no sound');
  const tags = await input.getMetadataTags().catch(() => ({}) as MetadataTags);
  let duration = await numberOr(input.getDurationFromMetadata());
  const hasIndex = isMp4 && duration !== null;
  // Frame rates cost nothing where an index lists the frames, and 4 KB in a fragmented file; elsewhere they cost a part of the film.
  const framesToCount = hasIndex ? framesForRate : isMp4 ? framesForRateOfFragments : 0;
  const video = videoTrack ? await videoFacts(videoTrack, framesToCount) : null;
  const audio = audioTrack ? await audioFacts(audioTrack) : null;
  let bitrate = audio?.bitrate ?? null;
  if (format === 'ogg' && !videoTrack) {
    const ends = await readOggEnds(beginSearch(), size);
    duration ??= ends.duration;
    bitrate ??= ends.bitrate;
  } else if (isMp4 && duration === null) {
    beginSearch();
    duration = await numberOr(input.computeDuration()).catch(() => null);
  }
  if (audioTrack && bitrate === null) {
    bitrate = await pcmBitrate(audioTrack);
    if (bitrate === null && hasIndex) {
      const stats = await audioTrack.computePacketStats(framesForRate).catch(() => null);
      bitrate = stats && Number.isFinite(stats.averageBitrate) ? stats.averageBitrate : null;
    } else if (duration !== null && (format === 'mp3' || format === 'aac' || format === 'flac')) {
      bitrate = ((size - (await soundStart(header, format))) * 8) / duration;
    }
  }
  return {
    kind: video ? 'video' : 'audio',
    format,
    mime: video ? (videoMimes[format] ?? inputFormat.mimeType) : (audioMimes[format] ?? inputFormat.mimeType),
    width: video?.width ?? null,
    height: video?.height ?? null,
    pixelWidth: video?.pixelWidth ?? null,
    pixelHeight: video?.pixelHeight ?? null,
    orientation: null,
    mode: null,
    duration,
    fps: video?.fps ?? null,
    codec: video ? video.codec : (audio?.codec ?? null),
    rotation: video?.rotation ?? null,
    hasAudio: audioTrack !== null,
    sampleRate: audio?.sampleRate ?? null,
    channels: audio?.channels ?? null,
    bitrate: bitrate === null ? null : Math.round(bitrate),
    title: textOf(tags.title),
    artist: textOf(tags.artist),
    album: textOf(tags.album),
    metadata: { ...plainTags(tags), ...(video && audio ? { audio_codec: audio.codec } : {}), bytes: size },
  };
}
