/** What the codes of AVI stand for, in the words that other containers get too (FOURCCs by use, WAVE format tags by RFC 2361). */

const pictures: Readonly<Record<string, string>> = {
  h264: 'h264',
  x264: 'h264',
  avc1: 'h264',
  davc: 'h264',
  hevc: 'hevc',
  h265: 'hevc',
  hev1: 'hevc',
  hvc1: 'hevc',
  xvid: 'mpeg4',
  divx: 'mpeg4',
  dx50: 'mpeg4',
  fmp4: 'mpeg4',
  mp4v: 'mpeg4',
  div3: 'msmpeg4v3',
  mp43: 'msmpeg4v3',
  mp42: 'msmpeg4v2',
  mjpg: 'mjpeg',
  vp80: 'vp8',
  vp90: 'vp9',
  av01: 'av1',
  mpg1: 'mpeg1',
  mpg2: 'mpeg2',
  h263: 'h263',
  dvsd: 'dv',
  dib: 'raw',
  '': 'raw',
};

const sounds: Readonly<Record<number, string>> = {
  1: 'pcm',
  2: 'adpcm',
  3: 'pcm',
  6: 'pcm',
  7: 'pcm',
  17: 'adpcm',
  80: 'mp2',
  85: 'mp3',
  255: 'aac',
  352: 'wma',
  353: 'wma',
  354: 'wma',
  355: 'wma',
  5632: 'aac',
  5648: 'aac',
  8192: 'ac3',
  8193: 'dts',
  26447: 'vorbis',
  61868: 'flac',
  65534: 'pcm',
};

function plain(code: string): string {
  return code
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .toLowerCase();
}

/** `format` is the compression of the picture's format, `handler` the decoder that the stream names. Null where neither says any. */
export function aviPictureCodec(format: string, handler: string): string | null {
  const code = plain(format);
  return pictures[code] ?? pictures[plain(handler) || '-'] ?? (code || null);
}

/** `tag` as in WAVEFORMATEX; a tag that is not in the list is given as its number in hex. */
export function aviSoundCodec(tag: number): string {
  return sounds[tag] ?? `0x${tag.toString(16).padStart(4, '0')}`;
}
