import { expect, test } from 'vitest';
import type { MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';
import { showingOf } from '../../src-shared/model/showing.ts';

function facts(kind: MediaFacts['kind'], format: string, pixelWidth: number | null, pixelHeight: number | null): MediaFacts {
  const nothing = { orientation: null, mode: null, duration: null, fps: null, codec: null, rotation: null, hasAudio: null };
  const silent = { sampleRate: null, channels: null, bitrate: null, title: null, artist: null, album: null, metadata: {} };
  const size = { width: pixelWidth, height: pixelHeight, pixelWidth, pixelHeight };
  return { kind, format, mime: `${kind}/${format}`, ...size, ...nothing, ...silent };
}

function said(known: MediaFacts | null, size: number | null = 1000): string {
  const remote: RemoteFacts = { size, type: null, etag: null, modified: null, storageClass: null };
  const showing = showingOf(known, remote);
  return showing.by === 'nothing' ? `${showing.error.cause}: ${showing.error.message}` : showing.by;
}

test.each([
  ['a photograph', facts('image', 'jpeg', 6000, 4000), 'original'],
  ['an AVIF', facts('image', 'avif', 6000, 4000), 'original'],
  ['a bitmap', facts('image', 'bmp', 60, 40), 'original'],
  ['a drawing that says it is vast', facts('image', 'svg', 100_000, 100_000), 'original'],
  ['a drawing without a size', facts('image', 'svg', null, null), 'original'],
  ['100 megapixels', facts('image', 'jpeg', 10_000, 10_000), 'original'],
  ['one line more', facts('image', 'jpeg', 10_000, 10_001), 'rendition'],
  ['a TIFF', facts('image', 'tiff', 600, 400), 'rendition'],
  [
    'a hostile PNG',
    facts('image', 'png', 65_536, 65_535),
    'too_large: 4,295 megapixels are more than the limit of 300 megapixels for this.',
  ],
  ['a HEIC', facts('image', 'heic', 600, 400), 'unsupported: A picture of the kind heic cannot be shown.'],
  ['a bitmap of too many pixels', facts('image', 'bmp', 20_000, 10_000), 'unsupported: A picture of the kind bmp cannot be shown.'],
  ['a film', facts('video', 'mp4', 1920, 1080), 'original'],
  ['sound', facts('audio', 'mp3', null, null), 'original'],
  ['what nothing is known of', null, 'original'],
])('%s', (_name, known, expected) => {
  expect(said(known)).toBe(expected);
});

test('an empty file is not shown, whatever it should be', () => {
  expect(said(null, 0)).toBe('corrupt: The file is damaged: it is empty.');
  expect(said(null, null)).toBe('original');
});
