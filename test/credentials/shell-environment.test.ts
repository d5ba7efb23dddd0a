import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AdoptedEnvironment, adoptShellEnvironment, needsShellEnvironment } from '../../src-main/credentials/shell-environment.ts';
import { isRunning } from './is-running.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-shell-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs the shell over rc files that say `lines`; gives what was adopted and the environment after. */
async function adopt(
  shell: string,
  lines: string,
  options: { env?: Record<string, string>; limitMs?: number; signal?: AbortSignal } = {},
): Promise<{ adopted: AdoptedEnvironment; env: Record<string, string | undefined> }> {
  for (const name of ['.profile', '.bashrc']) writeFileSync(join(home, name), name === '.profile' ? lines : '');
  const { env: given = {}, ...limits } = options;
  const env: Record<string, string | undefined> = { HOME: home, PATH: process.env.PATH, ...given };
  return { adopted: await adoptShellEnvironment({ env, shell, ...limits }), env };
}

const shells = ['/bin/sh', '/bin/bash', '/bin/dash'].filter((path) => existsSync(path));

describe.each(shells)('%s', (shell) => {
  test('what is on the list is taken over, whatever rc files print, and nothing else', async () => {
    const { adopted, env } = await adopt(
      shell,
      [
        'echo "Welcome, AWS_PROFILE=noise"; echo more >&2; set -x',
        'alias env="echo no"; export PS1="$ "',
        'export AWS_PROFILE=\'two\nlines = "and" quotes\'',
        'export GOOGLE_CLOUD_PROJECT=p CLOUDSDK_CONFIG=/c AZURE_TENANT_ID=t https_proxy=http://proxy:1 NO_PROXY=.local SSL_CERT_FILE=/ca.pem',
        'export AWS_REGION= OTHER_SECRET=hush LD_PRELOAD= NODE_OPTIONS=--inspect aws_lower=x',
      ].join('\n'),
    );
    expect(adopted).toEqual({
      names: ['AWS_PROFILE', 'AZURE_TENANT_ID', 'CLOUDSDK_CONFIG', 'GOOGLE_CLOUD_PROJECT', 'NO_PROXY', 'SSL_CERT_FILE', 'https_proxy'],
      isOn: true,
      isNeeded: true,
      problem: null,
    });
    const { HOME: _home, PATH: _path, ...rest } = env;
    expect(rest).toEqual({
      AWS_PROFILE: 'two\nlines = "and" quotes',
      AZURE_TENANT_ID: 't',
      CLOUDSDK_CONFIG: '/c',
      GOOGLE_CLOUD_PROJECT: 'p',
      NO_PROXY: '.local',
      SSL_CERT_FILE: '/ca.pem',
      https_proxy: 'http://proxy:1',
    });
  });

  test('a shell that hangs is ended with what it started, and the start goes on without its variables', async () => {
    const pidFile = join(home, 'pid');
    const { adopted } = await adopt(shell, `sleep 60 & echo $! > '${pidFile}'; wait\nexport AWS_PROFILE=late`, { limitMs: 300 });
    expect([adopted.names, adopted.problem]).toEqual([
      [],
      `Your shell ${shell.slice(5)} did not answer in 0.3 s, so its variables are not known here.`,
    ]);
    await expect.poll(() => isRunning(pidFile)).toBe(false);
  });

  test('an rc file that leaves early is named', async () => {
    const { adopted } = await adopt(shell, 'export AWS_PROFILE=lost; exit 3');
    expect([adopted.names, adopted.problem]).toEqual([
      [],
      `Your shell ${shell.slice(5)} ended with exit code 3 before it said its variables.`,
    ]);
  });
});

test('what an rc file leaves running does not hold the answer back', async () => {
  const pidFile = join(home, 'pid');
  const { adopted } = await adopt('/bin/sh', `sleep 60 & echo $! > '${pidFile}'\nexport AWS_PROFILE=work`);
  process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  expect(adopted.names).toEqual(['AWS_PROFILE']);
});

test('what is set stays, and keys are taken over together or not at all', async () => {
  const lines = 'export AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=B AWS_SECRET_ACCESS_KEY=b AWS_SESSION_TOKEN=s AWS_PROFILE=work';
  const set = await adopt('/bin/sh', `unset AWS_ACCESS_KEY_ID; ${lines}`, {
    env: { AWS_PROFILE: 'home', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'a' },
  });
  const unset = await adopt('/bin/sh', lines);
  expect([set.adopted.names, set.env.AWS_PROFILE, set.env.AWS_SESSION_TOKEN, unset.adopted.names]).toEqual([
    ['AWS_REGION'],
    'home',
    undefined,
    ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ]);
});

test('rc files can see that nobody waits at a prompt', async () => {
  const { adopted } = await adopt('/bin/sh', '[ -n "$VITRINE_RESOLVING_ENVIRONMENT" ] && export AWS_PROFILE=quick || sleep 60');
  expect(adopted.names).toEqual(['AWS_PROFILE']);
});

test('a shell that is not there is named, and one that is taken back is not waited for', async () => {
  const missing = await adopt('/nowhere/shell', '');
  const back = await adopt('/bin/sh', 'sleep 60', { signal: AbortSignal.timeout(200) });
  expect([missing.adopted.problem, back.adopted.problem]).toEqual([
    'Your shell shell could not be started, so its variables are not known here.',
    'Your shell sh was not waited for.',
  ]);
});

test.each<[title: string, started: Parameters<typeof needsShellEnvironment>[0], isNeeded: boolean]>([
  ['an icon on Linux', { env: { DISPLAY: ':0' }, platform: 'linux', hasTerminal: false }, true],
  ['an icon on macOS', { env: {}, platform: 'darwin', hasTerminal: false }, true],
  ['a session that inherits TERM of the console', { env: { TERM: 'linux' }, platform: 'linux', hasTerminal: false }, true],
  ['a terminal', { env: { TERM: 'xterm-256color' }, platform: 'linux', hasTerminal: true }, false],
  ['a terminal whose output goes to a file', { env: { TERM: 'xterm-256color' }, platform: 'darwin', hasTerminal: false }, false],
  ['an rc file of the shell that is asked', { env: { VITRINE_RESOLVING_ENVIRONMENT: '1' }, platform: 'linux', hasTerminal: false }, false],
  ['Windows', { env: {}, platform: 'win32', hasTerminal: false }, false],
])('started from %s', (_title, started, isNeeded) => {
  expect(needsShellEnvironment(started)).toBe(isNeeded);
});
