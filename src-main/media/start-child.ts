/** Starts the decode helper on plain Node. */
import { spawn } from 'node:child_process';
import type { HelperProcess, StartHelper } from './media.ts';

/** Variables a decoder needs; the rest (credentials among them) does not reach it. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'LANG', 'LC_ALL'] as const;

/** The environment of a decode helper, in whatever process it runs. */
export function helperEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** `node` and `script` are absolute paths: the Node binary, and `decode-helper` in the form that it can run. */
export function startChild({ node, script }: { node: string; script: string }): StartHelper {
  return (): HelperProcess => {
    const child = spawn(node, ['--no-warnings', script], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      env: helperEnvironment(),
      windowsHide: true,
    });
    let hasExited = false;
    const exitListeners = new Set<(reason: string) => void>();
    function exited(reason: string): void {
      if (hasExited) return;
      hasExited = true;
      for (const listener of exitListeners) listener(reason);
    }
    child.on('exit', (code, signal) => exited(signal ?? `code ${code ?? 'unknown'}`));
    child.on('error', (error: NodeJS.ErrnoException) => exited(error.code ?? error.message));
    child.unref();
    child.channel?.unref();
    return {
      send(message) {
        if (hasExited || !child.connected) return;
        child.send(message as object, () => undefined); // a helper that died is told by its exit
      },
      onMessage: (listener) => {
        child.on('message', listener);
      },
      onExit(listener) {
        exitListeners.add(listener);
      },
      kill: () => {
        child.kill('SIGKILL');
      },
    };
  };
}
