import { crc32, deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type CallAfter, createBoundedSource } from '../../src-main/media/bounded-source.ts';
import { probeSource } from '../../src-main/media/probe.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { type Content, contentOf, recordedSource } from './recorded-source.ts';
import { avi, chunk, words } from './timed-files.ts';

const mebibyte = 1024 * 1024;

/** A large file that has these bytes at its front, and what `fill` says behind them. */
function large(size: number, front: Uint8Array, fill: (at: number) => number = () => 0): Content {
  return {
    size,
    slice(start, end) {
      const bytes = new Uint8Array(end - start);
      for (let at = start; at < end; at += 1) bytes[at - start] = front[at] ?? fill(at);
      return bytes;
    },
  };
}

/** A file that is the same bytes again and again behind its front. */
function repeated(front: Uint8Array, again: Uint8Array, size: number): Content {
  return large(size, front, (at) => again[(at - front.length) % again.length] ?? 0);
}

function box(type: string, size: number, ...parts: Uint8Array[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...parts]);
}

function filled(type: string, ...parts: Uint8Array[]): Buffer {
  return box(type, 8 + parts.reduce((sum, part) => sum + part.length, 0), ...parts);
}

function big(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value >>> 0, index * 4);
  });
  return bytes;
}

const fileType = filled('ftyp', Buffer.from('isom\0\0\0\0isom', 'latin1'));
const movieHeader = filled('mvhd', big(0, 0, 0, 1000, 1000), Buffer.alloc(80));

/** A track of a picture whose tables are these. */
function track(...tables: Buffer[]): Buffer {
  const entry = filled('avc1', Buffer.alloc(24), Buffer.from([2, 0, 1, 0]), Buffer.alloc(50));
  const header = filled('tkhd', big(0, 0, 0, 1), Buffer.alloc(68));
  const clock = filled('mdhd', big(0, 0, 0, 1000, 1000, 0));
  const handler = filled('hdlr', big(0, 0), Buffer.from('vide', 'latin1'), Buffer.alloc(13));
  const table = filled('stbl', filled('stsd', big(0, 1), entry), ...tables);
  return filled('trak', header, filled('mdia', clock, handler, filled('minf', table)));
}

const png = (...chunks: Buffer[]) => {
  const piece = (type: string, body: Uint8Array) => {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    return Buffer.concat([big(body.length), typed, big(crc32(typed))]);
  };
  const header = Buffer.concat([big(64, 40), Buffer.from([8, 2, 0, 0, 0])]);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), piece('IHDR', header), ...chunks, piece('IDAT', Buffer.alloc(4))]);
};
const pngChunk = (type: string, length: number, body: Uint8Array = Buffer.alloc(0)) =>
  Buffer.concat([big(length), Buffer.from(type, 'latin1'), body]);

const tiffLoop = Buffer.from('II*\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\x40\0\0\0\x08\0\0\0', 'latin1');
const ebml = Buffer.from([
  0x1a, 0x45, 0xdf, 0xa3, 0x87, 0x42, 0x82, 0x84, 0x77, 0x65, 0x62, 0x6d, 0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255,
]);
const gigabyte = 1024 * mebibyte;

test.each<[string, Content]>([
  ['PNG chunks 20 KB apart without end', repeated(png().subarray(0, 33), pngChunk('tEXt', 20_000, Buffer.alloc(20_004)), gigabyte)],
  ['empty PNG chunks without end', repeated(png().subarray(0, 33), pngChunk('tEXt', 0, Buffer.alloc(4)), gigabyte)],
  [
    'JPEG segments of full length without end',
    repeated(Buffer.from([0xff, 0xd8]), Buffer.concat([Buffer.from([0xff, 0xe2, 255, 255]), Buffer.alloc(65_533)]), gigabyte),
  ],
  ['JPEG fill bytes without end', large(gigabyte, Buffer.from([0xff, 0xd8]), () => 0xff)],
  ['a TIFF whose directory leads to itself', contentOf(tiffLoop)],
  ['a TIFF that claims the most entries', contentOf(Buffer.concat([Buffer.from('II*\0\x08\0\0\0\xff\xff', 'latin1'), Buffer.alloc(100)]))],
  [
    'a HEIF whose header is 2 GB',
    large(gigabyte, Buffer.concat([filled('ftyp', Buffer.from('heic\0\0\0\0mif1')), box('meta', 0x7fffffff)])),
  ],
  ['boxes of length zero', large(gigabyte, Buffer.concat([fileType, box('moov', 0)]))],
  ['boxes of length one', large(gigabyte, Buffer.concat([fileType, box('free', 1, big(0, 16)), box('free', 1, big(0, 0))]))],
  ['a chain of empty boxes', repeated(fileType, box('free', 8), gigabyte)],
  [
    'boxes within boxes',
    contentOf(Buffer.concat([fileType, ...Array.from({ length: 3000 }, (_, index) => box('moov', (3000 - index) * 8))])),
  ],
  [
    'an index of 4 thousand million frames',
    contentOf(
      Buffer.concat([
        fileType,
        filled('moov', movieHeader, track(filled('stts', big(0, 1, 0xffffffff, 1)), filled('ctts', big(0, 1, 0xffffffff, 1)))),
      ]),
    ),
  ],
  [
    'an index with more entries than bytes',
    contentOf(
      Buffer.concat([
        fileType,
        filled('moov', movieHeader, track(filled('stts', big(0, 0xffffffff, 1, 1)), filled('stsz', big(0, 0, 0xffffffff)))),
      ]),
    ),
  ],
  [
    'a fragment of 4 thousand million frames',
    contentOf(
      Buffer.concat([
        fileType,
        filled('moov', movieHeader, track(), filled('mvex', filled('trex', big(0, 1, 1, 1, 1, 0)))),
        filled('moof', filled('traf', filled('tfhd', big(0, 1)), filled('trun', big(0, 0xffffffff)))),
      ]),
    ),
  ],
  [
    'EBML elements of unknown length',
    repeated(ebml, Buffer.from([0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255]), gigabyte),
  ],
  ['EBML voids without end', repeated(ebml, Buffer.from([0xec, 0x80]), gigabyte)],
  [
    'RIFF lists within lists',
    contentOf(chunk('RIFF', Buffer.from('AVI '), ...Array.from({ length: 5000 }, () => Buffer.from('LIST\xff\xff\xff\x7fhdrl', 'latin1')))),
  ],
  ['empty RIFF chunks without end', repeated(Buffer.from('RIFF\xff\xff\xff\x7fAVI ', 'latin1'), chunk('JUNK'), gigabyte)],
  ['empty WAV chunks without end', repeated(Buffer.from('RIFF\xff\xff\xff\x7fWAVE', 'latin1'), chunk('JUNK'), gigabyte)],
  ['an AVI whose chunks point past its end', contentOf(avi({ junk: Buffer.concat([Buffer.from('JUNK'), words(0x7fffffff)]) }))],
  [
    'Ogg pages without a stream',
    repeated(Buffer.alloc(0), Buffer.concat([Buffer.from('OggS\0\x02', 'latin1'), Buffer.alloc(21)]), gigabyte),
  ],
  ['an ID3 tag of 256 MB', large(gigabyte, Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'))],
  ['a FLAC of empty blocks', repeated(Buffer.from('fLaC'), Buffer.from([1, 0, 0, 0]), gigabyte)],
  ['sync bytes and nothing else', large(gigabyte, Buffer.alloc(0), (at) => (at % 188 === 0 ? 0x47 : 0xff))],
  ['a frame sync and nothing else', large(gigabyte, Buffer.from([0xff, 0xfb, 0x90, 0x64]))],
  ['SVG comments that never end', contentOf(Buffer.from(`<svg:x/>${'<!--'.repeat(16_000)}`))],
  [
    'an SVG of entities of entities',
    contentOf(
      Buffer.from(
        `<!DOCTYPE svg [${Array.from({ length: 60 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(30)}">`).join('')}]><svg>&e60;</svg>`,
      ),
    ),
  ],
])('%s end soon, with facts or a failure of the file', async (_name, content) => {
  const source = recordedSource(content);
  const cause = await probeSource(source).then(
    () => 'facts',
    (thrown: unknown) => (thrown instanceof Failure ? thrown.error.cause : Promise.reject(thrown)),
  );
  expect(['facts', 'corrupt', 'unsupported']).toContain(cause);
  expect(source.cost.requests).toBeLessThanOrEqual(200);
  expect(source.cost.bytes).toBeLessThan(18 * mebibyte);
});

test('what a picture costs counts, not what it asks for', async () => {
  const source = recordedSource(repeated(png().subarray(0, 33), pngChunk('tEXt', 50_000, Buffer.alloc(50_004)), gigabyte));
  await expect(probeSource(source)).rejects.toThrow('The file is damaged: its header has no end.');
  expect([source.cost.requests, source.cost.bytes < 2 * mebibyte]).toEqual([100, true]);
});

test('text that would unpack to a gigabyte is not unpacked', async () => {
  const bomb = deflateSync(Buffer.alloc(8 * mebibyte));
  const text = Buffer.concat([Buffer.from('Comment\0\0'), bomb]);
  const { facts } = await probeSource(
    recordedSource(contentOf(png(pngChunk('zTXt', text.length, Buffer.concat([text, Buffer.alloc(4)]))))),
  );
  expect([facts.width, JSON.stringify(facts.metadata).length < 1000]).toEqual([64, true]);
});

test('an index that no film has says so', async () => {
  const index = filled('moov', movieHeader, track(filled('stts', big(0, 1, 0xffffffff, 1)), filled('ctts', big(0, 1, 0xffffffff, 1))));
  await expect(probeSource(recordedSource(contentOf(Buffer.concat([fileType, index]))))).rejects.toThrow(
    'The file is damaged: this file says that it has more frames than any film.',
  );
});

/** A clock that is stepped by hand. */
function steppedClock() {
  const waiting = new Set<{ at: number; run: () => void }>();
  let now = 0;
  const after: CallAfter = (milliseconds, run) => {
    const entry = { at: now + milliseconds, run };
    waiting.add(entry);
    return () => waiting.delete(entry);
  };
  return {
    after,
    get pending() {
      return waiting.size;
    },
    step(milliseconds: number) {
      const end = now + milliseconds;
      for (let next = earliest(end); next; next = earliest(end)) {
        now = next.at;
        waiting.delete(next);
        next.run();
      }
      now = end;
    },
  };
  function earliest(end: number) {
    return [...waiting].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
  }
}

const forever = () => new Promise<void>(() => undefined);

test.each([
  ['a picture', Buffer.concat([png(), Buffer.alloc(100)]), 60],
  ['a film', Buffer.concat([fileType, box('free', 6000, Buffer.alloc(5992)), Buffer.alloc(8000)]), 300],
])('%s that comes too slowly ends as a timeout, and leaves no timer', async (_name, bytes, seconds) => {
  const clock = steppedClock();
  let requests = 0;
  const asked = Promise.withResolvers<void>();
  // The front comes at once; a film's next part never does.
  const source = recordedSource(contentOf(bytes), async () => {
    requests += 1;
    if (requests < (seconds === 300 ? 2 : 1)) return;
    asked.resolve();
    await forever();
  });
  const probe = probeSource(source, clock.after);
  await asked.promise;
  clock.step(seconds * 1000);
  await expect(probe).rejects.toMatchObject({
    error: {
      cause: 'timeout',
      message: `The header did not come within ${seconds} seconds.`,
      next: 'Try again; the server answers slowly.',
    },
  });
  expect(clock.pending).toBe(0);
});

test('waiting for a turn is no slowness of the source', async () => {
  const clock = steppedClock();
  const turn = Promise.withResolvers<Uint8Array>();
  const source = { ...recordedSource(contentOf(png())), read: () => turn.promise };
  const bounded = createBoundedSource(source, { bytes: 1000, requests: 10, milliseconds: 5000 }, clock.after);
  const read = bounded.read(0, 10);
  clock.step(3_600_000);
  turn.resolve(new Uint8Array(10));
  expect((await read).length).toBe(10);
  expect(clock.pending).toBe(0);
});
