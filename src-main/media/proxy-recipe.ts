/** How a film or sound becomes one that the window plays: which of its streams stay as they are, and what the others become. Pure. */
import type { MediaFacts } from '../../src-shared/model/media.ts';

/** Widest picture that is made, in pixels: more than that is not encoded while one looks. */
const widest = 1280;

export interface ProxyRecipe {
  readonly mime: string;
  /** What ffmpeg makes of its input. */
  readonly output: readonly string[];
  /** The picture stays as it is, so that a proxy begins at the key frame before its place. */
  readonly isCopy: boolean;
}

export interface ProxyWish {
  readonly facts: Pick<MediaFacts, 'kind' | 'codec' | 'metadata' | 'hasAudio'>;
  /** Codecs that the window plays, by the names of `MediaFacts.codec`. */
  readonly plays: ReadonlySet<string>;
  /** Encoders of the ffmpeg that is here. */
  readonly encoders: ReadonlySet<string>;
}

type Container = 'mp4' | 'webm';

interface Encoding {
  readonly encoder: string;
  readonly codec: string;
  readonly container: Container;
  readonly options: readonly string[];
}

/** The quickest first; all of them keep up with a film on two cores. */
const pictures: readonly Encoding[] = [
  { encoder: 'libx264', codec: 'h264', container: 'mp4', options: ['-preset', 'veryfast', '-crf', '23', '-profile:v', 'main'] },
  { encoder: 'libopenh264', codec: 'h264', container: 'mp4', options: ['-b:v', '3M'] },
  { encoder: 'libvpx', codec: 'vp8', container: 'webm', options: ['-deadline', 'realtime', '-cpu-used', '8', '-b:v', '3M'] },
  {
    encoder: 'libvpx-vp9',
    codec: 'vp9',
    container: 'webm',
    options: ['-deadline', 'realtime', '-cpu-used', '8', '-row-mt', '1', '-b:v', '3M'],
  },
];
const sounds: readonly Encoding[] = [
  { encoder: 'aac', codec: 'aac', container: 'mp4', options: ['-b:a', '160k'] },
  { encoder: 'libopus', codec: 'opus', container: 'webm', options: ['-b:a', '128k'] },
  { encoder: 'libopus', codec: 'opus', container: 'mp4', options: ['-b:a', '128k'] },
  { encoder: 'libvorbis', codec: 'vorbis', container: 'webm', options: ['-q:a', '5'] },
];
/** What each container takes as it is, as Chromium reads it. */
const held: Readonly<Record<Container, { readonly video: readonly string[]; readonly audio: readonly string[] }>> = {
  mp4: { video: ['h264', 'hevc', 'av1'], audio: ['aac', 'mp3', 'opus', 'flac'] },
  webm: { video: ['vp8', 'vp9'], audio: ['opus', 'vorbis'] },
};
/** Written so that it can be read while it grows. */
const written: Readonly<Record<Container, readonly string[]>> = {
  mp4: ['-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-frag_duration', '1000000', '-f', 'mp4'],
  webm: ['-cluster_time_limit', '1000', '-f', 'webm'],
};
const shaped = `scale='trunc(min(${widest},iw*sar)/2)*2':'trunc(ow/dar/2)*2',setsar=1`;

/** The first kept codec or encoding, or null where this ffmpeg has none that the window plays. */
function soundFor(container: Container, { facts, plays, encoders }: ProxyWish): readonly string[] | null {
  const codec = facts.kind === 'audio' ? facts.codec : facts.metadata.audio_codec;
  if (typeof codec === 'string' && plays.has(codec) && held[container].audio.includes(codec)) return ['-c:a', 'copy'];
  const made = sounds.find((one) => one.container === container && plays.has(one.codec) && encoders.has(one.encoder));
  return made ? ['-c:a', made.encoder, '-ac', '2', ...made.options] : null;
}

/** Null where this ffmpeg makes nothing that the window plays. */
export function proxyRecipe(wish: ProxyWish): ProxyRecipe | null {
  const { facts, plays, encoders } = wish;
  const plain = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'];
  if (facts.kind === 'audio') {
    for (const container of ['mp4', 'webm'] as const) {
      const sound = soundFor(container, wish);
      if (sound) {
        return { mime: `audio/${container}`, isCopy: false, output: ['-map', '0:a:0', '-vn', ...sound, ...plain, ...written[container]] };
      }
    }
    return null;
  }
  const maps = ['-map', '0:V:0', '-map', '0:a:0?'];
  const kept = (['mp4', 'webm'] as const).find((one) => facts.codec !== null && held[one].video.includes(facts.codec));
  if (kept && facts.codec !== null && plays.has(facts.codec)) {
    const sound = soundFor(kept, wish);
    if (sound || facts.hasAudio === false) {
      const output = [...maps, '-c:v', 'copy', ...(sound ?? ['-an']), ...plain, ...written[kept]];
      return { mime: `video/${kept}`, isCopy: true, output };
    }
  }
  for (const { encoder, codec, container, options } of pictures) {
    const sound = soundFor(container, wish);
    if (!plays.has(codec) || !encoders.has(encoder) || !(sound || facts.hasAudio === false)) continue;
    const picture = ['-vf', shaped, '-pix_fmt', 'yuv420p', '-c:v', encoder, ...options, '-g', '48'];
    return {
      mime: `video/${container}`,
      isCopy: false,
      output: [...maps, ...picture, ...(sound ?? ['-an']), ...plain, ...written[container]],
    };
  }
  return null;
}
