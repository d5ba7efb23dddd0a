/** Containers that no browser opens: what they say, and, by a real ffmpeg, their posters and proxies. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodersOf } from '../../src-main/media/find-ffmpeg.ts';
import { probeSource } from '../../src-main/media/probe.ts';
import { sniffMime } from '../../src-main/media/sniff-mime.ts';
import { never, referenceOf } from '../cache/cache-room.ts';
import { createMediaRoom, ffmpeg, foundFfmpeg, type MediaRoom, sentenceOf, said as thumbnailSaid } from './media-room.ts';
import { contentOf, recordedSource } from './recorded-source.ts';
import { chunk, words } from './timed-files.ts';
import { mpegHeader, soundFrames } from './transport-files.ts';

let room: MediaRoom;
beforeEach(async () => {
  room = await createMediaRoom();
});
afterEach(() => room.close());

async function said(bytes: Uint8Array): Promise<string> {
  try {
    const { facts } = await probeSource(recordedSource(contentOf(bytes)));
    const { mime, codec, width, height, fps, duration, hasAudio, sampleRate, title, metadata } = facts;
    const sound = hasAudio ? ` with ${metadata.audio_codec ?? codec} ${sampleRate} Hz` : '';
    return `${mime} ${codec} ${width}x${height} ${fps} fps ${duration} s${sound}${title === null ? '' : ` ${title}`}`;
  } catch (thrown) {
    return sentenceOf(thrown);
  }
}

function asfObject(id: string, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(id, 'hex'), words(24 + body.length, 0), body]);
}

/** Three seconds and one that a player waits for; `streams` as the objects below. */
function asf(...streams: Buffer[]): Buffer {
  const file = asfObject('a1dcab8c47a9cf118ee400c00c205365', Buffer.alloc(40), words(40_000_000, 0, 0, 0, 1000, 0), words(0, 0, 0, 0));
  const name = Buffer.from('A title\0', 'utf16le');
  const content = asfObject('3326b2758e66cf11a6d900aa0062ce6c', Buffer.from([name.length, 0, 0, 0, 0, 0, 0, 0, 0, 0]), name);
  const objects = Buffer.concat([file, content, ...streams]);
  const head = Buffer.concat([words(30 + objects.length, 0, 2 + streams.length), Buffer.from([1, 2])]);
  return Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), head, objects]);
}

function asfStream(type: string, content: Uint8Array): Buffer {
  return asfObject(
    '9107dcb7b7a9cf118ee600c00c205365',
    Buffer.from(type, 'hex'),
    Buffer.alloc(16),
    Buffer.alloc(22),
    content,
    Buffer.alloc(40),
  );
}

const asfPicture = asfStream(
  'c0ef19bc4d5bcf11a8fd00805f5c442b',
  Buffer.concat([words(640, 360), Buffer.from([2, 40, 0]), words(40, 640, 360, 0), Buffer.from('WMV3')]),
);
const asfSound = asfStream('409e69f84d5bcf11a8fd00805f5c442b', Buffer.concat([Buffer.from([0x61, 1, 2, 0]), words(44_100, 16_000)]));

function flv(flags: number, numbers: Record<string, number>): Buffer {
  const pairs = Object.entries(numbers).map(([name, value]) => {
    const double = Buffer.alloc(8);
    double.writeDoubleBE(value);
    return Buffer.concat([Buffer.from([0, name.length]), Buffer.from(`${name}\0`, 'latin1'), double]);
  });
  return Buffer.concat([Buffer.from(['F'.charCodeAt(0), 0x4c, 0x56, 1, flags, 0, 0, 0, 9, 0, 0, 0, 0]), ...pairs]);
}

const pack = Buffer.from([0, 0, 1, 0xba, 0x44, 0, 4, 0, 4, 1, 0, 0, 3, 0xf8]);
const packet = (stream: number, content: Uint8Array) =>
  Buffer.concat([Buffer.from([0, 0, 1, stream, 0, content.length + 3, 0x80, 0, 0]), content]);
const dvd = Buffer.concat([pack, packet(0xe0, mpegHeader(720, 576, 3, 3)), packet(0xc0, soundFrames.layer2), Buffer.alloc(64)]);

test.each([
  ['Windows Media with a picture', asf(asfSound, asfPicture), 'video/x-ms-wmv wmv3 640x360 null fps 3 s with wma 44100 Hz A title'],
  ['Windows Media of sound', asf(asfSound), 'audio/x-ms-wma wma nullxnull null fps 3 s with wma 44100 Hz A title'],
  ['Windows Media without streams', asf(), 'corrupt: The file is damaged: this Windows Media file says of no picture and no sound.'],
  ['one that is cut', asf(asfPicture).subarray(0, 120), 'corrupt: The file is damaged: this Windows Media file ends inside its header.'],
  [
    'Flash video',
    flv(5, { duration: 6.5, width: 320, height: 240, framerate: 25, videocodecid: 7, audiocodecid: 10, audiosamplerate: 44_100 }),
    'video/x-flv h264 320x240 25 fps 6.5 s with aac 44100 Hz',
  ],
  ['Flash video that says nothing more', flv(1, {}), 'video/x-flv null nullxnull null fps null s'],
  ['Flash video of nothing', flv(0, {}), 'corrupt: The file is damaged: this Flash video says of no picture and no sound.'],
  ['an MPEG program stream', dvd, 'video/mpeg mpeg2 1024x576 25 fps null s with mp2 48000 Hz'],
  ['one without packets', pack, 'corrupt: The file is damaged: this MPEG file says of no picture and no sound.'],
])('%s', async (_name, bytes, expected) => {
  expect(await said(bytes)).toBe(expected);
});

test('a player is told their types before the headers were read', () => {
  expect([asf(asfPicture), flv(1, {}), dvd, chunk('RIFF', Buffer.from('AVI '))].map(sniffMime)).toEqual([
    'video/x-ms-asf',
    'video/x-flv',
    'video/mpeg',
    'video/x-msvideo',
  ]);
});

const encoders = foundFfmpeg ? await encodersOf(foundFfmpeg) : new Set<string>();
const canTest = ['mpeg2video', 'mpeg4', 'wmv2', 'flv', 'libx264'].every((encoder) => encoders.has(encoder));
if (!canTest) console.warn('SKIPPED: the ffmpeg that is here lacks an encoder, so no posters and proxies of old containers were made.');

test.skipIf(!canTest).each([
  ['AVI', 'film.avi', ['-c:v', 'mpeg4', '-c:a', 'mp2']],
  ['Windows Media', 'film.wmv', ['-c:v', 'wmv2', '-c:a', 'wmav2']],
  ['Flash video', 'film.flv', ['-c:v', 'flv', '-an']],
  ['an MPEG program stream', 'film.mpg', ['-c:v', 'mpeg2video', '-c:a', 'mp2']],
  ['a broadcast of MPEG-2', 'film.ts', ['-c:v', 'mpeg2video', '-c:a', 'mp2']],
  ['the same with time codes', 'film.m2ts', ['-c:v', 'mpeg2video', '-c:a', 'ac3']],
])(
  '%s has a poster and a proxy',
  async (_name, name, options) => {
    const path = join(room.folder, name);
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=2'];
    const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2'];
    await promisify(execFile)(ffmpeg ?? '', ['-y', '-loglevel', 'error', ...picture, ...sound, ...options, path]);
    const media = await room.open();
    expect(await thumbnailSaid(media, path)).toBe('image/jpeg 320x180 srgb upright');
    const { facts } = await probeSource(recordedSource(contentOf(await readFile(path))));
    const { mime, body } = await media.proxy(referenceOf(path), { facts, at: 0, plays: new Set(['h264', 'aac']), signal: never });
    let length = 0;
    for await (const piece of body) length += piece.length;
    expect(mime).toBe('video/mp4');
    expect(length).toBeGreaterThan(10_000);
  },
  60_000,
);
