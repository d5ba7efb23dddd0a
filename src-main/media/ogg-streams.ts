/** The streams of an Ogg file, by the headers that all stand before the first of their data (RFC 3533, section 4). */
import { type HeaderReader, latin1, viewOf } from './header-reader.ts';

/** A stream of a picture, with what its frames say of their time. */
export interface OggPicture {
  readonly kind: 'video';
  readonly codec: 'theora';
  readonly width: number;
  readonly height: number;
  readonly pixelWidth: number;
  readonly pixelHeight: number;
  readonly fps: number | null;
}

export interface OggSound {
  readonly kind: 'audio';
  readonly codec: 'vorbis' | 'opus' | 'flac' | 'speex';
  readonly sampleRate: number | null;
  readonly channels: number | null;
}

/** `content` is null for a stream of a kind that is not read here. */
export interface OggStream {
  readonly serial: number;
  readonly content: OggPicture | OggSound | null;
  /** Seconds that a granule position stands for. */
  secondsOf(granule: bigint): number;
}

/** More streams than a file has. */
const streamLimit = 32;
/** A header page of its own holds less than this. */
const headReach = 512;

type Said = Omit<OggStream, 'serial'>;

function sound(codec: OggSound['codec'], rate: number, channels: number, skipped = 0): Said {
  return {
    content: { kind: 'audio', codec, sampleRate: rate || null, channels: channels || null },
    secondsOf: (granule) => (rate > 0 ? (Number(granule) - skipped) / rate : 0),
  };
}

/** The Theora specification, 6.2; how frames are counted: appendix A.2.3. */
function theora(packet: Uint8Array): Said {
  const view = viewOf(packet);
  const three = (at: number) => view.getUint16(at) * 256 + view.getUint8(at + 2);
  const [pixelWidth, pixelHeight] = [three(14), three(17)];
  const [units, base] = [view.getUint32(22), view.getUint32(26)];
  const [wide, high] = [three(30), three(33)];
  const aspect = wide > 0 && high > 0 ? wide / high : 1;
  const shift = BigInt((view.getUint16(40) >> 5) & 31);
  const isCountedFromOne = view.getUint8(7) * 65_536 + view.getUint8(8) * 256 + view.getUint8(9) >= 0x30201;
  const rate = units > 0 && base > 0 ? units / base : 0;
  return {
    content: {
      kind: 'video',
      codec: 'theora',
      width: aspect > 1 ? Math.round(pixelWidth * aspect) : pixelWidth,
      height: aspect < 1 ? Math.round(pixelHeight / aspect) : pixelHeight,
      pixelWidth,
      pixelHeight,
      fps: rate > 0 ? Number(rate.toFixed(3)) : null,
    },
    secondsOf(granule) {
      const frames = Number(granule >> shift) + Number(granule & ((1n << shift) - 1n)) + (isCountedFromOne ? 0 : 1);
      return rate > 0 ? frames / rate : 0;
    },
  };
}

function saidBy(packet: Uint8Array): Said {
  const text = latin1(packet);
  const view = viewOf(packet);
  if (text.startsWith('\x80theora') && packet.length >= 42) return theora(packet);
  if (text.startsWith('\x01vorbis') && packet.length >= 30) return sound('vorbis', view.getUint32(12, true), view.getUint8(11));
  // Granules count at this rate whatever the original was (RFC 7845, section 4).
  if (text.startsWith('OpusHead') && packet.length >= 19) {
    return sound('opus', 48_000, view.getUint8(9), view.getUint16(10, true));
  }
  // Behind nine bytes of its own it is the header of a FLAC file (https://xiph.org/flac/ogg_mapping.html).
  if (text.startsWith('\x7fFLAC') && text.startsWith('fLaC', 9) && packet.length >= 51) {
    return sound('flac', view.getUint32(27) >>> 12, ((view.getUint8(29) >> 1) & 7) + 1);
  }
  if (text.startsWith('Speex   ') && packet.length >= 52) return sound('speex', view.getUint32(36, true), view.getUint32(48, true));
  return { content: null, secondsOf: () => 0 };
}

/** All streams that the file says of at its front; each costs a page. */
export async function readOggStreams(reader: HeaderReader): Promise<OggStream[]> {
  const streams: OggStream[] = [];
  for (let at = 0; streams.length < streamLimit; ) {
    const page = await reader.upTo(at, headReach);
    const isBeginning = page.length >= 28 && latin1(page, 0, 4) === 'OggS' && ((page[5] ?? 0) & 2) !== 0;
    if (!isBeginning) break;
    const content = 27 + (page[26] ?? 0);
    const length = page.subarray(27, content).reduce((sum, part) => sum + part, 0);
    streams.push({ serial: viewOf(page).getUint32(14, true), ...saidBy(page.subarray(content, content + length)) });
    at += content + length;
  }
  return streams;
}
