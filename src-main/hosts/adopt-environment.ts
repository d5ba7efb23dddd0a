/** Whether this process must ask the login shell for its variables, and how. */
import { userInfo } from 'node:os';
import { isatty } from 'node:tty';
import { adoptShellEnvironment, needsShellEnvironment } from '../credentials/shell-environment.ts';
import type { OpenOptions } from '../library.ts';

/** For `OpenOptions`: empty where the process was started from a terminal. What is adopted goes into `env` itself. */
export function adoptingFromShell(env: NodeJS.ProcessEnv): Pick<OpenOptions, 'adoptEnvironment'> {
  // By number: to touch process.stdin opens it, which apps without a console do not survive everywhere.
  const hasTerminal = [0, 1, 2].some((stream) => isatty(stream));
  if (!needsShellEnvironment({ env, platform: process.platform, hasTerminal })) return {};
  return { adoptEnvironment: (signal) => adoptShellEnvironment({ env, shell: loginShell(env), signal }) };
}

/** `SHELL`, else what the system's list of users says; null where neither names one that talks. */
function loginShell(env: NodeJS.ProcessEnv): string | null {
  const shell = env.SHELL || systemShell();
  return shell === null || /\/(?:nologin|false)$/.test(shell) ? null : shell;
}

function systemShell(): string | null {
  try {
    return userInfo().shell;
  } catch {
    // A user that no list knows, as in containers.
    return null;
  }
}
