/** What the window's player can play, asked of the player itself: builds of Chromium differ in codecs. */
import type { MediaFacts } from '../../../src-shared/model/media.ts';

/** Kinds of file whose inside the player can find its way in, as `MediaFacts.format` calls them. */
const opened: ReadonlySet<string> = new Set(['mp4', 'mov', '3gp', 'webm', 'matroska', 'ogg', 'mp3', 'wav', 'flac', 'aac']);
/** How a codec is named where one asks for it: https://developer.mozilla.org/docs/Web/Media/Guides/Formats/codecs_parameter */
const typeOfCodec: Readonly<Record<string, string>> = {
  h264: 'video/mp4; codecs="avc1.42E01E"',
  hevc: 'video/mp4; codecs="hvc1.1.6.L93.B0"',
  vp8: 'video/webm; codecs="vp8"',
  vp9: 'video/webm; codecs="vp9"',
  av1: 'video/mp4; codecs="av01.0.04M.08"',
  aac: 'audio/mp4; codecs="mp4a.40.2"',
  mp3: 'audio/mpeg',
  opus: 'audio/ogg; codecs="opus"',
  vorbis: 'audio/ogg; codecs="vorbis"',
  flac: 'audio/flac',
  pcm: 'audio/wav; codecs="1"',
};

/** What of a file cannot be played here: its kind, its codec, or nothing, and then it is the file that is damaged. `canPlay` asks the player. */
export function lackFor(
  { format, codec }: Pick<MediaFacts, 'format' | 'codec'>,
  canPlay: (type: string) => boolean,
): 'format' | 'codec' | null {
  if (!opened.has(format)) return 'format';
  if (codec === null) return null;
  const type = typeOfCodec[codec];
  return type !== undefined && canPlay(type) ? null : 'codec';
}

/** Codecs that the player of this window plays, as `MediaFacts.codec` calls them. */
export function playedCodecs(): string[] {
  return Object.entries(typeOfCodec).flatMap(([codec, type]) => (canPlay(type) ? [codec] : []));
}

/** Asks the player of this window. */
export function canPlay(type: string): boolean {
  return document.createElement('video').canPlayType(type) !== '';
}
