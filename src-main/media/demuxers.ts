/** How ffmpeg calls the containers of `MediaFacts.format`: it is told which one it reads, and guesses nothing. */
const demuxers: Readonly<Record<string, string>> = {
  mp4: 'mov',
  mov: 'mov',
  '3gp': 'mov',
  matroska: 'matroska',
  webm: 'matroska',
  mpegts: 'mpegts',
  ogg: 'ogg',
  wav: 'wav',
  flac: 'flac',
  mp3: 'mp3',
  aac: 'aac',
  aiff: 'aiff',
  avi: 'avi',
  asf: 'asf',
  flv: 'flv',
  mpegps: 'mpeg',
};

/** Null for a container that is not handed to ffmpeg. */
export function demuxerOf(format: string): string | null {
  return demuxers[format] ?? null;
}
