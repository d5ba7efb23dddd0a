import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Media } from '../../src-main/media/media.ts';
import { createPeakCounter } from '../../src-main/media/sound-peaks.ts';
import { never, referenceOf } from '../cache/cache-room.ts';
import { storedObject } from '../servers/stored-object.ts';
import { createMediaRoom, ffmpeg, type MediaRoom, sentenceOf } from './media-room.ts';

let room: MediaRoom;
beforeEach(async () => {
  room = await createMediaRoom();
});
afterEach(() => room.close());

const asking = { signal: never, priority: 'visible', known: null } as const;
const peaksOf = (media: Media, address: string) => media.peaks(referenceOf(address), asking);

/** Two seconds of 16 bits and two channels: silent, then half as loud as can be on the right alone. */
function wav(): Buffer {
  const rate = 4000;
  const data = Buffer.alloc(2 * rate * 4);
  for (let sample = rate; sample < 2 * rate; sample += 1) data.writeInt16LE(sample % 2 === 0 ? 16_384 : -16_384, sample * 4 + 2);
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 4, 28);
  head.writeUInt16LE(4, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

test('uncompressed sound has its peaks without ffmpeg, made once and kept', async () => {
  const media = await room.open({ findFfmpeg: async () => null });
  const url = room.server.put('/half.wav', storedObject(wav()));
  const { peaks, duration } = await peaksOf(media, url);
  expect([peaks.length, duration, Math.max(...peaks.slice(0, 499)), Math.min(...peaks.slice(501))]).toEqual([1000, 2, 0, 0.5]);
  const requests = room.server.counters.requests;
  expect(await peaksOf(media, url)).toEqual({ peaks, duration });
  expect(room.server.counters.requests).toBe(requests);
});

test('where nothing decodes a sound the window may, and what it made is kept', async () => {
  const media = await room.open({ findFfmpeg: async () => null });
  const url = room.server.put('/a.mp3', storedObject(Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), mp3Frames(40)])));
  expect(await peaksOf(media, url).then(String, sentenceOf)).toBe('unsupported: The peaks of a sound cannot be made without ffmpeg.');
  await media.putPeaks(referenceOf(url), { peaks: [0.1, 0.9], duration: 1 }, null);
  expect(await peaksOf(media, url)).toEqual({ peaks: [0.1, 0.9], duration: 1 });
});

/** Frames of 128 kbit/s at 44.1 kHz without content. */
function mp3Frames(count: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  return Buffer.concat(Array.from({ length: count }, () => frame));
}

test('a picture has no sound', async () => {
  const media = await room.open();
  expect(await peaksOf(media, join(import.meta.dirname, '../../assets/icon.png')).then(String, sentenceOf)).toBe(
    'unsupported: There is no sound in this file.',
  );
});

test.skipIf(ffmpeg === null)('compressed sound has the peaks that it was made with', async () => {
  const path = join(room.folder, 'tone.ogg');
  const source = 'sine=frequency=300:duration=4,volume=enable=gte(t\\,2):volume=6';
  await promisify(execFile)(ffmpeg ?? '', ['-loglevel', 'error', '-f', 'lavfi', '-i', source, '-c:a', 'libvorbis', path]);
  const { peaks, duration } = await peaksOf(await room.open(), path);
  const middle = (part: readonly number[]) => [...part].sort((one, other) => one - other)[Math.floor(part.length / 2)] ?? 0;
  expect(peaks).toHaveLength(1000);
  expect(duration).toBeCloseTo(4, 1);
  expect(middle(peaks.slice(600, 900)) / middle(peaks.slice(100, 400))).toBeCloseTo(6, 0);
});

test('a sound without end is counted in little room, and its loudest place stays where it is', () => {
  const counter = createPeakCounter();
  for (let index = 0; index < 3_000_000; index += 1) counter.add(index === 1_500_000 ? 1 : 0.25);
  const peaks = counter.peaks(1000);
  expect([peaks.length, peaks.indexOf(1), peaks.filter((peak) => peak === 0.25).length]).toEqual([1000, 500, 999]);
});

test('a cover is the thumbnail of a sound; without one the window draws', async () => {
  const media = await room.open();
  const chord = referenceOf(join(import.meta.dirname, '../../assets/sample/chord.wav'));
  const asked = await media.thumbnail(chord, { edge: 320, ...asking }).then(String, sentenceOf);
  expect(asked).toBe('unsupported: A sound without a cover cannot be shown.');
  expect(media.thumbnailFailure(chord, 320)?.drawHere).toBe('audio');
  const cover = readFileSync(join(import.meta.dirname, '../../assets/sample/hall.jpg'));
  const frame = Buffer.concat([Buffer.from('\0image/jpeg\0\x03\0', 'latin1'), cover]);
  const head = Buffer.alloc(20);
  head.write('ID3\x03\0\0', 'latin1');
  const length = frame.length + 10;
  for (let index = 0; index < 4; index += 1) head[6 + index] = (length >> (7 * (3 - index))) & 0x7f;
  head.write('APIC', 10);
  head.writeUInt32BE(frame.length, 14);
  const url = room.server.put('/tagged.mp3', storedObject(Buffer.concat([head, frame, mp3Frames(4000)])));
  const { width, height } = await media.thumbnail(referenceOf(url), { edge: 320, ...asking });
  expect([Math.max(width, height), room.server.counters.bodyBytes < cover.length + 200_000]).toEqual([320, true]);
});
