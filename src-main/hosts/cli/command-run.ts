/** One run of a command: its library, its output, its exit code. */
import type { Client } from '../../../src-shared/contract/contract.ts';
import { Failure, type Outcome, type VitrineError } from '../../../src-shared/model/error.ts';
import type { Job } from '../../../src-shared/model/job.ts';
import { answerCodes } from './answer-codes.ts';
import { progressBar } from './progress-bar.ts';
import type { OpenConnection, Surroundings } from './surroundings.ts';

/** 0 done · 1 a part failed, the rest is done · 2 wrong usage or nothing done. */
export type ExitCode = 0 | 1 | 2 | 130;

/** What a command is given to do its work. */
export interface CommandRun {
  readonly isJson: boolean;
  readonly surroundings: Surroundings;
  /** The library's client; opened with the first use. */
  client(): Promise<Client>;
  /** Prints a line for people, or with `--json` nothing. */
  say(line: string): void;
  /** Prints the one JSON document with `--json`. */
  json(document: unknown): void;
  /** From now on the command writes its document piece by piece, so that none may be printed behind it. */
  beginStream(): void;
  /** Being stopped is how this command ends well, as `serve` does. */
  endsWhenStopped(): void;
  /** True where the command was stopped before its end. */
  wasStopped(): boolean;
  /** What the last followed job leaves after it was stopped, or null. `hasAnswer`: the call still said what it came to. */
  whatIsLeft(hasAnswer: boolean): string | null;
  /** Says on stderr what went wrong with one of several things, and remembers that a part failed. */
  complain(sentence: string): void;
  /** Says on stderr what is worth knowing and no failure. */
  note(sentence: string): void;
  /** Follows a count with a bar on a terminal; options of a long call that reports it. */
  count(title: string): {
    signal: AbortSignal;
    onProgress: (progress: { done: number; failed?: number; total: number }) => void;
  };
  /** Follows a job with a bar on a terminal; options of a long call. */
  follow(): { signal: AbortSignal; onProgress: (job: Job) => void };
  /** The exit code becomes at least this. */
  fail(code: 1 | 2): void;
  exitCode(): ExitCode;
  close(): Promise<void>;
}

/** Makes the action of a command from its work: opens a run, closes it, turns failures into words. Arguments come as commander gives them. */
export type Begin = <A extends unknown[]>(work: (run: CommandRun, ...args: A) => Promise<void>) => (...args: A) => Promise<void>;

/** The value of an outcome. @throws Failure where there is none */
export function valueOrThrow<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Failure(outcome.error);
}

/** Says by the exit code that some of the asked things failed, or that all did and nothing was done. */
export function settle(run: Pick<CommandRun, 'fail'>, failed: number, all: number): void {
  if (failed > 0) run.fail(failed === all ? 2 : 1);
}

/** An error as one line: what happened, then what to do. */
export function errorLine({ message, next }: Pick<VitrineError, 'message' | 'next'>): string {
  return next ? `${message} ${next}` : message;
}

/** Begins a run. `folder` is the library's; nothing is opened yet. `code` is the one-time code of `--mfa`. */
export function beginRun(surroundings: Surroundings, options: { folder: string; isJson: boolean; code: string | null }): CommandRun {
  const { isJson } = options;
  let connection: Promise<OpenConnection> | null = null;
  let endAnswering: (() => void) | null = null;
  let code: ExitCode = 0;
  let isStreaming = false;
  let isStopTheEnd = false;
  let lastJob: Job | null = null;
  const bar = progressBar(surroundings);
  return {
    isJson,
    surroundings,
    client: async () => {
      connection ??= surroundings.connect({ folder: options.folder });
      const opened = await connection;
      const { askTerminal } = surroundings;
      endAnswering ??= answerCodes(opened, {
        code: options.code,
        askTerminal:
          askTerminal &&
          ((prompt, asking) => {
            bar.clear();
            return askTerminal(prompt, asking);
          }),
        say(line) {
          bar.clear();
          surroundings.err(`${line}\n`);
        },
      });
      return opened.client;
    },
    say: (line) => {
      if (!isJson) surroundings.out(`${line}\n`);
    },
    json: (document) => {
      if (isJson && !isStreaming) surroundings.out(`${JSON.stringify(document)}\n`);
    },
    beginStream() {
      isStreaming = true;
    },
    endsWhenStopped() {
      isStopTheEnd = true;
    },
    wasStopped: () => surroundings.signal.aborted && !isStopTheEnd,
    whatIsLeft: (hasAnswer) => (lastJob ? stoppedLine(lastJob, hasAnswer) : null),
    complain(sentence) {
      bar.clear();
      surroundings.err(`${sentence}\n`);
      if (code === 0) code = 1;
    },
    note(sentence) {
      bar.clear();
      surroundings.err(`${sentence}\n`);
    },
    count(title) {
      const startedAt = new Date().toISOString();
      return {
        signal: surroundings.signal,
        onProgress: ({ done, failed = 0, total }) => bar.show({ title, done, failed, total, startedAt, state: 'running' }),
      };
    },
    follow: () => ({
      signal: surroundings.signal,
      onProgress: (job) => {
        lastJob = job;
        bar.show(job);
      },
    }),
    fail(least) {
      if (code < least) code = least;
    },
    exitCode: () => code,
    async close() {
      bar.clear();
      endAnswering?.();
      await (await connection?.catch(() => null))?.close();
    },
  };
}

/** What a stopped job leaves. Without counts: the last progress that was told may be older than what is stored. */
function stoppedLine({ kind }: Job, hasAnswer: boolean): string | null {
  if (kind === 'compute') return 'What was computed stays; "vitrine recompute" does the rest.';
  return kind === 'import' && !hasAnswer ? 'Nothing was inserted.' : null;
}
