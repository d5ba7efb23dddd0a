/** Peaks of uncompressed WAV (RIFF), in the decode helper and without ffmpeg. */
import { open } from 'node:fs/promises';
import { createPeakCounter, type PeakCounter } from './sound-peaks.ts';

/** What the format chunk says of the samples. */
interface SampleFormat {
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  readonly isFloat: boolean;
}

const chunkLimit = 64;
const blockBytes = 1024 * 1024;
/** Wave formats: integers, floats, and the extensible one, which repeats either in its first two extra bytes. */
const integerTag = 1;
const floatTag = 3;
const extensibleTag = 0xfffe;

function formatOf(chunk: Buffer): SampleFormat | null {
  if (chunk.length < 16) return null;
  const tag = chunk.readUInt16LE(0) === extensibleTag && chunk.length >= 26 ? chunk.readUInt16LE(24) : chunk.readUInt16LE(0);
  const format = {
    channels: chunk.readUInt16LE(2),
    rate: chunk.readUInt32LE(4),
    bits: chunk.readUInt16LE(14),
    isFloat: tag === floatTag,
  };
  const isKnown = tag === integerTag ? [8, 16, 24, 32].includes(format.bits) : tag === floatTag && format.bits === 32;
  return isKnown && format.channels > 0 && format.rate > 0 ? format : null;
}

function readerOf({ bits, isFloat }: SampleFormat): (block: Buffer, at: number) => number {
  if (isFloat) return (block, at) => block.readFloatLE(at);
  if (bits === 8) return (block, at) => (block.readUInt8(at) - 128) / 128;
  return (block, at) => block.readIntLE(at, bits / 8) / 2 ** (bits - 1);
}

/** The counter and the length in seconds, or null where this is no WAV whose samples lie there as numbers. */
export async function readWavPeaks(path: string): Promise<{ counter: PeakCounter; duration: number } | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytesAt = async (start: number, length: number) => {
      const block = Buffer.alloc(Math.max(0, Math.min(length, size - start)));
      const { bytesRead } = await file.read(block, 0, block.length, start);
      return block.subarray(0, bytesRead);
    };
    const head = await bytesAt(0, 12);
    if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return null;
    let format: SampleFormat | null = null;
    let at = 12;
    for (let seen = 0; seen < chunkLimit; seen += 1) {
      const chunk = await bytesAt(at, 8);
      if (chunk.length < 8) return null;
      const type = chunk.toString('latin1', 0, 4);
      const length = chunk.readUInt32LE(4);
      if (type === 'fmt ') format = formatOf(await bytesAt(at + 8, Math.min(length, 64)));
      if (type === 'data') return format && (await count(format, at + 8, Math.min(length, size - at - 8), bytesAt));
      at += 8 + length + (length % 2);
    }
    return null;
  } finally {
    await file.close();
  }
}

async function count(
  format: SampleFormat,
  start: number,
  length: number,
  bytesAt: (start: number, length: number) => Promise<Buffer>,
): Promise<{ counter: PeakCounter; duration: number }> {
  const counter = createPeakCounter();
  const sampleBytes = format.bits / 8;
  const frameBytes = sampleBytes * format.channels;
  const read = readerOf(format);
  const step = Math.max(frameBytes, Math.floor(blockBytes / frameBytes) * frameBytes);
  for (let offset = 0; offset + frameBytes <= length; offset += step) {
    const block = await bytesAt(start + offset, Math.min(step, length - offset));
    if (block.length < frameBytes) break;
    for (let at = 0; at + frameBytes <= block.length; at += frameBytes) {
      let loudest = 0;
      for (let channel = 0; channel < format.channels; channel += 1) {
        loudest = Math.max(loudest, Math.abs(read(block, at + channel * sampleBytes)));
      }
      counter.add(Number.isFinite(loudest) ? loudest : 0);
    }
  }
  return { counter, duration: counter.count / format.rate };
}
