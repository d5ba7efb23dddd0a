import { expect, test } from 'vitest';
import { probeSource } from '../../src-main/media/probe.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { contentOf, recordedSource } from './recorded-source.ts';
import { adts, aiff, avi, chunk, id3, largeWav, mp3 } from './timed-files.ts';

async function facts(bytes: Uint8Array) {
  return (await probeSource(recordedSource(contentOf(bytes)))).facts;
}

async function said(bytes: Uint8Array): Promise<string> {
  try {
    const { format, width, height, duration, fps, codec, sampleRate, channels, bitrate, title, artist } = await facts(bytes);
    const picture = width === null ? '' : ` ${width}x${height} ${fps} fps`;
    const sound = sampleRate === null ? '' : ` ${sampleRate} Hz x ${channels} ${bitrate} bit/s`;
    return `${format} ${codec}${picture} ${duration?.toFixed(3) ?? 'unknown'} s${sound}${title === null ? '' : ` ${title} by ${artist}`}`;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.error.cause}: ${thrown.error.message}`;
  }
}

test.each<[string, () => Uint8Array, string]>([
  [
    'an AVI says its size, rate and sound',
    () => avi(),
    'avi mpeg4 720x576 29.97 fps 10.010 s 48000 Hz x 2 128000 bit/s A title by Somebody',
  ],
  [
    'an AVI of several gigabytes counts the frames of all its parts',
    () => avi({ frames: 300, allFrames: 3000 }),
    'avi mpeg4 720x576 29.97 fps 100.100 s 48000 Hz x 2 128000 bit/s A title by Somebody',
  ],
  [
    'an AVI whose pixels are not square is as wide as it is shown',
    () => avi({ aspect: [16, 9] }),
    'avi mpeg4 1024x576 29.97 fps 10.010 s 48000 Hz x 2 128000 bit/s A title by Somebody',
  ],
  [
    'an AVI without streams is damaged',
    () => chunk('RIFF', Buffer.from('AVI LIST\x04\0\0\0hdrl', 'latin1'), Buffer.alloc(32)),
    'corrupt: The file is damaged: this AVI says of no picture and no sound.',
  ],
  ['a WAV of more than 4 GB says its length elsewhere', () => largeWav('RF64', 2), 'wav pcm 2.000 s 48000 Hz x 1 768000 bit/s'],
  ['so does one under its later name', () => largeWav('BW64', 2), 'wav pcm 2.000 s 48000 Hz x 1 768000 bit/s'],
  ['a short AAC stream is as long as its frames', () => adts(50, (frame) => 200 + frame), 'aac aac 1.161 s 44100 Hz x 2 77347 bit/s'],
  ['a long one is, where all have one length', () => adts(2000, () => 200), 'aac aac 46.440 s 44100 Hz x 2 68906 bit/s'],
  [
    'a long one of changing frames is not read through',
    () => adts(2000, (frame) => 200 + (frame % 9)),
    'aac aac unknown s 44100 Hz x 2 null bit/s',
  ],
  ['AAC in the ADIF form', () => Buffer.from('ADIF\0\0\0\0'), 'unsupported: AAC sound in the ADIF form cannot be shown.'],
  [
    'an AIFF has its title in an ID3 tag too',
    () => aiff(id3({ TIT2: 'A title', TPE1: 'Somebody' })),
    'aiff pcm 2.000 s 8000 Hz x 1 128000 bit/s A title by Somebody',
  ],
  [
    'a damaged tag costs itself, not the sound',
    () => aiff(Buffer.from('ID3\xff\xff\xff\xff\xff\xff\xff\xff', 'latin1')),
    'aiff pcm 2.000 s 8000 Hz x 1 128000 bit/s',
  ],
  [
    'the rate of an MP3 counts neither tags nor what pads them',
    () => Buffer.concat([id3({ TIT2: 'A title', TPE1: 'Somebody' }, 20_000), Buffer.alloc(3000), mp3(40)]),
    'mp3 mp3 1.045 s 44100 Hz x 2 128000 bit/s A title by Somebody',
  ],
])('%s', async (_name, make, expected) => {
  expect(await said(make())).toBe(expected);
});

test('what says no length says why', async () => {
  const { metadata } = await facts(adts(2000, (frame) => 200 + (frame % 9)));
  expect(metadata.duration_unknown).toBe('a stream of AAC frames of changing size tells its length only when all of it is read');
});
