/** MPEG transport streams made by hand: tables, and the first frame of each stream. */

/** A stream of a program: its type, its descriptors in bytes, and what its first frame carries (nothing: it never comes). */
export interface MadeStream {
  readonly type: number;
  readonly descriptors?: readonly number[];
  readonly frame?: Uint8Array;
}

const stuffing = 0xff;

/** As many packets as `content` needs; what is left of the last one is filled in by an adaptation field. */
function packetsOf(pid: number, content: Uint8Array): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < content.length; at += 184) {
    const part = content.subarray(at, at + 184);
    const packet = Buffer.alloc(188, stuffing);
    const free = 184 - part.length;
    packet.set([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 255, free > 0 ? 0x30 : 0x10]);
    if (free > 0) packet[4] = free - 1;
    if (free > 1) packet[5] = 0;
    packet.set(part, 188 - part.length);
    packets.push(packet);
  }
  return packets;
}

function section(table: number, id: number, body: readonly number[]): Buffer {
  const length = 5 + body.length + 4;
  return Buffer.from([0, table, 0xb0 | (length >> 8), length & 255, id >> 8, id & 255, 0xc1, 0, 0, ...body, 0, 0, 0, 0]);
}

/** One frame with a time stamp of zero. */
function framePackets(pid: number, isPicture: boolean, frame: Uint8Array): Buffer[] {
  return packetsOf(pid, Buffer.concat([Buffer.from([0, 0, 1, isPicture ? 0xe0 : 0xc0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1]), frame]));
}

/** The tables of `programs`, and the frames of their streams behind `filling` empty packets. */
export function transportOf(
  programs: readonly (readonly MadeStream[])[],
  { stride = 188, filling = 4 }: { stride?: 188 | 192 | 204; filling?: number } = {},
): Buffer {
  const tables = programs.flatMap((_, index) => [0, index + 1, 0xe1, index]);
  const packets = packetsOf(0, section(0, 1, tables));
  const frames: Buffer[] = [];
  for (const [index, streams] of programs.entries()) {
    const entries = streams.flatMap(({ type, descriptors = [], frame }, place) => {
      const pid = 0x200 + index * 16 + place;
      if (frame) frames.push(...framePackets(pid, type <= 2 || type === 27, frame));
      return [type, 0xe0 | (pid >> 8), pid & 255, 0xf0, descriptors.length, ...descriptors];
    });
    packets.push(...packetsOf(0x100 + index, section(2, index + 1, [0xe2, 0, 0xf0, 0, ...entries])));
  }
  const empty = Buffer.alloc(188, stuffing);
  empty.set([0x47, 0x1f, 0xff, 0x10]);
  const all = [...packets, ...Array.from({ length: filling }, () => empty), ...frames, ...Array.from({ length: 4 }, () => empty)];
  if (stride === 188) return Buffer.concat(all);
  const beside = Buffer.alloc(stride - 188);
  return Buffer.concat(all.flatMap((packet) => (stride === 192 ? [beside, packet] : [packet, beside])));
}

/** The header of an MPEG-2 picture, or of an MPEG-1 one; `shape` and `rate` are codes. */
export function mpegHeader(width: number, height: number, shape: number, rate: number, isSecond = true): Buffer {
  const size = [(width >> 4) & 255, ((width & 15) << 4) | ((height >> 8) & 15), height & 255];
  const header = [0, 0, 1, 0xb3, ...size, (shape << 4) | rate, 0xff, 0xff, 0xe0, 0x18];
  const more = ((width >> 12) << 7) | ((height >> 12) << 5);
  const extension = isSecond ? [0, 0, 1, 0xb5, 0x14, 0x82 | (more >> 8), more & 255, 0, 0, 0] : [0, 0, 1, 0xb8, 0, 8, 0, 0, 0, 0];
  return Buffer.from([...header, ...extension, 0, 0, 1, 0]);
}

/** The first bytes of frames of sound: Layer II and Layer III at 48 kHz in stereo, AC-3 at 48 kHz with six channels. */
export const soundFrames = {
  layer2: Buffer.from([0xff, 0xfd, 0x84, 0, 0, 0, 0, 0]),
  layer3: Buffer.from([0xff, 0xfb, 0x94, 0, 0, 0, 0, 0]),
  ac3: Buffer.from([0x0b, 0x77, 0, 0, 0x1e, 0x40, 0xe1, 0]),
};
