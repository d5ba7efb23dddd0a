import { describe, expect, it } from 'vitest';
import { words } from '../../src-renderer/app/words.ts';
import { joinRanges } from '../../src-renderer/features/loupe/held-ranges.ts';
import { frameTime, placeWithin, speedBy } from '../../src-renderer/features/loupe/player-steps.ts';
import { lackFor } from '../../src-renderer/features/loupe/plays-here.ts';
import { type Known, maySeeThrough, type ShownAs, shownAs } from '../../src-renderer/features/loupe/shown-as.ts';
import { spokenTime } from '../../src-renderer/features/loupe/spoken-time.ts';
import { mediaPlace } from '../../src-renderer/features/loupe/use-shown-file.ts';
import type { Look } from '../../src-shared/contract/files.ts';
import type { MediaCell } from '../../src-shared/model/cell.ts';
import type { VitrineError } from '../../src-shared/model/error.ts';
import type { MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';

const media = (kind: MediaCell['kind']): MediaCell => ({
  referenceId: 1,
  typed: 'https://a.example/x',
  canonical: 'https://a.example/x',
  scheme: 'https',
  name: 'x',
  kind,
  held: 'none',
  isKept: false,
  isChanged: false,
  width: null,
  height: null,
  duration: null,
});
const facts = (more: Partial<MediaFacts>): MediaFacts => ({
  kind: 'image',
  format: 'jpeg',
  mime: 'image/jpeg',
  width: 4000,
  height: 3000,
  pixelWidth: 4000,
  pixelHeight: 3000,
  orientation: null,
  mode: 'RGB',
  duration: null,
  fps: null,
  codec: null,
  rotation: null,
  hasAudio: null,
  sampleRate: null,
  channels: null,
  bitrate: null,
  title: null,
  artist: null,
  album: null,
  metadata: {},
  ...more,
});
const remote = (size: number, storageClass: string | null = null): RemoteFacts => ({
  size,
  type: null,
  etag: '"1"',
  modified: null,
  storageClass,
});
const error = (cause: VitrineError['cause']): VitrineError => ({ cause, message: `${cause}.`, next: null });
const look = (more: Partial<Look>): Look => ({
  remote: remote(1000),
  facts: facts({}),
  error: null,
  held: 'none',
  mayFetch: 'as_needed',
  ...more,
});
const known = (more: Partial<Known>): Known => ({ look: null, error: null, isWanted: false, isTried: false, ...more });

/** In one line. */
function told(as: ShownAs): string {
  if (as.as === 'failure') return `failure ${as.error.message}${as.canTry ? ' may be tried' : ''}`;
  if (as.as !== 'picture') return as.as;
  return `${as.from} ${as.size ? `${as.size.width}×${as.size.height}` : '?'}${as.waits ? ` waits for ${as.waits.bytes}` : ''}`;
}

describe('a file is shown', () => {
  it.each<[string, MediaCell['kind'], Partial<Known>, string]>([
    ['by its thumbnail while it is asked about', 'image', {}, 'thumbnail'],
    ['in a player at once, where its name says so', 'video', {}, 'video'],
    ['itself', 'image', { look: look({}) }, 'media 4000×3000'],
    ['by what it is, not by its name', 'image', { look: look({ facts: facts({ kind: 'video', format: 'mp4' }) }) }, 'video'],
    [
      'as sound, where a film has no picture',
      'video',
      { look: look({ facts: facts({ kind: 'video', format: 'mp4', width: null, hasAudio: true }) }) },
      'audio',
    ],
    [
      'by a picture that is made of it',
      'image',
      { look: look({ facts: facts({ format: 'tiff', width: 8192, height: 2048 }) }) },
      'rendition 4096×1024',
    ],
    ['upright', 'image', { look: look({ facts: facts({ orientation: 6, width: 3000, height: 4000 }) }) }, 'media 3000×4000'],
    ['only after a press, where it is large', 'image', { look: look({ remote: remote(84e6) }) }, 'media 4000×3000 waits for 84000000'],
    [
      'only after a press, where it is archived',
      'image',
      { look: look({ remote: remote(10, 'GLACIER') }) },
      'media 4000×3000 waits for 10',
    ],
    ['after the press', 'image', { look: look({ remote: remote(84e6) }), isWanted: true }, 'media 4000×3000'],
    ['at once, however large, where it is here', 'image', { look: look({ remote: remote(84e6), held: 'local' }) }, 'media 4000×3000'],
    ['as what the header’s error says', 'image', { look: look({ facts: null, error: error('not_found') }) }, 'failure not_found.'],
    [
      'as far as it can be read, if one wants to',
      'audio',
      { look: look({ facts: null, error: error('corrupt') }) },
      'failure corrupt. may be tried',
    ],
    ['in a player that tries', 'audio', { look: look({ facts: null, error: error('corrupt') }), isTried: true }, 'audio'],
    [
      'as an error, where it is empty',
      'image',
      { look: look({ facts: null, remote: remote(0) }) },
      'failure The file is damaged: it is empty.',
    ],
    ['as an error, where its player failed', 'video', { look: look({}), error: error('unsupported') }, 'failure unsupported.'],
  ])('%s', (_, kind, more, expected) => {
    expect(told(shownAs(media(kind), known(more)))).toBe(expected);
  });

  it('over a checker where it may be seen through', () => {
    const seen = (format: string, mode: string | null) => maySeeThrough({ format, mode });
    expect([seen('png', 'RGBA'), seen('webp', null), seen('jpeg', null), seen('png', 'RGB')]).toEqual([true, true, false, false]);
  });
});

describe('the place in what plays', () => {
  it('knows which parts came, also those the player let go of', () => {
    const first = joinRanges([], [{ start: 0, end: 4 }]);
    const second = joinRanges(first, [{ start: 50, end: 60 }]);
    expect(second).toEqual([
      { start: 0, end: 4 },
      { start: 50, end: 60 },
    ]);
    expect(joinRanges(second, [{ start: 3, end: 50.05 }])).toEqual([{ start: 0, end: 60 }]);
    expect(joinRanges(second, [{ start: 51, end: 52 }])).toBe(second);
  });

  it('is told in words', () => {
    const told = words.timeOf(spokenTime(72), spokenTime(190));
    expect([told, spokenTime(0), spokenTime(3601)]).toEqual([
      '1 minute 12 seconds of 3 minutes 10 seconds',
      '0 seconds',
      '1 hour 1 second',
    ]);
  });

  it('steps by frames into their middle, at the rate of the file or 30', () => {
    expect([frameTime(0, 25, 1), frameTime(0.06, 25, 1), frameTime(0.1, 25, -1), frameTime(0, null, 1), frameTime(0, 25, -1)]).toEqual([
      0.06, 0.1, 0.06, 0.05, 0,
    ]);
  });

  it('stays inside, and speeds between 0.25 and 4', () => {
    expect([placeWithin(-3, 10), placeWithin(12, 10), placeWithin(12, null)]).toEqual([0, 10, 12]);
    expect([speedBy(1, 1), speedBy(0.25, -1), speedBy(4, 1), speedBy(1.1, -1)]).toEqual([1.25, 0.25, 4, 1]);
  });
});

describe('a film or sound that does not play', () => {
  const has = (type: string) => !type.includes('hvc1');
  it.each([
    ['mp4', 'hevc', 'codec'],
    ['mp4', 'h263', 'codec'],
    ['mp4', 'h264', null],
    ['mpegts', 'h264', 'format'],
    ['aiff', 'pcm', 'format'],
    ['wav', 'pcm', null],
    ['mp4', null, null],
  ] as const)('as %s with %s lacks here: %s', (format, codec, lack) => {
    expect(lackFor({ format, codec }, has)).toBe(lack);
  });
});

describe('words of the loupe', () => {
  it('name it by the file and its place', () => {
    expect(words.loupeOf('IMG_2041.jpg', 17, 3180)).toBe('Loupe, IMG_2041.jpg, 17 of 3,180');
  });

  it('say how much has come in one unit where they can', () => {
    const told = [words.received(2.1e6, 8.4e6), words.received(900e3, 8.4e6), words.received(900, null), words.load(84e6)];
    expect(told.map((text) => text.replaceAll('\u00a0', ' '))).toEqual(['2.1 of 8.4 MB', '900 kB of 8.4 MB', '900 B', 'Load (84 MB)']);
  });

  it('take the file from the focused media column, else from the first', () => {
    const column = (kind: 'media' | 'plain' | 'computed') => ({
      id: 1,
      name: 'c',
      type: 'string' as const,
      kind,
      expression: null,
      isVolatile: false,
      level: null,
      revision: 1,
    });
    const columns = [column('plain'), column('media'), column('computed'), column('media')];
    expect([mediaPlace(columns, 3), mediaPlace(columns, 2), mediaPlace([column('plain')], 0)]).toEqual([3, 1, -1]);
  });
});
