import { expect, test } from 'vitest';
import { probeSource } from '../../src-main/media/probe.ts';
import { sniffMime } from '../../src-main/media/sniff-mime.ts';
import { sentenceOf } from './media-room.ts';
import { flacHeader, oggOf, speexHeader, theoraHeader } from './ogg-files.ts';
import { contentOf, recordedSource } from './recorded-source.ts';

async function said(bytes: Uint8Array): Promise<string> {
  try {
    const { facts } = await probeSource(recordedSource(contentOf(bytes)));
    const { mime, codec, width, height, pixelWidth, pixelHeight, fps, duration, hasAudio, sampleRate, channels, metadata } = facts;
    const picture = width === null ? '' : ` ${width}x${height} of ${pixelWidth}x${pixelHeight} ${fps} fps`;
    const sound = hasAudio ? ` with ${metadata.audio_codec ?? codec} ${sampleRate} Hz x ${channels}` : '';
    return `${mime} ${codec}${picture} ${duration} s${sound}`;
  } catch (thrown) {
    return sentenceOf(thrown);
  }
}

/** A key frame at 128, and 22 frames behind it. */
const granule = (128n << 6n) + 22n;
const theora = { header: theoraHeader(720, 576, [16, 15]), last: granule };
const flac = { header: flacHeader, last: 44_100n * 6n };

test.each([
  ['Theora is a film with the shape of its pixels', oggOf([theora]), 'video/ogg theora 768x576 of 720x576 30 fps 5 s'],
  [
    'with sound it lasts until the last stream ends',
    oggOf([theora, flac]),
    'video/ogg theora 768x576 of 720x576 30 fps 6 s with flac 44100 Hz x 2',
  ],
  [
    'sound that stands before the picture makes no difference',
    oggOf([flac, theora]),
    'video/ogg theora 768x576 of 720x576 30 fps 6 s with flac 44100 Hz x 2',
  ],
  [
    'narrow pixels make it higher',
    oggOf([{ header: theoraHeader(720, 480, [8, 9]), last: granule }]),
    'video/ogg theora 720x540 of 720x480 30 fps 5 s',
  ],
  [
    'pixels without a shape are square, and old encoders count frames from zero',
    oggOf([{ header: theoraHeader(320, 240, [0, 0], 0x030200), last: granule - 1n }]),
    'video/ogg theora 320x240 of 320x240 30 fps 5 s',
  ],
  ['FLAC in Ogg is sound', oggOf([flac]), 'audio/ogg flac 6 s with flac 44100 Hz x 2'],
  ['so is Speex', oggOf([{ header: speexHeader, last: 32_000n }]), 'audio/ogg speex 2 s with speex 16000 Hz x 1'],
  [
    'a stream of another kind beside it is passed over',
    oggOf([{ header: Buffer.from('fishead\0'.padEnd(64, '\0'), 'latin1'), last: 0n }, theora]),
    'video/ogg theora 768x576 of 720x576 30 fps 5 s',
  ],
  [
    'streams of other kinds alone are said to be unsupported, not damaged',
    oggOf([{ header: Buffer.from('\x01video\0\0\0DIVX'.padEnd(56, '\0'), 'latin1'), last: 0n }]),
    'unsupported: The streams of this Ogg file are of a kind that cannot be read.',
  ],
])('%s', async (_name, bytes, expected) => {
  expect(await said(bytes)).toBe(expected);
});

test('where no time is found at the end the length is null, and it is said why', async () => {
  const bytes = Buffer.concat([oggOf([theora]), Buffer.alloc(70_000)]);
  const { facts } = await probeSource(recordedSource(contentOf(bytes)));
  expect([facts.duration, facts.metadata.duration_unknown]).toEqual([null, 'no time was found on the last page of the stream']);
});

test('any changed byte of the headers gives facts or a failure of the file', async () => {
  const whole = oggOf([theora, flac]);
  for (let at = 0; at < 160; at += 1) {
    const bytes = Buffer.from(whole);
    bytes[at] = 0xff;
    expect(await said(bytes)).toMatch(/^(video|audio)\/ogg |^(corrupt|unsupported): /);
  }
});

test('a player is told of a film or of sound before the header was read', () => {
  expect([sniffMime(oggOf([theora])), sniffMime(oggOf([flac, theora])), sniffMime(oggOf([flac]))]).toEqual([
    'video/ogg',
    'video/ogg',
    'audio/ogg',
  ]);
});
