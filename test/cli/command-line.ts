/** The real command in a process of its own, over a library and a home folder of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '..', '..', 'src-main', 'hosts', 'cli', 'main.ts');

/** What a run came to. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  readonly folder: string;
  /** Runs to the end. */
  run(argv: readonly string[], options?: { input?: string; env?: Record<string, string> }): Promise<Ran>;
  /** Starts without waiting. */
  start(argv: readonly string[], env?: Record<string, string>): { child: ChildProcess; whenEnded: Promise<Ran> };
  remove(): void;
}

/** A place to run commands in; `folder` is the working folder, the library is below it. */
export function commandLine(): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-cli-'));
  mkdirSync(join(folder, 'home'));
  const start: CommandLine['start'] = (argv, env = {}) => {
    const child = spawn(process.execPath, ['--no-warnings', entry, ...argv], {
      cwd: folder,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: join(folder, 'home'),
        TMPDIR: tmpdir(),
        VITRINE_LIBRARY: join(folder, 'library'),
        VITRINE_ALLOWED_HOSTS: '127.0.0.1',
        AWS_EC2_METADATA_DISABLED: 'true',
        METADATA_SERVER_DETECTION: 'none',
        ...env,
      },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const whenEnded = new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
    return { child, whenEnded };
  };
  return {
    folder,
    start,
    run(argv, { input = '', env } = {}) {
      const { child, whenEnded } = start(argv, env);
      child.stdin?.end(input);
      return whenEnded;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Times and rates differ from run to run: they become `N`. */
export function withoutTimes(text: string): string {
  return text
    .replace(/"seconds":[\d.e-]+/g, '"seconds":N')
    .replace(/[\d,]+ rows\/s/g, 'N rows/s')
    .replace(/\d+\.\d\d s$/gm, 'N s');
}
