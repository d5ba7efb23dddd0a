/** The real command, in this process or in one of its own, over a library and a home folder of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from '../../src-main/hosts/browser/serve.ts';
import { runCli } from '../../src-main/hosts/cli/run-cli.ts';
import type { AskTerminal } from '../../src-main/hosts/cli/surroundings.ts';
import { plainNodeInstallation } from '../../src-main/hosts/installation.ts';
import { connectLibrary } from '../../src-main/hosts/local-socket/connect.ts';
import { startChild } from '../../src-main/media/start-child.ts';
import { noKeychain } from '../credentials/memory-keychain.ts';

const entry = join(import.meta.dirname, '..', '..', 'src-main', 'hosts', 'cli', 'main.ts');

/** What a run came to. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  readonly folder: string;
  /** Runs to the end in this process, which saves a start of Node each time. With `answers` a person sits at a terminal and gives them. */
  run(argv: readonly string[], options?: { input?: string; askTerminal?: AskTerminal; answers?: readonly string[] }): Promise<Ran>;
  /** Starts a process without waiting for its end. */
  start(argv: readonly string[]): { child: ChildProcess; whenEnded: Promise<Ran> };
  remove(): Promise<void>;
}

/**
 * A place to run commands in; `folder` is the working folder, the library is below it. `keepsOpen`: the runs in this process share one
 * opened library, as commands beside a window do; otherwise each opens and closes it. `env` is theirs and the processes'.
 */
export function commandLine({
  keepsOpen = false,
  env: given = {},
}: {
  keepsOpen?: boolean;
  env?: Record<string, string>;
} = {}): CommandLine {
  const kept = new Map<string, ReturnType<typeof connectLibrary>>();
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-cli-'));
  mkdirSync(join(folder, 'home'));
  const ownEnv = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    TMPDIR: tmpdir(),
    VITRINE_LIBRARY: join(folder, 'library'),
    VITRINE_ALLOWED_HOSTS: '127.0.0.1',
    AWS_EC2_METADATA_DISABLED: 'true',
    METADATA_SERVER_DETECTION: 'none',
    AZURE_TOKEN_CREDENTIALS: 'dev',
    ...given,
  };
  const start: CommandLine['start'] = (argv) => {
    const child = spawn(process.execPath, ['--no-warnings', entry, ...argv], {
      cwd: folder,
      env: ownEnv,
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
    async run(argv, { input = '', askTerminal = null, answers } = {}) {
      const left = [...(answers ?? [])];
      const installation = plainNodeInstallation(pathToFileURL(entry).href, '0.1.0');
      const env: NodeJS.ProcessEnv = ownEnv;
      const opening = (library: string, added: Readonly<Record<string, string>> = {}) => ({
        folder: library,
        env: { ...env, ...added },
        home: ownEnv.HOME,
        installation,
        startDecoder: startChild({ node: installation.node, script: installation.decodeHelper }),
        keychain: noKeychain,
      });
      let out = '';
      let err = '';
      const code = await runCli(
        argv,
        {
          connect: async (options) => {
            if (!keepsOpen || options.env) return connectLibrary(opening(options.folder, options.env));
            const connection = kept.get(options.folder) ?? connectLibrary(opening(options.folder));
            kept.set(options.folder, connection);
            return { ...(await connection), close: async () => {} };
          },
          serve: (options) => serve({ open: opening(options.folder), ...options }),
          readInput: async () => input,
          out: (text) => {
            out += text;
          },
          whenDrained: async () => {},
          err: (text) => {
            err += text;
          },
          askTerminal: answers
            ? async (question) => {
                err += `${question}\n`;
                return left.shift() ?? null;
              }
            : askTerminal,
          isTerminal: false,
          env,
          cwd: folder,
          home: ownEnv.HOME,
          sample: join(installation.assets, 'sample'),
          signal: new AbortController().signal,
        },
        installation.version,
      );
      return { code, out, err };
    },
    async remove() {
      for (const connection of kept.values()) await (await connection).close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Times and rates differ from run to run: they become `N`. */
export function withoutTimes(text: string): string {
  return text
    .replace(/"seconds":[\d.e-]+/g, '"seconds":N')
    .replace(/[\d,]+ rows\/s/g, 'N rows/s')
    .replace(/\d+\.\d\d s$/gm, 'N s');
}
