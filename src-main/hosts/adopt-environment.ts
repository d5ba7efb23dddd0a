/** Whether this process must ask the login shell for its variables, and how. */
import { userInfo } from 'node:os';
import { adoptShellEnvironment, needsShellEnvironment } from '../credentials/shell-environment.ts';
import type { OpenOptions } from '../library.ts';

/** For `OpenOptions`: empty where the process was started from a terminal. What is adopted goes into `env` itself. */
export function adoptingFromShell(env: NodeJS.ProcessEnv): Pick<OpenOptions, 'adoptEnvironment'> {
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
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
