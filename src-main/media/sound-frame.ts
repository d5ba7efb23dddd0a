/** What the first frame of a sound stream says, where each frame says it: MPEG audio, AAC in ADTS, AC-3 and Enhanced AC-3. */

export interface SoundFrame {
  /** A layer of MPEG audio is told by its frames alone. */
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
}

const layers: Readonly<Record<number, string>> = { 1: 'mp3', 2: 'mp2', 3: 'mp1' };
const mpegRates = [44_100, 48_000, 32_000];
/** By the two bits of the version; 1 is reserved. */
const versionShares: Readonly<Record<number, number>> = { 0: 4, 2: 2, 3: 1 };
const adtsRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
const dolbyRates = [48_000, 44_100, 32_000];
const dolbyChannels = [2, 1, 2, 3, 3, 4, 4, 5];

type ReadFrame = (byte: (index: number) => number) => SoundFrame | null;

/** ISO/IEC 11172-3, 2.4.1.3. */
const mpegFrame: ReadFrame = (byte) => {
  if (byte(0) !== 0xff || byte(1) < 0xe0 || byte(2) >> 4 === 15) return null;
  const codec = layers[(byte(1) >> 1) & 3];
  const share = versionShares[(byte(1) >> 3) & 3];
  const rate = mpegRates[(byte(2) >> 2) & 3];
  if (!codec || !share || !rate) return null;
  return { codec, sampleRate: rate / share, channels: byte(3) >> 6 === 3 ? 1 : 2 };
};

/** ISO/IEC 14496-3, 1.A.2. */
const adtsFrame: ReadFrame = (byte) => {
  const sampleRate = adtsRates[(byte(2) >> 2) & 15];
  const layout = ((byte(2) & 1) << 2) | (byte(3) >> 6);
  if (byte(0) !== 0xff || (byte(1) & 0xf6) !== 0xf0 || !sampleRate || layout === 0) return null;
  return { codec: 'aac', sampleRate, channels: layout === 7 ? 8 : layout };
};

/** ETSI TS 102 366, 4.4 and annex E.1.2. */
const dolbyFrame: ReadFrame = (byte) => {
  if (byte(0) !== 0x0b || byte(1) !== 0x77) return null;
  const sampleRate = dolbyRates[byte(4) >> 6];
  if (!sampleRate) return null;
  const version = byte(5) >> 3;
  const mode = version > 10 ? (byte(4) >> 1) & 7 : byte(6) >> 5;
  // Before the bit of the low sounds stand two bits for each of these that the mode has: centre, surround, matrix.
  const mixes = [mode % 2 === 1 && mode !== 1, mode >= 4, mode === 2].filter(Boolean).length;
  const low = version > 10 ? byte(4) & 1 : (byte(6) >> (4 - mixes * 2)) & 1;
  return { codec: version > 10 ? 'eac3' : 'ac3', sampleRate, channels: (dolbyChannels[mode] ?? 0) + low };
};

const readers: Readonly<Record<string, ReadFrame>> = { mp2: mpegFrame, aac: adtsFrame, ac3: dolbyFrame, eac3: dolbyFrame };

/** True for codecs whose frames are read; `codec` as the container names it. */
export function hasSoundFrames(codec: string): boolean {
  return readers[codec] !== undefined;
}

/** The first frame in a stream of `codec`; null where there is none that says it. */
export function readSoundFrame(codec: string, bytes: Uint8Array): SoundFrame | null {
  const read = readers[codec];
  for (let at = 0; read && at + 7 <= bytes.length; at += 1) {
    const frame = read((index) => bytes[at + index] ?? 0);
    if (frame) return frame;
  }
  return null;
}
