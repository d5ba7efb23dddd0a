/** Runs ffmpeg to its end for a frame or the loudness of a sound, bounded in time and output. */
import type { DecodeInput } from './decode-message.ts';
import { type FfmpegEnd, startFfmpeg } from './ffmpeg-process.ts';

/** A frame or a long sound takes a second or two; beyond this a file is hostile or vast. */
const secondsLimit = 20;

export interface FfmpegRun {
  readonly ffmpeg: string;
  readonly input: DecodeInput;
  readonly demuxer: string;
  /** What is made of the input; the output itself is added. */
  readonly output: readonly string[];
  /** Called with what comes out, piece by piece; false ends the run. */
  readonly onOutput: (chunk: Buffer) => boolean;
  /** Ends the run as `stopped`. */
  readonly signal?: AbortSignal;
}

/** Resolves when ffmpeg has ended; never rejects. */
export async function runFfmpeg({ ffmpeg, input, demuxer, output, onOutput, signal }: FfmpegRun): Promise<FfmpegEnd> {
  const isFile = typeof input === 'string';
  const running = startFfmpeg({
    ...{ ffmpeg, demuxer, output, secondsLimit },
    input: isFile ? { kind: 'file', path: input } : { kind: 'pipe' },
    before: ['-threads', '1', '-noautorotate'],
  });
  const timer = setTimeout(() => running.stop('timeout'), secondsLimit * 1000);
  const stop = () => running.stop('stopped');
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  let isEnough = false;
  running.stdout.on('data', (chunk: Buffer) => {
    if (isEnough || onOutput(chunk)) return;
    isEnough = true;
    running.stop('too_much');
  });
  running.stdin.end(isFile ? undefined : input);
  try {
    return await running.whenEnded;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
