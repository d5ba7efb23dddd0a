/**
 * Entry of the helper process: makes pictures of untrusted pictures and films, and peaks of untrusted sound. It answers one message at
 * a time and knows nothing of the library; when a file crashes it, only that one thumbnail is lost.
 */
import sharp, { type Sharp } from 'sharp';
import { decodedPixels } from '../../src-shared/model/showing.ts';
import {
  type DecodeAnswer,
  type DecodeOutcome,
  type DecodeRequest,
  type DecodeTask,
  type FrameTask,
  memoryExitCode,
  memoryLimitBytes,
  type PeaksTask,
  type PictureTask,
  type ToHelper,
} from './decode-message.ts';
import type { FfmpegEnd } from './ffmpeg-process.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { createPeakCounter } from './sound-peaks.ts';
import { readWavPeaks } from './wav-peaks.ts';

const secondsLimit = 20;
/** Longest side that ffmpeg hands over: the largest thumbnail has half of it. */
const frameSide = 2048;
/** A frame of that size as PNG, hardly compressed, with room to spare. */
const frameBytesLimit = 64 * 1024 * 1024;
/** Samples a second that peaks are counted of: enough for a line of 2,000 points, and little to decode. */
const peakRate = 8_000;

/** What Electron puts on `process` in a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: ToHelper }) => void): unknown;
  postMessage(message: unknown): void;
}

type Failed = Extract<DecodeOutcome, { kind: 'failed' }>;
const failed = (cause: Failed['cause']): Failed => ({ kind: 'failed', cause });

/** sharp tells causes apart by words alone; these are its own (src/common.cc and src/pipeline.cc of 0.35). */
function failureOf(thrown: unknown): Failed {
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  if (words.includes('exceeds pixel limit')) return failed('too_large');
  if (words.includes('timeout')) return failed('timeout');
  if (words.includes('unsupported image format') || words.includes('No decoding plugin')) return failed('unsupported');
  return failed('corrupt');
}

const endings: Record<Exclude<FfmpegEnd, 'done'>, Failed['cause']> = {
  failed: 'unsupported',
  timeout: 'timeout',
  too_much: 'too_large',
  stopped: 'timeout',
};

/** The eight orientations of EXIF as a mirroring and a turn; sharp mirrors first, in whichever order they are called. */
function turned(picture: Sharp, orientation: number): Sharp {
  const right = [5, 6, 7].includes(orientation) ? picture.rotate(90) : picture;
  const upright = orientation === 3 ? right.rotate(180) : orientation === 8 ? right.rotate(270) : right;
  if (orientation === 2 || orientation === 7) return upright.flop();
  return orientation === 4 || orientation === 5 ? upright.flip() : upright;
}

type Made = Extract<DecodeOutcome, { kind: 'pictures' }>['pictures'][number];

async function encoded(picture: Sharp, quality: number, hasAlpha: boolean): Promise<Made> {
  const format = hasAlpha ? picture.webp({ quality: quality - 2 }) : picture.jpeg({ quality, mozjpeg: false });
  const { data, info } = await format.toBuffer({ resolveWithObject: true });
  return { bytes: data, mime: hasAlpha ? 'image/webp' : 'image/jpeg', width: info.width, height: info.height };
}

async function picturesOf({ input, sizes, orientation, density, quality }: PictureTask): Promise<DecodeOutcome> {
  const pictures: Made[] = [];
  for (const size of sizes) {
    const picture = sharp(input, {
      limitInputPixels: decodedPixels,
      failOn: 'error',
      sequentialRead: true,
      pages: 1,
      ...(density === null ? {} : { density }),
    });
    const { hasAlpha } = await picture.metadata();
    const upright = orientation === null ? picture.rotate() : turned(picture, orientation);
    const fitted = upright
      .timeout({ seconds: secondsLimit })
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb');
    pictures.push(await encoded(fitted, quality, hasAlpha));
  }
  return { kind: 'pictures', pictures };
}

/** Longest side at most `size`, never larger than it is shown. */
function within(size: number, { width, height }: { width: number; height: number }): { width: number; height: number } {
  const scale = Math.min(1, size / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

async function frameOf(
  { ffmpeg, input, demuxer, sizes, rotation, shown, quality }: FrameTask,
  signal: AbortSignal,
): Promise<DecodeOutcome> {
  const chunks: Buffer[] = [];
  let length = 0;
  const end = await runFfmpeg({
    ffmpeg,
    input,
    demuxer,
    signal,
    output: [
      ...[
        '-map',
        '0:V:0',
        '-frames:v',
        '1',
        '-vf',
        `scale='min(${frameSide},iw)':'min(${frameSide},ih)':force_original_aspect_ratio=decrease`,
      ],
      ...['-pix_fmt', 'rgb24', '-c:v', 'png', '-compression_level', '1', '-f', 'image2pipe'],
    ],
    onOutput(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      return length <= frameBytesLimit;
    },
  });
  if (end !== 'done') return failed(endings[end]);
  if (length === 0) return failed('unsupported');
  const frame = Buffer.concat(chunks);
  const { width, height } = await sharp(frame).metadata();
  const isOnSide = rotation % 180 !== 0;
  const size = shown ?? { width: isOnSide ? height : width, height: isOnSide ? width : height };
  const pictures: Made[] = [];
  for (const longest of sizes) {
    const fitted = within(longest, size);
    const picture = sharp(frame).rotate(rotation).resize(fitted.width, fitted.height, { fit: 'fill' }).toColourspace('srgb');
    pictures.push(await encoded(picture, quality, false));
  }
  return { kind: 'pictures', pictures };
}

async function peaksOf({ ffmpeg, path, demuxer, parts }: PeaksTask, signal: AbortSignal): Promise<DecodeOutcome> {
  const wav = await readWavPeaks(path);
  if (wav) return { kind: 'peaks', peaks: wav.counter.peaks(parts), duration: wav.duration };
  if (ffmpeg === null || demuxer === null) return failed('unsupported');
  const counter = createPeakCounter();
  let odd: Buffer = Buffer.alloc(0);
  const end = await runFfmpeg({
    ffmpeg,
    input: path,
    demuxer,
    signal,
    output: ['-map', '0:a:0', '-vn', '-ac', '1', '-ar', String(peakRate), '-c:a', 'pcm_s16le', '-f', 's16le'],
    onOutput(chunk) {
      const bytes = odd.length === 0 ? chunk : Buffer.concat([odd, chunk]);
      const whole = bytes.length - (bytes.length % 2);
      for (let at = 0; at < whole; at += 2) counter.add(Math.abs(bytes.readInt16LE(at)) / 32_768);
      odd = bytes.subarray(whole);
      return true;
    },
  });
  // A damaged end costs the end: what could be heard before is shown.
  if (end !== 'done' && !(end === 'failed' && counter.count > 0)) return failed(endings[end]);
  if (counter.count === 0) return failed('unsupported');
  return { kind: 'peaks', peaks: counter.peaks(parts), duration: counter.count / peakRate };
}

async function outcomeOf(task: DecodeTask, signal: AbortSignal): Promise<DecodeOutcome> {
  try {
    if (task.kind === 'picture') return await picturesOf(task);
    return task.kind === 'frame' ? await frameOf(task, signal) : await peaksOf(task, signal);
  } catch (thrown) {
    return failureOf(thrown);
  }
}

sharp.cache(false);
sharp.concurrency(1);
// A utility process of Electron speaks by its parent port, a child of plain Node by `process.send`.
const { parentPort } = process as { parentPort?: ParentPort };

/** The task under way, which may be stopped. */
let current: { readonly id: number; readonly stopping: AbortController } | null = null;

async function answer(request: DecodeRequest): Promise<void> {
  const stopping = new AbortController();
  current = { id: request.id, stopping };
  const outcome = await outcomeOf(request.task, stopping.signal);
  const message: DecodeAnswer = { id: request.id, outcome, rssBytes: process.memoryUsage.rss() };
  if (parentPort) parentPort.postMessage(message);
  else process.send?.(message);
}

function hear(message: ToHelper): void {
  if ('task' in message) void answer(message);
  else if (current?.id === message.stop) current.stopping.abort();
}

if (parentPort) parentPort.on('message', ({ data }) => hear(data));
else process.on('message', hear);
// Pictures are decoded on other threads, so this one is free to look.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimitBytes) process.exit(memoryExitCode);
}, 100).unref();
// Whoever started it has gone.
process.on('disconnect', () => process.exit(0));
// Told to go, by whoever started it or from a terminal: so that its ffmpeg ends with it.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
