/** Runs ffmpeg on untrusted bytes: no network, one named container, bounded in time, memory and output. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type DecodeInput, memoryLimitBytes } from './decode-message.ts';

/** A frame or a long sound takes a second or two; beyond this a file is hostile or vast. */
const secondsLimit = 20;
/** How often the memory of the child is looked at, in milliseconds. */
const watchMs = 100;
/** ffmpeg's own limits, so that they hold where the system does not tell the memory of a child. */
const singleAllocation = 512 * 1024 ** 2;
const framePixels = 100_000_000;

export interface FfmpegRun {
  readonly ffmpeg: string;
  readonly input: DecodeInput;
  readonly demuxer: string;
  /** What is made of the input; the output itself is added. */
  readonly output: readonly string[];
  /** Called with what comes out, piece by piece; false ends the run. */
  readonly onOutput: (chunk: Buffer) => boolean;
}

/** How it ended: `failed` is ffmpeg's own word, `too_much` memory or output. */
export type FfmpegEnd = 'done' | 'failed' | 'timeout' | 'too_much';

/** Memory of a process, or 0 where the system does not tell in a file. */
function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return 0;
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has just ended
  }
}

/** The command line; every option before `-i` limits what the input may do. */
function commandLineOf({ input, demuxer, output }: FfmpegRun): string[] {
  const isFile = typeof input === 'string';
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'quiet', '-threads', '1'],
    ...['-max_alloc', String(singleAllocation), '-timelimit', String(secondsLimit)],
    // A container may name other files and addresses; it gets at none of them.
    ...['-protocol_whitelist', isFile ? 'file' : 'pipe', '-max_pixels', String(framePixels), '-noautorotate'],
    ...['-f', demuxer, '-i', isFile ? `file:${input}` : 'pipe:0'],
    ...output,
    'pipe:1',
  ];
}

/** Resolves when ffmpeg has ended; never rejects. */
export function runFfmpeg(run: FfmpegRun): Promise<FfmpegEnd> {
  const { promise, resolve } = Promise.withResolvers<FfmpegEnd>();
  const child = spawn(run.ffmpeg, commandLineOf(run), { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  let end: FfmpegEnd | null = null;
  const stop = (reason: FfmpegEnd) => {
    end ??= reason;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop('timeout'), secondsLimit * 1000);
  const watch = setInterval(() => {
    if (child.pid !== undefined && residentBytes(child.pid) > memoryLimitBytes) stop('too_much');
  }, watchMs);
  child.stdout.on('data', (chunk: Buffer) => {
    if (end === null && !run.onOutput(chunk)) stop('too_much');
  });
  child.on('error', () => {
    end ??= 'failed';
  });
  child.on('close', (code) => {
    clearTimeout(timer);
    clearInterval(watch);
    resolve(end ?? (code === 0 ? 'done' : 'failed'));
  });
  child.stdin.on('error', () => undefined); // it had seen enough
  child.stdin.end(typeof run.input === 'string' ? undefined : run.input);
  return promise;
}
