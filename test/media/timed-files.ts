/** Films and sound made by hand, small and exact, where no encoder is needed: headers, and frames without content. */

/** A RIFF chunk, padded to an even length. */
export function chunk(type: string, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function list(type: string, ...parts: Uint8Array[]): Buffer {
  return chunk('LIST', Buffer.from(type, 'latin1'), ...parts);
}

/** 32-bit numbers, little-endian. */
export function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value >>> 0, index * 4);
  });
  return bytes;
}

/** An AVI of MPEG-4 at 30000/1001 frames a second with MP3; `frames` in the first part, `allFrames` in all. */
export function avi(
  options: { frames?: number; allFrames?: number; aspect?: [number, number]; film?: number; junk?: Uint8Array } = {},
): Buffer {
  const { frames = 300, allFrames = 0, aspect, film = 64, junk } = options;
  const picture = chunk('strh', Buffer.from('vidsXVID', 'latin1'), words(0, 0, 0, 1001, 30_000, 0, frames, 0, 0, 0, 0, 0));
  const format = chunk('strf', words(40, 720, 576, 0x180001), Buffer.from('XVID', 'latin1'), words(0, 0, 0, 0, 0));
  const shape = aspect ? [chunk('vprp', words(0, 0, 0, 0, 0, aspect[0] * 65_536 + aspect[1], 720, 576, 1))] : [];
  const sound = chunk('strh', Buffer.from('auds\0\0\0\0', 'latin1'), words(0, 0, 0, 1, 16_000, 0, 160_000, 0, 0, 0, 1, 0));
  const wave = chunk('strf', Buffer.from([0x55, 0, 2, 0]), words(48_000, 16_000), Buffer.from([1, 0, 0, 0]));
  const header = list(
    'hdrl',
    chunk('avih', words(33_367, 0, 0, 0, frames, 0, 2, 0, 720, 576, 0, 0, 0, 0)),
    list('strl', picture, format, ...shape),
    list('strl', sound, wave),
    ...(allFrames > 0 ? [list('odml', chunk('dmlh', words(allFrames)))] : []),
  );
  const info = list('INFO', chunk('INAM', Buffer.from('A title\0')), chunk('IART', Buffer.from('Somebody\0')));
  const parts = [Buffer.from('AVI ', 'latin1'), header, ...(junk ? [junk] : []), info, list('movi', Buffer.alloc(film))];
  return chunk('RIFF', ...parts);
}

const ticks = 90_000;

/** One packet of 188 bytes on stream `pid` that begins a frame shown at `seconds`. */
function packet(pid: number, stream: number, seconds: number): Buffer {
  const bytes = Buffer.alloc(188, 0xff);
  bytes.set([0x47, 0x40 | (pid >> 8), pid & 255, 0x10, 0, 0, 1, stream, 0, 0, 0x80, 0x80, 5]);
  const time = Math.round(seconds * ticks) % 2 ** 33;
  const high = Math.floor(time / 2 ** 30) & 7;
  bytes.set([0x21 | (high << 1), (time >> 22) & 255, ((time >> 14) & 254) | 1, (time >> 7) & 255, ((time << 1) & 254) | 1], 13);
  return bytes;
}

/** Packets of a picture at 25 frames a second, the first at `start` seconds; `between` packets of filling between frames. */
export function transportPackets(options: { frames: number; start: number; between: number; stride?: 188 | 192 }): Buffer {
  const filling = Buffer.alloc(188, 0xff);
  filling.set([0x47, 0x1f, 0xff, 0x10]);
  const out: Buffer[] = [];
  const add = (bytes: Buffer) => out.push(...(options.stride === 192 ? [Buffer.alloc(4)] : []), bytes);
  for (let frame = 0; frame < options.frames; frame += 1) {
    // As encoders order them: a frame that others lean on comes before two that are shown earlier.
    const shown = [2, 0, 1][frame % 3] ?? 0;
    add(packet(0x100, 0xe0, options.start + (frame - (frame % 3) + shown) / 25));
    for (let count = 0; count < options.between; count += 1) add(filling);
  }
  return Buffer.concat(out);
}

/** ADTS frames of AAC at 44.1 kHz, each as long as `lengthOf` says (7 bytes at least). */
export function adts(frames: number, lengthOf: (frame: number) => number): Buffer {
  return Buffer.concat(
    Array.from({ length: frames }, (_, frame) => {
      const length = lengthOf(frame);
      const bytes = Buffer.alloc(length, 0x21);
      bytes.set([0xff, 0xf1, 0x50, 0x80 | (length >> 11), (length >> 3) & 255, ((length & 7) << 5) | 0x1f, 0xfc]);
      return bytes;
    }),
  );
}

/** An ID3v2.4 tag of text frames, with `padding` zeros counted in its size. */
export function id3(texts: Record<string, string>, padding = 0): Buffer {
  const synchsafe = (value: number) => [value >> 21, value >> 14, value >> 7, value].map((part) => part & 0x7f);
  const frames = Object.entries(texts).map(([id, text]) => {
    const body = Buffer.concat([Buffer.from([3]), Buffer.from(text)]);
    return Buffer.concat([Buffer.from(id, 'latin1'), Buffer.from([...synchsafe(body.length), 0, 0]), body]);
  });
  const body = Buffer.concat([...frames, Buffer.alloc(padding)]);
  return Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), Buffer.from(synchsafe(body.length)), body]);
}

/** Frames of an MP3 at 128 kbit/s and 44.1 kHz without content. */
export function mp3(frames: number): Buffer {
  return Buffer.concat(
    Array.from({ length: frames }, (_, frame) => {
      const isPadded = Math.floor(((frame + 1) * 417.959) % 1) === 0 && frame % 2 === 1;
      const bytes = Buffer.alloc(isPadded ? 418 : 417);
      bytes.set([0xff, 0xfb, isPadded ? 0x92 : 0x90, 0x64]);
      return bytes;
    }),
  );
}

/** An AIFF of two seconds at 8 kHz, with these chunks behind the common one. */
export function aiff(...chunks: Buffer[]): Buffer {
  const big = (type: string, body: Uint8Array) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const common = Buffer.from([0, 1, 0, 0, 0x3e, 0x80, 0, 16, 0x40, 0x0b, 0xfa, 0, 0, 0, 0, 0, 0, 0]);
  const tags = chunks.map((tag) => big('ID3 ', tag));
  return big('FORM', Buffer.concat([Buffer.from('AIFF', 'latin1'), big('COMM', common), ...tags, big('SSND', Buffer.alloc(8))]));
}

/** A WAV under one of its names of large files: its length stands in a chunk of its own (EBU Tech 3306, ITU-R BS.2088). */
export function largeWav(name: 'RF64' | 'BW64', seconds: number): Buffer {
  const bytes = 48_000 * 2 * seconds;
  const length = chunk('ds64', words(bytes + 72, 0, bytes, 0, 48_000 * seconds, 0, 0));
  const format = chunk('fmt ', Buffer.from([1, 0, 1, 0]), words(48_000, 96_000), Buffer.from([2, 0, 16, 0]));
  const data = Buffer.concat([Buffer.from('data', 'latin1'), words(0xffffffff), Buffer.alloc(bytes)]);
  return Buffer.concat([Buffer.from(name, 'latin1'), words(0xffffffff), Buffer.from('WAVE', 'latin1'), length, format, data]);
}
