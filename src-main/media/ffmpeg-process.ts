/** One run of ffmpeg on untrusted bytes: no shell, no variables of ours, no other file or host, watched memory, and an end with all its children. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { memoryLimitBytes } from './decode-message.ts';
import { helperEnvironment } from './helper-environment.ts';
import { inOwnTree, killTree, watchTree } from './process-tree.ts';

/** How often the memory of the child is looked at, in milliseconds. */
const watchMs = 100;
/** ffmpeg's own limits, so that they hold where the system does not tell the memory of a child. */
const singleAllocation = 512 * 1024 ** 2;
const framePixels = 100_000_000;

/** How it ended: `failed` is ffmpeg's own word, `too_much` memory or output, `stopped` nobody wants it any more. */
export type FfmpegEnd = 'done' | 'failed' | 'timeout' | 'too_much' | 'stopped';

/**
 * Where ffmpeg reads: a file of this computer, what is written to it, or our reader on loopback (`LoopbackReader`), which is also the
 * proxy of every connection it might try.
 */
export type FfmpegInput =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'pipe' }
  | { readonly kind: 'loopback'; readonly url: string; readonly origin: string };

export interface FfmpegOptions {
  readonly ffmpeg: string;
  readonly input: FfmpegInput;
  /** As ffmpeg calls the container; no other one is opened, whatever the bytes claim to be. */
  readonly demuxer: string;
  /** Before the input; what limits it is added. */
  readonly before: readonly string[];
  /** What is made of the input; the output itself is added. */
  readonly output: readonly string[];
  /** Seconds of the processor that it may use in all. */
  readonly secondsLimit: number;
}

export interface FfmpegProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Never rejects; resolves when it and its output have ended. */
  readonly whenEnded: Promise<FfmpegEnd>;
  /** Ends it and all its children; the first reason stands. */
  stop(reason: FfmpegEnd): void;
}

/** Memory of a process, or 0 where the system does not tell in a file. */
function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return 0;
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has just ended
  }
}

/** What `-i` is given, and the only protocols that reach it. */
function inputOf(input: FfmpegInput): { address: string; protocols: string } {
  if (input.kind === 'pipe') return { address: 'pipe:0', protocols: 'pipe' };
  if (input.kind === 'file') return { address: `file:${input.path}`, protocols: 'file' };
  return { address: input.url, protocols: 'http,tcp' };
}

/** The command line; every option before `-i` limits what the input may do. */
function commandLineOf({ input, demuxer, before, output, secondsLimit }: FfmpegOptions): string[] {
  const { address, protocols } = inputOf(input);
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'quiet'],
    ...['-max_alloc', String(singleAllocation), '-timelimit', String(secondsLimit)],
    // A container may name other files and addresses; it gets at none of them, and lists of files are no containers here.
    ...['-protocol_whitelist', protocols, '-format_whitelist', demuxer, '-max_pixels', String(framePixels)],
    ...before,
    ...['-f', demuxer, '-i', address],
    ...output,
    'pipe:1',
  ];
}

/** Starts it; a program that cannot be started ends as `failed`. */
export function startFfmpeg(options: FfmpegOptions): FfmpegProcess {
  const { promise, resolve } = Promise.withResolvers<FfmpegEnd>();
  const { input } = options;
  // ffmpeg takes its proxy from here, for whatever it connects to: https://ffmpeg.org/ffmpeg-protocols.html#http
  const env = input.kind === 'loopback' ? { ...helperEnvironment(), http_proxy: input.origin } : helperEnvironment();
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(options.ffmpeg, commandLineOf(options), {
    stdio: ['pipe', 'pipe', 'ignore'],
    ...inOwnTree,
    env,
  });
  watchTree(child);
  let end: FfmpegEnd | null = null;
  const stop = (reason: FfmpegEnd) => {
    end ??= reason;
    killTree(child);
    child.stdout.destroy(); // what nobody reads any more would keep it from closing
  };
  const watch = setInterval(() => {
    if (child.pid !== undefined && residentBytes(child.pid) > memoryLimitBytes) stop('too_much');
  }, watchMs);
  child.on('error', () => {
    end ??= 'failed';
  });
  child.on('close', (code) => {
    clearInterval(watch);
    resolve(end ?? (code === 0 ? 'done' : 'failed'));
  });
  child.stdin.on('error', () => undefined); // it had seen enough
  return { stdin: child.stdin, stdout: child.stdout, whenEnded: promise, stop };
}
