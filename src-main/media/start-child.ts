/** Starts the decode helper on plain Node. */
import { spawn } from 'node:child_process';
import { helperEnvironment } from './helper-environment.ts';
import type { HelperProcess, StartHelper } from './media.ts';
import { killTree } from './process-tree.ts';

/** A helper that was told to go has ended its own children by then, in milliseconds. */
export const leaveMs = 1_000;
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
      kill() {
        if (process.platform === 'win32') return killTree(child);
        child.kill('SIGTERM');
        setTimeout(() => child.kill('SIGKILL'), leaveMs).unref();
      },
    };
  };
}
