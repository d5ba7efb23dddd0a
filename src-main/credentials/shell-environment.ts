/**
 * Variables of the login shell, for an app that was started from the desktop: there no rc file has run, so `AWS_PROFILE`, proxies and the
 * like are missing that every terminal has.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

/** What was taken over; names only. The contract says the same to windows. */
export interface AdoptedEnvironment {
  /** Sorted. */
  readonly names: readonly string[];
  readonly isOn: boolean;
  readonly isNeeded: boolean;
  /** A sentence; null where all went well. */
  readonly problem: string | null;
}

/** Set while the shell runs, so that slow parts of rc files can be skipped by whoever asks for it. */
export const resolvingMarker = 'VITRINE_RESOLVING_ENVIRONMENT';

/** rc files that start language managers take seconds; who needs longer has a problem of another kind. */
const usualLimitMs = 10_000;
const largestOutput = 4 * 1024 * 1024;
const prefixes = /^(?:AWS|GOOGLE|CLOUDSDK|AZURE)_[A-Z0-9_]+$/;
const names = /^(?:HTTP_PROXY|HTTPS_PROXY|ALL_PROXY|NO_PROXY|http_proxy|https_proxy|all_proxy|no_proxy|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS)$/;
/** These belong together: half of one identity and half of another is nobody. */
const awsKeys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION'];

/** How this process was started. */
export interface Started {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Whether any of the standard streams is a terminal. */
  readonly hasTerminal: boolean;
}

/**
 * True where a login shell may know more than the environment says: on Linux and macOS, not started from a terminal. `TERM` counts as a
 * terminal (its output may go elsewhere), but not `dumb` and `linux`, which sessions of a desktop inherit from their console.
 */
export function needsShellEnvironment({ env, platform, hasTerminal }: Started): boolean {
  if (platform === 'win32' || hasTerminal || env[resolvingMarker]) return false;
  return !env.TERM || env.TERM === 'dumb' || env.TERM === 'linux';
}

/**
 * Asks the login shell for its environment and sets in `env` what is on the list and missing there; what is set stays. Never rejects: what
 * went wrong stands in `problem`.
 * @param options.shell the user's shell, absolute; `/bin/sh` where there is none
 * @param options.limitMs after this the shell is ended with all that it started; 10 s unless given
 * @param options.signal ends it sooner
 */
export async function adoptShellEnvironment(options: {
  env: Record<string, string | undefined>;
  shell: string | null;
  limitMs?: number;
  signal?: AbortSignal;
}): Promise<AdoptedEnvironment> {
  const { env, limitMs = usualLimitMs, signal = new AbortController().signal } = options;
  const shell = options.shell || '/bin/sh';
  const answer = await environmentOf(shell, { env, limitMs, signal });
  const adopted = { names: [], isOn: true, isNeeded: true };
  if (typeof answer === 'string') return { ...adopted, problem: answer };
  const isAwsSet = awsKeys.some((name) => env[name]);
  const found = [...answer].filter(
    ([name, value]) => (prefixes.test(name) || names.test(name)) && value !== '' && !env[name] && !(isAwsSet && awsKeys.includes(name)),
  );
  for (const [name, value] of found) env[name] = value;
  return { ...adopted, names: found.map(([name]) => name).sort(), problem: null };
}

interface Limits {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** The shell's variables, or a sentence on why there are none. */
async function environmentOf(shell: string, limits: Limits): Promise<Map<string, string> | string> {
  const mark = randomUUID();
  const { out, wasLate, code } = await run(shell, mark, limits);
  const begin = out.indexOf(mark);
  const end = out.lastIndexOf(mark);
  if (begin < end) return variablesIn(out.subarray(begin + mark.length, end));
  const name = basename(shell);
  if (wasLate) return `Your shell ${name} did not answer in ${limits.limitMs / 1_000} s, so its variables are not known here.`;
  if (limits.signal.aborted) return `Your shell ${name} was not waited for.`;
  if (code === null) return `Your shell ${name} could not be started, so its variables are not known here.`;
  return `Your shell ${name} ended with exit code ${code} before it said its variables.`;
}

/** Names and values as `env -0` writes them: any text but NUL may stand in a value. */
function variablesIn(bytes: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of bytes.toString('utf8').split('\0')) {
    const equals = entry.indexOf('=');
    if (equals > 0) found.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  return found;
}

interface Ran {
  readonly out: Buffer;
  readonly wasLate: boolean;
  readonly code: number | null;
}

function run(shell: string, mark: string, { env, limitMs, signal }: Limits): Promise<Ran> {
  // By full path, since an rc file may have given another meaning to the names.
  // The mark is in two halves, since a shell may show what it runs.
  const halves = `${mark.slice(0, 8)} ${mark.slice(8)}`;
  const tell = `/usr/bin/env printf %s%s ${halves}; /usr/bin/env -0; /usr/bin/env printf %s%s ${halves}`;
  // csh and tcsh take no other option beside -l.
  const options = /^t?csh$/.test(basename(shell)) ? ['-ic'] : ['-i', '-l', '-c'];
  const child = spawn(shell, [...options, tell], {
    // A group of its own, away from any terminal: an interactive shell would else take it over, and a late one is ended with its children.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env, [resolvingMarker]: '1' },
  });
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const chunks: Buffer[] = [];
  let size = 0;
  let wasLate = false;
  const ended = (code: number | null) => resolve({ out: Buffer.concat(chunks), wasLate, code });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    child.stdout.destroy();
  };
  const late = setTimeout(() => {
    wasLate = true;
    end();
  }, limitMs);
  signal.addEventListener('abort', end, { once: true });
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > largestOutput) return end();
    chunks.push(chunk);
    // Agents that an rc file started may hold the pipe open for good: what was asked for is there.
    const so = Buffer.concat(chunks);
    if (so.indexOf(mark) >= so.lastIndexOf(mark)) return;
    ended(0);
    child.stdout.destroy();
  });
  child.on('error', () => ended(null));
  child.on('close', (code) => ended(code ?? 128));
  return promise.finally(() => {
    clearTimeout(late);
    signal.removeEventListener('abort', end);
  });
}
