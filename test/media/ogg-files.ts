/** Ogg files made by hand: the headers of their streams, and a last page for each. */

function page(serial: number, flags: number, granule: bigint, packet: Uint8Array): Buffer {
  const head = Buffer.alloc(28);
  head.write('OggS', 'latin1');
  head[5] = flags;
  head.writeBigInt64LE(granule, 6);
  head.writeUInt32LE(serial, 14);
  head[26] = 1;
  head[27] = packet.length;
  return Buffer.concat([head, packet]);
}

function bytesOf(length: number, name: string, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.write(name, 'latin1');
  fill(bytes);
  return bytes;
}

/** Theora at 30 frames a second with 64 frames between key frames (a shift of 6); `pixel` is the shape of one. */
export function theoraHeader(width: number, height: number, pixel: readonly [number, number], version = 0x030201): Buffer {
  return bytesOf(42, '\x80theora', (bytes) => {
    bytes.writeUIntBE(version, 7, 3);
    bytes.writeUInt16BE(Math.ceil(width / 16), 10);
    bytes.writeUInt16BE(Math.ceil(height / 16), 12);
    bytes.writeUIntBE(width, 14, 3);
    bytes.writeUIntBE(height, 17, 3);
    bytes.writeUInt32BE(30, 22);
    bytes.writeUInt32BE(1, 26);
    bytes.writeUIntBE(pixel[0], 30, 3);
    bytes.writeUIntBE(pixel[1], 33, 3);
    bytes.writeUInt16BE(6 << 5, 40);
  });
}

/** FLAC at 44.1 kHz in stereo. */
export const flacHeader = bytesOf(51, '\x7fFLAC\x01\0\0\x01fLaC\0\0\0\x22', (bytes) => {
  bytes.writeUInt32BE((44_100 * 4096 + (1 << 9) + (15 << 4)) >>> 0, 27);
});

/** Speex at 16 kHz, one channel. */
export const speexHeader = bytesOf(80, 'Speex   ', (bytes) => {
  bytes.writeUInt32LE(16_000, 36);
  bytes.writeUInt32LE(1, 48);
});

/** A stream with the granule position of its last page. */
export interface MadeOggStream {
  readonly header: Uint8Array;
  readonly last: bigint;
}

/** All headers first, then some data, then the last pages. */
export function oggOf(streams: readonly MadeOggStream[]): Buffer {
  const heads = streams.map(({ header }, index) => page(index + 1, 2, 0n, header));
  const data = streams.map((_, index) => page(index + 1, 0, -1n, Buffer.alloc(200)));
  const ends = streams.map(({ last }, index) => page(index + 1, 4, last, Buffer.alloc(20)));
  return Buffer.concat([...heads, ...data, ...ends]);
}
