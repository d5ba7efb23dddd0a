/** What an MPEG transport stream says that it carries: its table of programs and theirs of streams (ISO/IEC 13818-1, 2.4.4). */
import { latin1, viewOf } from './header-reader.ts';
import { type Layout, packetsIn } from './transport-packets.ts';

/** One stream of a program; others than pictures and sound are left out. */
export interface ProgramStream {
  readonly pid: number;
  readonly kind: 'video' | 'audio';
  readonly codec: string;
}

export interface Programs {
  /** How many the stream says of, with those whose own table was not met. */
  readonly count: number;
  /** The streams of each program whose table was met. */
  readonly met: readonly (readonly ProgramStream[])[];
}

/** Stream types of ISO/IEC 13818-1, table 2-34, and those that ATSC, SMPTE and Blu-ray use beside them. */
const pictures: Readonly<Record<number, string>> = {
  1: 'mpeg1',
  2: 'mpeg2',
  16: 'mpeg4',
  27: 'h264',
  36: 'hevc',
  51: 'vvc',
  209: 'dirac',
  234: 'vc1',
};
const sounds: Readonly<Record<number, string>> = {
  3: 'mp2',
  4: 'mp2',
  15: 'aac',
  17: 'aac',
  129: 'ac3',
  130: 'dts',
  131: 'truehd',
  132: 'eac3',
  133: 'dts',
  134: 'dts',
  135: 'eac3',
  138: 'dts',
};
/** Of private streams the descriptors tell the codec (ETSI EN 300 468, table 12). */
const soundsByTag: Readonly<Record<number, string>> = { 106: 'ac3', 122: 'eac3', 123: 'dts', 124: 'aac' };
/** Or their registration does (the registry of the SMPTE Registration Authority). */
const soundsByName: Readonly<Record<string, string>> = { 'AC-3': 'ac3', EAC3: 'eac3', DTS1: 'dts', DTS2: 'dts', DTS3: 'dts', Opus: 'opus' };
const picturesByName: Readonly<Record<string, string>> = { HEVC: 'hevc', 'VC-1': 'vc1', drac: 'dirac' };

/**
 * The first whole section of `table` on each of these streams, from its table id to before its checksum. One walk for all: a hostile
 * table names hundreds of streams that never come.
 */
function sectionsOf(bytes: Uint8Array, layout: Layout, pids: ReadonlySet<number>, table: number): Map<number, Uint8Array> {
  const whole = new Map<number, Uint8Array>();
  const begun = new Map<number, Buffer>();
  for (const { pid, isStart, payload } of packetsIn(bytes, layout)) {
    if (!pids.has(pid) || whole.has(pid)) continue;
    const before = begun.get(pid);
    if (!isStart && !before) continue;
    const section = isStart || !before ? Buffer.from(payload.subarray(1 + (payload[0] ?? 0))) : Buffer.concat([before, payload]);
    begun.delete(pid);
    if (section[0] !== table) continue;
    begun.set(pid, section);
    if (section.length < 3) continue;
    const length = 3 + (section.readUInt16BE(1) & 0xfff);
    if (section.length >= length) whole.set(pid, section.subarray(0, Math.max(0, length - 4)));
    if (whole.size === pids.size) break;
  }
  return whole;
}

function* descriptorsIn(bytes: Uint8Array): Generator<{ tag: number; name: string }> {
  for (let at = 0; at + 2 <= bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
    yield { tag: bytes[at] ?? 0, name: bytes[at] === 5 ? latin1(bytes, at + 2, at + 6) : '' };
  }
}

function streamOf(pid: number, type: number, descriptors: Uint8Array): ProgramStream | null {
  const [picture, sound] = [pictures[type], sounds[type]];
  if (picture) return { pid, kind: 'video', codec: picture };
  if (sound) return { pid, kind: 'audio', codec: sound };
  for (const { tag, name } of descriptorsIn(descriptors)) {
    const [other, told] = [picturesByName[name], soundsByTag[tag] ?? soundsByName[name]];
    if (other) return { pid, kind: 'video', codec: other };
    if (told) return { pid, kind: 'audio', codec: told };
  }
  return null;
}

function streamsOf(section: Uint8Array): ProgramStream[] {
  if (section.length < 12) return [];
  const view = viewOf(section);
  const streams: ProgramStream[] = [];
  for (let at = 12 + (view.getUint16(10) & 0xfff); at + 5 <= section.length; ) {
    const end = at + 5 + (view.getUint16(at + 3) & 0xfff);
    const stream = streamOf(view.getUint16(at + 1) & 0x1fff, view.getUint8(at), section.subarray(at + 5, end));
    if (stream) streams.push(stream);
    at = end;
  }
  return streams;
}

/** Reads the tables at the front of a file; null where that of the programs was not met. */
export function programsIn(bytes: Uint8Array, layout: Layout): Programs | null {
  const table = sectionsOf(bytes, layout, new Set([0]), 0).get(0);
  if (!table) return null;
  const view = viewOf(table);
  const pids: number[] = [];
  for (let at = 8; at + 4 <= table.length; at += 4) if (view.getUint16(at) !== 0) pids.push(view.getUint16(at + 2) & 0x1fff);
  const sections = sectionsOf(bytes, layout, new Set(pids), 2);
  const met = pids.map((pid) => sections.get(pid)).filter((section) => section !== undefined);
  return { count: pids.length, met: met.map(streamsOf) };
}
