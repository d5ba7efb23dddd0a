/** The packets of an MPEG transport stream (ISO/IEC 13818-1, 2.4.3.2). */

/** Bytes of a packet, from its sync byte on. */
export const packetSize = 188;

/** How packets lie: every `stride` bytes, the sync byte `offset` bytes behind the beginning of each (4 where time codes stand before it). */
export interface Layout {
  readonly stride: number;
  readonly offset: number;
}

/** One packet that carries something in the clear. */
export interface TransportPacket {
  readonly pid: number;
  /** A section or a frame of the stream begins here. */
  readonly isStart: boolean;
  readonly payload: Uint8Array;
}

/** Null where `front` is no transport stream. */
export function layoutOf(front: Uint8Array): Layout | null {
  const layouts: readonly Layout[] = [
    { stride: packetSize, offset: 0 },
    { stride: 192, offset: 4 },
    { stride: 204, offset: 0 },
  ];
  const isSync = (at: number) => at >= front.length || front[at] === 0x47;
  return layouts.find(({ stride, offset }) => [0, 1, 2, 3].every((packet) => isSync(offset + packet * stride))) ?? null;
}

/** Sync bytes of whole packets. `start` is where `bytes` lie in the file: packets are counted from its beginning, and found anew where they slipped. */
export function* syncsIn(bytes: Uint8Array, start: number, { stride, offset }: Layout): Generator<number> {
  let at = offset + ((stride - (start % stride)) % stride);
  while (at + packetSize <= bytes.length) {
    if (bytes[at] !== 0x47 || (at + stride < bytes.length && bytes[at + stride] !== 0x47)) {
      at += 1;
      continue;
    }
    yield at;
    at += stride;
  }
}

/** The packets at the front of a file. What was damaged on its way, or is scrambled, is left out. */
export function* packetsIn(bytes: Uint8Array, layout: Layout): Generator<TransportPacket> {
  for (const at of syncsIn(bytes, 0, layout)) {
    const byte = (index: number) => bytes[at + index] ?? 0;
    const payload = 4 + (byte(3) & 0x20 ? 1 + byte(4) : 0);
    if (byte(1) & 0x80 || byte(3) & 0xc0 || !(byte(3) & 0x10) || payload >= packetSize) continue;
    yield {
      pid: ((byte(1) & 0x1f) << 8) | byte(2),
      isStart: (byte(1) & 0x40) !== 0,
      payload: bytes.subarray(at + payload, at + packetSize),
    };
  }
}
